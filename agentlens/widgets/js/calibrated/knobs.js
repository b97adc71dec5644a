// Threshold and prices as knobs: made once, and again only where what they may be has changed.
import { fill, h } from "../base/dom.js";
import { significantWords } from "../core/amounts.js";
import { placeSlider } from "./slider.js";

const PRICES = { cost_fp: "Cost of a wrong pass", cost_fn: "Cost of a wrong fail" };

// `turn(change)` is called while a knob moves, `settled` when it is let go.
export function knobPanel({ turn, settled, cheapest }) {
  const element = h("div");
  const buttons = h(
    "p",
    {},
    h("button", { type: "button", onclick: cheapest }, "Go to the cheapest"),
    " ",
    h("button", { type: "button", onclick: reset }, "Reset (R)"),
  );
  let given = null;
  let sliders = {};
  let built = "";

  function priced(name, label) {
    const { ticks } = given.prices[name];
    return placeSlider({
      label,
      min: 0,
      max: ticks.length - 1,
      words: (at) => significantWords(ticks[at]),
      place: (value) => closest(ticks, value),
      moved: (at) => turn({ [name]: ticks[at] }),
      settled,
    });
  }

  function reset() {
    const starts = Object.keys(PRICES).map((name) => [name, given.prices[name].start]);
    turn({ ...given.start, ...Object.fromEntries(starts) });
    settled();
  }

  return {
    element,
    reset,
    build(state, model) {
      given = state;
      const key = JSON.stringify([state.prices, state.ends, state.words]);
      if (key === built) return;
      built = key;
      const [first, until] = state.ends;
      const place = placeSlider({
        label: "Threshold: pass from",
        min: first,
        max: until,
        words: (at) => (model.cuts[at] === Infinity ? "nothing passes" : given.words[at]),
        place: (value) => model.nearest(value, given.ends),
        moved: (at) => turn({ place: at }),
        settled,
      });
      sliders = { place };
      for (const [name, label] of Object.entries(PRICES)) sliders[name] = priced(name, label);
      fill(element, Object.values(sliders).map((one) => one.element), buttons);
    },
    put(knobs) {
      sliders.place?.put(knobs.place);
      for (const name of Object.keys(PRICES)) {
        sliders[name]?.put(closest(given.prices[name].ticks, knobs[name]));
      }
    },
  };
}

function closest(ticks, value) {
  let best = 0;
  ticks.forEach((one, i) => {
    if (Math.abs(one - value) < Math.abs(ticks[best] - value)) best = i;
  });
  return best;
}
