// Where does a chart's line run, how far may it stray, and which bins are beyond?
// The reference is stats/charts/drawn; vectors hold both together.

import { followed } from "./follow.js";
import { inflationOf } from "./inflation.js";

const JUST_BEYOND = 1 + 1e-9;

const only = (values, present) => Array.from(values).filter((_, t) => present[t]);

const meanOf = (values) => values.reduce((sum, one) => sum + one, 0) / values.length;

// Values of the bins with data on all bins; an empty one repeats the one before it.
export function carriedOn(values, present) {
  const out = new Float64Array(present.length);
  let place = -1;
  for (let t = 0; t < out.length; t += 1) {
    if (present[t]) place += 1;
    out[t] = place < 0 ? NaN : values[place];
  }
  return out;
}

// Lines in the unit of the metric.
const shownLine = (values, { log_scale: logScale, clipped }) =>
  Float64Array.from(values, (one) => {
    const value = logScale ? Math.exp(one) : one;
    return clipped ? Math.min(Math.max(value, 0), 1) : value;
  });

// How the chart stands, which bins are beyond, and the episodes, of all bins.
function calledBins(way, reach, { upper, lower, present, tested }) {
  const share = way.up.map((one, t) => {
    const up = one / (upper * reach[t]);
    const down = way.down[t] / (lower * reach[t]);
    return up >= down ? up : -down;
  });
  const beyond = Array.from(present, () => 0);
  let place = 0;
  for (let t = 0; t < beyond.length; t += 1) if (present[t]) beyond[t] = way.beyond[place++];
  const held = carriedOn(way.episode, present);
  return {
    // A run rule calls from within the limits.
    stand: carriedOn(share, present).map((one, t) =>
      beyond[t] !== 0 && Math.abs(one) <= 1 ? beyond[t] * JUST_BEYOND : one,
    ),
    beyond,
    episode: Array.from(held, (one, t) => (tested[t] && one === one ? one : 0)),
  };
}

// The variance of an EWMA of weighted bins, and how much precision it has heard of.
function ewmaMemory(precision, lam) {
  const square = precision.map((one) => one * one);
  const mean = meanOf(square);
  const keep = 1 - lam;
  const faded = keep * keep;
  let spread = (mean * lam) / (2 - lam);
  let heard = mean;
  const out = { spread: [], heard: [] };
  for (const one of square) {
    spread = lam * lam * one + faded * spread;
    heard = lam * one + keep * heard;
    out.spread.push(spread);
    out.heard.push(heard);
  }
  return out;
}

export function ewmaDrawn(given) {
  const { standard, present, tested, centre, memory, lam, upper, lower, scale } = given;
  const precision = only(given.precision, present);
  const u = only(standard, present);
  const { spread, heard } = ewmaMemory(precision, lam);
  const inflated = inflationOf(memory, lam);
  const reach = spread.map((one) => Math.sqrt(one * inflated));
  const up = u.map((one, t) => lam * precision[t] * one);
  const down = up.map((one) => -one);
  const way = followed({
    up, down, reach, upper, lower, keep: 1 - lam, floor: false, head: 0, tested: only(tested, present),
  });
  const wide = carriedOn(reach.map((one, t) => (one * scale) / heard[t]), present);
  const line = carriedOn(way.up.map((one, t) => (one * scale) / heard[t]), present);
  return {
    centre: shownLine(centre, given),
    ewma: shownLine(line.map((one, t) => centre[t] + one), given),
    upper: shownLine(wide.map((one, t) => centre[t] + upper * one), given),
    lower: shownLine(wide.map((one, t) => centre[t] - lower * one), given),
    ...calledBins(way, reach, given),
  };
}

export function cusumDrawn(given) {
  const { standard, present, tested, allowance, upper, lower, head_start: head } = given;
  const precision = only(given.precision, present);
  const u = only(standard, present);
  const reach = u.map(() => 1);
  const step = (side) =>
    u.map((one, t) => side * precision[t] * one - allowance * (precision[t] * precision[t]));
  const way = followed({
    up: step(1), down: step(-1), reach, upper, lower, keep: 1, floor: true, head,
    tested: only(tested, present),
  });
  return {
    up: carriedOn(way.up, present),
    down: carriedOn(way.down, present).map((one) => -one),
    upper: new Float64Array(present.length).fill(upper),
    lower: new Float64Array(present.length).fill(-lower),
    ...calledBins(way, reach, given),
  };
}

export function shewhartDrawn(given) {
  const { above, below, present, tested, fired, centre, upper, lower, scale } = given;
  const precision = only(given.precision, present);
  const reach = precision.map(() => 1);
  const way = followed({
    up: only(above, present), down: only(below, present), reach, upper, lower, keep: 0, floor: false,
    head: 0, tested: only(tested, present), fired: only(fired, present),
  });
  const half = carriedOn(precision.map((one) => scale / one), present);
  return {
    centre: shownLine(centre, given),
    upper: shownLine(half.map((one, t) => centre[t] + upper * one), given),
    lower: shownLine(half.map((one, t) => centre[t] - lower * one), given),
    ...calledBins(way, reach, given),
  };
}
