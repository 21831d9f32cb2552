import {svg} from "../dom.js";

const WIDTH = 120;
const HEIGHT = 28;

/** A small line without axes. @param {number[]} values; @param {string} label what it shows, for screen readers */
export function spark(values, label) {
  const most = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length - 1);
  const points = values.map((value, i) => `${(i * step).toFixed(1)},${(HEIGHT - 2 - (value / most) * (HEIGHT - 4)).toFixed(1)}`);
  return svg(
    "svg",
    {class: "spark", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": label},
    values.length > 1 && svg("polyline", {points: points.join(" "), fill: "none", "vector-effect": "non-scaling-stroke"}),
  );
}
