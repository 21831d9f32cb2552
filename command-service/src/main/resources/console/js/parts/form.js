import {h, newId, replace} from "../dom.js";
import {explain, Problem} from "../problem.js";
import {T} from "../texts.js";

/**
 * A form whose mistakes stand at their fields, and which keeps what was typed.
 *
 * @param {object} what
 * @param {object[]} what.fields `{name, label, type?, value?, hint?, required?, options?, rows?, check?, parse?, ...attributes}`; type may be
 *     text, password, number, checkbox, select (`options: [[value, text]]`), textarea …; `check(text)` returns what is wrong or nothing;
 *     `parse(text)` returns the value to submit, or throws an Error that says what is wrong
 * @param {function(object): Promise} what.submit gets values by name (empty optional ones are undefined); may throw a Problem, whose `field` is the
 *     name of a field (or begins with it, as in labels.site)
 * @param {string} what.label of the button
 * @param {boolean} [what.inline] fields beside each other
 * @param {function()} [what.cancel] adds a button for it
 * @returns {HTMLFormElement} with `blame(error)`: says at its field what only a later answer knew; false if it is about none of them
 */
export function form({fields, submit, label, inline, cancel}) {
  const parts = fields.map(field);
  const general = h("p", {class: "wrong", role: "alert"});
  const button = h("button", {type: "submit"}, label);
  const element = h(
    "form",
    {class: inline ? "form inline" : "form", novalidate: true},
    parts.map((part) => part.row),
    general,
    h("div", {class: "buttons"}, button, cancel && h("button", {type: "button", class: "quiet", on: {click: cancel}}, T.form.cancel)),
  );
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    parts.forEach((part) => part.say(""));
    replace(general);
    const values = {};
    const wrong = parts.filter((part) => !part.read(values));
    if (wrong.length > 0) {
      wrong[0].input.focus();
      return;
    }
    button.disabled = true;
    button.textContent = T.form.working;
    try {
      await submit(values, element);
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!element.blame(error)) replace(general, explain(error));
    } finally {
      button.disabled = false;
      button.textContent = label;
    }
  });
  element.blame = (error) => {
    const part = error instanceof Problem && error.field && parts.find(({name}) => (error.field + ".").startsWith(name + ".") || (error.field + "[").startsWith(name + "["));
    if (!part) return false;
    part.say(error.field === part.name ? error.atField : error.detail);
    part.input.focus();
    return true;
  };
  return element;
}

function field({name, label, type = "text", value, hint, required, options, check, parse, ...attributes}) {
  const id = newId(name);
  const wrong = h("p", {class: "wrong", id: id + "-wrong"});
  const common = {id, name, "aria-describedby": id + "-wrong" + (hint ? " " + id + "-hint" : ""), ...attributes};
  if (required) common["aria-required"] = "true";
  let input;
  if (type === "select") {
    input = h("select", common, options.map(([one, text]) => h("option", {value: one, selected: one === value}, text)));
  } else if (type === "textarea") {
    input = h("textarea", {rows: 4, spellcheck: "false", ...common, value: value ?? ""});
  } else if (type === "checkbox") {
    input = h("input", {...common, type, checked: value === true});
  } else {
    input = h("input", {...common, type, value: value ?? "", autocapitalize: "off", spellcheck: "false"});
  }
  const caption = h("label", {for: id}, label, !required && type !== "checkbox" && type !== "select" && h("span", {class: "faint"}, " (" + T.form.optional + ")"));
  const row = h(
    "div",
    {class: type === "checkbox" ? "field check" : "field"},
    type === "checkbox" ? [input, caption] : [caption, input],
    hint && h("p", {class: "hint", id: id + "-hint"}, hint),
    wrong,
  );
  const say = (text) => {
    replace(wrong, text);
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  input.addEventListener("input", () => say(""));
  const read = (values) => {
    if (type === "checkbox") {
      values[name] = input.checked;
      return true;
    }
    const text = input.value;
    if (text.trim() === "") {
      if (required) say(T.form.required);
      return !required;
    }
    const complaint = check?.(text);
    if (complaint) {
      say(complaint);
      return false;
    }
    try {
      values[name] = parse ? parse(text) : type === "number" ? Number(text) : text;
      return true;
    } catch (error) {
      say(error.message);
      return false;
    }
  };
  return {name, row, input, say, read};
}
