/** Calls it at once, then at most once in `pause` milliseconds, and once more if it was wanted meanwhile. */
export function seldom(work, pause) {
  let timer = null;
  let again = false;
  let over = false;

  function call() {
    again = false;
    timer = setTimeout(() => {
      timer = null;
      if (again && !over) call();
    }, pause);
    void work();
  }

  return {
    run() {
      if (over) return;
      if (timer) again = true;
      else call();
    },
    close() {
      over = true;
      clearTimeout(timer);
    },
  };
}
