// What is there to say where no item is left, or where there never was one?
import { fill, h } from "../base/dom.js";
import { table } from "../base/table.js";

const LABEL_PLAN = "Plan one with al.plan_labels, or give label() a log with traces in it.";

// `moves` are buttons that lead back into the queue.
export function endBox(moves) {
  const element = h("div", { class: "al-label-rest" });

  // The heading that belongs to it.
  function draw({ done, of, gone, next, rubric }) {
    if (!of) {
      fill(element, h("p", {}, `This queue for ${rubric.label} holds no traces. ${LABEL_PLAN}`));
      return "Nothing to label";
    }
    fill(
      element,
      gone > 0 && h("p", {}, `${gone} of ${of} are gone from the log and cannot be shown.`),
      h("p", {}, "Next:"),
      h("pre", { class: "al-label-next", tabindex: "0" }, next),
      moves,
    );
    return done + gone < of ? "Nothing left" : "All of this queue is labelled";
  }

  // Without a kernel there is nothing but what was said.
  function still({ rubric, table: { caption, columns, rows } }) {
    fill(
      element,
      table(caption, columns, rows),
      h("p", { class: "al-soft" }, "To label, this part needs a running kernel."),
    );
    return `Labels by ${rubric.label}`;
  }

  return { element, draw, still };
}
