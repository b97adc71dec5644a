// Which engines recompute a result in the browser?
// Each is pure: prepare(formula, numbers) -> p, feed(p, part) takes in a part of Python's grid,
// run(p, knobs) -> { facts, band, headline, signals, waiting }, paint(figure, outcome) -> figure.

import { controlEngine } from "./control.js";
import { sloEngine } from "./slo.js";

export const ENGINES = {
  control: controlEngine,
  slo: sloEngine,
};
