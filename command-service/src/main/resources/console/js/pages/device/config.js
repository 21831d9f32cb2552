import {api} from "../../api.js";
import {h, replace} from "../../dom.js";
import {form} from "../../parts/form.js";
import {toast} from "../../parts/toast.js";
import {Problem} from "../../problem.js";
import {session} from "../../session.js";
import {T} from "../../texts.js";

/** What the device is to be like. What is being typed is never replaced from outside. */
export function configCard({id, path, signal, device}) {
  const t = T.device.config;
  let saved = text(device().config);
  const note = h("p", {class: "hint", role: "status"});
  const edit = form({
    label: t.save,
    fields: [{name: "config", label: t.field, type: "textarea", rows: 7, required: true, value: saved, hint: t.hint(id), parse}],
    submit: async ({config}) => {
      await put(path + "/config", config);
      saved = text(config);
      replace(note);
      toast(t.saved);
    },
  });
  const area = edit.elements.namedItem("config");
  return {
    element: h("section", {class: "card"}, h("h2", null, t.title), session.may("operator") ? edit : [h("p", {class: "hint"}, t.mayNot), h("pre", null, device().config ? saved : t.none)], note),
    async refresh() {
      const now = text((await api.get(path, {signal})).config);
      if (now === saved) return;
      if (area.value === saved) area.value = now;
      else replace(note, t.changed);
      saved = now;
    },
  };
}

const text = (config) => JSON.stringify(config ?? {}, null, 2);

/** Whatever part of it is refused stands in the one field. */
async function put(path, config) {
  try {
    await api.put(path, config);
  } catch (error) {
    if (!(error instanceof Problem) || ![400, 413].includes(error.status)) throw error;
    throw new Problem(error.status, {...error.json, field: "config"});
  }
}

function parse(typed) {
  let config;
  try {
    config = JSON.parse(typed);
  } catch (error) {
    throw new Error(T.device.config.wrong(error.message));
  }
  if (config === null || typeof config !== "object" || Array.isArray(config)) throw new Error(T.device.config.object);
  return config;
}
