import {h, replace} from "../../dom.js";

/**
 * A text area with numbers of lines, and marks under what is wrong. The text area is the browser's own, so that undo, selection, search
 * and screen readers work as everywhere; what lies around it is for the eyes only.
 */
export function codeEditor({value, readOnly, label, describedBy, onInput, onSave}) {
  const area = h("textarea", {
    class: "code-text", wrap: "off", spellcheck: "false", autocapitalize: "off", autocomplete: "off", readonly: readOnly,
    "aria-label": label, "aria-describedby": describedBy, value, on: {input: changed, scroll: follow, keydown: key},
  });
  const numbers = h("div", {class: "code-numbers"});
  const marks = h("div", {class: "code-marks"});
  const element = h("div", {class: "code"},
    h("div", {class: "code-gutter", "aria-hidden": "true"}, numbers),
    h("div", {class: "code-body"}, h("div", {class: "code-under", "aria-hidden": "true"}, marks), area));
  let lines = 0;
  let problems = [];
  number();

  function changed() {
    number();
    onInput?.();
  }

  function number() {
    const count = area.value.split("\n").length;
    if (count === lines) return;
    lines = count;
    replace(numbers, Array.from({length: lines}, (_, i) => h("div", null, i + 1)));
    tint();
  }

  function follow() {
    numbers.style.transform = `translateY(${-area.scrollTop}px)`;
    marks.style.transform = `translate(${-area.scrollLeft}px, ${-area.scrollTop}px)`;
  }

  /** A new line begins below the one before; Tab goes on to the next control, as everywhere. */
  function key(event) {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      onSave?.();
    } else if (event.key === "Enter" && !event.isComposing && !area.readOnly) {
      const before = area.value.slice(0, area.selectionStart);
      const [indent] = /^ */.exec(before.slice(before.lastIndexOf("\n") + 1));
      // The one way to change a text area that undo knows.
      if (indent && document.execCommand("insertText", false, "\n" + indent)) event.preventDefault();
    }
  }

  function tint() {
    const worst = new Map();
    problems.forEach(({line, level}) => worst.get(line) === "error" || worst.set(line, level));
    [...numbers.children].forEach((number, i) => (number.className = worst.get(i + 1) ?? ""));
  }

  function mark({line, column = 1, endColumn, level}) {
    const text = area.value.split("\n")[line - 1] ?? "";
    const end = endColumn > column ? endColumn : Math.max(column + 1, text.trimEnd().length + 1);
    const element = h("div", {class: "code-mark " + level});
    element.style.top = `calc(var(--code-line) * ${line - 1})`;
    element.style.left = column - 1 + "ch";
    element.style.width = end - column + "ch";
    return element;
  }

  return {
    element,
    get value() {
      return area.value;
    },
    set value(text) {
      area.value = text;
      number();
    },
    /** Those of this text; lines and columns count from 1. */
    show(all) {
      problems = all.filter(({line}) => line > 0);
      replace(marks, problems.map(mark));
      tint();
      area.setAttribute("aria-invalid", String(problems.some(({level}) => level === "error")));
    },
    goTo(line, column = 1) {
      const before = area.value.split("\n").slice(0, line - 1);
      const at = Math.min(area.value.length, before.reduce((sum, text) => sum + text.length + 1, column - 1));
      area.focus();
      area.setSelectionRange(at, at);
      const height = parseFloat(getComputedStyle(area).lineHeight);
      const top = (line - 1) * height;
      if (top < area.scrollTop || top > area.scrollTop + area.clientHeight - 2 * height) {
        area.scrollTop = Math.max(0, top - area.clientHeight / 3);
      }
    },
  };
}
