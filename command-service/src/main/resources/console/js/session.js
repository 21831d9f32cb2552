import {onSignedOut, restore, signOut} from "./api.js";
import {askToSignIn} from "./pages/signin.js";

/** Who uses the console. */
const RANK = {viewer: 1, operator: 2, admin: 3};
const listeners = new Set();

export const session = {
  /** `{name, role}`, or null */
  user: null,

  /** Hide what would be refused; the service decides all the same. */
  may(role) {
    return this.user !== null && RANK[this.user.role] >= RANK[role];
  },

  onChange(listener) {
    listeners.add(listener);
  },

  /** Resolves once somebody is signed in. */
  async begin() {
    const who = await restore().catch(() => null);
    if (who) is(who);
    else await ask();
  },

  async signOut() {
    await signOut();
    location.assign("/");
  },
};

function is(who) {
  session.user = {name: who.username, role: who.role};
  listeners.forEach((listener) => listener(session.user));
}

let asking = null;

/** Once for all that wait. What is on the page stays as it is behind the dialog. */
function ask() {
  asking ??= askToSignIn(session.user?.name)
    .then(is)
    .finally(() => (asking = null));
  return asking;
}

onSignedOut(ask, is);
