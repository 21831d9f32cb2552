import {h} from "../../dom.js";
import {badge} from "../../parts/badge.js";
import {time} from "../../parts/time.js";
import {session} from "../../session.js";
import {commands as T} from "../../texts/commands.js";
import {cancelCommand} from "./cancel.js";

/** How a command stands in a list. @param what `{reload(), ofBatch?}`; `reload` is called after a change, a batch's own list need not lead to it */
export function columns({reload, ofBatch}) {
  const c = T.columns;
  return [
    {title: c.created, class: "nowrap", cell: (command) => h("a", {href: "/commands/" + encodeURIComponent(command.commandId)}, time(command.createdAt))},
    {title: c.device, cell: (command) => h("a", {href: "/devices/" + encodeURIComponent(command.deviceId)}, command.deviceId)},
    {title: c.payload, cell: payload},
    {title: c.status, cell: (command) => [badge(command.status, command.status, T.statuses[command.status]), command.reason && h("div", {class: "faint"}, command.reason)]},
    {title: c.cause, cell: (command) => cause(ofBatch ? {...command, batchId: undefined} : command)},
    session.may("operator") && {title: c.act, cell: (command) => command.status === "queued" && h("button", {
      type: "button", class: "quiet small", "aria-label": T.cancel + " " + (command.payload ?? "") + " " + command.deviceId,
      on: {click: () => void cancelCommand(command, reload)},
    }, T.cancel)},
  ].filter(Boolean);
}

const LONGEST = 120;

export function payload({payload: text, payloadBase64}) {
  const shown = text ?? T.binary(payloadBase64);
  return h("code", {title: shown.length > LONGEST && shown}, shown.length > LONGEST ? shown.slice(0, LONGEST) + " …" : shown);
}

export function cause({cause: of = {}, batchId}) {
  return [of.rule ? T.rule(of.rule) : of.user ?? of.origin, batchId && h("div", null, h("a", {href: "/commands/batch/" + encodeURIComponent(batchId)}, T.batch))];
}
