import {begin, route} from "./router.js";
import {session} from "./session.js";
import {shell} from "./shell.js";

/** The table of contents. */
route("/", () => import("./pages/overview.js"));
route("/devices", () => import("./pages/devices.js"));
route("/devices/:id", () => import("./pages/device.js"));

shell();
await session.begin();
await begin();
