import {api, query} from "../api.js";
import {h, replace} from "../dom.js";
import {live} from "../live.js";
import {empty} from "../parts/empty.js";
import {freshTable} from "../parts/fresh.js";
import {form} from "../parts/form.js";
import {labelsOf, labelText} from "../parts/labels.js";
import {checkDeviceId} from "../parts/names.js";
import {workStyle} from "../parts/style.js";
import {go, setTitle} from "../router.js";
import {session} from "../session.js";
import {alerts} from "../texts/alerts.js";
import {batches, commands as T} from "../texts/commands.js";
import {columns} from "./commands/columns.js";
import {tabs} from "./commands/tabs.js";

/** Commands of the whole fleet, the newest first. The filter stands in the address, so that it can be shared. */
export async function show(root) {
  setTitle(T.title);
  await workStyle();
  const asked = new URLSearchParams(location.search);
  const filter = {
    status: asked.get("status") ?? "",
    device: asked.get("device") ?? "",
    type: asked.get("type") ?? "",
    label: asked.getAll("label"),
    from: asked.get("from") ?? "",
  };
  const filtered = Object.values(filter).some((value) => value.length > 0);

  const ask = filterForm(filter);
  const table = freshTable({
    caption: T.title,
    columns: columns({reload: () => table.reload()}),
    key: (command) => command.commandId,
    load: (cursor, signal) => fullPage("/commands" + query(filter), cursor, signal),
    refused: ask.blame,
    empty: () => (filtered ? empty(T.emptyFiltered, T.emptyFilteredDo) : empty(T.empty, T.emptyDo)),
  }, 5_000);
  replace(
    root,
    h("div", {class: "bar"}, h("h1", null, T.title), h("span", {class: "grow"}),
      session.may("operator") && h("a", {class: "button", href: "/commands/batch/new"}, batches.title)),
    tabs("all"),
    h("div", {class: "bar"}, ask, filtered && h("a", {href: "/commands"}, T.filter.clear)),
    table.element,
  );
  await table.reload();
  const off = live.on(["command"], filter.device ? [filter.device] : [], table.changed, table.changed);
  return () => {
    off();
    table.close();
  };
}

/** A page may come short, or empty, where little fits: the next ones belong to it, as long as somebody is willing to wait. */
async function fullPage(path, from, signal) {
  const items = [];
  let cursor = from;
  for (let asked = 0; asked < 20 && items.length < 25; asked += 1) {
    const page = await api.page(path, {cursor, signal});
    items.push(...page.items);
    cursor = page.nextCursor;
    if (!cursor) break;
  }
  return {items, nextCursor: cursor};
}

function filterForm(filter) {
  const f = T.filter;
  return form({
    inline: true,
    label: f.label,
    fields: [
      {name: "status", label: f.status, type: "select", value: filter.status, options: [["", f.any], ...Object.keys(T.statuses).map((status) => [status, status])]},
      {name: "device", label: f.device, type: "search", value: filter.device, check: checkDeviceId},
      {name: "type", label: f.type, type: "search", value: filter.type, maxlength: 128},
      {name: "label", label: f.labels, type: "search", value: filter.label.map(labelText).join(" "), placeholder: "site:berlin", title: alerts.labelsHint, parse: labels},
      {name: "from", label: f.since, type: "select", value: filter.from, options: Object.entries(f.times)},
    ],
    submit: ({status, device, type, label, from}) => go("/commands" + query({status, device: device?.trim(), type: type?.trim(), label, from})),
  });
}

function labels(text) {
  const read = labelsOf(text);
  if (read.wrong) throw new Error(alerts.labelWrong(read.wrong));
  return read.labels;
}
