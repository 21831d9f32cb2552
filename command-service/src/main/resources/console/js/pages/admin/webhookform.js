import {labelsOf, labelText} from "../../parts/labels.js";
import {deviceIds, ruleIds} from "../../parts/names.js";
import {admin as A, webhooks as T} from "../../texts/admin.js";
import {alerts} from "../../texts/alerts.js";

const EVENTS = ["alert.firing", "alert.resolved", ...["delivered", "succeeded", "failed", "expired", "cancelled", "rejected", "unconfirmed"].map((end) => "command." + end)];

/** Fields of a webhook, as form.js takes them. @param [hook] as it is */
export function webhookFields(hook = {events: ["alert.firing", "alert.resolved"], enabled: true}) {
  return [
    {name: "name", label: A.name, hint: A.nameHint, required: true, value: hook.name, autocomplete: "off"},
    {name: "url", label: T.url, hint: T.urlHint, required: true, value: hook.url, type: "url"},
    {name: "events", label: T.events, hint: T.eventsHint, required: true, type: "textarea", rows: 3, value: hook.events.join("\n"), parse: events},
    {name: "devices", label: T.devices, hint: T.devicesHint, type: "textarea", rows: 2, value: (hook.devices ?? []).join("\n"), parse: deviceIds},
    {name: "rules", label: T.rules, hint: T.rulesHint, type: "textarea", rows: 2, value: (hook.rules ?? []).join("\n"), parse: ruleIds},
    {name: "labels", label: T.labels, hint: T.labelsHint, value: Object.entries(hook.labels ?? {}).map(([name, value]) => labelText(name + ":" + value)).join(" "), parse: labels},
    {name: "enabled", label: T.enabled, type: "checkbox", value: hook.enabled},
  ];
}

const words = (text) => text.split(/[\s,]+/).filter((word) => word !== "");

function events(text) {
  const all = words(text);
  const wrong = all.find((event) => !EVENTS.includes(event));
  if (wrong !== undefined) throw new Error(T.eventWrong(wrong, EVENTS));
  if (all.length === 0) throw new Error(T.eventsNeeded);
  return [...new Set(all)];
}

function labels(text) {
  const read = labelsOf(text);
  if (read.wrong) throw new Error(alerts.labelWrong(read.wrong));
  return Object.fromEntries(read.labels.map((label) => [label.slice(0, label.indexOf(":")), label.slice(label.indexOf(":") + 1)]));
}
