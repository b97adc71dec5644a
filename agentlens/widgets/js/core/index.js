// Which formulas does this side know, and in which version?
// The same names and versions stand in widgets/formulas/table.py. Each takes one object with its
// params and arrays by name, and returns what it gives by name; `tests/js` runs all their vectors.

import { bandLoads } from "./bands.js";
import { cusumDrawn, ewmaDrawn, shewhartDrawn } from "./drawn.js";
import { inflationOf } from "./inflation.js";
import { judgedPromise } from "./judged.js";
import { thresholds } from "./threshold.js";

export const FORMULAS = {
  inflation: { version: 1, run: ({ memory, lam }) => ({ inflation: inflationOf(memory, lam) }) },
  ewma_drawn: { version: 1, run: ewmaDrawn },
  cusum_drawn: { version: 1, run: cusumDrawn },
  shewhart_drawn: { version: 1, run: shewhartDrawn },
  judged: { version: 1, run: judgedPromise },
  thresholds: { version: 1, run: thresholds },
  bands: { version: 1, run: bandLoads },
};
