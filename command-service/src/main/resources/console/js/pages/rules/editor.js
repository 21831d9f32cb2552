import {api} from "../../api.js";
import {h, replace} from "../../dom.js";
import {confirmDialog} from "../../parts/dialog.js";
import {empty} from "../../parts/empty.js";
import {style, workStyle} from "../../parts/style.js";
import {toast} from "../../parts/toast.js";
import {explain, Problem} from "../../problem.js";
import {go, setTitle} from "../../router.js";
import {session} from "../../session.js";
import {rules as T} from "../../texts/rules.js";
import {checker} from "./checker.js";
import {codeEditor} from "./code.js";
import {drafts} from "./drafts.js";
import {newFileFields} from "./newfile.js";
import {problemList} from "./problems.js";
import {trial} from "./trial.js";

/** Under which the draft of a new file is kept. */
const NEW = "";

/** /rules/edit/:file and /rules/new: one rule file, checked while somebody types, tried on a device, and saved. */
export async function show(root, {params, query, signal}) {
  await Promise.all([workStyle(), style(new URL("../../../css/rules.css", import.meta.url))]);
  const all = await api.get("/rules/files", {signal});
  const file = params.file ?? NEW;
  const saved = all.items.find((item) => item.file === file) ?? null;
  if (file !== NEW && !saved && !drafts.of(file)) {
    setTitle(T.title);
    replace(root, h("h1", null, T.title), empty(T.gone(file), T.goneDo, " ", h("a", {href: "/rules"}, T.back)));
    return undefined;
  }
  if (file === NEW && !session.may("operator")) {
    setTitle(T.newFile);
    replace(root, h("h1", null, T.newFile), empty(T.readOnly, h("a", {href: "/rules"}, T.back)));
    return undefined;
  }
  return new Editor(root, all, file, saved).open(Number(query.line ?? 0), await devicesToTry(query.device, signal));
}

/** Some that speak just now, for whoever knows no id by heart. */
async function devicesToTry(first, signal) {
  if (!session.may("operator")) return [];
  const page = await api.page("/devices?connected=true", {limit: 20, signal});
  return [...(first ? [first] : []), ...page.items.map((device) => device.id)];
}

class Editor {
  constructor(root, all, file, saved) {
    this.root = root;
    this.all = all;
    this.file = file;
    this.saved = saved;
    this.operator = session.may("operator");
    this.may = this.operator && all.editable;
    const draft = this.may ? drafts.of(file) : null;
    this.draft = draft?.text === saved?.text ? null : draft;
  }

  open(line, devices) {
    const title = this.file === NEW ? T.newFile : T.editorOf(this.file);
    setTitle(title);
    this.notices = h("div");
    this.verdict = h("span", {id: "editor-verdict", role: "status"});
    this.state = h("span", {class: "faint"});
    this.problems = h("div");
    this.naming = this.file === NEW && this.may ? newFileFields(this.all.items.map((item) => item.file), (text) => void this.begin(text)) : null;
    this.code = codeEditor({
      value: this.draft?.text ?? this.saved?.text ?? "",
      readOnly: !this.may,
      label: this.file === NEW ? T.newFile : T.textOf(this.file),
      describedBy: "editor-verdict",
      onInput: () => this.typed(),
      onSave: () => this.may && void this.save(),
    });
    replace(
      this.root,
      h("p", null, h("a", {href: "/rules"}, T.back)),
      h("h1", null, title),
      this.notices,
      this.naming?.element,
      this.code.element,
      h("div", {class: "bar editor-bar"}, this.buttons(), this.state, h("span", {class: "grow"}), this.verdict),
      this.problems,
      this.operator && trial({file: () => this.name(), text: () => this.code.value, devices, onProblems: (problems) => this.show(problems)}),
    );
    this.warn();
    this.tellState();
    this.checker = checker(() => (this.operator && this.code.value.trim() ? this.texts() : null), (answer) => this.checked(answer));
    this.checker.now();
    if (line > 0) requestAnimationFrame(() => this.code.goTo(line));
    this.leaving = (event) => this.dirty() && event.preventDefault();
    addEventListener("beforeunload", this.leaving);
    return () => this.close();
  }

  close() {
    this.checker.close();
    removeEventListener("beforeunload", this.leaving);
  }

  buttons() {
    if (!this.may) return [];
    this.saveButton = h("button", {type: "button", title: T.keys, on: {click: () => void this.save()}}, T.save);
    this.discardButton = h("button", {type: "button", class: "quiet", on: {click: () => void this.discard()}}, T.discard);
    return [this.saveButton, this.discardButton, this.saved && h("button", {type: "button", class: "quiet", on: {click: () => void this.remove()}}, T.remove)];
  }

  warn() {
    const texts = [
      !this.operator && T.readOnly,
      this.operator && !this.all.editable && T.notEditable(this.all.reason),
      this.draft && T.draft,
      this.draft && this.saved && this.draft.revision !== this.saved.revision && T.draftOlder,
    ];
    replace(this.notices, texts.filter(Boolean).map((text) => h("p", {class: "notice"}, text)));
  }

  name() {
    return this.file || this.naming?.value || "new.rules.yaml";
  }

