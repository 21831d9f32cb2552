import {clear, h, replace} from "../dom.js";
import {explain} from "../problem.js";
import {T} from "../texts.js";

/**
 * A list that the service gives page by page.
 *
 * @param {object} what
 * @param {string} what.caption what the table holds, for screen readers
 * @param {Array} what.columns `{title, cell(item) → node or text, class?, hidden?}`
 * @param {function(string|undefined, AbortSignal): Promise<{items, nextCursor}>} what.load
 * @param {function(): Node} what.empty where there is nothing
 * @param {function(object): string} [what.key] by which an item is known; then `update` can change its row
 * @param {function(Error): boolean} [what.refused] says elsewhere what was wrong with the question, as at a field of the filter
 * @returns `{element, reload(), update(item), add(item)}`; `reload` keeps what is shown until the new first page is there
 */
export function pagedTable({caption, columns, load, empty, refused = () => false, key = (item) => item.id}) {
  const body = h("tbody");
  const table = h(
    "table",
    null,
    h("caption", {class: "unseen"}, caption),
    h("thead", null, h("tr", null, columns.map((column) => h("th", {scope: "col", class: column.class}, column.title)))),
    body,
  );
  const more = h("button", {type: "button", class: "quiet more", hidden: true}, T.table.more);
  const said = h("p", {class: "hint", role: "status"});
  const nothing = h("div", {hidden: true});
  const element = h("div", {class: "paged"}, h("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": caption}, table), nothing, said, more);
  const rows = new Map();
  let cursor;
  let controller = null;

  const row = (item) => {
    const tr = h("tr", null, columns.map((column) => h("td", {class: column.class, "data-title": column.title}, column.cell(item))));
    rows.set(key(item), tr);
    return tr;
  };

  async function read(from) {
    controller?.abort();
    controller = new AbortController();
    const {signal} = controller;
    said.textContent = T.table.loading;
    more.disabled = true;
    try {
      const page = await load(from, signal);
      if (signal.aborted) return;
      if (!from) {
        clear(body);
        rows.clear();
      }
      page.items.forEach((item) => body.append(row(item)));
      cursor = page.nextCursor;
      more.hidden = !cursor;
      said.textContent = "";
      emptiness();
    } catch (error) {
      if (error.name === "AbortError") return;
      if (refused(error)) replace(said);
      else replace(said, explain(error), " ", h("button", {type: "button", class: "quiet", on: {click: () => void read(from)}}, T.table.reload));
    } finally {
      more.disabled = false;
    }
  }

  function emptiness() {
    const none = rows.size === 0;
    table.parentElement.hidden = none;
    nothing.hidden = !none;
    replace(nothing, none && empty());
  }

  more.addEventListener("click", () => void read(cursor));
  return {
    element,
    reload: () => read(undefined),
    /** Changes a row that is shown; others are left alone. */
    update(item) {
      const old = rows.get(key(item));
      old?.replaceWith(row(item));
      return old !== undefined;
    },
    /** At the top. */
    add(item) {
      if (!this.update(item)) {
        body.prepend(row(item));
        emptiness();
      }
    },
    remove(id) {
      rows.get(id)?.remove();
      rows.delete(id);
      emptiness();
    },
  };
}
