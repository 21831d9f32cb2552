import {api, query} from "../../api.js";
import {h, replace} from "../../dom.js";
import {badge} from "../../parts/badge.js";
import {confirmDialog, showOnce} from "../../parts/dialog.js";
import {empty} from "../../parts/empty.js";
import {facts} from "../../parts/facts.js";
import {freshTable} from "../../parts/fresh.js";
import {formDialog} from "../../parts/formdialog.js";
import {labelChips} from "../../parts/labels.js";
import {repeat} from "../../parts/repeat.js";
import {time} from "../../parts/time.js";
import {failure, toast} from "../../parts/toast.js";
import {Problem} from "../../problem.js";
import {go} from "../../router.js";
import {admin as A, webhooks as T} from "../../texts/admin.js";
import {frame} from "./frame.js";
import {webhookFields} from "./webhookform.js";

const EVERY = 10_000;

/** /admin/webhooks/:id: what it tells, whether it is taken, and what was sent. */
export async function show(root, {params, signal}) {
  const path = "/webhooks/" + encodeURIComponent(params.id);
  const head = h("div");
  let status = "";
  const c = T.deliveryColumns;
  const table = freshTable({
    caption: T.deliveries,
    key: (delivery) => delivery.id,
    columns: [
      {title: c.created, class: "nowrap", cell: (one) => time(one.createdAt)},
      {title: c.event, cell: (one) => one.event},
      {title: c.subject, cell: (one) => h("code", null, one.subject)},
      {title: c.status, cell: (one) => badge(one.status)},
      {title: c.attempt, class: "number", cell: (one) => one.attempt},
      {title: c.answer, cell: (one) => [one.httpStatus && "HTTP " + one.httpStatus, one.error, one.tookMillis !== undefined && T.took(one.tookMillis)].filter(Boolean).join(" · ")},
      {title: c.next, cell: (one) => one.nextAttemptAt && time(one.nextAttemptAt)},
    ],
    load: (cursor, inner) => api.page(path + "/deliveries" + query({status}), {cursor, signal: inner}),
    empty: () => empty(T.deliveriesEmpty, T.deliveriesEmptyDo),
  }, EVERY / 2);

  async function load() {
    replace(head, about(await api.get(path, {signal}), path, async () => {
      await load();
      await table.reload();
    }));
  }

  const filter = h("select", {id: "deliveries", on: {change: () => {
    status = filter.value;
    void table.reload();
  }}}, ["", "pending", "delivered", "failed"].map((one) => h("option", {value: one}, one || T.any)));
  const shown = await frame(root, "webhooks",
    h("p", null, h("a", {href: "/admin/webhooks"}, T.back)),
    head,
    h("div", {class: "bar subtitle"}, h("h2", null, T.deliveries), h("span", {class: "grow"}), h("label", {for: "deliveries"}, T.show), h("span", null, filter)),
    table.element);
  if (!shown) return undefined;
  await load();
  await table.reload();
  let seen = "";
  const end = repeat(async () => {
    const first = JSON.stringify(await api.page(path + "/deliveries" + query({status}), {limit: 5, signal}));
    if (seen && first !== seen) table.changed();
    seen = first;
  }, EVERY);
  return () => {
    end();
    table.close();
  };
}

function about(hook, path, changed) {
  const button = (text, click) => h("button", {type: "button", class: "quiet", on: {click: () => void click().catch(failure)}}, text);

  async function test() {
    const delivery = await api.post(path + "/test");
    if (delivery.status === "delivered") toast(T.tested(delivery));
    else failure(new Problem(0, {detail: T.notTaken(delivery)}));
    await changed();
  }

  const change = () => formDialog({
    title: T.editTitle(hook.name),
    label: A.edit,
    fields: webhookFields(hook),
    async submit(values) {
      const all = {devices: [], rules: [], labels: {}, ...values};
      await api.patch(path, {...all, name: all.name.trim(), url: all.url.trim()});
      toast(T.changed(all.name));
      await changed();
    },
  });

  async function rotate() {
    let made = null;
    await confirmDialog(T.rotateTitle, T.rotateText, T.rotate, async () => {
      made = await api.post(path + "/secret");
    });
    if (made) await showOnce(T.secretTitle(hook.name), T.secretName, made.secret);
  }

  async function remove() {
    if (await confirmDialog(T.removeTitle(hook.name), T.removeText, A.remove, () => api.del(path))) {
      toast(T.removed(hook.name));
      await go("/admin/webhooks");
    }
  }

  return h("section", {class: "card"},
    h("h2", null, hook.name, " ", badge(hook.enabled ? "enabled" : "disabled")),
    hook.disabledReason && h("p", {class: "notice"}, hook.disabledReason),
    facts([
      [T.url, h("code", null, hook.url)],
      [T.events, hook.events.join(", ")],
      [T.devices, hook.devices?.length > 0 && hook.devices.join(", ")],
      [T.rules, hook.rules?.length > 0 && hook.rules.join(", ")],
      [T.labels, Object.keys(hook.labels ?? {}).length > 0 && labelChips(hook.labels, [])],
      [A.created, h("span", null, time(hook.createdAt), hook.createdBy && " " + A.by + " " + hook.createdBy)],
    ]),
    h("div", {class: "buttons"}, h("button", {type: "button", on: {click: () => void test().catch(failure)}}, T.test), button(A.edit, change), button(T.rotate, rotate), button(A.remove, remove)));
}
