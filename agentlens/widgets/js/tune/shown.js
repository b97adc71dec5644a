// What do picture, headline and facts say of the setting at which the knobs stand?
import { fill, h } from "../base/dom.js";
import { factTable } from "./compared.js";

// `base` is the state that all rests on, `outcome` what the engine makes of the setting `now`, null
// without one, and `begun` the facts of the first setting as the engine says them, null if unknown.
export function tuneShown({ face, chart }, { base, now, outcome, engine, begun, same, words }) {
  const late = !same(base.card.values, now);
  // Python's own answer for this setting as soon as it is there, the engine's until then.
  const { band, headline } = outcome && late ? outcome : base.card;
  face.band.dataset.band = band;
  fill(face.band, band);
  fill(face.headline, headline);
  face.figure.setAttribute("aria-label", `${base.name}. ${headline}`);

  const figure = outcome && !same(base.drawn, now) ? engine.paint(outcome) : base.figure;
  const data = same(now, base.start) ? figure.data : [...base.ghost.data, ...figure.data];
  // The title stands above as a heading: in a narrow picture the legend needs its place.
  const { title } = figure.layout;
  const layout = { ...figure.layout, title: title?.subtitle ? title : {}, height: base.height };
  chart.draw({ ...figure, data, layout, rev: base.rev });

  const then = Object.fromEntries([...base.first.facts, ...(begun ?? []), ...base.first.more]);
  const { facts } = outcome ?? base.card;
  const rows = [
    ...facts.map(([name, value]) => [name, value, then[name], false]),
    ...base.card.more.map(([name, value]) => [name, value, then[name], late]),
  ];
  if (!rows.length) rows.push(["what is known", "unknown", "–", false]);
  fill(face.facts, factTable(`Facts at ${words()}`, rows));
  const told = new Set(facts.map(([name]) => name));
  const rest = base.card.facts
    .filter(([name]) => !told.has(name))
    .map(([name, value]) => [name, value, then[name], late]);
  fill(
    face.rest,
    rest.length ? factTable("More facts, from Python", rest) : null,
    h("ul", { "aria-busy": String(late) }, base.card.caveats.map((one) => h("li", {}, one))),
  );
}

// How much stands out, in a sentence.
export function signalWords({ signals }) {
  return signals === null ? "Being computed." : `${signals} signal${signals === 1 ? "" : "s"}.`;
}
