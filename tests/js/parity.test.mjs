// Does the browser's formula say what the reference says?
// The vectors are written by Python; AGENTLENS_CORE names another folder of cores, for mutants.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const core = process.env.AGENTLENS_CORE ?? join(here, "../../agentlens/widgets/js/core");
const folder = join(here, "../vectors");
const { FORMULAS } = await import(pathToFileURL(join(core, "index.js")));

const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
const all = files.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));

const WORDS = { NaN, Infinity, "-Infinity": -Infinity };
const numbers = (value) => {
  if (Array.isArray(value)) return value.map(numbers);
  return typeof value === "string" ? WORDS[value] : value;
};

// As they come with a state: arrays as float64.
const given = ({ params, arrays }) => {
  const out = Object.fromEntries(Object.entries(params).map(([name, one]) => [name, numbers(one)]));
  for (const [name, one] of Object.entries(arrays)) out[name] = Float64Array.from(numbers(one));
  return out;
};

const TOLERANCE = 1e-12;
function same(found, wanted, where) {
  if (Object.is(found, wanted) || found === wanted) return;
  const whole = Number.isInteger(found) && Number.isInteger(wanted);
  const near = Math.abs(found - wanted) <= TOLERANCE * Math.max(Math.abs(found), Math.abs(wanted));
  assert.ok(!whole && near, `${where}: ${found} instead of ${wanted}`);
}

test("both sides know the same formulas in the same versions", () => {
  const there = all.map(({ name, version }) => [name, version]).sort();
  const ours = Object.entries(FORMULAS).map(([name, { version }]) => [name, version]).sort();
  assert.deepEqual(ours, there);
});

for (const { name, cases } of all) {
  test(`${name}: ${cases.length} cases as the reference`, () => {
    assert.ok(cases.length >= 50);
    for (const one of cases) {
      const found = FORMULAS[name].run(given(one));
      for (const [what, wanted] of Object.entries(one.gives)) {
        const ours = wanted instanceof Array ? Array.from(found[what]) : [found[what]];
        const theirs = wanted instanceof Array ? numbers(wanted) : [numbers(wanted)];
        assert.equal(ours.length, theirs.length, `${one.about}: ${what}`);
        ours.forEach((value, place) => same(value, theirs[place], `${one.about}: ${what}[${place}]`));
      }
    }
  });
}
