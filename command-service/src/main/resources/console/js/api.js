import {Problem} from "./problem.js";

/**
 * The REST API. The token lives in this module's memory and nowhere else; what outlives a reload is a cookie that no script can read, and
 * which only /api/v1/session gets. Tabs take turns in using it, as it is good once.
 */
const ROOT = "/api/v1";
const EARLY = 45_000; // ms before its end that a token is exchanged

let token = null;
let endsAt = 0;
let refreshing = null;
let signedOut = () => Promise.reject(new Error("nobody signs in"));
let refreshed = () => {};

/** @param ask shows the sign-in and resolves once somebody has signed in; @param told what a refresh says of the user */
export function onSignedOut(ask, told) {
  signedOut = ask;
  refreshed = told;
}

function keep(pair) {
  token = pair.token;
  endsAt = Date.now() + pair.expiresIn * 1000;
  return pair;
}

async function call(method, path, {body, headers, signal} = {}) {
  try {
    return await fetch(ROOT + path, {method, body, headers, signal, credentials: "same-origin", cache: "no-store"});
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw Problem.away();
  }
}

/** @returns who it is now */
export async function signIn(username, password) {
  const response = await call("POST", "/session", {
    body: JSON.stringify({username, password}),
    headers: {"Content-Type": "application/json"},
  });
  if (!response.ok) throw await Problem.of(response);
  return keep(await response.json());
}

export async function signOut() {
  await call("DELETE", "/session");
  token = null;
}

const inTurn = (work) => (navigator.locks ? navigator.locks.request("millrace-session", work) : work());

/** @returns who it is, or null where there is no session any more */
export function restore() {
  refreshing ??= inTurn(async () => {
    const response = await call("POST", "/session/refresh");
    if (response.status === 200) return keep(await response.json());
    if (response.status === 204 || response.status === 401) {
      token = null;
      return null;
    }
    throw await Problem.of(response);
  }).finally(() => (refreshing = null));
  return refreshing;
}

/** A token that is good for a while; asks a person if nothing else helps. */
export async function bearer() {
  if (token && Date.now() < endsAt - EARLY) return token;
  const who = await restore();
  if (who) refreshed(who);
  else await signedOut();
  return token;
}

/** The response as it is; 401 is dealt with. */
export async function request(method, path, options = {}) {
  for (let tried = 0; ; tried += 1) {
    const headers = {...options.headers, Authorization: "Bearer " + (await bearer())};
    const response = await call(method, path, {...options, headers});
    if (response.status !== 401 || tried === 2) return response;
    token = null;
  }
}

async function json(method, path, body, {headers, signal} = {}) {
  const text = typeof body === "string";
  const response = await request(method, path, {
    body: body === undefined || text ? body : JSON.stringify(body),
    headers: body === undefined || text ? headers : {"Content-Type": "application/json", ...headers},
    signal,
  });
  if (!response.ok) throw await Problem.of(response);
  const type = response.headers.get("Content-Type") ?? "";
  if (response.status === 204) return null;
  return type.includes("json") ? response.json() : response.text();
}

/** `a=1&b=2` of what has a value; arrays give a name several times. */
export function query(parameters) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== "") search.append(name, one);
    }
  }
  const text = search.toString();
  return text ? "?" + text : "";
}

/** Paths without /api/v1; a body that is a string is sent as it is, with the headers given. */
export const api = {
  get: (path, options) => json("GET", path, undefined, options),
  post: (path, body, options) => json("POST", path, body, options),
  put: (path, body, options) => json("PUT", path, body, options),
  patch: (path, body, options) => json("PATCH", path, body, options),
  del: (path, options) => json("DELETE", path, undefined, options),
  /** One page of a list: `{items, nextCursor?}`. `path` may have a query. */
  page: (path, {limit = 50, cursor, signal} = {}) =>
    json("GET", path + (path.includes("?") ? "&" : "?") + query({limit, cursor}).slice(1), undefined, {signal}),
};
