// Which step of a trace is asked about?
import { fill, h } from "../base/dom.js";

const STEP_TEXTS = [["error_message", "Error"], ["input", "Input"], ["output", "Output"]];

export function stepBox() {
  const named = { class: "al-label-step", "aria-label": "The step in question", hidden: true };
  const element = h("section", named);
  return {
    element,
    draw(step) {
      element.hidden = !step;
      if (!step) return;
      fill(
        element,
        h("h3", {}, "The step in question: ", [step.kind, step.name].filter(Boolean).join(" ")),
        STEP_TEXTS.filter(([name]) => step[name]).map(([name, word]) =>
          h("div", {}, h("strong", {}, word), h("pre", {}, step[name])),
        ),
      );
    },
  };
}
