// What do threshold, prices and edges give, from the numbers that came with the view? No DOM here.
import { bandLoads } from "../core/bands.js";
import { thresholds } from "../core/threshold.js";
import { numbersOf } from "../engines/parts.js";

export function calibrationModel(state, numbers) {
  const arrays = numbersOf(state.arrays, numbers);
  const { cuts = [], fails = [], passes = [], n_fails = [], n_passes = [], at = [], past = [] } = arrays;
  const total = [...fails, ...passes].reduce((sum, one) => sum + one, 0);
  const alone = thresholds({ fails: n_fails, passes: n_passes, cost_fp: 1, cost_fn: 1 });
  const { none = 0, days = 1 } = state.bands ?? {};
  let last = "";
  let found = null;

  // Counts at every threshold, which only new prices change.
  function priced({ cost_fp, cost_fn }) {
    const key = `${cost_fp} ${cost_fn}`;
    if (key !== last) found = thresholds({ fails, passes, cost_fp, cost_fn });
    last = key;
    return found;
  }

  return {
    cuts,
    edges: at.length,
    // The threshold that lies nearest to a number, of those between the ends.
    nearest(value, [first, until]) {
      let best = first;
      for (let i = first; i <= until; i += 1) {
        if (Math.abs(cuts[i] - value) < Math.abs(cuts[best] - value)) best = i;
      }
      return best;
    },
    run(knobs) {
      const all = priced(knobs);
      const { place, above, below } = knobs;
      const of = ({ both, person, score, neither }) =>
        [both, person, score, neither].map((one) => one[place]);
      return {
        labels: of(alone),
        weights: of(all).map((one) => one / total),
        rates: [all.agreement[place], all.sensitivity[place], all.specificity[place]],
        cost: all.cost[place] / total,
        costs: Array.from(all.cost, (one) => one / total),
        best: all.best,
        loads: bandLoads({ at, past, none, days, above, below }),
      };
    },
  };
}
