import uPlot from "../../lib/uplot/uPlot.esm.js";
import {clear, h} from "../dom.js";
import {T} from "../texts.js";

/**
 * A line over time by uPlot: drag to zoom, double click for all. Follows theme and width.
 *
 * @param {Element} root
 * @param {object} what `{label, unit?, height?, onZoom?(from, to in s)}`
 * @returns `{set(times in s, values), add(time, value), destroy()}`
 */
export function chart(root, {label, height = 180, onZoom}) {
  let data = [[], []];
  let plot = null;
  let zoomed = false;
  const holder = h("div", {class: "chart", role: "img", "aria-label": label});
  root.append(holder);

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function draw() {
    plot?.destroy();
    clear(holder);
    const axis = {stroke: colour("--faint"), grid: {stroke: colour("--line"), width: 1}, ticks: {stroke: colour("--line"), width: 1}, font: "11px system-ui, sans-serif"};
    plot = new uPlot(
      {
        width: Math.max(200, holder.clientWidth),
        height,
        scales: {x: {time: true}, y: {range}},
        axes: [axis, {...axis, size: 52}],
        series: [{}, {label, stroke: colour("--accent"), width: 1.5, spanGaps: false, paths: isSwitch(data[1]) ? uPlot.paths.stepped({align: 1}) : null, points: {show: data[0].length < 60, size: 4}}],
        cursor: {drag: {x: true, y: false}, points: {size: 6}},
        legend: {show: true, live: true},
        hooks: {
          setScale: [
            (self, scale) => {
              if (scale !== "x" || data[0].length === 0) return;
              const {min, max} = self.scales.x;
              zoomed = min > data[0][0] || max < data[0][data[0].length - 1];
            },
          ],
          setSelect: [(self) => self.select.width > 4 && onZoom?.(self.posToVal(self.select.left, "x"), self.posToVal(self.select.left + self.select.width, "x"))],
        },
      },
      data,
      holder,
    );
  }

  const observer = new ResizeObserver(() => plot?.setSize({width: Math.max(200, holder.clientWidth), height}));
  observer.observe(holder);
  document.addEventListener("themechange", draw);
  draw();
  return {
    set(times, values) {
      data = [times, values];
      zoomed = false;
      draw();
    },
    /** Only at the end: a line goes from left to right. */
    add(time, value) {
      if (time <= data[0][data[0].length - 1]) return;
      data[0].push(time);
      data[1].push(value);
      plot.setData(data, !zoomed);
    },
    /** Drops what is older. */
    trim(before) {
      let n = 0;
      while (n < data[0].length && data[0][n] < before) n += 1;
      if (n > 0) data = [data[0].slice(n), data[1].slice(n)];
    },
    /** Times and values. */
    data() {
      return data;
    },
    destroy() {
      observer.disconnect();
      document.removeEventListener("themechange", draw);
      plot?.destroy();
      holder.remove();
    },
    none: T.chart.none,
  };
}

/** uPlot's own, but for a level line: there zero would stand below a hundred. */
function range(plot, min, max) {
  if (min === null) return [null, null];
  if (min !== max) return uPlot.rangeNum(min, max, 0.1, true);
  return min === 0 ? [0, 1] : [min - Math.abs(min) / 10, min + Math.abs(min) / 10];
}

/** On and off have nothing between them. */
function isSwitch(values) {
  return values.length > 0 && values.every((value) => value === 0 || value === 1);
}
