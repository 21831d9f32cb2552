/**
 * What was typed into the editor and is not saved, for as long as the browser's tab lives: it outlasts a reload and a walk to another
 * page. No secret stands in a rule.
 */
const PREFIX = "millrace.rules.draft:";

export const drafts = {
  /** @returns `{text, revision}` or null */
  of(file) {
    const kept = sessionStorage.getItem(PREFIX + file);
    return kept === null ? null : JSON.parse(kept);
  },
  keep(file, text, revision) {
    sessionStorage.setItem(PREFIX + file, JSON.stringify({text, revision}));
  },
  drop(file) {
    sessionStorage.removeItem(PREFIX + file);
  },
};
