import {h} from "../dom.js";

/** "site:berlin floor:2" or quoted values with spaces, as {labels} for the API, or {wrong} with what is none. */
export function labelsOf(text) {
  const labels = text.match(/(?:[^\s"]+|"[^"]*")+/g)?.map(part => part.replaceAll('"', "")) ?? [];
  const wrong = labels.find(label => !/^[^:]+:/.test(label));
  return wrong === undefined ? {labels: [...new Set(labels)]} : {wrong};
}

/** The way back: as one types it. */
export const labelText = (label) => /\s/.test(label) ? `"${label}"` : label;

/** Each label a chip; with {@code link} it leads to those that have it too. */
export function labelChips(labels, without, link) {
  const shown = Object.entries(labels ?? {}).filter(([name]) => !without.includes(name));
  return h("span", {class: "chips"}, ...shown.map(([name, value]) => {
    const text = `${name}:${value}`;
    return link ? h("a", {class: "chip", href: link(text)}, text) : h("span", {class: "chip"}, text);
  }));
}
