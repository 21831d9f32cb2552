import {api} from "../../api.js";
import {h, replace} from "../../dom.js";
import {badge} from "../../parts/badge.js";
import {empty} from "../../parts/empty.js";
import {form} from "../../parts/form.js";
import {checkDeviceId} from "../../parts/names.js";
import {time} from "../../parts/time.js";
import {Problem} from "../../problem.js";
import {rules as T} from "../../texts/rules.js";

const HOUR = 3_600_000;

/**
 * "Try it on a device": what the text in the editor would have done with a device's recorded readings.
 *
 * @param what `{file(), text(), devices, onProblems(problems)}`; `devices` are ids to choose from, the first stands there already
 */
export function trial({file, text, devices, onProblems}) {
  const outcome = h("div", {class: "trial-outcome", "aria-live": "polite"});
  const ask = form({
    inline: true,
    label: T.tryRun,
    fields: [
      {name: "device", label: T.tryDevice, value: devices[0] ?? "", required: true, check: checkDeviceId, placeholder: "esp32-01", list: "trial-devices", autocomplete: "off"},
      {name: "range", label: T.tryRange, type: "select", options: Object.entries(T.ranges), value: "24h"},
    ],
    async submit(values) {
      replace(outcome);
      try {
        const from = new Date(Date.now() - parseInt(values.range, 10) * HOUR).toISOString();
        const result = await api.post("/rules/try", {file: file(), text: text(), device: values.device.trim(), from});
        const problems = result.problems ?? [];
        if (problems.length > 0) onProblems(problems);
        replace(outcome, problems.some(({level}) => level === "error") ? mistakes() : shown(result, values.device));
      } catch (error) {
        if (!(error instanceof Problem) || !error.json.problems) throw error;
        onProblems(error.json.problems);
        replace(outcome, mistakes());
      }
    },
  });
  return h("section", {class: "card trial", "aria-labelledby": "trial-title"}, h("h2", {id: "trial-title"}, T.tryTitle), h("p", {class: "hint"}, T.tryText),
    h("datalist", {id: "trial-devices"}, devices.map((id) => h("option", {value: id}))), ask, outcome);
}

const mistakes = () => h("p", {class: "wrong"}, T.tryMistakes);

function shown(result, device) {
  if (result.readings === 0) return empty(T.tryNoReadings(device), T.tryNoReadingsDo);
  const rows = [...(result.steps ?? []).map(step), ...(result.actions ?? []).map(action)].sort((a, b) => new Date(a.at) - new Date(b.at) || a.order - b.order);
  return [
    h("p", null, T.tried(result.readings), ", ", time(result.from), " – ", time(result.to)),
    result.truncated && h("p", {class: "notice"}, T.tryTruncated),
    rows.length === 0 ? empty(T.tryNothing, T.tryNothingDo) : table(rows),
  ];
}

function table(rows) {
  const c = T.tryColumns;
  const heads = [c.time, c.rule, c.what, c.why];
  return h("div", {class: "paged"}, h("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": T.tryTitle}, h("table", null,
    h("thead", null, h("tr", null, heads.map((title) => h("th", {scope: "col"}, title)))),
    h("tbody", null, rows.map(({at, rule, what, why}) =>
      h("tr", null, [time(at), rule, what, why].map((cell, i) => h("td", {"data-title": heads[i]}, cell))))))));
}

const step = ({time: at, rule, state, values}) => ({
  at, rule, order: 0, what: h("span", null, T.becomes, " ", badge(state)),
  why: h("span", {class: "faint"}, Object.entries(values ?? {}).map(([name, value]) => name + " = " + JSON.stringify(value)).join(", ")),
});

function action({time: at, rule, action: kind, payload, topic, alert, state, level, summary, outcome}) {
  const what = {
    send: () => [T.sends, " ", h("code", null, payload ?? "…")],
    publish: () => [T.publishes(topic), " ", h("code", null, payload)],
    alert: () => [h("strong", null, alert ?? kind), " ", state && badge(state), " ", level && badge(level), summary && h("div", {class: "faint"}, summary)],
  }[kind] ?? (() => [kind, " ", summary ?? payload]);
  return {at, rule, order: 1, what: h("span", null, what()), why: outcome !== "sent" && h("span", {class: "faint"}, outcome)};
}
