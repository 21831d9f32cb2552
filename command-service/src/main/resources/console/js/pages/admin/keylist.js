import {api} from "../../api.js";
import {h} from "../../dom.js";
import {badge} from "../../parts/badge.js";
import {confirmDialog, showOnce} from "../../parts/dialog.js";
import {empty} from "../../parts/empty.js";
import {formDialog} from "../../parts/formdialog.js";
import {pagedTable} from "../../parts/table.js";
import {time} from "../../parts/time.js";
import {toast} from "../../parts/toast.js";
import {admin as A, keys as K} from "../../texts/admin.js";
import {frame, rowButton} from "./frame.js";

/**
 * API keys of some roles. The service lists all by name; those of other roles are left out here.
 *
 * @param what `{here, texts, roles: [[role, text]], of(role)}`
 */
export async function keyList(root, {here, texts: T, roles, of}) {
  const c = K.columns;
  const table = pagedTable({
    caption: T.title,
    columns: [
      {title: c.name, cell: (key) => h("strong", null, key.name)},
      roles.length > 1 && {title: c.role, cell: (key) => badge(key.role)},
      {title: c.created, cell: (key) => h("span", null, time(key.createdAt), key.createdBy && h("span", {class: "faint"}, " " + A.by + " " + key.createdBy))},
      {title: c.expires, cell: (key) => time(key.expiresAt)},
      {title: c.used, cell: (key) => time(key.lastUsedAt)},
      {title: c.act, cell: (key) => rowButton(K.revoke, key.name, () => revoke(key))},
    ].filter(Boolean),
    load: (cursor, signal) => ofThese(cursor, signal, of),
    empty: () => empty(T.empty, T.emptyDo),
  });

  async function create() {
    let made = null;
    await formDialog({
      title: T.newOne,
      label: K.create,
      fields: [
        {name: "name", label: A.name, hint: A.nameHint, required: true, autocomplete: "off"},
        roles.length > 1 && {name: "role", label: A.role, type: "select", options: roles, value: roles[0][0]},
        {name: "expiresIn", label: K.expires, hint: K.expiresHint},
      ].filter(Boolean),
      async submit({name, role, expiresIn}) {
        made = await api.post("/api-keys", {name: name.trim(), role: role ?? roles[0][0], expiresIn: expiresIn?.trim() || undefined});
      },
    });
    if (made) {
      await showOnce(T.secretTitle(made.name), K.secretName, made.key);
      await table.reload();
    }
  }

  async function revoke(key) {
    if (await confirmDialog(K.revokeTitle(key.name), T.revokeText, K.revoke, () => api.del("/api-keys/" + encodeURIComponent(key.id)))) {
      toast(K.revoked(key.name));
      await table.reload();
    }
  }

  const shown = await frame(root, here,
    h("div", {class: "bar"}, h("h2", null, T.title), h("span", {class: "grow"}), h("button", {type: "button", on: {click: () => void create()}}, T.newOne)),
    h("p", {class: "hint"}, T.text),
    table.element);
  if (shown) await table.reload();
}

/** On until there is something to show, or nothing more. */
async function ofThese(from, signal, of) {
  let cursor = from;
  for (;;) {
    const page = await api.page("/api-keys", {limit: 100, cursor, signal});
    const items = page.items.filter((key) => of(key.role));
    cursor = page.nextCursor;
    if (items.length > 0 || !cursor) return {items, nextCursor: cursor};
  }
}
