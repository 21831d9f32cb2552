import {api} from "../api.js";
import {h, replace} from "../dom.js";
import {form} from "../parts/form.js";
import {toast} from "../parts/toast.js";
import {Problem} from "../problem.js";
import {setTitle} from "../router.js";
import {session} from "../session.js";
import {me as T} from "../texts/admin.js";

/** /me: who one is, and another password. */
export function show(root) {
  setTitle(T.title);
  const draw = () => replace(root, h("h1", null, T.title), h("p", null, T.text(session.user)), h("section", {class: "card"}, h("h2", null, T.password), h("p", {class: "hint"}, T.passwordText), password()));

  const password = () => form({
    label: T.change,
    fields: [
      {name: "oldPassword", label: T.old, type: "password", required: true, autocomplete: "current-password"},
      {name: "newPassword", label: T.next, hint: T.nextHint, type: "password", required: true, autocomplete: "new-password"},
      {name: "again", label: T.again, type: "password", required: true, autocomplete: "new-password"},
    ],
    async submit({oldPassword, newPassword, again}) {
      if (again !== newPassword) throw new Problem(0, {code: "differs", field: "again", detail: T.differs});
      await api.put("/users/me/password", {oldPassword, newPassword});
      toast(T.changed);
      draw();
    },
  });

  draw();
}
