// What does deciding by each of many thresholds get right, and what does it cost?
// The reference is stats/agreement/cumulative.py; vectors hold both together.

const TIED = 1e-9;

const fromTop = (parts) => {
  const found = new Float64Array(parts.length);
  let sum = 0;
  for (let i = parts.length - 1; i >= 0; i -= 1) found[i] = sum += parts[i];
  return found;
};

const fromBottom = (parts) => {
  const found = new Float64Array(parts.length);
  let sum = 0;
  for (let i = 0; i < parts.length; i += 1) {
    found[i] = sum;
    sum += parts[i];
  }
  return found;
};

// The place of the least cost, of ties the middle of the longest run; -1 where there is none.
export function leastCost(cost) {
  let lowest = Infinity;
  for (const one of cost) {
    if (Number.isNaN(one)) return -1;
    if (one < lowest) lowest = one;
  }
  if (!Number.isFinite(lowest)) return -1;
  const limit = lowest + TIED * (1 + lowest);
  let best = [0, 0];
  for (let i = 0; i < cost.length; i += 1) {
    if (!(cost[i] <= limit)) continue;
    const start = i;
    while (i < cost.length && cost[i] <= limit) i += 1;
    if (i - start > best[1] - best[0]) best = [start, i];
  }
  return Math.floor((best[0] + best[1] - 1) / 2);
}

// `fails` and `passes` are what people fail and pass from each threshold on up to the next.
export function thresholds({ fails, passes, cost_fp, cost_fn }) {
  const [both, score] = [passes, fails].map(fromTop);
  const [person, neither] = [passes, fails].map(fromBottom);
  const by = (of) => both.map((_, i) => of(both[i], person[i], score[i], neither[i]));
  const cost = by((a, b, c) => cost_fp * c + cost_fn * b);
  return {
    both,
    person,
    score,
    neither,
    agreement: by((a, b, c, d) => (a + d) / (a + b + c + d)),
    sensitivity: by((a, b) => a / (a + b)),
    specificity: by((a, b, c, d) => d / (c + d)),
    cost,
    best: leastCost(cost),
  };
}
