// How is one row of the tree drawn: its kind, its name, what is wrong with it, its bar in time?
import { h } from "../base/dom.js";
import { TRACE_FLAG, traceBar } from "./rows.js";

const TRACE_LETTER = {
  agent: "A", llm: "L", tool: "T", retrieval: "R", guardrail: "G", chain: "C", embedding: "M",
  evaluator: "V", event: "E",
};
const TRACE_WORDS = [
  ["error", "✕ error"],
  ["skewed", "outside its parent's time"],
  ["backwards", "ends before it begins"],
  ["running", "no end"],
  ["lost", "parent missing"],
  ["cut", "circle cut"],
];
const TRACE_INDENT = 12;
const TRACE_DEEPEST = 10;

// What there is to say of a row: `sort` of step, `name`, `count` of steps it stands for, `words` on what is
// wrong, and `label`, all of it for those who do not see the row.
export function traceTold(steps, row) {
  const kind = steps.kinds[steps.kind[row]];
  const sort = TRACE_LETTER[kind] ? kind : "other";
  const name = steps.names[steps.name[row]] || "unnamed";
  const count = steps.count[row] ?? 1;
  const words = TRACE_WORDS.filter(([flag]) => steps.flags[row] & TRACE_FLAG[flag]).map(([, word]) => word);
  const label = [
    kind,
    name,
    count > 1 && `times ${count}`,
    steps.took[row],
    ...words,
    steps.tokens[row] && `${steps.tokens[row]} tokens`,
    steps.cost[row],
  ];
  return { sort, name, count, words, label: label.filter(Boolean).join(", ") };
}

// The cells of a row; `twisted` is what the little triangle does, null where there is nothing below.
export function traceLine(steps, row, level, open, twisted) {
  const { sort, name, count } = traceTold(steps, row);
  const has = (flag) => steps.flags[row] & TRACE_FLAG[flag];
  const indent = Math.min(level - 1, TRACE_DEEPEST) * TRACE_INDENT;
  return [
    h(
      "span",
      { class: "al-trace-name", style: { paddingLeft: `${indent}px` } },
      h("span", { class: "al-trace-twist", onclick: twisted }, twisted ? (open ? "▾" : "▸") : null),
      has("made") ? null : h("span", { class: "al-trace-kind", data: { kind: sort } }, TRACE_LETTER[sort] ?? "·"),
      h("span", { class: "al-trace-said" }, level > TRACE_DEEPEST + 1 ? `${level}· ${name}` : name),
      count > 1 ? h("b", { class: "al-trace-times" }, `×${count.toLocaleString("en")}`) : null,
      has("error") ? h("b", { class: "al-trace-error" }, "✕ error") : null,
    ),
    h("span", { class: "al-trace-track" }, traceBarOf(steps, row, sort, has)),
    h("span", { class: "al-trace-took" }, steps.took[row] || (has("running") ? "no end" : "")),
    h("span", { class: "al-trace-tokens" }, steps.tokens[row]),
    h("span", { class: "al-trace-cost" }, steps.cost[row]),
  ];
}

function traceBarOf(steps, row, sort, has) {
  const [from, long] = traceBar(steps, row);
  const worn = ["error", "skewed", "running", "backwards"].filter(has).map((flag) => `al-trace-is-${flag}`);
  return h("span", {
    class: ["al-trace-bar", ...worn].join(" "),
    data: { kind: sort },
    style: { left: `${from}%`, width: `${long}%` },
  });
}

// The names of the columns, and of three times on the axis.
export function traceTicks({ ticks }) {
  return [
    h("span", {}, "Step"),
    h("span", { class: "al-trace-track" }, ticks.map((one) => h("i", {}, one))),
    h("span", { class: "al-trace-took" }, "Time"),
    h("span", { class: "al-trace-tokens" }, "Tokens"),
    h("span", { class: "al-trace-cost" }, "Cost"),
  ];
}
