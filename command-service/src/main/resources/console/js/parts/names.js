import {names as T} from "../texts/names.js";

const DEVICE = /^[A-Za-z0-9._:-]{1,256}$/;
const RULE = /^[^/]+\/[^/]+$/;

/** For the field of one device: what is wrong with what is typed, if anything. */
export const checkDeviceId = (text) => (DEVICE.test(text.trim()) ? "" : T.deviceWrong(text.trim()));

/** For the field of one rule. */
export const checkRuleId = (text) => (RULE.test(text.trim()) ? "" : T.ruleWrong(text.trim()));

/** For the field of several devices, with spaces, commas or new lines between. @throws {Error} that names the first that is none */
export function deviceIds(text) {
  const all = text.split(/[\s,]+/).filter((id) => id !== "");
  const wrong = all.find((id) => !DEVICE.test(id));
  if (wrong !== undefined) throw new Error(T.deviceWrong(wrong));
  return all;
}

/** For the field of several rules: a rule's name may hold a comma and blanks, so each stands on its own line. @throws {Error} as above */
export function ruleIds(text) {
  const all = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const wrong = all.find((rule) => !RULE.test(rule));
  if (wrong !== undefined) throw new Error(T.ruleWrong(wrong));
  return all;
}
