import {api} from "../../api.js";
import {h, replace} from "../../dom.js";
import {badge} from "../../parts/badge.js";
import {time} from "../../parts/time.js";
import {T} from "../../texts.js";

/** What goes wrong with the device, for who writes its firmware: in words, with what to do. */
export function diagnosticsCard({path, signal}) {
  const t = T.device.diagnostics;
  const body = h("div");
  return {
    element: h("section", {class: "card", id: "diagnostics"}, h("h2", null, t.title), h("p", {class: "hint"}, t.intro), body),
    async refresh() {
      const found = await api.get(path + "/diagnostics", {signal});
      replace(body, shared(found.sharedIdentity), trouble(found), day(found.lastDay), connects(found));
    },
  };
}

function shared(identity) {
  const t = T.device.diagnostics;
  return identity && h("div", {class: "finding"}, badge("error", t.shared), h("p", null, t.sharedText(identity.takeovers, identity.withinSeconds, (identity.addresses ?? []).join(", ")), " ", time(identity.at)));
}

function trouble({signs, refusals}) {
  const t = T.device.diagnostics;
  if (signs.length === 0 && refusals.length === 0) return h("p", null, badge("enabled", t.well));
  return [
    refusals.map((one) => finding(one.reason, t.times(one.count), one.at, one.address)),
    signs.map((one) => finding(one.sign, t.lastDay(one.lastDay), one.lastAt, one.detail)),
  ];
}

function finding(name, often, at, detail) {
  const t = T.device.diagnostics;
  const [what, remedy] = T.signs[name] ?? [name, ""];
  return h("div", {class: "finding"}, h("p", null, badge("warning", name), " ", what, " ", h("span", {class: "faint"}, often, ", ", time(at))), remedy && h("p", null, h("strong", null, t.todo), remedy), detail && h("p", {class: "faint mono"}, t.detail + detail));
}

function day(counts) {
  const t = T.device.diagnostics;
  const fact = (name, value) => [h("dt", null, name), h("dd", null, value)];
  return h("dl", {class: "facts"}, fact(t.readings, counts.readings), fact(t.rejected, counts.rejected), fact(t.takeovers, counts.takeovers), fact(t.duplicates, counts.duplicates + (counts.duplicateRate > 0 ? " (" + counts.duplicateRate.toFixed(3) + " " + t.rate + ")" : "")));
}

function connects({connects: all}) {
  const t = T.device.diagnostics;
  const why = (one) => (one.closedAt ? (T.device.reasons[one.reason] ?? one.reason ?? "") : t.still);
  return [
    h("h3", null, t.connects),
    all.length === 0
      ? h("p", {class: "faint"}, t.never)
      : h(
          "div",
          {class: "scroll", tabindex: "0", role: "region", "aria-label": t.connectsCaption},
          h("table", null, h("thead", null, h("tr", null, [t.at, t.ended, t.reason, t.how].map((title) => h("th", {scope: "col"}, title)))), h("tbody", null, all.map((one) => h("tr", null, h("td", null, time(one.at)), h("td", null, one.closedAt ? time(one.closedAt) : ""), h("td", null, why(one)), h("td", {class: "faint"}, [one.protocol, one.address].filter(Boolean).join(", ")))))),
        ),
  ];
}
