import {clear, h, replace} from "./dom.js";
import {explain} from "./problem.js";
import {T} from "./texts.js";

/** Which page is shown. A page is a module with `show(root, {params, query, signal})`, which may return how to leave it. */
const routes = [];
let leave = null;
let controller = null;
let shown = 0;
const watchers = new Set();

/** @param pattern such as /devices/:id; @param load imports the module */
export function route(pattern, load) {
  const names = [];
  const source = pattern.replace(/:(\w+)/g, (all, name) => (names.push(name), "([^/]+)"));
  routes.push({regex: new RegExp("^" + source + "/?$"), names, load});
}

export function onPage(watcher) {
  watchers.add(watcher);
}

export function setTitle(text) {
  document.title = text + " – Millrace";
}

/** Changes what the address says without another page: for filters. */
export function setQuery(parameters) {
  const search = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== "" && value != null)).toString();
  history.replaceState(null, "", location.pathname + (search ? "?" + search : ""));
}

export function go(path) {
  history.pushState(null, "", path);
  return render();
}

export async function render() {
  const turn = ++shown;
  const root = document.getElementById("page");
  leave?.();
  leave = null;
  controller?.abort();
  controller = new AbortController();
  const path = location.pathname;
  watchers.forEach((watcher) => watcher(path));
  const found = routes.map((one) => ({one, match: one.regex.exec(path)})).find(({match}) => match);
  clear(root);
  root.setAttribute("aria-busy", "true");
  const page = h("div", {class: "page"});
  try {
    if (!found) {
      setTitle(T.missing.title);
      page.append(h("h1", null, T.missing.title), h("p", null, T.missing.text(path), " ", h("a", {href: "/"}, T.missing.link)));
    } else {
      const params = {};
      found.one.names.forEach((name, i) => (params[name] = decodeURIComponent(found.match[i + 1])));
      root.append(page);
      const module = await found.one.load();
      if (turn !== shown) return;
      const query = Object.fromEntries(new URLSearchParams(location.search));
      const left = await module.show(page, {params, query, signal: controller.signal});
      if (turn !== shown) {
        left?.();
        return;
      }
      leave = left ?? null;
    }
  } catch (error) {
    if (turn !== shown || error.name === "AbortError") return;
    setTitle(T.errors.title);
    replace(page, h("h1", null, T.errors.title), h("p", {role: "alert"}, explain(error)), retry());
  }
  if (!page.isConnected) root.append(page);
  root.removeAttribute("aria-busy");
  focusHeading(root);
}

function retry() {
  return h("button", {type: "button", on: {click: () => void render()}}, T.errors.again);
}

/** Screen readers begin where the page does. */
function focusHeading(root) {
  const heading = root.querySelector("h1");
  if (heading && !root.contains(document.activeElement)) {
    heading.tabIndex = -1;
    heading.focus({preventScroll: true});
  }
  window.scrollTo(0, 0);
}

export function begin() {
  window.addEventListener("popstate", () => void render());
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute("download") || link.origin !== location.origin || link.pathname.startsWith("/api/")) return;
    if (link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    void go(link.pathname + link.search);
  });
  return render();
}
