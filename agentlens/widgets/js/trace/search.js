// Where do some words stand in a trace, and which row of them is next?
import { h } from "../base/dom.js";
import { traceCount } from "./json.js";
import { traceNext } from "./rows.js";

// `ask` is null on a page without a kernel; `marked(rows)` is told of all rows found, `reached(row)` of
// each that Enter goes to, and `after()` gives the row to look on from.
export function traceSearch({ ask, say, marked, reached, after }) {
  const where = ask ? "whole texts searched in the kernel" : "searched what this page holds";
  const words = h("input", {
    type: "search",
    class: "al-trace-words",
    "aria-label": "Search in this trace",
    placeholder: "Search in this trace",
  });
  let trace = null;
  let hits = null;

  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    search();
  });

  async function search() {
    const wanted = words.value.trim();
    if (!wanted || !trace) return;
    if (hits?.words === wanted) {
      go();
      return;
    }
    const now = trace;
    const answer = ask ? await ask("find", { trace_id: trace.id, words: wanted }, "find") : here(wanted);
    if (!answer || now !== trace) return;
    if (answer.problem) {
      say(answer.problem);
      return;
    }
    hits = { words: wanted, rows: answer.rows, fields: answer.fields };
    marked(hits.rows);
    if (hits.rows.length) go();
    else say(`No step holds “${wanted}” (${where}).`);
  }

  function go() {
    if (!hits.rows.length) return;
    const row = traceNext(hits.rows, after());
    reached(row);
    const place = `row ${hits.rows.indexOf(row) + 1} of ${hits.rows.length}`;
    say(`“${hits.words}”: ${place}, ${traceCount(hits.fields, "field")} (${where}). Enter goes on.`);
  }

  function here(wanted) {
    const low = wanted.toLowerCase();
    const { names, name, n } = trace.steps;
    const holds = (row) => `${names[name[row]]} ${JSON.stringify(trace.held[row]?.fields ?? "")}`.toLowerCase().includes(low);
    const rows = Array.from({ length: n }, (_, row) => row).filter(holds);
    return { rows, fields: rows.length };
  }

  return {
    element: h("label", { class: "al-trace-search" }, "/ ", words),
    focus: () => words.focus(),
    has: (target) => target === words,
    // Empty the field; false where it was empty.
    clear() {
      if (!words.value) return false;
      words.value = "";
      hits = null;
      marked([]);
      say("");
      return true;
    },
    draw(given) {
      if (given?.id !== trace?.id) hits = null;
      trace = given;
    },
  };
}
