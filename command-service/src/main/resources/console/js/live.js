import {bearer, query} from "./api.js";

/**
 * What happens now (/api/v1/live), by one connection for the whole page. It is opened when somebody listens, taken anew when what they
 * listen to changes, given up while the tab is hidden (a browser has six connections a host, for all tabs), and healed after it was lost:
 * then listeners hear `healed`, and read their lists again, as nothing is replayed.
 */
const SILENCE = 32_000; // ms; a comment comes every 15 s
const HIDDEN = 10_000;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
const MOST_DEVICES = 100;

const listeners = new Set();
const watchers = new Set();
let connection = null;
let wanted = "";
let change = null;
let hidden = null;

export const live = {
  /** "idle", "connecting", "live" or "lost" */
  state: "idle",

  onState(watcher) {
    watchers.add(watcher);
    watcher(this.state);
    return () => watchers.delete(watcher);
  },

  /**
   * @param {string[]} events telemetry, presence, command, alert
   * @param {string[]} devices none = all
   * @param {function(string, object)} handler gets the kind and the data
   * @param {function(boolean)} [healed] when something may have been missed: after the connection was lost (false), or in the moment between
   *     this call and the first event that could be heard (true)
   * @returns {function()} ends it
   */
  on(events, devices, handler, healed) {
    const listener = {events: new Set(events), devices: new Set(devices), handler, healed, hears: false};
    listeners.add(listener);
    plan();
    return () => {
      listeners.delete(listener);
      plan();
    };
  },
};

function become(state) {
  if (live.state !== state) {
    live.state = state;
    watchers.forEach((watcher) => watcher(state));
  }
}

/** Pages leave and come in one go: connect once for all of it. */
function plan() {
  clearTimeout(change);
  change = setTimeout(follow, 50);
}

function filter() {
  if (listeners.size === 0) return "";
  const event = new Set();
  const device = new Set();
  let all = false;
  for (const listener of listeners) {
    listener.events.forEach((one) => event.add(one));
    listener.devices.forEach((one) => device.add(one));
    all ||= listener.devices.size === 0;
  }
  return "/live" + query({event: [...event].sort(), device: all || device.size > MOST_DEVICES ? [] : [...device].sort()});
}

function follow() {
  const next = document.hidden && hidden === "given up" ? "" : filter();
  if (next === wanted) {
    if (live.state === "live") catchUp(true);
    return;
  }
  wanted = next;
  listeners.forEach((listener) => (listener.hears = false));
  connection?.abort();
  connection = null;
  if (wanted) {
    connection = new AbortController();
    hold(wanted, connection.signal).catch((error) => console.warn("live", error.message));
  } else {
    become("idle");
  }
}

async function hold(path, signal) {
  let wait = FIRST_WAIT;
  let broken = hidden === "healing";
  hidden = null;
  while (!signal.aborted) {
    become(broken ? "lost" : "connecting");
    try {
      await listen(path, signal, () => {
        become("live");
        wait = FIRST_WAIT;
        catchUp(!broken);
        broken = false;
      });
    } catch (error) {
      if (signal.aborted) return;
    }
    broken = true;
    if (signal.aborted) return;
    become("lost");
    await pause(wait * (0.5 + Math.random() / 2), signal);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }
}

/** From here on everything is heard; what happened before it may have been missed. */
function catchUp(justBegun) {
  for (const listener of [...listeners].filter((one) => !one.hears || !justBegun)) {
    listener.hears = true;
    listener.healed?.(justBegun);
  }
}

function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), {once: true});
  });
}

async function listen(path, outer, opened) {
  const inner = new AbortController();
  const end = () => inner.abort();
  outer.addEventListener("abort", end, {once: true});
  let silence = setTimeout(end, SILENCE);
  try {
    const response = await fetch("/api/v1" + path, {
      headers: {Authorization: "Bearer " + (await bearer()), Accept: "text/event-stream"},
      signal: inner.signal,
      cache: "no-store",
    });
    if (!response.ok) throw new Error("answers " + response.status);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const {value, done} = await reader.read();
      if (done) return;
      clearTimeout(silence);
      silence = setTimeout(end, SILENCE);
      text += value;
      const blocks = text.split("\n\n");
      text = blocks.pop();
      for (const block of blocks) {
        if (block.startsWith(": listening")) opened();
        tell(block);
      }
    }
  } finally {
    clearTimeout(silence);
    outer.removeEventListener("abort", end);
    inner.abort();
  }
}

function tell(block) {
  const name = /^event: (.*)$/m.exec(block);
  const data = /^data: (.*)$/m.exec(block);
  if (!name || !data) return;
  const event = JSON.parse(data[1]);
  if (name[1] === "dropped") {
    catchUp(false);
    return;
  }
  const device = event.deviceId ?? event.labels?.device;
  for (const listener of [...listeners]) {
    if (listener.events.has(name[1]) && (listener.devices.size === 0 || listener.devices.has(device))) {
      listener.handler(name[1], event);
    }
  }
}

let giveUp = null;
document.addEventListener("visibilitychange", () => {
  clearTimeout(giveUp);
  if (document.hidden) {
    giveUp = setTimeout(() => {
      hidden = "given up";
      follow();
    }, HIDDEN);
  } else if (hidden === "given up") {
    hidden = "healing";
    follow();
  }
});

// Browsers keep pages that were left, with their connections, to come back to: six of them, and no further page is answered.
window.addEventListener("pagehide", () => {
  connection?.abort();
  connection = null;
  wanted = "";
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    hidden = "healing";
    follow();
  }
});
