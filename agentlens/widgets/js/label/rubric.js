// What is asked of a trace, in the words that a judge reads, too?
import { fill, h } from "../base/dom.js";

// Lines that were broken for an editor run on; paragraphs and lists stay.
const flowingWords = (words) => words.replace(/([^\n])\n(?![\n\s\d*•-])/g, "$1 ");

const LABEL_NO_WORDS = "Its words are not known here: give label() the Rubric itself.";

export function rubricBox() {
  const row = (name, asks) => [h("dt", {}, name), h("dd", {}, asks)];
  const soft = (words) => h("p", { class: "al-soft" }, words);
  const element = h("section", { class: "al-label-rubric", "aria-label": "Rubric" });
  let shown = "";
  return {
    element,
    draw(rubric) {
      const now = JSON.stringify(rubric);
      if (now === shown) return;
      shown = now;
      const { label, instructions, criteria, scale, examples, unit } = rubric;
      fill(
        element,
        h("h3", {}, label),
        instructions
          ? h("p", { class: "al-label-words", tabindex: "0" }, flowingWords(instructions))
          : soft(LABEL_NO_WORDS),
        unit === "tool" && soft("It asks about one step of the trace."),
        criteria.length > 0 &&
          h("dl", {}, criteria.map(([name, asks]) => row(name, asks)).flat()),
        scale.length > 0 && soft(`A judge answers from ${scale[0]} to ${scale.at(-1)}.`),
        examples.length > 0 && soft(`Examples in these words: ${examples.join(", ")}`),
      );
    },
  };
}
