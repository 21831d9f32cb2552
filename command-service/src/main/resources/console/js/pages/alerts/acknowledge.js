import {api} from "../../api.js";
import {formDialog} from "../../parts/formdialog.js";
import {toast} from "../../parts/toast.js";
import {alerts as T} from "../../texts/alerts.js";

/** Asks for a note, says that somebody looks after it, and then calls `done`. */
export function acknowledge(alert, done) {
  return formDialog({
    title: T.acknowledgeTitle(alert.name),
    text: [alert.deviceId, alert.annotations?.summary, T.acknowledgeText].filter(Boolean).join(" · "),
    fields: [{name: "note", label: T.note, hint: T.noteHint, type: "textarea", rows: 3, maxlength: 500}],
    label: T.acknowledge,
    async submit({note}) {
      await api.post("/alerts/" + encodeURIComponent(alert.id) + "/acknowledge", note ? {note} : {});
      toast(T.acknowledged(alert.name));
      await done();
    },
  });
}
