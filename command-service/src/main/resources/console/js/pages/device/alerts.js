import {api} from "../../api.js";
import {h} from "../../dom.js";
import {badge} from "../../parts/badge.js";
import {empty} from "../../parts/empty.js";
import {pagedTable} from "../../parts/table.js";
import {time} from "../../parts/time.js";
import {T} from "../../texts.js";

/** What rules said of the device. */
export function alertsCard({path}) {
  const t = T.device.alerts;
  const list = pagedTable({
    caption: t.caption,
    columns: [
      {title: t.name, cell: (one) => [one.name, one.annotations?.summary && h("div", {class: "faint"}, one.annotations.summary)]},
      {title: t.state, cell: (one) => [badge(one.state), one.acknowledged && h("div", {class: "faint"}, t.by + one.acknowledgedBy)]},
      {title: t.since, cell: (one) => time(one.startsAt)},
      {title: t.until, cell: (one) => (one.endsAt ? time(one.endsAt) : "")},
    ],
    load: (cursor, signal) => api.page(path + "/alerts", {limit: 10, cursor, signal}),
    empty: () => empty(t.none, h("a", {href: "/rules"}, t.next)),
  });
  return {
    toldOnce: true,
    element: h("section", {class: "card"}, h("h2", null, t.title), list.element),
    refresh: () => list.reload(),
    on(kind) {
      if (kind === "alert") void list.reload();
    },
  };
}
