// How do the facts of this setting stand beside those of the first, and of the pinned ones?
import { fill, h } from "../base/dom.js";
import { settingWords } from "./steps.js";

// Rows of facts: [name, now, at the start, whether what stands for now is of another setting].
export function factTable(caption, rows) {
  return h(
    "table",
    { class: "al-tune-facts" },
    h("caption", {}, caption),
    h(
      "thead",
      {},
      h("tr", {}, ["Fact", "Now", "At the start"].map((name) => h("th", { scope: "col" }, name))),
    ),
    h(
      "tbody",
      {},
      rows.map(([name, now, start, old]) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, name),
          h("td", { "aria-busy": old && "true" }, now),
          h("td", { class: "al-soft" }, start ?? "–"),
        ),
      ),
    ),
  );
}

// The pinned settings below the first one; a column for each fact in which they differ.
export function pinTable(box, { knobs, pins, first, thrown }) {
  if (!pins.length) return fill(box);
  const all = [first, ...pins];
  const texts = all.map(({ facts, band, signals }) => ({ band, signals, ...Object.fromEntries(facts) }));
  const differ = [...new Set(texts.flatMap(Object.keys))].filter(
    (name) => new Set(texts.map((one) => one[name])).size > 1,
  );
  // Numbers before sentences: the table is wide, and what is short is compared at a glance.
  const long = (name) => Number(texts.some((one) => String(one[name] ?? "").length > 30));
  differ.sort((one, other) => long(one) - long(other));
  const turned = knobs.filter(({ name }) => all.some((one) => one.values[name] !== first.values[name]));
  const remove = (place, words) =>
    h("button", { type: "button", "aria-label": `Unpin ${words}`, onclick: () => thrown(place) }, "×");
  const row = (one, place) => {
    const words = settingWords(turned, one.values);
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, place ? words || "the same" : `at the start: ${words}`),
      differ.map((name) => h("td", {}, texts[place][name] ?? "–")),
      h("td", {}, place ? remove(place - 1, words) : null),
    );
  };
  const head = ["Setting", ...differ].map((name) => h("th", { scope: "col" }, name));
  return fill(
    box,
    h(
      "table",
      { class: "al-tune-pins" },
      h("caption", {}, "Pinned settings, and the facts in which they differ"),
      h("thead", {}, h("tr", {}, head, h("td", {}))),
      h("tbody", {}, all.map(row)),
    ),
  );
}
