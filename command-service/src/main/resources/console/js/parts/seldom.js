/**
 * Calls it at once, at most once in `pause` milliseconds, and once more after the last: an event is told as soon as it is in Kafka, which may be
 * before lists have it.
 */
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
      if (!timer) call();
      again = true;
    },
    close() {
      over = true;
      clearTimeout(timer);
    },
  };
}
