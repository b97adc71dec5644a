// What can be recomputed here, without Python, and on what does that rest?
import { ENGINES } from "../engines/index.js";

// What the engine of this formula makes of a setting; null where there is none. `problem` says why
// a formula that Python names cannot be used.
export function recomputing({ formula, knobs, figure, grid }, numbers, problem) {
  if (!formula) return null;
  const engine = ENGINES[formula.name];
  if (engine?.version !== formula.version) {
    problem(`This view knows no formula ${formula.name} ${formula.version}: run the cell again.`);
    return null;
  }
  const prepared = engine.prepare(formula, numbers);
  (grid ?? []).forEach((part) => engine.feed(prepared, part));
  const plain = (values) =>
    Object.fromEntries(
      knobs.map(({ name, kind, options }) => [
        name,
        kind === "choice" ? options[values[name]][1] : values[name],
      ]),
    );
  return {
    run: (values) => engine.run(prepared, plain(values)),
    paint: (outcome) => engine.paint(figure, outcome),
    feed: (part) => engine.feed(prepared, part),
  };
}

// Where an answer of the browser differs from Python's for the same setting: a sentence, or "".
export function disagreement(outcome, card, words) {
  const theirs = Object.fromEntries(card.facts);
  const [name, here, there] =
    [
      ["signals", outcome.signals, card.signals],
      ["band", outcome.band, card.band],
      ...outcome.facts.map(([name, text]) => [name, text, theirs[name] ?? text]),
    ].find(([, here, there]) => here !== there) ?? [];
  if (!name) return "";
  return `The browser and Python disagree at ${words}: ${name} ${here} here, ${there} in Python.`;
}
