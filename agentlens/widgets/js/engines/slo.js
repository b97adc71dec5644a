// How does a promise stand at another objective?
// What was seen stays what it was; the words about each objective are Python's own.

import { judgedPromise, WHYS } from "../core/judged.js";
import { numbersOf } from "./parts.js";

const BANDS = {
  broken: "act", burning: "act", burns: "watch", likely: "watch", kept: "pass",
  few: "unknown", thin: "unknown", empty: "unknown",
};
const SAID = {
  broken: "broken: its budget is spent",
  burning: "burning: two windows agree that the budget goes too fast",
  burns: "to watch: a window burns faster than the budget allows",
  likely: "to watch: its budget is likely spent",
  kept: "kept",
  few: "unknown: even with no bad row there are too few",
  thin: "unknown: rows of unequal weight are too few",
  empty: "unknown: there is no row",
};

function prepareSlo({ fixed, arrays, ticks }, numbers) {
  return { ...fixed, ticks, arrays: numbersOf(arrays, numbers), knots: new Map() };
}

function feedSlo(p, { knots }) {
  knots.forEach((knot) => p.knots.set(p.ticks.objective[knot.at[0]], knot));
  return p;
}

function runSlo(p, { objective }) {
  const knot = p.knots.get(objective);
  if (knot?.problem) {
    const headline = knot.problem;
    return { p, facts: [], band: "unknown", headline, signals: null, waiting: true, judged: null };
  }
  const judged = judgedPromise({ ...p.arrays, allowed: p.higher ? 1 - objective : objective });
  const why = WHYS[judged.why[0]];
  const band = BANDS[why];
  const called = band === "act" || band === "watch";
  const signals = called && p.arrays.bad[0] > 0 ? 1 : 0;
  if (knot && (knot.band !== band || knot.signals !== signals)) {
    throw new Error(`the promise is ${band} here and ${knot.band} in Python`);
  }
  return {
    p,
    judged,
    knot,
    band,
    signals,
    headline: knot?.headline ?? `${p.promise} is ${SAID[why]}.`,
    facts: knot?.facts ?? [[p.promise, "computing"]],
    waiting: !knot,
  };
}

// Bars, whiskers and shades before Python's own picture of this objective is there; no words yet.
function sloPainted(figure, { p, judged, knot, band }) {
  if (knot) return knot.figure;
  const burn = judged ? judged.burn[0] : null;
  const data = figure.data.map((trace) => {
    if (trace.type === "bar") {
      const whisker = judged && {
        ...trace.error_x,
        array: [judged.burn_high[0] - burn],
        arrayminus: [burn - judged.burn_low[0]],
      };
      return {
        ...trace, x: [burn], error_x: whisker ?? trace.error_x, hovertext: [""],
        marker: { ...trace.marker, color: [p.colours[band]] },
      };
    }
    if (trace.type !== "heatmap") return trace;
    // The first state, "none", has no shade of its own.
    const z = [judged ? judged.state.map((one) => (one ? one - 1 : 0)) : []];
    return { ...trace, z, text: z.map((row) => row.map(() => "")), hoverinfo: "skip" };
  });
  // Words of another objective are left out until those of this one are there.
  const annotations = figure.layout.annotations?.filter(({ name }) => !name);
  return { ...figure, data, layout: { ...figure.layout, annotations } };
}

export const sloEngine = {
  version: 1,
  prepare: prepareSlo,
  feed: feedSlo,
  run: runSlo,
  paint: sloPainted,
};