  /** With the other files: what stands in one may matter to another. */
  texts() {
    return {...Object.fromEntries(this.all.items.map((item) => [item.file, item.text])), [this.name()]: this.code.value};
  }

  dirty() {
    return this.may && this.code.value !== (this.saved?.text ?? "");
  }

  typed() {
    if (this.dirty()) drafts.keep(this.file, this.code.value, this.saved?.revision);
    else drafts.drop(this.file);
    this.tellState();
    if (this.code.value.trim()) this.checker.soon();
    else this.show([]);
  }

  tellState() {
    if (!this.may) return;
    const dirty = this.dirty();
    replace(this.state, dirty ? T.unsaved : this.saved && T.upToDate);
    this.discardButton.disabled = !dirty;
  }

  checked({checking, report, failure}) {
    if (checking) replace(this.verdict, h("span", {class: "faint"}, T.checking));
    else if (failure) replace(this.verdict, h("span", {class: "wrong"}, T.checkAway(explain(failure))));
    else this.show(report.problems);
  }

  show(problems) {
    const errors = problems.filter(({level}) => level === "error").length;
    this.code.show(problems.filter(({file}) => !file || file === this.name()));
    replace(this.verdict, this.code.value.trim() && (problems.length > 0
      ? h("span", {class: errors > 0 ? "wrong" : ""}, T.counts(errors, problems.length - errors))
      : h("span", {class: "faint"}, T.fine)));
    replace(this.problems, problems.length > 0 && problemList(problems, this.name(), (problem) => this.goTo(problem)));
  }

  goTo({file, line, column}) {
    if (!file || file === this.name()) this.code.goTo(line || 1, column || 1);
    else void go("/rules/edit/" + encodeURIComponent(file) + "?line=" + (line || 1));
  }

  async begin(text) {
    const put = async () => {
      this.begun = text;
      this.code.value = text;
      this.typed();
    };
    if (this.code.value.trim() === "" || this.code.value === this.begun) await put();
    else await confirmDialog(T.startReplaces, T.startReplacesText, T.replace, put);
  }

  async save() {
    if (this.naming && !this.naming.check()) return;
    const file = this.name();
    const text = this.code.value;
    this.saveButton.disabled = true;
    try {
      const {revision} = await api.put("/rules/files/" + encodeURIComponent(file), text, {
        headers: {"Content-Type": "application/yaml", ...(this.saved ? {"If-Match": `"${this.saved.revision}"`} : {"If-None-Match": "*"})},
      });
      this.took({file, text, revision});
    } catch (error) {
      await this.refused(error);
    } finally {
      this.saveButton.disabled = false;
    }
  }

  /** What was typed while it was being saved stays, as a draft of the new revision. */
  took(saved) {
    drafts.drop(this.file);
    toast(T.saved(saved.file));
    this.saved = saved;
    this.draft = null;
    if (this.file === NEW) {
      if (this.code.value !== saved.text) drafts.keep(saved.file, this.code.value, saved.revision);
      void go("/rules/edit/" + encodeURIComponent(saved.file));
      return;
    }
    this.all.items = this.all.items.map((item) => (item.file === saved.file ? saved : item));
    this.warn();
    this.typed();
  }

  async refused(error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 412 && this.file === NEW) {
      this.naming.say(T.fileNameTaken(this.name()));
    } else if (error.status === 412) {
      await this.conflict();
    } else if (error.status === 422 && error.json.problems) {
      this.show(error.json.problems);
      const first = error.json.problems.find(({level}) => level === "error");
      if (first) this.goTo(first);
    } else if (error.field === "file" && this.naming) {
      this.naming.say(error.atField);
    } else {
      replace(this.notices, h("p", {class: "notice bad", role: "alert"}, explain(error)));
    }
  }

  async conflict() {
    this.all = await api.get("/rules/files");
    const theirs = this.all.items.find((item) => item.file === this.file) ?? null;
    const shown = h("div");
    const mine = () => {
      this.saved = theirs;
      replace(this.notices);
      void this.save();
    };
    replace(this.notices, h("div", {class: "notice", role: "alert"},
      h("p", null, theirs ? T.conflict : T.conflictGone),
      h("div", {class: "buttons"},
        h("button", {type: "button", on: {click: mine}}, T.conflictMine),
        theirs && h("button", {type: "button", class: "quiet", on: {click: () => replace(shown, h("h2", null, T.conflictTheirsTitle), h("pre", null, theirs.text))}}, T.conflictTheirs)),
      shown));
  }

  discard() {
    return confirmDialog(T.discardTitle, T.discardText, T.discard, async () => {
      this.code.value = this.saved?.text ?? "";
      this.draft = null;
      this.typed();
      this.warn();
    });
  }

  async remove() {
    const removed = await confirmDialog(T.removeTitle(this.file), T.removeText, T.remove, async () => {
      await api.del("/rules/files/" + encodeURIComponent(this.file), {headers: {"If-Match": `"${this.saved.revision}"`}});
      drafts.drop(this.file);
    });
    if (removed) {
      toast(T.removed(this.file));
      this.saved = null;
      this.code.value = "";
      void go("/rules");
    }
  }
}
