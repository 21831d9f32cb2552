import {api, query} from "../api.js";
import {h} from "../dom.js";
import {live} from "../live.js";
import {badge, presence} from "../parts/badge.js";
import {dialog, showOnce} from "../parts/dialog.js";
import {empty} from "../parts/empty.js";
import {form} from "../parts/form.js";
import {checkDeviceId} from "../parts/names.js";
import {pagedTable} from "../parts/table.js";
import {time} from "../parts/time.js";
import {go, setQuery, setTitle} from "../router.js";
import {session} from "../session.js";
import {T} from "../texts.js";

const LABEL = /^[^:]+:.*$/;

/** The registry with who is there, page by page. */
export async function show(root, {query: given}) {
  setTitle(T.devices.title);
  let filter = given;
  const shown = new Map();
  const list = pagedTable({
    caption: T.devices.caption,
    columns: [
      {title: T.devices.columns.id, cell: (one) => h("a", {href: "/devices/" + encodeURIComponent(one.id)}, one.id)},
      {title: T.devices.columns.presence, cell: (one) => [presence(one.presence), one.enabled === false && [" ", badge("disabled")], one.registered === false && [" ", badge("warning", T.devices.unregistered, T.devices.unregisteredMeans)]]},
      {title: T.devices.columns.since, cell: (one) => time(one.presence?.connected ? one.presence.connectedSince : one.presence?.closedAt)},
      {title: T.devices.columns.type, cell: (one) => one.type ?? ""},
      {title: T.devices.columns.labels, cell: (one) => Object.entries(one.labels ?? {}).map(([name, value]) => [h("span", {class: "badge"}, name + ": " + value), " "])},
    ],
    load: async (cursor, signal) => {
      const page = await api.page("/devices" + query(filter), {cursor, signal});
      if (!cursor) shown.clear();
      page.items.forEach((one) => shown.set(one.id, one));
      return page;
    },
    refused: (error) => search.blame(error),
    empty: () => (Object.values(filter).some(Boolean) ? empty(T.devices.none, T.devices.change) : empty(T.devices.noneAtAll, T.devices.provision)),
  });
  const search = form({
    inline: true,
    label: T.devices.search,
    fields: [
      {name: "q", label: T.devices.q, type: "search", placeholder: T.devices.qHint, value: given.q},
      {name: "type", label: T.devices.type, value: given.type},
      {name: "label", label: T.devices.label, placeholder: T.devices.labelHint, value: given.label, check: (text) => (LABEL.test(text) ? "" : T.devices.labelWrong)},
      {name: "connected", label: T.devices.connected, type: "select", value: given.connected ?? "", options: [["", T.devices.all], ["true", T.devices.yes], ["false", T.devices.no]]},
    ],
    submit: async (values) => {
      filter = values;
      setQuery(values);
      await list.reload();
    },
  });
  root.append(
    h("div", {class: "bar"}, h("h1", null, T.devices.title), h("span", {class: "grow"}), session.may("operator") && h("button", {type: "button", on: {click: add}}, T.devices.add)),
    h("div", {class: "card"}, search),
    list.element,
  );
  await list.reload();
  return live.on(
    ["presence"],
    [],
    (kind, event) => {
      const one = shown.get(event.deviceId);
      if (one) {
        one.presence = after(one.presence, event);
        list.update(one);
      }
    },
    () => void list.reload(),
  );
}

/** A disconnect of an older session than the last connect says nothing: the device has only moved. */
export function after(before, event) {
  if (before?.session > event.session) return before;
  const gone = event.presence === "disconnected";
  return {
    ...before,
    session: event.session,
    gateway: event.gateway,
    connected: !gone,
    ready: event.presence === "ready",
    ...(gone ? {closedAt: event.time, lastCloseReason: event.reason} : event.presence === "connected" ? {connectedSince: event.time} : {}),
  };
}

function parseLabels(text) {
  const labels = {};
  for (const line of text.split("\n").map((one) => one.trim()).filter(Boolean)) {
    const at = line.indexOf("=");
    if (at < 1) throw new Error(T.devices.labelsWrong(line));
    const name = line.slice(0, at).trim();
    if (Object.hasOwn(labels, name)) throw new Error(T.devices.labelTwice(name));
    labels[name] = line.slice(at + 1).trim();
  }
  return labels;
}

function add() {
  const open = dialog(
    T.devices.add,
    form({
      label: T.devices.addButton,
      fields: [
        {name: "id", label: T.devices.id, hint: T.devices.idHint, required: true, check: checkDeviceId, parse: (text) => text.trim()},
        {name: "type", label: T.devices.type, hint: T.devices.typeHint},
        {name: "labels", label: T.devices.labels, type: "textarea", rows: 3, hint: T.devices.labelsHint, parse: parseLabels},
      ],
      submit: async (values) => {
        const made = await api.post("/devices", values);
        open.close();
        if (made.secret) await showOnce(T.devices.secretTitle(made.id), T.devices.secret, made.secret);
        await go("/devices/" + encodeURIComponent(made.id));
      },
      cancel: () => open.close(),
    }),
  );
}
