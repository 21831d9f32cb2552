import {h} from "../dom.js";
import {T} from "../texts.js";
import {seldom} from "./seldom.js";
import {pagedTable} from "./table.js";

/**
 * A paged table that is brought up to date while somebody looks at its beginning. Who has gone on to further pages, or stands in a row with
 * the keyboard or a dialog, is told that there is something new, and asks for it.
 *
 * @param what as of table.js
 * @param {number} pause the least time between two readings, in ms
 * @returns what table.js returns, with `changed()` for when something has, and `close()`
 */
export function freshTable(what, pause) {
  let further = false;
  const notice = h("p", {class: "hint", role: "status", hidden: true});
  const table = pagedTable({
    ...what,
    load(cursor, signal) {
      further = cursor !== undefined;
      if (!further) notice.hidden = true;
      return what.load(cursor, signal);
    },
  });
  const busy = () => further || table.element.querySelector("tbody").contains(document.activeElement) || document.querySelector("dialog[open]") !== null;
  const soon = seldom(() => {
    if (busy()) notice.hidden = false;
    else return table.reload();
  }, pause);
  notice.append(T.table.changed, " ", h("button", {type: "button", class: "quiet", on: {click: () => void table.reload()}}, T.table.reload));
  return {...table, element: h("div", null, notice, table.element), changed: soon.run, close: soon.close};
}
