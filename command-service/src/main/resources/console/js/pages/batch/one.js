import {api, query} from "../../api.js";
import {h, replace} from "../../dom.js";
import {badge} from "../../parts/badge.js";
import {confirmDialog} from "../../parts/dialog.js";
import {empty} from "../../parts/empty.js";
import {facts} from "../../parts/facts.js";
import {freshTable} from "../../parts/fresh.js";
import {repeat} from "../../parts/repeat.js";
import {workStyle} from "../../parts/style.js";
import {time} from "../../parts/time.js";
import {toast} from "../../parts/toast.js";
import {setTitle} from "../../router.js";
import {session} from "../../session.js";
import {batches as T, commands} from "../../texts/commands.js";
import {columns, payload} from "../commands/columns.js";
import {selection} from "./selection.js";

const EVERY = 10_000;
const ENDS = ["succeeded", "delivered", "sent", "queued", "unconfirmed", "expired", "cancelled", "rejected", "failed"];
const TONE = {succeeded: "good", delivered: "good", sent: "note", queued: "note", unconfirmed: "warn", expired: "warn", failed: "bad", rejected: "bad", cancelled: "off"};

/** /commands/batch/:id: how far it has come, and its commands. */
export async function show(root, {params, signal}) {
  setTitle(T.one);
  await workStyle();
  const path = "/commands/batch/" + encodeURIComponent(params.id);
  const head = h("div");
  let last = null;
  let status = "";

  async function load() {
    const batch = await api.get(path, {signal});
    const now = JSON.stringify(batch);
    if (now === last) return false;
    last = now;
    replace(head, progress(batch, path, changed));
    return true;
  }

  const table = freshTable({
    caption: T.commandsTitle,
    key: (command) => command.commandId,
    columns: columns({reload: changed, ofBatch: true}),
    load: (cursor, signal) => api.page(path + "/commands" + query({status}), {cursor, signal}),
    empty: () => empty(T.empty_),
  }, EVERY / 2);

  async function changed() {
    await load();
    await table.reload();
  }

  const filter = h("select", {id: "batch-status", on: {change: () => {
    status = filter.value;
    void table.reload();
  }}}, ["", ...ENDS].map((one) => h("option", {value: one}, one || commands.filter.any)));
  await load();
  replace(root,
    h("p", null, h("a", {href: "/commands/batch"}, T.back)), h("h1", null, T.one), head,
    h("div", {class: "bar subtitle"}, h("h2", null, T.commandsTitle), h("span", {class: "grow"}), h("label", {for: "batch-status"}, T.statusFilter), h("span", null, filter)),
    table.element);
  await table.reload();
  const end = repeat(async () => {
    if (await load()) table.changed();
  }, EVERY);
  return () => {
    end();
    table.close();
  };
}

function progress(batch, path, changed) {
  const f = T.facts;
  return h("section", {class: "card"},
    batch.total === 0 ? h("p", null, T.none) : [
      h("label", {for: "batch-progress"}, T.progress(batch)),
      h("progress", {id: "batch-progress", max: batch.total, value: batch.issued}),
      share(batch),
    ],
    facts([
      [f.status, badge(batch.status)],
      [f.payload, payload(batch)],
      [f.to, h("span", null, selection(batch.selector))],
      [f.pace, T.pace_(batch)],
      [f.begun, time(batch.createdAt)],
      [f.by, batch.createdBy],
      [f.ended, batch.finishedAt && time(batch.finishedAt)],
      [f.stopped, batch.cancelledBy],
    ]),
    session.may("operator") && batch.status === "running" && h("div", {class: "buttons"},
      h("button", {type: "button", class: "quiet", on: {click: async () => {
        if (await confirmDialog(T.cancelTitle, T.cancelText, T.cancel, () => api.del(path))) toast(T.cancelled);
        await changed();
      }}}, T.cancel)));
}

/** Of all its commands, how many have come to what; in words too. */
function share(batch) {
  const counts = ENDS.map((status) => [status, batch.commands?.[status] ?? 0]).filter(([, count]) => count > 0);
  return [
    h("div", {class: "share", "aria-hidden": "true"}, counts.map(([status, count]) => {
      const part = h("span", {class: TONE[status], title: status});
      part.style.width = (100 * count) / batch.total + "%";
      return part;
    })),
    h("p", {class: "chips"}, counts.map(([status, count]) => h("span", null, badge(status, count.toLocaleString("en") + " " + status), " "))),
  ];
}
