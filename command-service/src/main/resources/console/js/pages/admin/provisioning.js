import {provisioning} from "../../texts/admin.js";
import {keyList} from "./keylist.js";

/** /admin/provisioning: keys that new boards fetch their secrets with. */
export const show = (root) => keyList(root, {here: "provisioning", texts: provisioning, roles: [["provisioning", "provisioning"]], of: (role) => role === "provisioning"});
