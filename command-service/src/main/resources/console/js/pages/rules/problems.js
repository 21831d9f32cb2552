import {h} from "../../dom.js";
import {rules as T} from "../../texts/rules.js";

/** What the check says; each message leads to its place. */
export function problemList(problems, ownFile, goTo) {
  return h("ol", {class: "plain problems"}, problems.map((problem) => h("li", {class: problem.level},
    h("button", {type: "button", class: "quiet small problem-place", on: {click: () => goTo(problem)}},
      h("strong", {class: "level"}, problem.level === "error" ? T.error : T.warning), " ",
      problem.file && problem.file !== ownFile && problem.file + " ",
      problem.line ? T.place(problem.line, problem.column) : T.wholeFile),
    " ", h("span", {class: "faint"}, problem.code),
    h("div", null, problem.message),
    problem.help && h("div", {class: "hint"}, problem.help))));
}
