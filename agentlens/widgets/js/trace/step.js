// What does the chosen step hold: its error, what came out, what went in, what else is known?
import { h } from "../base/dom.js";
import { traceField } from "./field.js";
import { traceScore } from "./head.js";

const TRACE_TITLES = [["error_message", "Error"], ["output", "Output"], ["input", "Input"]];

// `held` is { fields, about }; `opened` names the fields that are unfolded; `more(field)` gives what
// fetches the rest of one; `scores` are those of this step.
export function traceStep(title, held, { opened = [], more = () => null, scores = [], after = [], empty = "" }) {
  const fields = TRACE_TITLES.filter(([name]) => held.fields[name]).map(([name, word]) =>
    h(
      "details",
      { class: `al-trace-part${name === "error_message" ? " al-trace-wrong" : ""}`, open: opened.includes(name) },
      h("summary", {}, name === "error_message" ? `✕ ${word}` : word),
      traceField(held.fields[name], more(name)),
    ),
  );
  return [
    title,
    scores.length ? h("ul", { class: "al-trace-scores", "aria-label": "Scores of this step" }, scores.map(traceScore)) : null,
    ...fields,
    fields.length ? null : h("p", { class: "al-soft" }, empty),
    ...after,
    held.about.length ? h("details", { class: "al-trace-part", open: !fields.length }, h("summary", {}, "Attributes"), traceAbout(held.about)) : null,
  ];
}

function traceAbout(pairs) {
  const rows = pairs.map(([name, said]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, said)));
  return h("table", { class: "al-trace-about" }, h("caption", { class: "al-unseen" }, "Attributes"), h("tbody", {}, rows));
}
