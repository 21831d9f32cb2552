import {h, replace} from "./dom.js";
import {live} from "./live.js";
import {onPage} from "./router.js";
import {session} from "./session.js";
import {T} from "./texts.js";
import {themeButton} from "./theme.js";

/** What stands around every page: where one is, whether what is shown is live, who one is. */
const PAGES = [
  ["/", T.nav.overview],
  ["/devices", T.nav.devices],
  ["/alerts", T.nav.alerts],
  ["/rules", T.nav.rules],
  ["/commands", T.nav.commands],
  ["/admin", T.nav.admin, "admin"],
];

export function shell() {
  const side = document.getElementById("side");
  const toggle = h("button", {type: "button", class: "menu", "aria-expanded": "false", "aria-controls": "side"}, T.nav.menu);
  toggle.addEventListener("click", () => open(toggle, side, toggle.getAttribute("aria-expanded") !== "true"));
  replace(
    document.getElementById("top"),
    toggle,
    h("a", {class: "brand", href: "/"}, T.product),
    h("span", {class: "grow"}),
    liveState(),
    themeButton(),
    whoIsIt(),
  );
  const links = PAGES.map(([href, text]) => h("a", {href}, text));
  const items = links.map((link) => h("li", null, link));
  replace(side, h("ul", null, items));
  session.onChange(() => items.forEach((item, i) => (item.hidden = PAGES[i][2] !== undefined && !session.may(PAGES[i][2]))));
  onPage((path) => {
    open(toggle, side, false);
    for (const link of links) {
      const here = link.pathname === "/" ? path === "/" : (path + "/").startsWith(link.pathname + "/");
      if (here) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  });
}

function open(toggle, side, wide) {
  toggle.setAttribute("aria-expanded", String(wide));
  side.classList.toggle("open", wide);
}

function liveState() {
  const shown = h("span", {class: "live", role: "status"});
  live.onState((state) => {
    shown.dataset.state = state;
    replace(shown, T.live[state].text);
    shown.title = T.live[state].means;
  });
  return shown;
}

function whoIsIt() {
  const who = h("span", {class: "who"});
  session.onChange((user) =>
    replace(
      who,
      h("a", {href: "/me", title: T.roles[user.role]}, user.name + " (" + user.role + ")"),
      h("button", {type: "button", class: "quiet", on: {click: () => void session.signOut()}}, T.signin.out),
    ),
  );
  return who;
}
