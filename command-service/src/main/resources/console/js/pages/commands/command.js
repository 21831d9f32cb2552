import {api} from "../../api.js";
import {h, replace} from "../../dom.js";
import {live} from "../../live.js";
import {badge} from "../../parts/badge.js";
import {facts} from "../../parts/facts.js";
import {seldom} from "../../parts/seldom.js";
import {workStyle} from "../../parts/style.js";
import {time} from "../../parts/time.js";
import {failure} from "../../parts/toast.js";
import {setTitle} from "../../router.js";
import {session} from "../../session.js";
import {commands as T} from "../../texts/commands.js";
import {cancelCommand} from "./cancel.js";
import {cause} from "./columns.js";

/** /commands/:id: one command with its timeline and what caused it. */
export async function show(root, {params, signal}) {
  await workStyle();
  const body = h("div");

  async function load() {
    const command = await api.get("/commands/" + encodeURIComponent(params.id), {signal});
    replace(body, parts(command, load));
    return command;
  }

  const command = await load();
  setTitle(T.one(command));
  replace(root, h("p", null, h("a", {href: "/commands"}, T.back)), h("h1", null, T.one(command)), body);
  const soon = seldom(() => load().catch(failure), 1_000);
  const off = live.on(["command"], [command.deviceId], (kind, event) => event.commandId === params.id && soon.run(), soon.run);
  return () => {
    off();
    soon.close();
  };
}

function parts(command, load) {
  const f = T.facts;
  return h("div", {class: "cards"},
    h("section", {class: "card"},
      facts([
        [f.status, h("span", null, badge(command.status), " ", h("span", {class: "faint"}, T.statuses[command.status]))],
        [f.reason, command.reason],
        [f.device, h("a", {href: "/devices/" + encodeURIComponent(command.deviceId)}, command.deviceId)],
        [f.payload, h("pre", null, command.payload ?? T.binary(command.payloadBase64))],
        [f.contentType, command.contentType],
        [f.result, command.result !== undefined && h("pre", null, typeof command.result === "string" ? command.result : JSON.stringify(command.result, null, 2))],
        [f.cause, h("span", null, cause(command))],
        [f.record, command.cause?.record && h("code", null, command.cause.record)],
        [f.expires, time(command.expiresAt)],
        [f.attempts, command.attempt],
        [f.answerWithin, command.answerWithin],
        [f.retry, command.retry && T.retry(command.retry)],
        [f.next, command.notBefore && time(command.notBefore)],
        [f.id, h("code", null, command.commandId)],
      ]),
      session.may("operator") && command.status === "queued" && h("div", {class: "buttons"},
        h("button", {type: "button", class: "quiet", on: {click: () => void cancelCommand(command, load)}}, T.cancel))),
    h("section", {class: "card"}, h("h2", null, T.timeline), h("ol", {class: "timeline"}, (command.timeline ?? []).map(step))));
}

function step({at, event, status, attempt, gateway, reason}) {
  const more = [event !== status && (T.events[event] ?? event), attempt > 0 && T.attempt(attempt), gateway !== undefined && T.gateway(gateway), reason].filter(Boolean);
  return h("li", null, badge(status), " ", time(at), more.length > 0 && h("div", {class: "faint"}, more.join(" · ")));
}
