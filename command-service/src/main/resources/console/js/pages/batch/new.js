import {api} from "../../api.js";
import {h, replace} from "../../dom.js";
import {confirmDialog} from "../../parts/dialog.js";
import {empty} from "../../parts/empty.js";
import {form} from "../../parts/form.js";
import {labelsOf} from "../../parts/labels.js";
import {deviceIds} from "../../parts/names.js";
import {workStyle} from "../../parts/style.js";
import {toast} from "../../parts/toast.js";
import {Problem} from "../../problem.js";
import {go, setTitle} from "../../router.js";
import {session} from "../../session.js";
import {alerts} from "../../texts/alerts.js";
import {batches as T} from "../../texts/commands.js";

const MOST_IDS = 10_000;

/** /commands/batch/new: one command for many devices. */
export async function show(root) {
  setTitle(T.newOne);
  await workStyle();
  if (!session.may("operator")) {
    replace(root, h("h1", null, T.newOne), empty(T.forbidden, T.forbiddenDo));
    return;
  }
  // Sent twice by mistake, it is still the same batch; after a change it is another one.
  let key = crypto.getRandomValues(new Uint32Array(4)).join("-");
  const inner = form({
    label: T.send,
    fields: [
      {name: "payload", label: T.payload, hint: T.payloadHint, type: "textarea", rows: 2, required: true},
      {name: "selector.all", label: T.all, type: "checkbox"},
      {name: "selector.type", label: T.type},
      {name: "selector.labels", label: T.labels, hint: T.labelsHint, parse: labels},
      {name: "selector.connected", label: T.connected, type: "select", options: Object.entries(T.connectedOptions), value: ""},
      {name: "selector.ids", label: T.ids, hint: T.idsHint, type: "textarea", rows: 3, parse: ids},
      {name: "perSecond", label: T.perSecond, hint: T.perSecondHint, value: "100", inputmode: "numeric", parse: whole(1, 5_000)},
      {name: "inFlight", label: T.inFlight, hint: T.inFlightHint, inputmode: "numeric", parse: whole(1, 10_000)},
      {name: "expiresIn", label: T.expiresIn, hint: T.expiresHint, value: "1h"},
      {name: "answerWithin", label: T.answerWithin, hint: T.answerHint},
      {name: "retry.times", label: T.times, hint: T.timesHint, inputmode: "numeric", parse: whole(1, 10)},
    ],
    async submit(values) {
      const body = bodyOf(values);
      if (body.selector.all && !(await confirmDialog(T.allTitle, T.allText(values.payload), T.send, async () => {}))) return;
      const batch = await api.post("/commands/batch", body, {headers: {"Idempotency-Key": key}});
      toast(T.sent(batch.total));
      await go("/commands/batch/" + encodeURIComponent(batch.batchId));
    },
  });
  inner.classList.add("wide");
  inner.addEventListener("input", () => (key = crypto.getRandomValues(new Uint32Array(4)).join("-")));
  replace(root, h("p", null, h("a", {href: "/commands/batch"}, T.back)), h("h1", null, T.newOne), h("p", {class: "hint"}, T.whoHint), h("div", {class: "card"}, inner));
}

function bodyOf(values) {
  const selector = {};
  for (const name of ["type", "labels", "ids"]) {
    const value = values["selector." + name];
    if (value !== undefined && value !== "") selector[name] = typeof value === "string" ? value.trim() : value;
  }
  if (values["selector.connected"]) selector.connected = values["selector.connected"] === "true";
  const chosen = Object.keys(selector).length > 0;
  if (values["selector.all"] && chosen) throw new Problem(0, {code: "both", field: "selector.all", detail: T.both});
  if (!values["selector.all"] && !chosen) throw new Problem(0, {code: "nobody", field: "selector.all", detail: T.nobody});
  if (values["selector.all"]) selector.all = true;
  return {
    payload: values.payload,
    selector,
    perSecond: values.perSecond,
    inFlight: values.inFlight,
    expiresIn: values.expiresIn?.trim(),
    answerWithin: values.answerWithin?.trim(),
    retry: values["retry.times"] && {times: values["retry.times"]},
  };
}

function labels(text) {
  const read = labelsOf(text);
  if (read.wrong) throw new Error(alerts.labelWrong(read.wrong));
  const byName = {};
  for (const label of read.labels) {
    const colon = label.indexOf(":");
    const name = label.slice(0, colon);
    if (Object.hasOwn(byName, name)) throw new Error(T.labelTwice(name));
    byName[name] = label.slice(colon + 1);
  }
  return read.labels.length > 0 ? byName : undefined;
}

function ids(text) {
  const all = deviceIds(text);
  if (all.length > MOST_IDS) throw new Error(T.idsMany(all.length));
  return all.length > 0 ? all : undefined;
}

const whole = (from, to) => (text) => {
  if (text.trim() === "") return undefined;
  const number = Number(text);
  if (!Number.isInteger(number) || number < from || number > to) throw new Error(T.wrongNumber(text, from, to));
  return number;
};
