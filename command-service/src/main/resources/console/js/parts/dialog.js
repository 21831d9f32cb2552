import {h, newId} from "../dom.js";
import {explain} from "../problem.js";
import {T} from "../texts.js";

/** @returns {HTMLDialogElement} open, with a title and a way to close it; gone from the page once closed */
export function dialog(title, ...content) {
  const id = newId("dialog");
  const element = h(
    "dialog",
    {"aria-labelledby": id},
    h("div", {class: "dialog-top"}, h("h2", {id}, title), h("button", {type: "button", class: "quiet", "aria-label": T.form.close, on: {click: () => element.close()}}, "×")),
    content,
  );
  element.addEventListener("close", () => element.remove());
  document.body.append(element);
  element.showModal();
  return element;
}

/** Does it only after a yes; what goes wrong is said in the dialog. @returns {Promise<boolean>} whether it was done */
export function confirmDialog(title, text, yes, action) {
  return new Promise((resolve) => {
    let done = false;
    const wrong = h("p", {class: "wrong", role: "alert"});
    const button = h("button", {type: "button", class: "danger"}, yes);
    const element = dialog(title, h("p", null, text), wrong, h("div", {class: "buttons"}, button, h("button", {type: "button", class: "quiet", on: {click: () => element.close()}}, T.form.cancel)));
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        await action();
        done = true;
        element.close();
      } catch (error) {
        wrong.textContent = explain(error);
        button.disabled = false;
      }
    });
    element.addEventListener("close", () => resolve(done));
  });
}

/** A secret that is shown this once. @returns {Promise} when it is closed */
export function showOnce(title, name, secret) {
  return new Promise((resolve) => {
    const id = newId("secret");
    const said = h("p", {class: "hint", role: "status"});
    const value = h("input", {id, class: "secret", readonly: true, value: secret});
    const copy = h("button", {type: "button"}, T.secret.copy);
    copy.addEventListener("click", async () => {
      value.select();
      try {
        await navigator.clipboard.writeText(secret);
        said.textContent = T.secret.copied;
      } catch {
        said.textContent = T.secret.notCopied;
      }
    });
    const element = dialog(
      title,
      h("p", null, T.secret.once),
      h("div", {class: "field"}, h("label", {for: id}, name), value),
      said,
      h("div", {class: "buttons"}, copy, h("button", {type: "button", class: "quiet", on: {click: () => element.close()}}, T.secret.done)),
    );
    element.addEventListener("close", () => resolve());
  });
}
