import {h} from "../dom.js";

/** Where nothing is: that it is so, and what to do next (text, links, buttons). */
export function empty(text, ...next) {
  return h("div", {class: "empty"}, h("p", null, text), next.length > 0 && h("p", {class: "next"}, next));
}
