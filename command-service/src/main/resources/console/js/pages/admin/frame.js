import {h, replace} from "../../dom.js";
import {empty} from "../../parts/empty.js";
import {workStyle} from "../../parts/style.js";
import {setTitle} from "../../router.js";
import {session} from "../../session.js";
import {admin as T} from "../../texts/admin.js";

/** What stands above each page of the administration. @returns {boolean} whether the page may be shown at all */
export async function frame(root, here, ...content) {
  setTitle(T.tabs[here] + " · " + T.title);
  await workStyle();
  if (!session.may("admin")) {
    replace(root, h("h1", null, T.title), empty(T.forbidden, T.forbiddenDo));
    return false;
  }
  replace(root,
    h("h1", null, T.title),
    h("nav", {class: "tabs", "aria-label": T.title}, Object.entries(T.tabs).map(([name, text]) =>
      h("a", {href: "/admin/" + name, "aria-current": name === here && "page"}, text))),
    content);
  return true;
}

/** A small button of a row; `what` is read out with it. */
export function rowButton(text, what, click) {
  return h("button", {type: "button", class: "quiet small", "aria-label": text + " " + what, on: {click: () => void click()}}, text);
}
