// How does a promise stand, from what each of its windows has seen?
// The reference is stats/promises/judged.py; vectors hold both together.

// In the order in which they are looked for; the places are those of the reference's WHYS.
export const WHYS = ["kept", "likely", "few", "thin", "burns", "burning", "broken", "empty"];

const ALPHA = 0.05;
const EVERY_SECOND = 0.5;
const FAST = 0.05;
const SLOW = 0.1;
const LEAST_BAD = 2;

// How many times too fast events must go wrong to spend a share of the budget within a window.
const paceOf = (spend, whole, allowed) =>
  Math.max(1, Math.min(spend * whole, EVERY_SECOND / allowed));

// Rows from which on a promise can be shown to be kept, if none of them is bad.
const leastRows = (allowed) => Math.ceil(Math.log(ALPHA) / Math.log(1 - allowed));

function paces(span, allowed) {
  const out = new Float64Array(span.length).fill(1);
  for (let place = 2; place < span.length; place += 1) {
    const last = place === span.length - 1 && place > 2;
    out[place] = paceOf(last ? SLOW : FAST, span[0] / span[place], allowed);
  }
  return out;
}

function reason({ n, n_eff: nEff, low, burn, over, fast, least }) {
  if (n[0] === 0) return "empty";
  if (over[0]) return "broken";
  const shorter = over.slice(1);
  if (shorter.some((one, place) => one && shorter[place + 1] && fast[place + 2])) return "burning";
  if (shorter.some(Boolean)) return "burns";
  if (Number.isNaN(low[0])) return "thin";
  if (nEff[0] < least) return "few";
  return burn[0] > 1 ? "likely" : "kept";
}

export function judgedPromise({ share, low, high, bound, bad, n, n_eff, span, allowed }) {
  const divided = (values) => Float64Array.from(values, (one) => one / allowed);
  const threshold = paces(span, allowed);
  const burn = divided(share);
  const proof = divided(bound);
  const enough = Array.from(bad, (one) => one >= LEAST_BAD);
  const over = Array.from(proof, (one, place) => one > 1 && enough[place]);
  const fast = Array.from(proof, (one, place) => one > threshold[place] && enough[place]);
  const state = Array.from(burn, (one, place) => {
    if (Number.isNaN(one)) return 0;
    if (fast[place]) return 4;
    if (over[place]) return 3;
    return one > 1 ? 2 : 1;
  });
  const least = leastRows(allowed);
  const why = reason({ n, n_eff, low, burn, over, fast, least });
  return {
    budget: Float64Array.from(n, (one) => allowed * one),
    burn,
    burn_low: divided(low),
    burn_high: divided(high),
    threshold,
    state,
    why: [WHYS.indexOf(why)],
    needed: [least],
  };
}
