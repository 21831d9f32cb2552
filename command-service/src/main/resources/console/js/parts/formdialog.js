import {h} from "../dom.js";
import {dialog} from "./dialog.js";
import {form} from "./form.js";

/**
 * A form in a dialog, which closes once it is done.
 *
 * @param what `{title, text?, fields, label, submit}`, the last three as in form.js
 * @returns {Promise<boolean>} whether it was done
 */
export function formDialog({title, text, fields, label, submit}) {
  return new Promise((resolve) => {
    let done = false;
    const inner = form({
      fields,
      label,
      cancel: () => element.close(),
      async submit(values) {
        await submit(values);
        done = true;
        element.close();
      },
    });
    const element = dialog(title, text && h("p", null, text), inner);
    inner.querySelector("input, textarea, select")?.focus();
    element.addEventListener("close", () => resolve(done));
  });
}
