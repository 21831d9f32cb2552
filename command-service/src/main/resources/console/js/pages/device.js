import {api} from "../api.js";
import {h, replace} from "../dom.js";
import {live} from "../live.js";
import {badge, presence} from "../parts/badge.js";
import {confirmDialog, showOnce} from "../parts/dialog.js";
import {time} from "../parts/time.js";
import {failure, toast} from "../parts/toast.js";
import {go, setTitle} from "../router.js";
import {session} from "../session.js";
import {T} from "../texts.js";
import {alertsCard} from "./device/alerts.js";
import {chartsCard} from "./device/charts.js";
import {commandsCard} from "./device/commands.js";
import {configCard} from "./device/config.js";
import {diagnosticsCard} from "./device/diagnostics.js";
import {stateCard} from "./device/state.js";
import {after} from "./devices.js";

/** All about one device. Each card reads for itself, and says for itself what it could not read. */
export async function show(root, {params: {id}, query: {range}, signal}) {
  setTitle(id);
  const path = "/devices/" + encodeURIComponent(id);
  let device = await api.get(path, {signal});
  const head = h("section", {class: "card"});
  const draw = () => replace(head, ...heading(device, path, (changed) => ((device = {...device, ...changed}), draw())));
  draw();
  const context = {id, path, signal, range, device: () => device};
  const charts = chartsCard(context);
  const cards = [charts, commandsCard(context), stateCard(context), configCard(context), alertsCard(context), diagnosticsCard(context)];
  root.append(head, charts.element, cards[1].element, h("div", {class: "cards"}, cards.slice(2).map((card) => card.element)));
  const off = live.on(
    ["telemetry", "presence", "command", "alert"],
    [id],
    (kind, event) => {
      if (kind === "presence") {
        device = {...device, presence: after(device.presence, event)};
        draw();
      }
      cards.forEach((card) => card.on?.(kind, event));
    },
    (justBegun) => {
      // All was read a moment ago: only what is told once need be looked at again.
      const again = justBegun ? cards.filter((card) => card.toldOnce) : cards;
      api.get(path, {signal}).then((read) => ((device = read), draw()), failure);
      again.forEach((card) => void card.refresh?.().catch(failure));
    },
  );
  await Promise.all(cards.map((card) => card.refresh?.().catch(failure)));
  return () => {
    off();
    cards.forEach((card) => card.leave?.());
  };
}

function heading(device, path, changed) {
  const {id, presence: there} = device;
  const fact = (name, value) => value !== undefined && value !== null && value !== false && value !== "" && [h("dt", null, name), h("dd", null, value)];
  const t = T.device;
  return [
    h(
      "div",
      {class: "bar"},
      h("h1", null, id),
      presence(there),
      device.enabled === false && badge("disabled"),
      device.registered === false && badge("warning", T.devices.unregistered, T.devices.unregisteredMeans),
      h("span", {class: "grow"}),
      session.may("operator") && actions(device, path, changed),
    ),
    h(
      "dl",
      {class: "facts"},
      fact(t.type, device.type),
      fact(t.labels, Object.keys(device.labels ?? {}).length === 0 ? "" : Object.entries(device.labels).map(([name, value]) => [h("span", {class: "badge"}, name + ": " + value), " "])),
      there?.connected ? fact(t.since, time(there.connectedSince)) : fact(t.left, there?.closedAt && time(there.closedAt)),
      !there?.connected && fact(t.why, there?.lastCloseReason && (t.reasons[there.lastCloseReason] ?? there.lastCloseReason)),
      fact(t.gateway, there?.gateway),
      fact(t.protocol, there?.protocol),
      fact(t.address, there?.address),
      there?.clientId !== id && fact(t.client, there?.clientId),
    ),
  ];
}

function actions(device, path, changed) {
  const t = T.device;
  const {id} = device;
  const quiet = (text, click) => h("button", {type: "button", class: "quiet", on: {click}}, text);
  const enable = async (enabled) => {
    await api.patch(path, {enabled});
    changed({enabled});
    toast(t.changed);
  };
  return [
    device.enabled === false
      ? quiet(t.enable, () => enable(true).catch(failure))
      : quiet(t.disable, () => void confirmDialog(t.disableTitle(id), t.disableText, t.disable, () => enable(false))),
    quiet(t.rotate, async () => {
      let secret;
      const done = await confirmDialog(t.rotateTitle(id), t.rotateText, t.rotate, async () => ({secret} = await api.post(path + "/secret")));
      if (done) await showOnce(t.secretTitle(id), t.secret, secret);
    }),
    quiet(t.remove, async () => {
      if (await confirmDialog(t.removeTitle(id), t.removeText, t.remove, () => api.del(path))) await go("/devices");
    }),
  ];
}
