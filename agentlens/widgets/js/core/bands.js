// How much traffic falls into each of three bands, wherever their edges are put?
// The reference is stats/agreement/workload.py; vectors hold both together.

const NOTHING = 1e-12;

const added = (parts, from, to) => {
  let sum = 0;
  for (let i = from; i < to; i += 1) sum += parts[i];
  return sum;
};

// `at` is the weight at each step, `past` that beyond it up to the next, `none` that without a score;
// from the step `above` on traces pass unseen, up to the step `below` somebody is called, -1 for none.
export function bandLoads({ at, past, none, days, above, below }) {
  const n = at.length;
  const up = above >= 0 ? added(at, above, n) + added(past, above, n) : 0;
  const down = below >= 0 ? added(at, 0, Math.min(below + 1, n)) + added(past, 0, Math.min(below, n)) : 0;
  const total = added(at, 0, n) + added(past, 0, n) + none;
  const held = [up, total - up - down, down];
  return {
    share: held.map((one) => one / Math.max(total, NOTHING)),
    a_day: held.map((one) => one / days),
  };
}
