// What does a control chart show at another setting of its limits or its memory?
// The picture and the episodes are computed here; what needs simulation is Python's, looked up at
// the very setting that it was computed for, never in between.

import { cusumDrawn, ewmaDrawn, shewhartDrawn } from "../core/drawn.js";
import { episodesOf } from "../core/episodes.js";
import { controlPainted } from "./painted.js";
import { numbersOf } from "./parts.js";

const DRAWN = { ewma: ewmaDrawn, cusum: cusumDrawn, shewhart: shewhartDrawn };
const SOLVED = -1;
const COMPUTING = [["by simulation", "computing"]];

function prepareControl({ fixed, arrays, ticks }, numbers) {
  return { ...fixed, ticks, arrays: numbersOf(arrays, numbers), knots: new Map() };
}

// Take in what Python computed for some of the settings.
function feedControl(p, { knots }) {
  knots.forEach((knot) => p.knots.set(knot.at.join(" "), knot));
  return p;
}

// Where the knobs stand on the grid of settings; undefined where they stand between.
function knotAt(p, knobs) {
  const places = p.order.map((name) =>
    knobs[name] === null ? SOLVED : p.ticks[name].indexOf(knobs[name]),
  );
  const off = p.order.some((name, place) => places[place] < 0 && knobs[name] !== null);
  return off ? undefined : p.knots.get(places.join(" "));
}

// The two limits; null while Python has not solved for them.
function limitsAt(p, knobs, knot, here) {
  if (p.order.includes("width") && knobs.width !== null) return [knobs.width, knobs.width];
  if (here || (!p.solved && !p.order.includes("width"))) return p.limits;
  return knot?.limits ?? null;
}

const floats = (text) => {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  return new Float64Array(bytes.buffer);
};

// Limits of a rate or a count are exact ones, and come with the setting.
function drawnAt(p, knobs, [upper, lower], knot) {
  const given = { ...p.arrays, ...p.numbers, ...p.defaults, upper, lower };
  for (const name of ["lam", "allowance", "head_start"]) {
    if (p.order.includes(name)) given[name] = knobs[name];
  }
  const drawn = DRAWN[p.method](given);
  if (!p.exact) return drawn;
  const unknown = new Float64Array(drawn.beyond.length).fill(NaN);
  return {
    ...drawn,
    upper: knot?.upper ? floats(knot.upper) : unknown,
    lower: knot?.lower ? floats(knot.lower) : unknown,
  };
}

function bandOf({ bad }, episodes, last) {
  if (last && (last > 0 ? bad.above : bad.below)) return "act";
  return episodes.length ? "watch" : "pass";
}

function headlineOf({ name, when, arrays }, episodes, last) {
  if (!episodes.length) {
    const tested = arrays.tested.reduce((sum, one) => sum + one, 0);
    return `${name} stayed within its limits in all ${tested} bins tested.`;
  }
  const [first, end, side] = episodes[episodes.length - 1];
  const which = episodes.length > 1 ? `${episodes.length} times, the last time` : "once,";
  const until = last ? "and still is" : `until ${when[end + 1]}`;
  const where = side > 0 ? "above" : "below";
  return `${name} left its limits ${which} ${where} them from ${when[first]} UTC ${until}.`;
}

// Nothing can be drawn yet, or ever: in the words that say so.
const undrawn = (p, headline, facts) => ({
  p, drawn: null, episodes: [], signals: null, band: "unknown", headline, facts, waiting: true,
});

function runControl(p, knobs) {
  const here = p.order.every((name) => knobs[name] === p.here[name]);
  const knot = knotAt(p, knobs);
  if (knot?.problem) return undrawn(p, knot.problem, []);
  const limits = limitsAt(p, knobs, knot, here);
  if (!limits) return undrawn(p, "The limits for this setting are being computed.", COMPUTING);
  const drawn = drawnAt(p, knobs, limits, knot);
  const episodes = episodesOf(drawn.episode);
  const last = drawn.episode[drawn.episode.length - 1];
  if (knot && knot.signals !== episodes.length) {
    throw new Error(`${episodes.length} episodes are counted here and ${knot.signals} in Python`);
  }
  const told = knot?.facts ?? (here ? p.facts : COMPUTING);
  return {
    p,
    drawn,
    episodes,
    signals: episodes.length,
    band: bandOf(p, episodes, last),
    headline: headlineOf(p, episodes, last),
    facts: [["episodes", String(episodes.length)], ...told],
    // Exact limits of the present setting are in Python's own picture.
    waiting: p.exact && !knot,
    here,
  };
}

export const controlEngine = {
  version: 1,
  prepare: prepareControl,
  feed: feedControl,
  run: runControl,
  paint: controlPainted,
};
