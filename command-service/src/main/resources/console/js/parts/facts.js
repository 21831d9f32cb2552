import {h} from "../dom.js";

/** Names and values, those that are there. */
export function facts(pairs) {
  return h("dl", {class: "facts"}, ...pairs
    .filter(([, value]) => value !== undefined && value !== null && value !== "" && value !== false)
    .flatMap(([name, value]) => [h("dt", null, name), h("dd", null, value instanceof Node ? value : String(value))]));
}
