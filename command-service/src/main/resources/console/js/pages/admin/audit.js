import {api, query} from "../../api.js";
import {h} from "../../dom.js";
import {badge} from "../../parts/badge.js";
import {empty} from "../../parts/empty.js";
import {form} from "../../parts/form.js";
import {pagedTable} from "../../parts/table.js";
import {time} from "../../parts/time.js";
import {go} from "../../router.js";
import {audit as T} from "../../texts/admin.js";
import {frame} from "./frame.js";

const TONE = {done: "succeeded", refused: "expired", failed: "failed", unknown: "inactive"};

/** /admin/audit: who has changed what. The filter stands in the address. */
export async function show(root) {
  const asked = new URLSearchParams(location.search);
  const filter = Object.fromEntries(["user", "operation", "target", "from", "to"].map((name) => [name, asked.get(name) ?? ""]));
  const filtered = Object.values(filter).some((value) => value !== "");
  const c = T.columns;
  const ask = form({
    inline: true,
    label: T.filter,
    fields: [
      {name: "user", label: T.user, type: "search", value: filter.user, maxlength: 256},
      {name: "operation", label: T.operation, type: "search", value: filter.operation, maxlength: 64, placeholder: T.operationHint},
      {name: "target", label: T.target, type: "search", value: filter.target, maxlength: 600, placeholder: "devices/pump-1", title: T.targetHint},
      {name: "from", label: T.from, type: "datetime-local", value: local(filter.from), parse: instant},
      {name: "to", label: T.to, type: "datetime-local", value: local(filter.to), parse: instant},
    ],
    submit: (values) => go("/admin/audit" + query(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value?.trim()])))),
  });
  const table = pagedTable({
    caption: T.title,
    key: (entry) => entry.requestId + entry.at,
    columns: [
      {title: c.at, class: "nowrap", cell: (entry) => time(entry.at)},
      {title: c.who, cell: (entry) => [entry.user ?? entry.kind, h("span", {class: "faint"}, " " + [entry.user && entry.kind, entry.role].filter(Boolean).join(", "))]},
      {title: c.operation, cell: (entry) => entry.operation},
      {title: c.target, cell: (entry) => h("code", null, entry.target)},
      {title: c.outcome, cell: (entry) => [badge(TONE[entry.outcome], entry.outcome, T.outcomes[entry.outcome]), entry.status && h("span", {class: "faint"}, " " + entry.status), entry.count > 1 && " " + T.times(entry.count)]},
      {title: c.from, cell: (entry) => entry.address},
    ],
    load: (cursor, signal) => api.page("/audit" + query(filter), {cursor, signal}),
    refused: ask.blame,
    empty: () => (filtered ? empty(T.emptyFiltered, T.emptyFilteredDo) : empty(T.empty)),
  });
  const shown = await frame(root, "audit",
    h("p", {class: "hint"}, T.text),
    h("div", {class: "bar"},
      ask,
      filtered && h("a", {href: "/admin/audit"}, T.clear)),
    table.element);
  if (shown) await table.reload();
}

/** In the viewer's zone, as the input wants it. */
function local(text) {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? "" : new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function instant(text) {
  if (text === "") return "";
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new Error(T.timeWrong(text));
  return at.toISOString();
}
