// Where do the edges of the three bands lie, how much falls between them, and what is certified?
import { fill, h } from "../base/dom.js";
import { table } from "../base/table.js";
import { shareWords, significantWords } from "../core/amounts.js";
import { placeSlider } from "./slider.js";

// `moved({ above, below })` is called while an edge moves, `settled` when it is let go.
export function bandPanel({ moved, settled }) {
  const place = h("div", { class: "al-cal-edges" });
  const notes = h("div");
  const rows = h("div", { class: "al-cal-loads" });
  const element = h("section", { class: "al-cal-part" }, h("h4", {}, "Three bands"), place, rows, notes);
  let sliders = null;
  let size = 0;

  // Off is left of the first edge for paging, and right of the last for passing unseen.
  const held = { above: (at) => (at >= size ? -1 : at), below: (at) => at };
  const shown = { above: (at) => (at < 0 ? size : at), below: (at) => at };

  function build(state) {
    const { steps } = state.bands;
    size = steps.length;
    let now = { above: -1, below: -1 };
    const turned = (name) => (at) => {
      now = { ...now, [name]: held[name](at) };
      // No trace is both paged and passed: one edge pushes the other.
      const { above, below } = now;
      if (above >= 0 && below >= above) {
        if (name === "above") now.below = above - 1;
        else now.above = below + 1 < size ? below + 1 : -1;
      }
      put(now);
      moved(now);
    };
    const put = (edges) => {
      now = { ...now, above: edges.above, below: edges.below };
      for (const name of ["above", "below"]) sliders[name].put(shown[name](now[name]));
    };
    const make = (name, label, min, max, none, some) =>
      placeSlider({
        label,
        min,
        max,
        field: false,
        words: (at) => (held[name](at) < 0 ? none : `${some} ${steps[held[name](at)]}`),
        moved: turned(name),
        settled: () => settled(now),
      });
    sliders = {
      below: make("below", "Page up to", -1, size - 1, "nobody is paged", "up to"),
      above: make("above", "Pass unseen from", 0, size, "nothing passes unseen", "from"),
      put,
    };
    fill(place, sliders.below.element, sliders.above.element);
  }

  function lines(state, { above, below }, loads) {
    const { steps, seen, test } = state.bands;
    const scores = [
      above < 0 ? "none" : `from ${steps[above]}`,
      "the rest",
      below < 0 ? "none" : `up to ${steps[below]}`,
    ];
    const says = (told, promised) =>
      [told.above[above], null, told.below[below]].map((one) => {
        if (!one) return "";
        const verdict = one.holds ? "certified" : `not certified${one.why && `: ${one.why}`}`;
        return `${one.wrong} wrong of ${one.labels}, at most ${one.bound}${promised ? `; ${verdict}` : ""}`;
      });
    const rests = [says(seen, state.mode === "same"), ...(test ? [says(test, true)] : [])];
    return ["auto-pass", "review", "page"].map((name, i) => [
      name,
      scores[i],
      shareWords(loads.share[i]),
      significantWords(loads.a_day[i], 2),
      ...rests.map((one) => one[i] || "–"),
    ]);
  }

  return {
    element,
    build,
    put: (knobs) => sliders?.put(knobs),
    draw(state, knobs, loads) {
      const { seen, test, asked, delta } = state.bands;
      const which = state.mode === "same" ? "labels" : "dev labels";
      const columns = ["band", "scores", "share of traffic", "traces a day"];
      columns.push(`by ${which}`, ...(test ? ["by test labels"] : []));
      const words =
        `Allowed: ${asked.above} wrong among what passes unseen, ${asked.below} among what pages;` +
        ` either is broken with a chance of at most ${delta}.`;
      fill(rows, table(words, columns, lines(state, knobs, loads)));
      const covered = state.mode === "split" && !test;
      fill(
        notes,
        h("p", { class: "al-soft" }, `By ${which} drawn from all alike: ${seen.headline}`),
        test && h("p", {}, `By test labels: ${test.headline}`),
        covered && h("p", { class: "al-soft" }, "What test labels certify is covered until you report on test."),
      );
    },
  };
}
