// What does the place beside the tree show: the whole trace, or one step, read when it is chosen?
import { fill, h } from "../base/dom.js";
import { STILL } from "../base/still.js";
import { traceCount } from "./json.js";
import { traceStep } from "./step.js";

const TRACE_NOTHING = { fields: {}, about: [] };
const TRACE_SOON = 300;
const TRACE_FAILING = 20;
const TRACE_OPENED = ["error_message", "output", "input"];

// `ask` is null on a page without a kernel; `show(row)` chooses a row of the tree.
export function tracePane({ ask, show }) {
  const element = h("section", { class: "al-trace-step", "aria-label": "Chosen step", tabindex: "-1" });
  let errand = 0;

  const more = (trace, span) => (name) =>
    ask && ((start) => ask("field", { trace_id: trace.id, span_id: span, field: name, start }, `field ${span} ${name}`));

  function put(title, held, given) {
    element.removeAttribute("aria-busy");
    fill(element, ...traceStep(title, held, given));
    element.scrollTop = 0;
  }

  const titled = (name, kind = "") => h("h4", { class: "al-trace-title" }, name, kind && h("span", { class: "al-soft" }, ` ${kind}`));

  return {
    element,
    focus: () => element.focus({ preventScroll: true }),
    // The whole trace opens with its answer and its failing steps; the rest is folded.
    whole(trace) {
      errand += 1;
      put(titled("The whole trace"), trace, {
        opened: ["output", ...(trace.fields.output ? [] : ["input"])],
        more: more(trace, ""),
        after: traceFailing(trace, show),
        empty: "This trace kept neither input nor output.",
      });
    },
    async step(trace, row) {
      const mine = (errand += 1);
      const { id, names, name, kinds, kind, took, count } = trace.steps;
      const many = (count[row] ?? 1) > 1 ? `, the first of ${traceCount(count[row], "step")} in this row` : "";
      const title = titled(names[name[row]] || "unnamed", `${kinds[kind[row]]}${many || ` ${took[row]}`}`);
      const empty = (sentence) => put(title, TRACE_NOTHING, { empty: sentence });
      if (!id[row]) {
        empty("These steps name parents that are not in this trace, or stand in a circle.");
        return;
      }
      if (!trace.held[row]) {
        if (!ask) {
          empty(STILL);
          return;
        }
        const busy = setTimeout(() => element.setAttribute("aria-busy", "true"), TRACE_SOON);
        const answer = await ask("step", { trace_id: trace.id, span_id: id[row] }, "step");
        clearTimeout(busy);
        if (answer?.step) trace.held[row] = answer.step;
        // Another row was chosen meanwhile: this answer is kept, not shown.
        if (mine !== errand) return;
        if (!answer?.step) {
          empty(answer?.problem ?? "Not read: choose it again.");
          return;
        }
      }
      put(title, trace.held[row], {
        opened: TRACE_OPENED,
        more: more(trace, id[row]),
        scores: trace.scores.filter(({ span }) => span === id[row]),
        empty: "This step kept neither input nor output.",
      });
    },
    stop() {
      errand += 1;
    },
  };
}

function traceFailing({ errors, held, steps }, show) {
  if (!errors.length) return [];
  const line = (row) => {
    const said = held[row]?.fields.error_message?.text;
    const name = steps.names[steps.name[row]] || "unnamed";
    const button = h("button", { type: "button", onclick: () => show(row) }, name);
    return h("li", {}, h("b", { class: "al-trace-error" }, "✕ "), button, said ? ` ${said.slice(0, 300)}` : null);
  };
  const rest = errors.length - TRACE_FAILING;
  return [
    h(
      "div",
      { class: "al-trace-failing" },
      h("h4", {}, `Failing steps (${errors.length.toLocaleString("en")})`),
      h("ul", {}, errors.slice(0, TRACE_FAILING).map(line)),
      rest > 0 ? h("p", { class: "al-soft" }, `and ${rest.toLocaleString("en")} more: E goes through them.`) : null,
    ),
  ];
}
