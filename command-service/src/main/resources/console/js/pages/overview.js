import {api} from "../api.js";
import {h, replace} from "../dom.js";
import {live} from "../live.js";
import {badge} from "../parts/badge.js";
import {empty} from "../parts/empty.js";
import {spark} from "../parts/spark.js";
import {clock, time} from "../parts/time.js";
import {failure} from "../parts/toast.js";
import {setTitle} from "../router.js";
import {T} from "../texts.js";

const EVERY = 10_000; // ms: as often as the service finds it out
/** Whether the first steps are folded, in the browser. */
const START = "millrace.start";
const FOLDED = "folded";
const MOST_EVENTS = 12;
const number = new Intl.NumberFormat();

/** The fleet at a glance. */
export async function show(root, {signal}) {
  setTitle(T.overview.title);
  const asOf = h("span", {class: "faint"});
  const tiles = h("div", {class: "tiles"});
  const notes = h("div");
  const lower = h("div", {class: "cards"});
  const gateways = h("section", {class: "card"});
  const lag = h("section", {class: "card"});
  const outcomes = h("section", {class: "card"});
  const events = happens();
  lower.append(events.element, outcomes, gateways, lag);
  root.append(h("div", {class: "bar"}, h("h1", null, T.overview.title), h("span", {class: "grow"}), asOf), notes, tiles, start(), lower);

  async function refresh() {
    const now = await api.get("/overview", {signal});
    replace(asOf, T.overview.asOf, clock(now.time));
    replace(notes, Object.entries(now.unavailable ?? {}).map(([what, why]) => h("p", {class: "wrong"}, T.overview.unavailable(T.overview.what[what] ?? what, why))));
    replace(tiles, ...figures(now));
    replace(gateways, ...gatewayCard(now));
    replace(lag, ...lagCard(now));
    replace(outcomes, ...outcomeCard(now));
  }

  await refresh();
  const timer = setInterval(() => refresh().catch(failure), EVERY);
  return () => {
    clearInterval(timer);
    events.leave();
  };
}

function tile(name, figure, below, href) {
  return h("div", {class: "tile"}, h("span", {class: "name"}, href ? h("a", {href}, name) : name), h("span", {class: "figure"}, figure), below);
}

const shown = (value) => (value === undefined ? "–" : number.format(value));

function figures({devices, telemetry, commands, alerts, rules}) {
  const sent = Object.values(commands.lastHour).reduce((sum, n) => sum + n, 0);
  const recent = (series, name) => spark((series ?? []).map((one) => one.count), T.overview.chart(name));
  return [
    tile(T.overview.devices, shown(devices.connected), h("span", {class: "faint"}, T.overview.ofTotal(shown(devices.total))), "/devices"),
    tile(T.overview.readings, telemetry.perSecond === undefined ? "–" : number.format(Math.round(telemetry.perSecond * 10) / 10), recent(telemetry.recent, T.overview.readings)),
    tile(T.overview.commands, shown(sent), recent(commands.recent, T.overview.commandsRecent), "/commands"),
    tile(T.overview.alerts, shown(alerts.firing), h("span", {class: "faint"}, alerts.firing === 0 ? T.overview.noAlerts : T.overview.acknowledged(shown(alerts.acknowledged))), "/alerts"),
    tile(
      T.overview.rules,
      shown(rules.loaded),
      rules.reloadSuccessful === false ? badge("error", T.overview.reloadFailed) : h("span", {class: "faint"}, rules.firing === undefined ? "" : T.overview.rulesFiring(rules.firing)),
      "/rules",
    ),
  ];
}

function gatewayCard({gateways}) {
  return [
    h("h2", null, T.overview.gateways),
    gateways.length === 0
      ? empty(T.overview.noGateways)
      : h(
          "table",
          null,
          h("tbody", null, gateways.map((one) => h("tr", null, h("th", {scope: "row"}, T.overview.gateway(one.slot)), h("td", null, badge(one.alive ? "enabled" : "error", one.alive ? T.overview.alive : T.overview.silent)), h("td", null, T.overview.holds(one.connected)), h("td", {class: "faint"}, time(one.lastSeen))))),
        ),
  ];
}

function lagCard({lag}) {
  return [
    h("h2", null, T.overview.lag),
    h("p", {class: "hint"}, T.overview.lagHint),
    lag.length === 0 ? h("p", null, T.overview.noLag) : h("dl", {class: "facts"}, lag.map((one) => [h("dt", null, one.consumer), h("dd", null, number.format(one.records))])),
  ];
}

function outcomeCard({commands}) {
  const some = Object.entries(commands.lastHour).filter(([, n]) => n > 0);
  return [
    h("h2", null, T.overview.commands),
    some.length === 0
      ? empty(T.overview.none, T.overview.sendOne)
      : h("dl", {class: "facts"}, some.map(([status, n]) => [h("dt", null, badge(status)), h("dd", null, number.format(n))])),
  ];
}

/** What a newcomer can do; open until somebody folds it, which this browser remembers. */
function start() {
  const details = h(
    "details",
    {class: "card", open: localStorage.getItem(START) !== FOLDED},
    h("summary", null, T.overview.start),
    h("p", null, T.overview.startText),
    h("ol", null, T.overview.steps.map(([href, link, rest]) => h("li", null, h("a", {href}, link), " ", rest))),
  );
  details.addEventListener("toggle", () => (details.open ? localStorage.removeItem(START) : localStorage.setItem(START, FOLDED)));
  return details;
}

function happens() {
  const list = h("ul", {class: "timeline"});
  const nothing = h("p", {class: "faint"}, T.overview.nothingYet);
  const leave = live.on(["presence", "alert"], [], (kind, event) => {
    nothing.remove();
    list.prepend(kind === "alert" ? alertLine(event) : presenceLine(event));
    while (list.children.length > MOST_EVENTS) list.lastChild.remove();
  });
  return {element: h("section", {class: "card"}, h("h2", null, T.overview.events), nothing, list), leave};
}

const deviceLink = (id) => h("a", {href: "/devices/" + encodeURIComponent(id)}, id);

function presenceLine(event) {
  return h("li", null, deviceLink(event.deviceId), " ", T.overview.event[event.presence] ?? event.presence, event.reason && " (" + event.reason + ")", " ", h("span", {class: "faint"}, time(event.time)));
}

function alertLine(event) {
  const device = event.deviceId ?? event.labels?.device;
  return h("li", null, badge(event.status, event.name ?? event.labels?.alertname ?? T.nav.alerts), " ", T.overview.event[event.status] ?? event.status, device && [" – ", deviceLink(device)], " ", h("span", {class: "faint"}, time(event.updatedAt ?? event.startsAt)));
}
