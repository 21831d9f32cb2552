import {api, query} from "../api.js";
import {h, replace} from "../dom.js";
import {live} from "../live.js";
import {badge} from "../parts/badge.js";
import {empty} from "../parts/empty.js";
import {freshTable} from "../parts/fresh.js";
import {form} from "../parts/form.js";
import {labelChips, labelsOf, labelText} from "../parts/labels.js";
import {checkDeviceId, checkRuleId} from "../parts/names.js";
import {workStyle} from "../parts/style.js";
import {time} from "../parts/time.js";
import {go, setTitle} from "../router.js";
import {session} from "../session.js";
import {alerts as T} from "../texts/alerts.js";
import {acknowledge} from "./alerts/acknowledge.js";

const TABS = {
  firing: {state: "firing", acknowledged: "false"},
  acknowledged: {state: "firing", acknowledged: "true"},
  history: {state: "resolved"},
};

/** Alerts by what is to be done about them, the newest first. The filter stands in the address, so that it can be shared. */
export async function show(root) {
  setTitle(T.title);
  await workStyle();
  const asked = new URLSearchParams(location.search);
  const tab = Object.hasOwn(TABS, asked.get("tab")) ? asked.get("tab") : "firing";
  const filter = {device: asked.get("device") ?? "", rule: asked.get("rule") ?? "", label: asked.getAll("label")};
  const filtered = Boolean(filter.device || filter.rule || filter.label.length);

  const ask = filterForm(tab, filter);
  const table = freshTable({
    caption: T.title + ": " + T.tabs[tab],
    columns: columns(tab, filter, () => table.reload()),
    load: (cursor, signal) => api.page("/alerts" + query({...TABS[tab], ...filter}), {cursor, signal}),
    refused: ask.blame,
    empty: () => empty(filtered ? T.empty.filtered : T.empty[tab], filtered ? T.emptyDo.filtered : T.emptyDo[tab], !filtered && tab === "firing" && [" ", h("a", {href: "/rules"}, T.toRules)]),
  }, 3_000);
  replace(
    root,
    h("h1", null, T.title),
    h("nav", {class: "tabs", "aria-label": T.title}, Object.keys(TABS).map((name) =>
      h("a", {href: path(name, filter), "aria-current": name === tab && "page"}, T.tabs[name]))),
    h("div", {class: "bar"}, ask, filtered && h("a", {href: path(tab, {})}, T.clear)),
    table.element,
  );
  await table.reload();
  const off = live.on(["alert"], [], table.changed, table.changed);
  return () => {
    off();
    table.close();
  };
}

const path = (tab, filter) => "/alerts" + query({tab, ...filter});

function filterForm(tab, filter) {
  return form({
    inline: true,
    label: T.filter,
    fields: [
      {name: "device", label: T.device, value: filter.device, type: "search", check: checkDeviceId},
      {name: "rule", label: T.rule, value: filter.rule, type: "search", placeholder: T.ruleHint, check: checkRuleId},
      {name: "label", label: T.labels, value: filter.label.map(labelText).join(" "), type: "search", placeholder: "severity:critical", title: T.labelsHint, parse: labels},
    ],
    submit: ({device, rule, label}) => go(path(tab, {device: device?.trim(), rule: rule?.trim(), label})),
  });
}

function labels(text) {
  const read = labelsOf(text);
  if (read.wrong) throw new Error(T.labelWrong(read.wrong));
  return read.labels;
}

function columns(tab, filter, reload) {
  const c = T.columns;
  return [
    {title: tab === "history" ? c.until : c.since, class: "nowrap", cell: (alert) => time(tab === "history" ? alert.endsAt ?? alert.updatedAt : alert.startsAt)},
    {title: c.alert, cell: (alert) => h("span", null, h("a", {href: "/alerts/" + encodeURIComponent(alert.id)}, h("strong", null, alert.name)), " ", severity(alert))},
    {title: c.device, cell: (alert) => (alert.deviceId ? h("a", {href: "/devices/" + encodeURIComponent(alert.deviceId)}, alert.deviceId) : "–")},
    {title: c.summary, cell: (alert) => alert.annotations?.summary ?? alert.reason ?? ""},
    {title: c.labels, cell: (alert) => labelChips(alert.labels, ["alertname", "device"], (label) => path(tab, {...filter, label: [...new Set([...filter.label, label])]}))},
    tab !== "firing" && {title: c.by, cell: lookedAfter},
    tab === "firing" && session.may("operator") && {title: c.act, cell: (alert) => h("button", {
      type: "button", class: "quiet small", "aria-label": T.acknowledgeTitle(alert.name + " " + (alert.deviceId ?? "")),
      on: {click: () => void acknowledge(alert, reload)},
    }, T.acknowledge)},
  ].filter(Boolean);
}

function lookedAfter(alert) {
  return h("span", null, alert.acknowledgedBy ?? "–", alert.acknowledgedNote && h("span", {class: "faint"}, " · " + alert.acknowledgedNote));
}

export function severity(alert) {
  const level = alert.level ?? alert.labels?.severity;
  return level && badge(level);
}
