import {h} from "../dom.js";

/** How good or bad a word is; the word itself is always there too, for those who see no colours. */
const TONE = {
  delivered: "good", succeeded: "good", connected: "good", ready: "good", resolved: "good", enabled: "good", acknowledged: "note",
  sent: "note", queued: "note", pending: "note", running: "note", muted: "note",
  failed: "bad", firing: "bad", rejected: "bad", error: "bad", held: "bad", critical: "bad",
  expired: "warn", unconfirmed: "warn", disconnected: "off", disabled: "off", cancelled: "off", inactive: "off", warning: "warn",
};

/** @param word a status as the API has it; @param [text] what to show instead */
export function badge(word, text = word, title) {
  return h("span", {class: "badge " + (TONE[word] ?? "off"), title}, text);
}

export function presence(of) {
  if (!of?.connected) return badge("disconnected");
  return badge(of.ready ? "ready" : "connected");
}
