// A knob: a slider over places, a field for the value, and what both say of it.
import { fresh, h } from "../base/dom.js";

// `words(place)` says a place, `place(value)` finds it for a number, null where there is none;
// `moved` is called while it moves, `settled` when it is let go. Without `field` there is no field.
export function placeSlider({ label, min, max, words, place, field = true, moved, settled }) {
  const id = fresh("knob");
  const said = h("span", { class: "al-cal-said" });
  const range = h("input", { type: "range", id, min, max, step: 1 });
  const number = h("input", { type: "text", inputmode: "decimal", "aria-label": `${label}, a number` });
  const show = () => {
    const now = Number(range.value);
    range.setAttribute("aria-valuetext", words(now));
    if (document.activeElement !== number && number.getRootNode().activeElement !== number) {
      number.value = words(now);
    }
    said.textContent = field ? "" : words(now);
  };
  const put = (value) => {
    range.value = value;
    show();
  };
  const step = (far) => {
    put(Number(range.value) + far);
    moved(Number(range.value));
    settled(Number(range.value));
  };
  range.addEventListener("input", () => {
    show();
    moved(Number(range.value));
  });
  range.addEventListener("change", () => settled(Number(range.value)));
  range.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const far = { PageUp: 10, PageDown: -10 }[event.key];
    if (far) {
      event.preventDefault();
      step(far);
    }
    // What moves a slider must not move the notebook's cell.
    if (far || /^(Arrow|Home|End)/.test(event.key)) event.stopPropagation();
  });
  number.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") number.dispatchEvent(new Event("change"));
  });
  number.addEventListener("change", () => {
    const asked = Number(number.value.replaceAll(",", ""));
    const found = number.value.trim() === "" || Number.isNaN(asked) ? null : place(asked);
    if (found !== null && found !== Number(range.value)) {
      range.value = found;
      moved(found);
      settled(found);
    }
    number.value = words(Number(range.value));
  });
  return {
    element: h(
      "div",
      { class: "al-cal-knob" },
      h("label", { for: id }, label),
      h("div", {}, range, field ? number : said),
    ),
    put,
    range,
  };
}
