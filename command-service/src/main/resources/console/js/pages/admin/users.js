import {api} from "../../api.js";
import {h} from "../../dom.js";
import {badge} from "../../parts/badge.js";
import {confirmDialog} from "../../parts/dialog.js";
import {empty} from "../../parts/empty.js";
import {formDialog} from "../../parts/formdialog.js";
import {pagedTable} from "../../parts/table.js";
import {time} from "../../parts/time.js";
import {toast} from "../../parts/toast.js";
import {session} from "../../session.js";
import {admin as A, users as T} from "../../texts/admin.js";
import {frame, rowButton} from "./frame.js";

const roles = Object.entries(A.roles);
const path = (name) => "/users/" + encodeURIComponent(name);

/** /admin/users */
export async function show(root) {
  const c = T.columns;
  const table = pagedTable({
    caption: T.title,
    key: (user) => user.username,
    columns: [
      {title: c.name, cell: (user) => h("span", null, h("strong", null, user.username), user.username === session.user.name && h("span", {class: "faint"}, " · " + T.you))},
      {title: c.role, cell: (user) => badge(user.role)},
      {title: c.state, cell: (user) => badge(user.enabled ? "enabled" : "disabled")},
      {title: c.login, cell: (user) => time(user.lastLoginAt)},
      {title: c.created, cell: (user) => time(user.createdAt)},
      {title: c.act, cell: (user) => h("div", {class: "buttons"}, rowButton(A.edit, user.username, () => change(user)), rowButton(A.remove, user.username, () => remove(user)))},
    ],
    load: (cursor, signal) => api.page("/users", {cursor, signal}),
    empty: () => empty(T.empty, T.emptyDo),
  });

  const create = () => formDialog({
    title: T.newOne,
    label: T.create,
    fields: [
      {name: "username", label: A.name, hint: A.nameHint, required: true, autocomplete: "off"},
      {name: "role", label: A.role, type: "select", options: roles, value: "viewer"},
      {name: "password", label: T.password, hint: T.passwordHint, type: "password", required: true, autocomplete: "new-password"},
    ],
    async submit(values) {
      await api.post("/users", {...values, username: values.username.trim()});
      toast(T.created(values.username));
      await table.reload();
    },
  });

  const change = (user) => formDialog({
    title: T.editTitle(user.username),
    label: A.edit,
    fields: [
      {name: "role", label: A.role, type: "select", options: roles, value: user.role},
      {name: "enabled", label: T.enabled, type: "checkbox", value: user.enabled},
      {name: "password", label: T.newPassword, hint: T.newPasswordHint, type: "password", autocomplete: "new-password"},
    ],
    async submit({role, enabled, password}) {
      await api.patch(path(user.username), {role, enabled, password: password || undefined});
      toast(T.changed(user.username));
      await table.reload();
    },
  });

  async function remove(user) {
    if (await confirmDialog(T.removeTitle(user.username), T.removeText, A.remove, () => api.del(path(user.username)))) {
      toast(T.removed(user.username));
      await table.reload();
    }
  }

  const shown = await frame(root, "users",
    h("div", {class: "bar"}, h("h2", null, T.title), h("span", {class: "grow"}), h("button", {type: "button", on: {click: () => void create()}}, T.newOne)),
    table.element);
  if (shown) await table.reload();
}
