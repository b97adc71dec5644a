// Which times do the two windows begin and end at? Four fields, for hands that do not drag.
import { h } from "../base/dom.js";
import { timeField } from "../base/timefield.js";

const ENDS = ["from", "to"];
const forField = (ms) => new Date(ms).toISOString().slice(0, 19);

// `changed(name, [from, to])` is called when a field is left, or on Enter.
export function windowFields({ changed, chosen, still }) {
  const fields = {};
  const buttons = {};
  let windows = null;

  // A field in which somebody writes is left alone, unless what is written there cannot be.
  const put = (name, all = false) =>
    fields[name].forEach((field, i) => {
      if (all || field.getRootNode().activeElement !== field) field.value = forField(windows[name][i]);
    });

  function commit(name) {
    const now = windows[name].map((ms, i) => {
      const { value } = fields[name][i];
      if (!value) return ms;
      // A field knows seconds: an end that nobody touched keeps what is finer.
      return value.slice(0, 19).padEnd(19, ":00") === forField(ms) ? ms : Date.parse(`${value}Z`);
    });
    if (now.some((ms, i) => ms !== windows[name][i])) changed(name, now);
    else put(name, true);
  }

  const row = (name, words) => {
    const how = { still, commit: () => commit(name), undo: () => put(name, true) };
    fields[name] = ENDS.map(() => timeField(how));
    const named = (field, i) => h("label", {}, h("span", {}, `${words} ${ENDS[i]}`), field);
    buttons[name] = h("button", { type: "button", disabled: still, onclick: () => chosen(name) }, words);
    return h(
      "div",
      { class: `al-drift-row al-drift-row-${name}`, role: "group", "aria-label": `${words} window` },
      buttons[name],
      h("div", { class: "al-drift-times" }, fields[name].map(named)),
    );
  };

  return {
    element: h("div", { class: "al-drift-rows" }, row("baseline", "Baseline"), row("current", "Current")),
    put(now, all = false) {
      windows = now;
      for (const name of Object.keys(fields)) put(name, all);
    },
    mark(name) {
      for (const [one, button] of Object.entries(buttons)) {
        button.setAttribute("aria-pressed", String(one === name));
      }
    },
  };
}
