// How long was something looked at? Time in which the page was hidden does not count.

// `begin()` starts again from zero, `seconds()` tells; `stop()` lets go of the page.
export function lookedAt(page = document) {
  let sum = 0;
  let since = null;
  const now = () => performance.now() / 1000;
  const turn = () => {
    if (since !== null) sum += now() - since;
    since = page.visibilityState === "hidden" ? null : now();
  };
  page.addEventListener("visibilitychange", turn);
  return {
    begin() {
      sum = 0;
      since = null;
      turn();
    },
    seconds() {
      turn();
      return Math.round(sum * 100) / 100;
    },
    stop: () => page.removeEventListener("visibilitychange", turn),
  };
}
