import {api} from "../../api.js";
import {h} from "../../dom.js";
import {badge} from "../../parts/badge.js";
import {showOnce} from "../../parts/dialog.js";
import {empty} from "../../parts/empty.js";
import {formDialog} from "../../parts/formdialog.js";
import {pagedTable} from "../../parts/table.js";
import {go} from "../../router.js";
import {webhooks as T} from "../../texts/admin.js";
import {frame} from "./frame.js";
import {webhookFields} from "./webhookform.js";

/** /admin/webhooks */
export async function show(root) {
  const c = T.columns;
  const table = pagedTable({
    caption: T.title,
    columns: [
      {title: c.name, cell: (hook) => h("a", {href: "/admin/webhooks/" + encodeURIComponent(hook.id)}, h("strong", null, hook.name))},
      {title: c.url, cell: (hook) => h("code", null, hook.url)},
      {title: c.events, cell: (hook) => hook.events.join(", ")},
      {title: c.state, cell: (hook) => [badge(hook.enabled ? "enabled" : "disabled"), hook.disabledReason && h("div", {class: "faint"}, hook.disabledReason)]},
    ],
    load: (cursor, signal) => api.page("/webhooks", {cursor, signal}),
    empty: () => empty(T.empty, T.emptyDo),
  });

  async function create() {
    let made = null;
    await formDialog({
      title: T.newOne,
      label: T.create,
      fields: webhookFields(),
      async submit(values) {
        made = await api.post("/webhooks", {...values, name: values.name.trim(), url: values.url.trim()});
      },
    });
    if (made) {
      await showOnce(T.secretTitle(made.name), T.secretName, made.secret);
      await go("/admin/webhooks/" + encodeURIComponent(made.id));
    }
  }

  const shown = await frame(root, "webhooks",
    h("div", {class: "bar"}, h("h2", null, T.title), h("span", {class: "grow"}), h("button", {type: "button", on: {click: () => void create()}}, T.newOne)),
    h("p", {class: "hint"}, T.text),
    table.element);
  if (shown) await table.reload();
}
