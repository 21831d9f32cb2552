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
  function draw() {
    const inner = password();
    // For what keeps passwords: whose this one is.
    inner.prepend(h("input", {type: "text", autocomplete: "username", value: session.user.name, hidden: true}));
    replace(root, h("h1", null, T.title), h("p", null, T.text(session.user)), h("section", {class: "card"}, h("h2", null, T.password), h("p", {class: "hint"}, T.passwordText), inner));
  }

  const password = () => form({
    label: T.change,
    fields: [
      {name: "oldPassword", label: T.old, type: "password", required: true, autocomplete: "current-password"},
      {name: "newPassword", label: T.next, hint: T.nextHint, type: "password", required: true, autocomplete: "new-password"},
      {name: "again", label: T.again, type: "password", required: true, autocomplete: "new-password"},
    ],
    async submit({oldPassword, newPassword, again}) {
      if (again !== newPassword) throw new Problem(0, {code: "differs", field: "again", detail: T.differs});
      await change({oldPassword, newPassword});
      toast(T.changed);
      draw();
    },
  });

  draw();
}

/** A wrong password is refused as a whole; here it is a mistake in a field. */
async function change(passwords) {
  try {
    await api.put("/users/me/password", passwords);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 403) throw error;
    throw new Problem(403, {...error.json, field: "oldPassword", detail: T.wrong});
  }
}
