import {api} from "../api.js";
import {h, replace} from "../dom.js";
import {badge} from "../parts/badge.js";
import {empty} from "../parts/empty.js";
import {repeat} from "../parts/repeat.js";
import {workStyle} from "../parts/style.js";
import {pagedTable} from "../parts/table.js";
import {time} from "../parts/time.js";
import {setTitle} from "../router.js";
import {session} from "../session.js";
import {batches as T} from "../texts/commands.js";
import {selection} from "./batch/selection.js";
import {payload} from "./commands/columns.js";
import {tabs} from "./commands/tabs.js";

const EVERY = 10_000;

/** /commands/batch: commands to many devices, the newest first. */
export async function show(root) {
  setTitle(T.title);
  await workStyle();
  const c = T.columns;
  const newOne = () => session.may("operator") && h("a", {class: "button", href: "/commands/batch/new"}, T.newOne);
  const shown = new Map();
  const table = pagedTable({
    caption: T.title,
    key: (batch) => batch.batchId,
    columns: [
      {title: c.created, class: "nowrap", cell: (batch) => h("a", {href: "/commands/batch/" + encodeURIComponent(batch.batchId)}, time(batch.createdAt))},
      {title: c.payload, cell: payload},
      {title: c.to, cell: (batch) => selection(batch.selector)},
      {title: c.progress, cell: (batch) => T.progress(batch)},
      {title: c.status, cell: (batch) => badge(batch.status)},
      {title: c.by, cell: (batch) => batch.createdBy},
    ],
    async load(cursor, signal) {
      const page = await api.page("/commands/batch", {cursor, signal});
      page.items.forEach((batch) => shown.set(batch.batchId, batch));
      return page;
    },
    empty: () => empty(T.empty, T.emptyDo, " ", newOne()),
  });
  replace(root, h("div", {class: "bar"}, h("h1", null, T.title), h("span", {class: "grow"}), newOne()), tabs("batches"), table.element);
  await table.reload();
  return repeat(async () => {
    for (const old of shown.values()) {
      if (old.status !== "running" && old.status !== "cancelling") continue;
      const batch = await api.get("/commands/batch/" + encodeURIComponent(old.batchId));
      shown.set(batch.batchId, batch);
      table.update(batch);
    }
  }, EVERY);
}
