import {api} from "../../api.js";
import {confirmDialog} from "../../parts/dialog.js";
import {toast} from "../../parts/toast.js";
import {commands as T} from "../../texts/commands.js";

/** Takes a queued command back, and then calls `done`. */
export async function cancelCommand(command, done) {
  const cancelled = await confirmDialog(T.cancelTitle, T.cancelText(command), T.cancel, () => api.del("/commands/" + encodeURIComponent(command.commandId)));
  if (cancelled) toast(T.cancelled);
  await done();
}
