import {api} from "../../api.js";
import {h} from "../../dom.js";
import {confirmDialog} from "../../parts/dialog.js";
import {formDialog} from "../../parts/formdialog.js";
import {failure, toast} from "../../parts/toast.js";
import {rules as T} from "../../texts/rules.js";

/** What an operator may do with a rule: mute, unmute, release. @param said is called when the engines have been told */
export function acts(rule, said) {
  const name = rule.group + "/" + rule.name;
  const path = "/rules/" + encodeURIComponent(rule.group) + "/" + encodeURIComponent(rule.name);

  function done(text) {
    toast(text);
    said();
  }

  const mute = () => void formDialog({
    title: T.muteTitle(name),
    text: T.muteText,
    fields: [
      {name: "for", label: T.muteFor, hint: T.muteForHint, value: "1h", required: true},
      {name: "reason", label: T.muteReason, hint: T.muteReasonHint, maxlength: 500},
    ],
    label: T.mute,
    async submit(values) {
      await api.post(path + "/mute", {for: values.for.trim(), reason: values.reason});
      done(T.mutedNow(name));
    },
  });

  const unmute = () => void api.del(path + "/mute").then(() => done(T.unmuted(name))).catch(failure);

  const release = () => void confirmDialog(T.releaseTitle(name), T.releaseText, T.release, async () => {
    await api.post(path + "/release", {});
    done(T.released(name));
  });

  const button = (label, click) => h("button", {type: "button", class: "quiet small", "aria-label": label + " " + name, on: {click}}, label);
  return [rule.muted ? button(T.unmute, unmute) : button(T.mute, mute), rule.heldBy && button(T.release, release)];
}
