import {api} from "../../api.js";
import {Problem} from "../../problem.js";

const PAUSE = 500;
const AGAIN = 1_500;

/**
 * Checks while somebody types: half a second after the last key, one check at a time.
 *
 * @param files texts by file name, as they are now; or null if there is nothing to check
 * @param told gets `{checking: true}`, `{report}` or `{failure}`
 */
export function checker(files, told) {
  let timer = null;
  let busy = false;
  let again = false;
  let over = false;

  async function run() {
    const texts = files();
    if (busy || !texts) {
      again = busy;
      return;
    }
    busy = true;
    told({checking: true});
    try {
      const report = await api.post("/rules/check", texts);
      if (!over && !again) told({report});
    } catch (failure) {
      if (!(failure instanceof Problem)) throw failure;
      if (failure.status === 429) later(AGAIN); // another one is being checked
      else if (!over) told({failure});
    } finally {
      busy = false;
      if (again) later(PAUSE);
      again = false;
    }
  }

  function later(pause) {
    clearTimeout(timer);
    if (!over) timer = setTimeout(() => void run(), pause);
  }

  return {
    soon: () => later(PAUSE),
    now: () => later(0),
    close() {
      over = true;
      clearTimeout(timer);
    },
  };
}
