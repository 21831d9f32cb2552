/** ISO 8601 and the API's "90s", "2h": what a person may type is checked by the service; this only shows it. */
import {span} from "./time.js";

const UNITS = {s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000};

/** @returns {string} of "PT1H30M" or "90s", as it is if it is neither */
export function duration(text) {
  const short = /^(\d+)(s|m|h|d)$/.exec(text);
  if (short) return span(Number(short[1]) * UNITS[short[2]]);
  const iso = /^P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(text);
  if (!iso) return text;
  const [, d = 0, hours = 0, m = 0, s = 0] = iso;
  return span(((Number(d) * 24 + Number(hours)) * 60 + Number(m)) * 60_000 + Number(s) * 1000);
}
