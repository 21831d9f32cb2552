import {Problem} from "../problem.js";

/** Calls it again and again, never twice at a time, and not while nobody looks at the page. @returns how to end it */
export function repeat(work, every) {
  let busy = false;
  const timer = setInterval(async () => {
    if (busy || document.hidden) return;
    busy = true;
    try {
      await work();
    } catch (error) {
      // The next turn tries again; what is shown stays.
      if (!(error instanceof Problem) && error.name !== "AbortError") throw error;
    } finally {
      busy = false;
    }
  }, every);
  return () => clearInterval(timer);
}
