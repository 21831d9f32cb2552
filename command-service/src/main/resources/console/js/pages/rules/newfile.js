import {h, replace} from "../../dom.js";
import {rules as T} from "../../texts/rules.js";
import {examples} from "../../texts/examples.js";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,100}\.rules\.yaml$/;

/** The name of a new file, and examples to begin with. */
export function newFileFields(taken, begin) {
  const wrong = h("p", {class: "wrong", id: "file-name-wrong"});
  const input = h("input", {
    id: "file-name", type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", "aria-required": "true",
    "aria-describedby": "file-name-wrong file-name-hint", on: {input: () => say("")},
  });

  function say(text) {
    replace(wrong, text);
    if (text) {
      input.setAttribute("aria-invalid", "true");
      input.focus();
    } else {
      input.removeAttribute("aria-invalid");
    }
    return text === "";
  }

  const name = () => input.value.trim();
  const start = (example) => {
    if (!name()) input.value = example.file;
    say("");
    begin(example.text);
  };
  return {
    element: h("div", {class: "card new-file"},
      h("div", {class: "field"}, h("label", {for: "file-name"}, T.fileName), input, h("p", {class: "hint", id: "file-name-hint"}, T.fileNameHint), wrong),
      h("div", {role: "group", "aria-labelledby": "examples-title"},
        h("strong", {id: "examples-title"}, T.startWith),
        h("div", {class: "buttons"}, examples.map((example) => h("button", {type: "button", class: "quiet small", on: {click: () => start(example)}}, example.name))))),
    check: () => say(name() === "" ? T.fileNameNeeded : !NAME.test(name()) ? T.fileNameWrong(name()) : taken.includes(name()) ? T.fileNameTaken(name()) : ""),
    say,
    get value() {
      return name();
    },
  };
}
