import {api} from "../../api.js";
import {h, replace} from "../../dom.js";
import {time} from "../../parts/time.js";
import {T} from "../../texts.js";

/** The last value of every field. */
export function stateCard({id, path, signal}) {
  const t = T.device.state;
  const body = h("div");
  let state = {telemetry: {}, reported: {}};

  function table(values) {
    return h(
      "table",
      null,
      h("thead", null, h("tr", null, [t.field, t.value, t.at].map((title) => h("th", {scope: "col"}, title)))),
      h("tbody", null, Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, {value, at}]) => h("tr", null, h("th", {scope: "row"}, name), h("td", {class: "mono"}, typeof value === "string" ? value : JSON.stringify(value)), h("td", {class: "faint"}, time(at))))),
    );
  }

  function draw() {
    const some = (values, text) => (Object.keys(values ?? {}).length > 0 ? table(values) : h("p", {class: "faint"}, text));
    replace(body, h("h3", null, t.telemetry), some(state.telemetry, t.none), h("h3", null, t.reported), some(state.reported, t.none + " " + t.reportHint(id)));
  }

  return {
    element: h("section", {class: "card"}, h("h2", null, t.title), body),
    async refresh() {
      state = await api.get(path + "/state", {signal});
      draw();
    },
    on(kind, event) {
      if (kind !== "telemetry") return;
      const values = {...state.telemetry};
      for (const [name, value] of Object.entries(event.values ?? {})) {
        if (!(values[name]?.at > event.time)) values[name] = {value, at: event.time};
      }
      state = {...state, telemetry: values};
      draw();
    },
  };
}
