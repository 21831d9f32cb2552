import {api} from "../api.js";
import {h, replace} from "../dom.js";
import {badge} from "../parts/badge.js";
import {empty} from "../parts/empty.js";
import {repeat} from "../parts/repeat.js";
import {style, workStyle} from "../parts/style.js";
import {exact, time} from "../parts/time.js";
import {failure} from "../parts/toast.js";
import {explain, Problem} from "../problem.js";
import {setTitle} from "../router.js";
import {session} from "../session.js";
import {rules as T} from "../texts/rules.js";
import {acts} from "./rules/acts.js";

const EVERY = 10_000;
/** From then on the engines know what was said to them. */
const KNOWN_AFTER = 2_500;
const TONE = {ok: "ready", "never-evaluated": "inactive", "always-unknown": "warning", errors: "error"};

/** All rules in force and how they fare, and the files in which they stand. */
export async function show(root, {signal}) {
  setTitle(T.title);
  await Promise.all([workStyle(), style(new URL("../../css/rules.css", import.meta.url))]);
  const notices = h("div");
  const list = h("div");
  const files = h("div");
  let last = "";
  let timer = null;

  async function load() {
    const [rules, texts] = await Promise.all([api.get("/rules", {signal}), fileSet(signal)]);
    const now = JSON.stringify([rules, texts.wrong, texts.items?.map((item) => item.revision)]);
    if (now === last) return;
    last = now;
    replace(notices, engineNotices(rules.engines));
    replace(list, rules.items.length > 0 ? table(rules.items, said) : empty(T.empty, T.emptyDo));
    replace(files, texts.wrong ? h("p", {class: "notice"}, texts.wrong) : fileList(texts.items, rules.items));
  }

  function said() {
    clearTimeout(timer);
    timer = setTimeout(() => void load().catch(failure), KNOWN_AFTER);
  }

  await load();
  replace(
    root,
    h("div", {class: "bar"}, h("h1", null, T.title), h("span", {class: "grow"}),
      session.may("operator") && h("a", {class: "button", href: "/rules/new"}, T.newFile)),
    notices,
    list,
    h("section", {class: "card rule-files"}, h("h2", null, T.files), h("p", {class: "hint"}, T.filesText), files),
  );
  const end = repeat(load, EVERY);
  return () => {
    end();
    clearTimeout(timer);
  };
}

/** How the rules fare is worth showing even where their texts are not to be had. */
async function fileSet(signal) {
  try {
    return await api.get("/rules/files", {signal});
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return {wrong: explain(error)};
  }
}

function engineNotices(engines) {
  return engines.map((engine) => [
    engine.problem && h("p", {class: "notice"}, T.engineProblem(engine.address, engine.problem)),
    engine.reloadSuccessful === false && h("div", {class: "notice"}, h("p", null, T.notInForce), h("ul", null, (engine.problems ?? []).map((text) => h("li", null, text)))),
  ]);
}

function table(rules, said) {
  const c = T.columns;
  const columns = [
    [c.rule, nameOf],
    [c.health, health],
    [c.now, (rule) => counts(rule.instances, ["firing", "pending", "closing"], T.states)],
    [c.fired, (rule) => [rule.fired.toLocaleString("en"), rule.lastFired && h("div", {class: "faint"}, time(rule.lastFired))]],
    [c.actions, (rule) => counts(rule.actions, Object.keys(rule.actions), {})],
    [c.error, (rule) => rule.lastError && h("span", null, T.lastError(rule.lastError), " ", h("span", {class: "faint"}, time(rule.lastError.time)))],
    session.may("operator") && [c.act, (rule) => h("div", {class: "buttons"}, acts(rule, said))],
  ].filter(Boolean);
  return h("div", {class: "paged"}, h("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": T.title}, h("table", null,
    h("caption", {class: "unseen"}, T.title),
    h("thead", null, h("tr", null, columns.map(([title]) => h("th", {scope: "col"}, title)))),
    h("tbody", null, rules.map((rule) => h("tr", {"data-rule": rule.group + "/" + rule.name}, columns.map(([title, cell]) => h("td", {"data-title": title}, cell(rule)))))))));
}

function nameOf(rule) {
  return [
    h("a", {href: editorPath(rule.file, rule.line)}, h("strong", null, rule.name)),
    h("div", {class: "faint"}, T.kinds[rule.kind] ?? rule.kind, " · ", h("a", {href: editorPath(rule.file, rule.line)}, rule.file + ":" + rule.line)),
  ];
}

function health(rule) {
  return [
    badge(TONE[rule.health] ?? rule.health, T.health[rule.health] ?? rule.health, T.healthHelp[rule.health]),
    rule.muted && h("div", null, badge("muted", T.muted), " ", h("span", {class: "faint"}, T.until, " ", time(rule.muted.until, exact)), h("div", {class: "faint"}, T.mutedBy(rule.muted))),
    rule.heldBy && h("div", null, badge("held", T.held, T.heldHelp)),
  ];
}

function counts(all, names, words) {
  const some = names.filter((name) => all[name]);
  return some.length > 0 ? some.map((name) => all[name].toLocaleString("en") + " " + (words[name] ?? name)).join(", ") : h("span", {class: "faint"}, "–");
}

function fileList(files, rules) {
  return h("ul", {class: "plain"}, files.map((item) => h("li", null,
    h("a", {href: editorPath(item.file)}, item.file), " ",
    h("span", {class: "faint"}, T.inFile(rules.filter((rule) => rule.file === item.file).length)))));
}

function editorPath(file, line) {
  return "/rules/edit/" + encodeURIComponent(file) + (line ? "?line=" + line : "");
}
