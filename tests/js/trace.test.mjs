// Which rows of a trace's tree are in sight, and which pieces of a text were covered?

import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import test from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../../agentlens/widgets/js/trace");
const load = (name) => import(pathToFileURL(join(folder, name)));
const { TRACE_ROW, traceAbove, traceBar, traceInSight, traceNext, traceShape, traceWindow } = await load("rows.js");
const { traceMarks } = await load("marks.js");

// root(0) > a(1) > b(2), c(3); d(4) beside a; another root(5)
const steps = { n: 6, parent: [-1, 0, 1, 1, 0, -1] };

test("levels, places among siblings and first children come from the parents", () => {
  const shape = traceShape(steps);
  assert.deepEqual(shape.level, [1, 2, 3, 3, 2, 1]);
  assert.deepEqual(shape.nth, [1, 1, 1, 2, 2, 2]);
  assert.deepEqual(shape.first, [1, 2, -1, -1, -1, -1]);
  assert.deepEqual([0, 2, 4].map(shape.siblings), [2, 2, 2]);
  assert.deepEqual(traceAbove(shape, 3), [1, 0]);
});

test("a row is in sight where every row above it is open", () => {
  const shape = traceShape(steps);
  assert.deepEqual(traceInSight(shape, new Set()), [0, 5]);
  assert.deepEqual(traceInSight(shape, new Set([1])), [0, 5]);
  assert.deepEqual(traceInSight(shape, new Set([0])), [0, 1, 4, 5]);
  assert.deepEqual(traceInSight(shape, new Set([0, 1])), [0, 1, 2, 3, 4, 5]);
});

test("up to 200 rows are all drawn, of more only those around the ones in sight", () => {
  assert.deepEqual(traceWindow(200, 3000, 400), [0, 200]);
  const [from, to] = traceWindow(2000, 1000 * TRACE_ROW, 400);
  assert.ok(from < 1000 && to > 1000 + 400 / TRACE_ROW && to - from < 60);
  assert.deepEqual(traceWindow(2000, 0, 0)[0], 0);
  assert.equal(traceWindow(2000, 2000 * TRACE_ROW, 400)[1], 2000);
});

test("after the last comes the first again, and of none there is none", () => {
  assert.equal(traceNext([2, 5], -1), 2);
  assert.equal(traceNext([2, 5], 2), 5);
  assert.equal(traceNext([2, 5], 5), 2);
  assert.equal(traceNext([], 0), null);
});

test("a bar never leaves the axis, and what has no end runs to its end", () => {
  const held = { axis: 10, begin: [0, 5, 8, 10], length: [10, 2.5, null, 0] };
  assert.deepEqual([0, 1, 2, 3].map((row) => traceBar(held, row)), [[0, 100], [50, 25], [80, 20], [100, 0]]);
  assert.deepEqual(traceBar({ axis: 0, begin: [0], length: [0] }, 0), [0, 100]);
});

test("what was redacted or cut is marked, and the pieces make the text", () => {
  const text = "I am <NAME_AB2C>, ⟪… 1,200 characters cut …⟫ <b> and <EMAIL_12>";
  const pieces = traceMarks(text);
  assert.deepEqual(pieces.filter(({ what }) => what).map(({ what }) => what), ["redacted", "cut", "redacted"]);
  assert.equal(pieces.map((one) => one.text).join(""), text);
  assert.deepEqual(traceMarks(""), [{ text: "", what: "" }]);
});
