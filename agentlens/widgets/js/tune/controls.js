// How does a person turn knobs: by dragging, by keys, by typing, by choosing?
import { fill, fresh, h, keys } from "../base/dom.js";
import { STILL } from "../base/still.js";
import { stepAt, stepCount, stepOf, stepTyped, stepWords } from "./steps.js";

// Controls for these knobs. `turned(name, value, released)` is called on every movement, `wrong` with
// a sentence for what was typed and cannot be, or "". Knobs in `held` cannot be turned here.
export function controls(given, { ticks, held, start, turned, wrong }) {
  const box = h("div", { class: "al-tune-knobs", role: "group", "aria-label": "Knobs" });
  let knobs = given;
  let values = start;
  let solved = {};
  const built = given.map((knob, place) => {
    const mine = () => knobs[place];
    const back = h(
      "button",
      {
        type: "button", class: "al-tune-back", title: `Back to ${stepWords(knob, start[knob.name])}`,
        "aria-label": `Reset ${knob.name}`, disabled: held(knob),
        onclick: () => turned(knob.name, start[knob.name], true),
      },
      "↺",
    );
    const about = fresh("about");
    const control = CONTROL[knob.kind]({
      knob: mine, about, off: held(knob), wrong,
      ticks: () => ticks(knob.name),
      value: () => values[knob.name],
      solved: () => solved[knob.name],
      turned: (value, released) => turned(knob.name, value, released),
    });
    const why = held(knob) ? `${STILL} ` : "";
    box.append(
      h(
        "div",
        { class: "al-tune-knob", "data-knob": knob.name },
        h("div", { class: "al-tune-row" }, control.elements, back),
        h("p", { class: "al-soft al-tune-about", id: about, title: knob.about }, why + aboutFirst(knob.about)),
      ),
    );
    return { back, control };
  });
  return {
    element: box,
    // Stand at these values; `found` are those that the verb found itself there, as far as known.
    show(now, newest, found) {
      [values, knobs, solved] = [now, newest, found];
      built.forEach(({ back, control }, place) => {
        const { name } = knobs[place];
        back.disabled = held(knobs[place]) || values[name] === start[name];
        control.show();
      });
    },
  };
}

const aboutFirst = (about) => about.split(/(?<=\.) |; /)[0].replace(/[;,]$/, "");

const CONTROL = {
  range: turnRange, number: turnField, text: turnField, choice: turnChoice, switch: turnSwitch,
};

function turnRange({ knob, about, ticks, value, solved, off, wrong, turned }) {
  let last = (knob().low + knob().high) / 2;
  const words = h("span", { class: "al-tune-value" });
  const slider = h("input", {
    type: "range", min: 0, step: 1, disabled: off, "aria-describedby": about,
    oninput: () => turned(stepAt(knob(), ticks(), slider.valueAsNumber), false),
    onchange: () => turned(stepAt(knob(), ticks(), slider.valueAsNumber), true),
  });
  const move = (steps) => () => {
    const end = stepCount(knob(), ticks()) - 1;
    const place = Math.max(0, Math.min(end, slider.valueAsNumber + steps));
    turned(stepAt(knob(), ticks(), place), true);
  };
  // The notebook around takes arrows for itself, and a browser's page is not ten steps.
  keys(slider, {
    ArrowRight: move(1), ArrowUp: move(1), ArrowLeft: move(-1), ArrowDown: move(-1),
    PageUp: move(10), PageDown: move(-10), Home: move(-Infinity), End: move(Infinity),
  });
  const number = h("input", {
    type: "number", step: "any", min: knob().low, max: knob().high, disabled: off,
    class: "al-tune-number", onchange: () => turnTyped(number, knob, ticks, value, wrong, turned),
  });
  return {
    elements: [
      h("label", { class: "al-tune-main" }, h("span", {}, knob().name), slider),
      h("label", {}, h("span", { class: "al-unseen" }, `${knob().name}, as a number`), number),
      words,
    ],
    show() {
      slider.max = stepCount(knob(), ticks()) - 1;
      // Where the verb has not said yet what it finds, the handle stays where it was.
      last = value() ?? solved() ?? last;
      slider.value = stepOf(knob(), ticks(), last);
      slider.setAttribute("aria-valuetext", stepWords(knob(), value()));
      // Nobody's half a number is taken from under their hands.
      if (document.activeElement !== number) number.value = value() ?? "";
      number.placeholder = Number.isFinite(solved()) ? Number(solved().toPrecision(3)) : "";
      fill(words, value() === null ? "solved" : knob().unit);
    },
  };
}

function turnTyped(input, knob, ticks, value, wrong, turned) {
  const { value: number, problem = "" } = stepTyped(knob(), ticks(), input.value);
  wrong(problem);
  if (!problem) turned(number, true);
  input.value = value() ?? "";
}

function turnField({ knob, about, ticks, value, off, wrong, turned }) {
  const number = knob().kind === "number";
  const input = h("input", {
    type: number ? "number" : "text", step: number ? "any" : null, disabled: off,
    "aria-describedby": about,
    onchange: () =>
      number ? turnTyped(input, knob, ticks, value, wrong, turned) : turned(input.value, true),
  });
  return {
    elements: [h("label", { class: "al-tune-main" }, h("span", {}, knob().name), input)],
    show: () => (input.value = value() ?? ""),
  };
}

function turnChoice({ knob, about, value, off, turned }) {
  const select = h(
    "select",
    {
      disabled: off, "aria-describedby": about,
      "aria-label": knob().name, // the label around it would lend it the words of its options
      onchange: () => turned(select.selectedIndex, true),
    },
    knob().options.map(([label]) => h("option", {}, label)),
  );
  return {
    elements: [h("label", { class: "al-tune-main" }, h("span", {}, knob().name), select)],
    show: () => (select.selectedIndex = value()),
  };
}

function turnSwitch({ knob, about, value, off, turned }) {
  const box = h("input", {
    type: "checkbox", disabled: off, "aria-describedby": about,
    onchange: () => turned(box.checked, true),
  });
  return {
    elements: [h("label", { class: "al-tune-main al-tune-switch" }, box, h("span", {}, knob().name))],
    show: () => (box.checked = value()),
  };
}
