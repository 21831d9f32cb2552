import {api} from "../../api.js";
import {h} from "../../dom.js";
import {commandTimeline} from "../../parts/command.js";
import {badge} from "../../parts/badge.js";
import {empty} from "../../parts/empty.js";
import {form} from "../../parts/form.js";
import {pagedTable} from "../../parts/table.js";
import {time} from "../../parts/time.js";
import {failure, toast} from "../../parts/toast.js";
import {session} from "../../session.js";
import {T} from "../../texts.js";

const LENGTH = /^([0-9]+[dhms])+$/;

/** Sends commands, and shows the life of each. */
export function commandsCard({path, signal}) {
  const t = T.device.commands;
  const shown = new Map();
  const open = new Set();
  const list = pagedTable({
    caption: t.caption,
    key: (one) => one.commandId,
    columns: [
      {title: t.columns.payload, cell: (one) => h("span", {class: "mono"}, one.payload ?? t.binary)},
      {title: t.columns.status, cell: (one) => [badge(one.status), one.reason && h("span", {class: "faint"}, " " + one.reason)]},
      {title: t.columns.created, cell: (one) => time(one.createdAt)},
      {title: t.columns.by, cell: (one) => (one.cause?.rule ? t.rule(one.cause.rule) : (one.cause?.user ?? ""))},
      {title: t.columns.more, cell: timeline},
    ],
    load: async (cursor, own) => {
      const page = await api.page(path + "/commands", {limit: 10, cursor, signal: own});
      if (!cursor) shown.clear();
      page.items.forEach((one) => shown.set(one.commandId, one));
      return page;
    },
    empty: () => empty(t.none, t.next),
  });

  function timeline(one) {
    const details = h("details", {open: open.has(one.commandId)}, h("summary", null, t.timeline));
    const holder = h("div");
    details.append(holder);
    const draw = () => void commandTimeline(holder, one.commandId, {signal, cancelled: () => void changed({commandId: one.commandId})}).catch(failure);
    details.addEventListener("toggle", () => {
      if (details.open) {
        open.add(one.commandId);
        if (!holder.firstChild) draw();
      } else {
        open.delete(one.commandId);
      }
    });
    if (details.open) draw();
    return details;
  }

  async function changed({commandId}) {
    const one = await api.get("/commands/" + encodeURIComponent(commandId), {signal});
    shown.set(commandId, one);
    list.add(one);
  }

  const send = form({
    inline: true,
    label: t.send,
    fields: [
      {name: "payload", label: t.payload, hint: t.payloadHint, required: true, list: "known-payloads", class: "mono"},
      {name: "expiresIn", label: t.expires, hint: t.expiresHint, check: (text) => (LENGTH.test(text.trim()) ? "" : t.expiresHint)},
    ],
    submit: async (values, element) => {
      const {commandId} = await api.post(path + "/commands", values, {headers: {"Idempotency-Key": crypto.randomUUID?.() ?? String(Math.random()).slice(2)}});
      element.elements.namedItem("payload").select();
      toast(t.sent);
      open.add(commandId);
      await changed({commandId});
    },
  });
  const known = h("datalist", {id: "known-payloads"}, ["LED_ON", "LED_OFF", "FAN_ON", "FAN_OFF"].map((value) => h("option", {value})));
  return {
    toldOnce: true,
    element: h("section", {class: "card"}, h("h2", null, t.title), session.may("operator") ? [send, known] : h("p", {class: "hint"}, t.mayNot), list.element),
    refresh: () => list.reload(),
    on(kind, event) {
      if (kind === "command") changed(event).catch(failure);
    },
  };
}
