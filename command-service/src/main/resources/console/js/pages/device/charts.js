import {api, query, request} from "../../api.js";
import {clear, h, replace} from "../../dom.js";
import {chart} from "../../parts/chart.js";
import {empty} from "../../parts/empty.js";
import {exact} from "../../parts/time.js";
import {failure} from "../../parts/toast.js";
import {Problem} from "../../problem.js";
import {setQuery} from "../../router.js";
import {T} from "../../texts.js";

const RANGES = {"15m": 900, "1h": 3_600, "6h": 21_600, "24h": 86_400, "7d": 604_800, "30d": 2_592_000};
const MOST_POINTS = 6_000; // up to here every reading, above it averages
const BUCKETS = 1_000;
const MOST_FIELDS = 24;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 86_400];

/** A chart of every numeric field: what was, and what comes while one looks. */
export function chartsCard({id, path, signal, range: wanted}) {
  const t = T.device.charts;
  let range = Object.hasOwn(RANGES, wanted ?? "") ? wanted : "1h";
  let zoom = null;
  let plots = new Map();
  let bucketed = false;
  let reading = null; // what is told while the history is read, which may not hold it yet
  const select = h("select", {"aria-label": t.range}, Object.keys(RANGES).map((name) => h("option", {value: name, selected: name === range}, t.last(t.ranges[name]))));
  const out = h("button", {type: "button", class: "quiet", hidden: true}, t.zoomOut);
  const csv = h("button", {type: "button", class: "quiet"}, t.csv);
  const said = h("p", {class: "hint", role: "status"});
  const area = h("div", {class: "cards"});
  const element = h("section", {class: "card", "aria-labelledby": "charts-title"}, h("div", {class: "bar"}, h("h2", {id: "charts-title"}, t.title), h("span", {class: "grow"}), out, select, csv), said, area);

  select.addEventListener("change", () => {
    range = select.value;
    zoom = null;
    setQuery({range});
    refresh().catch(failure);
  });
  out.addEventListener("click", () => {
    zoom = null;
    refresh().catch(failure);
  });
  csv.addEventListener("click", () => download().catch(failure));

  function time() {
    const to = Date.now() / 1000;
    return zoom ?? {from: to - RANGES[range], to};
  }

  const iso = (seconds) => new Date(seconds * 1000).toISOString();

  async function refresh() {
    const told = (reading = []);
    try {
      await read();
    } finally {
      if (reading === told) reading = null;
    }
    told.forEach(take);
  }

  async function read() {
    const {from, to} = time();
    out.hidden = zoom === null;
    let page = await api.get(path + "/telemetry" + query({from: iso(from), to: iso(to), limit: MOST_POINTS, order: "desc"}), {signal});
    bucketed = page.nextCursor !== undefined;
    if (bucketed) {
      const every = STEPS.find((step) => (to - from) / step <= BUCKETS) ?? 86_400;
      page = await api.get(path + "/telemetry" + query({from: iso(from), to: iso(to), every: every + "s"}), {signal});
      said.textContent = t.bucketed(T.time.s(every));
      draw(series(page.items, (value) => value?.avg), from, to);
    } else {
      said.textContent = page.items.length === 0 ? "" : t.single;
      draw(series(page.items.reverse(), plotted), from, to);
    }
  }

  function draw(fields, from, to) {
    leave();
    clear(area);
    if (fields.size === 0) {
      replace(area, empty(zoom === null && range === "30d" ? t.never : t.none, zoom === null && range === "30d" ? t.how(id) : t.next));
      return;
    }
    [...fields].slice(0, MOST_FIELDS).forEach(([name, line]) => add(name, line, from, to));
  }

  function add(name, {times, values}, from, to) {
    const holder = h("figure", {class: "plot"}, h("figcaption", null, name));
    area.append(holder);
    const plot = chart(holder, {
      label: t.label(name),
      onZoom: (a, b) => {
        if (!bucketed) return;
        zoom = {from: Math.max(a, from), to: Math.min(b, to)};
        refresh().catch(failure);
      },
    });
    plot.set(times, values);
    holder.append(asTable(name, plot));
    plots.set(name, plot);
  }

  /** A reading that is told now. One that is older than what is shown is in its place when the history is read again. */
  function take(event) {
    if (bucketed || zoom !== null) return;
    const at = new Date(event.time).getTime() / 1000;
    const {from, to} = time();
    for (const [name, given] of Object.entries(event.values ?? {})) {
      const value = plotted(given);
      if (value === undefined) continue;
      const plot = plots.get(name);
      if (plot) {
        plot.trim(from);
        plot.add(at, value);
      } else if (plots.size < MOST_FIELDS) {
        if (plots.size === 0) clear(area);
        said.textContent = t.single;
        add(name, {times: [at], values: [value]}, from, to);
      }
    }
  }

  async function download() {
    const {from, to} = time();
    const response = await request("GET", path + "/telemetry" + query({from: iso(from), to: iso(to), format: "csv"}), {signal});
    if (!response.ok) throw await Problem.of(response);
    const link = h("a", {href: URL.createObjectURL(await response.blob()), download: id + ".csv"});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  function leave() {
    plots.forEach((plot) => plot.destroy());
    plots = new Map();
  }

  return {
    element,
    refresh,
    leave,
    on(kind, event) {
      if (kind !== "telemetry") return;
      reading?.push(event);
      take(event);
    },
  };
}

/** A number as it is; a switch as 1 or 0; nothing else has a line. */
function plotted(value) {
  return typeof value === "number" ? value : typeof value === "boolean" ? Number(value) : undefined;
}

/** Times and values by field, of those that have a line. */
function series(items, number) {
  const fields = new Map();
  for (const item of items) {
    const at = new Date(item.time).getTime() / 1000;
    for (const [name, value] of Object.entries(item.values)) {
      const one = number(value);
      if (typeof one !== "number") continue;
      if (!fields.has(name)) fields.set(name, {times: [], values: []});
      const {times, values} = fields.get(name);
      times.push(at);
      values.push(one);
    }
  }
  return new Map([...fields].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const MOST_ROWS = 200;

/** The same for those who cannot see the line; made when it is opened. */
function asTable(name, plot) {
  const details = h("details", null, h("summary", null, T.chart.values));
  details.addEventListener("toggle", () => {
    if (!details.open || details.querySelector("table")) return;
    const [times, values] = plot.data();
    const rows = times.map((at, i) => [at, values[i]]).slice(-MOST_ROWS).reverse();
    details.append(
      h("div", {class: "scroll short", tabindex: "0", role: "region", "aria-label": T.device.charts.table(name)}, h("table", null, h("thead", null, h("tr", null, h("th", {scope: "col"}, T.device.charts.time), h("th", {scope: "col"}, T.device.charts.value))), h("tbody", null, rows.map(([at, value]) => h("tr", null, h("td", null, exact(at * 1000)), h("td", {class: "number"}, value)))))),
    );
  });
  return details;
}
