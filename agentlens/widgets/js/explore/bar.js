// What is selected, how does one part of it go away, and how does one go back?
import { fill, h, visible } from "../base/dom.js";
import { timeField } from "../base/timefield.js";

// `act` is told what to do. The two fields say the same as a drag over the chart, for the keyboard.
export function exploreBar({ act, still }) {
  const chips = h("ul", { class: "al-explore-chips", "aria-label": "Selection" });
  const size = h("p", { class: "al-explore-size" });
  const waits = h("span", { class: "al-soft" });
  const button = (words, title, content, key = null) => {
    const more = { disabled: still, "aria-keyshortcuts": key, onclick: () => act(content) };
    return h("button", { type: "button", title, ...more }, words);
  };
  const undo = button("Undo", "Back to the selection before (Z)", { act: "undo" }, "Z");
  const redo = button("Redo", "Forward again (Y)", { act: "redo" }, "Y");
  const everything = button("Everything", "Take every part of the selection away", { act: "clear" });
  let known = ["", ""];
  const commit = () => {
    const wanted = [from.value, until.value];
    if (!wanted[0] || !wanted[1] || wanted.join() === known.join()) return;
    known = wanted;
    act({ act: "period", from: `${wanted[0]}Z`, until: `${wanted[1]}Z` });
  };
  const unwrite = () => ([from.value, until.value] = known);
  const [from, until] = [0, 1].map(() => timeField({ still, commit, undo: unwrite }));

  function chip({ part, name, words }) {
    const away = () => {
      item.dataset.waits = "true";
      act({ act: "drop", part, name });
    };
    const label = `remove ${visible(words)}`;
    const more = { disabled: still, "aria-label": label, title: "remove", onclick: away };
    const remove = h("button", { type: "button", ...more }, "×");
    const item = h("li", { data: { part, name } }, h("span", {}, words), remove);
    return item;
  }

  const element = h(
    "div",
    { class: "al-explore-bar" },
    chips,
    h("div", { class: "al-explore-tools" }, undo, redo, everything, waits),
    size,
    h(
      "div",
      { class: "al-explore-when", role: "group", "aria-label": "Period in UTC" },
      h("label", {}, "from ", from),
      h("label", {}, "until ", until, " UTC"),
    ),
  );
  return {
    element,
    draw({ chips: all, n, share, current, undo: back, redo: forth, covers }) {
      const held = chips.contains(element.getRootNode().activeElement);
      const none = h("li", { class: "al-explore-none" }, "everything");
      chips.replaceChildren(...(all.length ? all.map(chip) : [none]));
      if (held) (chips.querySelector("button") ?? undo).focus(); // the chip it stood on may be gone
      const percent = share > 0 && share < 0.001 ? "< 0.1" : (100 * share).toFixed(1);
      const told = `${n.toLocaleString("en")} ${n === 1 ? "trace" : "traces"}, ${percent}% of the traffic`;
      fill(size, n ? told : `No traces in this selection. ${covers}`);
      known = current ? current.map((one) => one.slice(0, 19)) : ["", ""];
      [from.value, until.value] = known;
      undo.disabled = still || !back;
      redo.disabled = still || !forth;
      everything.disabled = still || !all.length;
    },
    waiting(many) {
      const words = many === 1 ? "1 change waits" : `${many} changes wait`;
      fill(waits, many ? `${words} for the kernel` : "");
    },
  };
}
