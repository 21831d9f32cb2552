import {h} from "../../dom.js";
import {labelChips} from "../../parts/labels.js";
import {batches as T} from "../../texts/commands.js";

/** Which devices a batch is for, in words. */
export function selection({all, ids, type, labels, connected}) {
  if (all) return T.selectorAll;
  return h("span", {class: "chips"},
    ids && h("span", {class: "chip"}, T.selectorIds(ids.length)),
    type && h("span", {class: "chip"}, T.type + " " + type),
    labels && labelChips(labels, []),
    connected !== undefined && h("span", {class: "chip"}, T.connected + " " + T.connectedOptions[connected]));
}
