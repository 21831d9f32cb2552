import {api} from "../api.js";
import {h, replace} from "../dom.js";
import {session} from "../session.js";
import {T} from "../texts.js";
import {confirmDialog} from "./dialog.js";
import {badge} from "./badge.js";
import {clock, exact, time} from "./time.js";
import {toast} from "./toast.js";

/** The life of one command, each step with its time; draws into `holder`. */
export async function commandTimeline(holder, id, {signal, cancelled} = {}) {
  const t = T.device.commands;
  const path = "/commands/" + encodeURIComponent(id);
  const command = await api.get(path, {signal});
  const cause = command.cause ?? {};
  replace(
    holder,
    h("ol", {class: "timeline"}, (command.timeline ?? []).map(step)),
    h(
      "dl",
      {class: "facts"},
      command.result !== undefined && [h("dt", null, t.answer), h("dd", {class: "mono"}, typeof command.result === "string" ? command.result : JSON.stringify(command.result))],
      cause.record && [h("dt", null, t.cause), h("dd", {class: "mono"}, cause.record)],
      cause.revision && [h("dt", null, t.revision), h("dd", {class: "mono"}, cause.revision)],
      command.finishedAt === undefined && command.expiresAt && [h("dt", null, t.expiresAt), h("dd", null, time(command.expiresAt))],
    ),
    command.status === "queued" &&
      session.may("operator") &&
      h("button", {type: "button", class: "quiet", on: {click: () => cancel(path, cancelled)}}, t.cancel),
  );
}

function step(entry) {
  const t = T.device.commands;
  const about = [entry.reason, entry.attempt > 1 && t.attempt(entry.attempt), entry.gateway !== undefined && t.gateway(entry.gateway)].filter(Boolean).join(", ");
  return h("li", null, badge(entry.event), " ", t.steps[entry.event] ?? "", about && h("span", {class: "faint"}, " (" + about + ")"), " ", h("time", {class: "faint", datetime: entry.at, title: exact(entry.at)}, clock(entry.at)));
}

async function cancel(path, cancelled) {
  const t = T.device.commands;
  if (await confirmDialog(t.cancel + "?", path.slice(path.lastIndexOf("/") + 1), t.cancel, () => api.del(path))) {
    toast(t.cancelled);
    cancelled?.();
  }
}
