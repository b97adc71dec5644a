// What does an engine make of some settings? Reads one JSON object, writes one list.
// AGENTLENS_JS names another folder of scripts, for mutants.

import { readFileSync } from "node:fs";

const scripts = process.env.AGENTLENS_JS ?? new URL("../../agentlens/widgets/js", import.meta.url).pathname;
const { ENGINES } = await import(`${scripts}/engines/index.js`);

const { formula, numbers, figure, settings, parts } = JSON.parse(readFileSync(0, "utf8"));
const bytes = Uint8Array.from(Buffer.from(numbers, "hex"));
const engine = ENGINES[formula.name];
const prepared = engine.prepare(formula, new Float64Array(bytes.buffer));
parts.forEach((part) => engine.feed(prepared, part));

const words = (_, value) => {
  if (ArrayBuffer.isView(value)) return Array.from(value);
  return value === undefined ? null : value;
};
const before = JSON.stringify(figure);
const found = settings.map((setting) => {
  try {
    const { p, ...outcome } = engine.run(prepared, setting);
    const painted = engine.paint(figure, { p, ...outcome });
    return { ...outcome, painted };
  } catch (error) {
    return { failed: error.message };
  }
});
if (JSON.stringify(figure) !== before) throw new Error("paint changed the figure it was given");
process.stdout.write(JSON.stringify(found, words));
