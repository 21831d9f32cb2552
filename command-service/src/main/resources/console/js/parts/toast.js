import {h} from "../dom.js";
import {explain} from "../problem.js";
import {T} from "../texts.js";

/** Short words at the edge of the page. What went wrong stays until it is closed. */
const SHOWN_FOR = 6_000;

export function toast(text) {
  const shown = show(text, "note");
  setTimeout(() => shown.remove(), SHOWN_FOR);
}

export function failure(error) {
  if (error?.name === "AbortError") return;
  show(explain(error), "bad");
}

function show(text, tone) {
  const one = h("div", {class: "toast " + tone}, h("span", null, text));
  one.append(h("button", {type: "button", class: "quiet", "aria-label": T.form.close, on: {click: () => one.remove()}}, "×"));
  const all = document.getElementById("toasts");
  all.append(one);
  while (all.children.length > 4) all.firstChild.remove();
  return one;
}
