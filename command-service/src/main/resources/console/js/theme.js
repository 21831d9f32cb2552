import {h, replace} from "./dom.js";
import {T} from "./texts.js";

/** As the system has it, or light, or dark: kept in the browser. */
const KEY = "millrace.theme";
const ORDER = ["system", "light", "dark"];

function kept() {
  const theme = localStorage.getItem(KEY);
  return ORDER.includes(theme) ? theme : "system";
}

function apply(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  document.dispatchEvent(new Event("themechange"));
}

export function themeButton() {
  apply(kept());
  const button = h("button", {type: "button", class: "quiet"});
  const show = () => replace(button, T.theme[kept()]);
  button.title = T.theme.hint;
  button.addEventListener("click", () => {
    const next = ORDER[(ORDER.indexOf(kept()) + 1) % ORDER.length];
    localStorage.setItem(KEY, next);
    apply(next);
    show();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => apply(kept()));
  show();
  return button;
}
