import {admin, keys} from "../../texts/admin.js";
import {keyList} from "./keylist.js";

/** /admin/keys */
export const show = (root) => keyList(root, {here: "keys", texts: keys, roles: Object.entries(admin.roles), of: (role) => role !== "provisioning"});
