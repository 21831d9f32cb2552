import {names as T} from "../texts/names.js";

const DEVICE = /^[A-Za-z0-9._:-]{1,256}$/;
const RULE = /^[^/]+\/[^/]+$/;

export const isDeviceId = (text) => DEVICE.test(text);
export const isRuleId = (text) => RULE.test(text);

/** For the field of one device: what is wrong with what is typed, if anything. */
export const checkDeviceId = (text) => (isDeviceId(text.trim()) ? "" : T.deviceWrong(text.trim()));

/** For the field of one rule. */
export const checkRuleId = (text) => (isRuleId(text.trim()) ? "" : T.ruleWrong(text.trim()));
