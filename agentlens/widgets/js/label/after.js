// What is there to say of an item that has its label: which, what the judge said, or who was first?
import { fill, h } from "../base/dom.js";

const LABEL_WORDS = { p: "pass", f: "fail", u: "unsure" };

const LABEL_BESIDE =
  "A change from now on is kept beside your blind label, and counts as not blind.";

// `judge()` asks for the verdict, `keep()` and `replace()` answer the question whether to replace.
export function afterBox({ judge, keep, replace }) {
  const element = h("div", { class: "al-label-after" });
  const judged = (words) => h("p", { class: "al-label-judged" }, words);
  const mine = (item, more = "") =>
    h("p", {}, "You said: ", h("strong", {}, item.said), `.${more}`);
  return {
    element,
    // Of an item without a label there is nothing to say; unblinded, what the judge said.
    draw(item, blind) {
      const parts = [];
      if (item?.said) parts.push(mine(item, " Another verdict replaces it."));
      if (item?.judged) parts.push(judged(item.judged));
      else if (item?.said && blind) {
        const attributes = { type: "button", "aria-keyshortcuts": "v", onclick: judge };
        parts.push(h("button", attributes, "What did the judge say? ", h("kbd", {}, "v")));
      }
      fill(element, parts);
    },
    judged(item, words) {
      fill(
        element,
        item.said && mine(item),
        judged(words),
        h("p", { class: "al-soft" }, LABEL_BESIDE),
      );
    },
    ask(verdict, there) {
      const first = h("button", { type: "button", onclick: keep }, `Keep ${there}`);
      const words = `Replace it with ${LABEL_WORDS[verdict]}`;
      const other = h("button", { type: "button", onclick: replace }, words);
      fill(
        element,
        h(
          "p",
          { role: "alert" },
          "This one has a label of yours already, given elsewhere: ",
          h("strong", {}, there),
          ".",
        ),
        h("div", { class: "al-label-moves" }, first, other),
      );
      first.focus();
    },
  };
}
