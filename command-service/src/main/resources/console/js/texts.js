import {T as common} from "./texts/common.js";
import {device, signs} from "./texts/device.js";
import {devices} from "./texts/devices.js";
import {overview} from "./texts/overview.js";

/** All that the console says; a page's own texts stand in texts/PAGE.js. */
export const T = {...common, device, devices, overview, signs};
