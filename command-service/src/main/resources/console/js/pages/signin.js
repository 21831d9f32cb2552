import {signIn} from "../api.js";
import {h} from "../dom.js";
import {form} from "../parts/form.js";
import {T} from "../texts.js";

/**
 * A dialog over whatever is there. @param {string} [name] of who was signed in last
 * @returns {Promise<object>} who has signed in
 */
export function askToSignIn(name) {
  return new Promise((resolve) => {
    const dialog = h("dialog", {class: "signin", "aria-labelledby": "signin-title"});
    const inner = form({
      label: T.signin.button,
      fields: [
        {name: "username", label: T.signin.username, autocomplete: "username", required: true, value: name ?? ""},
        {name: "password", label: T.signin.password, type: "password", autocomplete: "current-password", required: true},
      ],
      submit: async (values) => {
        const who = await signIn(values.username, values.password);
        dialog.close();
        dialog.remove();
        resolve(who);
      },
    });
    dialog.append(
      h("h1", {id: "signin-title"}, name ? T.signin.again : T.signin.title),
      h("p", {class: "hint"}, name ? T.signin.whyAgain : T.signin.hint),
      inner,
    );
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    document.body.append(dialog);
    dialog.showModal();
    inner.elements.namedItem(name ? "password" : "username").focus();
  });
}
