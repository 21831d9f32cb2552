import {begin, route} from "./router.js";
import {session} from "./session.js";
import {shell} from "./shell.js";

/** The table of contents. */
route("/", () => import("./pages/overview.js"));
route("/devices", () => import("./pages/devices.js"));
route("/devices/:id", () => import("./pages/device.js"));
route("/alerts", () => import("./pages/alerts.js"));
route("/alerts/:id", () => import("./pages/alerts/alert.js"));
route("/rules", () => import("./pages/rules.js"));
route("/rules/new", () => import("./pages/rules/editor.js"));
route("/rules/edit/:file", () => import("./pages/rules/editor.js"));
route("/commands", () => import("./pages/commands.js"));
route("/commands/batch", () => import("./pages/batch.js"));
route("/commands/batch/new", () => import("./pages/batch/new.js"));
route("/commands/batch/:id", () => import("./pages/batch/one.js"));
route("/commands/:id", () => import("./pages/commands/command.js"));
route("/admin", () => import("./pages/admin/users.js"));
route("/admin/users", () => import("./pages/admin/users.js"));
route("/admin/keys", () => import("./pages/admin/keys.js"));
route("/admin/provisioning", () => import("./pages/admin/provisioning.js"));
route("/admin/webhooks", () => import("./pages/admin/webhooks.js"));
route("/admin/webhooks/:id", () => import("./pages/admin/webhook.js"));
route("/admin/audit", () => import("./pages/admin/audit.js"));
route("/me", () => import("./pages/me.js"));

shell();
await session.begin();
await begin();
