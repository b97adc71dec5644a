// Where does a window of time lie after it was moved, widened or dragged? Times in milliseconds.

// The bin edge that lies nearest, between the first and the last.
export function snapTime(at, { first, last, width }) {
  const nearest = first + Math.round((at - first) / width) * width;
  return Math.min(Math.max(nearest, first), last);
}

// The window moved by its own length, as far as the log goes.
export function movedWindow([from, to], direction, { first, last }) {
  const by = direction * (to - from);
  const far = Math.min(Math.max(by, first - from), last - to);
  // A window that hangs over an end of the log is not pushed further out.
  return far * direction > 0 ? [from + far, to + far] : [from, to];
}

// The window so many times as long around its middle, at least one bin and at most the log.
export function widenedWindow([from, to], factor, { first, last, width }) {
  const length = Math.min(Math.max((to - from) * factor, width), last - first);
  const start = Math.min(Math.max((from + to - length) / 2, first), last - length);
  return [start, start + length].map((one) => Math.round(one));
}

// The window after a drag of one of its parts ("from", "to" or "whole") to a time; `grip` is how far
// behind its beginning the whole was taken.
export function draggedWindow([from, to], part, at, grip, limits) {
  const { first, last, width } = limits;
  if (part === "whole") {
    const start = Math.min(Math.max(snapTime(at - grip, limits), first), Math.max(last - (to - from), first));
    return [start, start + (to - from)];
  }
  const end = snapTime(at, limits);
  if (part === "from") return [Math.min(end, to - width), to];
  return [from, Math.max(end, from + width)];
}

const HOUR = 3600e3;
const STEPS = [HOUR / 4, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 48 * HOUR, 168 * HOUR];

// At most so many even times to name on an axis.
export function timeTicks(first, last, most) {
  let step = STEPS.find((one) => (last - first) / one <= most) ?? STEPS.at(-1);
  while ((last - first) / step > most) step *= 2;
  const ticks = [];
  for (let at = Math.ceil(first / step) * step; at <= last; at += step) ticks.push(at);
  return ticks;
}
