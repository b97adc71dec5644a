// How is a time typed? In UTC and to the second, and it counts when its field is left, or on Enter.
import { h } from "./dom.js";

// `commit` is called when the time counts, `undo` on Escape.
export function timeField({ still, commit, undo = () => {} }) {
  const field = h("input", { type: "datetime-local", step: 1, disabled: still });
  field.addEventListener("blur", commit);
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") commit();
    if (event.key === "Escape") undo();
  });
  return field;
}
