import {go} from "../router.js";

/** /admin leads to its first page. */
export function show() {
  history.replaceState(null, "", "/admin/users");
  return void go("/admin/users");
}
