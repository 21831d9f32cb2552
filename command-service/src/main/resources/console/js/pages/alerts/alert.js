import {api} from "../../api.js";
import {h, replace} from "../../dom.js";
import {live} from "../../live.js";
import {badge} from "../../parts/badge.js";
import {facts} from "../../parts/facts.js";
import {labelChips} from "../../parts/labels.js";
import {seldom} from "../../parts/seldom.js";
import {workStyle} from "../../parts/style.js";
import {time} from "../../parts/time.js";
import {failure, toast} from "../../parts/toast.js";
import {setTitle} from "../../router.js";
import {session} from "../../session.js";
import {alerts as T} from "../../texts/alerts.js";
import {severity} from "../alerts.js";
import {acknowledge} from "./acknowledge.js";

/** /alerts/{id}: one alert with all that happened to it. */
export async function show(root, {params, signal}) {
  const heading = h("h1", null, T.title);
  const body = h("div");

  async function load() {
    const alert = await api.get("/alerts/" + encodeURIComponent(params.id), {signal});
    setTitle(alert.name);
    replace(heading, alert.name, " ", severity(alert));
    replace(body, parts(alert, load));
    return alert;
  }

  await workStyle();
  const alert = await load();
  replace(root, h("p", null, h("a", {href: "/alerts"}, T.back)), heading, body);
  const soon = seldom(() => load().catch(failure), 3_000);
  const off = live.on(["alert"], alert.deviceId ? [alert.deviceId] : [], soon.run, soon.run);
  return () => {
    off();
    soon.close();
  };
}

function parts(alert, load) {
  return [
    alert.annotations?.summary && h("p", null, alert.annotations.summary),
    alert.late && h("p", {class: "notice"}, T.late),
    session.may("operator") && alert.state === "firing" && h("div", {class: "buttons"}, act(alert, load)),
    h("div", {class: "cards"},
      h("section", {class: "card"}, facts([
        [T.state, h("span", null, badge(alert.state), alert.acknowledged && [" ", badge("acknowledged")])],
        [T.device, alert.deviceId && h("a", {href: "/devices/" + encodeURIComponent(alert.deviceId)}, alert.deviceId)],
        [T.rule, alert.rule],
        [T.value, alert.value],
        [T.started, alert.startsAt && time(alert.startsAt)],
        [T.ended, alert.endsAt && alert.state === "resolved" && time(alert.endsAt)],
        [T.reason, alert.reason],
        [T.cause, alert.cause && h("code", null, alert.cause)],
        [T.columns.by, alert.acknowledgedBy],
        [T.note, alert.acknowledgedNote],
        [T.labels, labelChips(alert.labels, [], (label) => "/alerts?label=" + encodeURIComponent(label))],
        ...Object.entries(alert.annotations ?? {}).filter(([name]) => name !== "summary"),
      ])),
      h("section", {class: "card"}, h("h2", null, T.timeline), h("ol", {class: "timeline"}, (alert.timeline ?? []).map(step)))),
  ];
}

function step({event, at, level, value, reason, by, note}) {
  const more = [level, value, reason, by, note].filter((part) => part !== undefined && part !== "").join(" · ");
  return h("li", null, h("strong", null, T.steps[event] ?? event), " ", time(at), more && h("div", {class: "faint"}, more));
}

function act(alert, load) {
  if (!alert.acknowledged) {
    return h("button", {type: "button", on: {click: () => void acknowledge(alert, load)}}, T.acknowledge);
  }
  return h("button", {type: "button", class: "quiet", on: {click: async () => {
    try {
      await api.del("/alerts/" + encodeURIComponent(alert.id) + "/acknowledge");
      toast(T.withdrawn(alert.name));
      await load();
    } catch (error) {
      failure(error);
    }
  }}}, T.withdraw);
}
