import {h} from "../../dom.js";
import {commands as T} from "../../texts/commands.js";

const PATHS = {all: "/commands", batches: "/commands/batch"};

export function tabs(here) {
  return h("nav", {class: "tabs", "aria-label": T.title}, Object.entries(PATHS).map(([name, href]) =>
    h("a", {href, "aria-current": name === here && "page"}, T.tabs[name])));
}
