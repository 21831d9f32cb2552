import {h} from "../dom.js";
import {T} from "../texts.js";

const EXACT = new Intl.DateTimeFormat(undefined, {dateStyle: "medium", timeStyle: "long"});
const CLOCK = new Intl.DateTimeFormat(undefined, {hour: "2-digit", minute: "2-digit", second: "2-digit"});
const DAY_AND_CLOCK = new Intl.DateTimeFormat(undefined, {month: "short", day: "numeric", hour: "2-digit", minute: "2-digit"});
const SHORT = 60_000;

/** In the viewer's zone, to the second. */
export const exact = (instant) => EXACT.format(new Date(instant));

export const clock = (instant) => CLOCK.format(new Date(instant));

/** "3 min ago", for a while; then the day. */
export function relative(instant) {
  const ms = Date.now() - new Date(instant).getTime();
  const size = Math.abs(ms);
  if (size < 2_000) return T.time.now;
  if (size > 7 * 86_400_000) return DAY_AND_CLOCK.format(new Date(instant));
  return ms >= 0 ? T.time.ago(span(size)) : T.time.in(span(size));
}

/** A length of time in its largest unit. */
export function span(ms) {
  if (ms < SHORT) return T.time.s(Math.round(ms / 1000));
  if (ms < 3_600_000) return T.time.min(Math.floor(ms / 60_000));
  if (ms < 86_400_000) return T.time.h(Math.floor(ms / 3_600_000));
  return T.time.d(Math.floor(ms / 86_400_000));
}

/** A `<time>` that grows old by itself, the exact one on hover; `null` is "never". */
export function time(instant, text = relative) {
  if (!instant) return h("span", {class: "faint"}, T.time.never);
  const element = h("time", {datetime: instant, title: exact(instant)}, text(instant));
  if (text === relative) element.dataset.relative = "";
  return element;
}

setInterval(() => {
  for (const element of document.querySelectorAll("time[data-relative]")) {
    const text = relative(element.dateTime);
    if (element.textContent !== text) element.textContent = text;
  }
}, 5_000);
