// Which columns drifted, and which of them is looked into?
import { fill, h } from "../base/dom.js";

// `picked(name)` is called for a column that was chosen, by a click or by Enter on its row.
export function columnTable({ picked, still }) {
  const scroll = h("div", { class: "al-scroll" });
  let buttons = [];

  scroll.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = buttons.indexOf(event.composedPath()[0]);
    if (!by || at < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    buttons[Math.min(Math.max(at + by, 0), buttons.length - 1)].focus();
    event.preventDefault();
    event.stopPropagation();
  });

  function line(row, i, { drifted, known }) {
    const [name, ...rest] = row;
    const press = known[i] && !still;
    const first = press
      ? h("button", { type: "button", class: "al-drift-pick", onclick: () => picked(name) }, name)
      : name;
    if (press) buttons.push(first);
    const cells = rest.map((cell) => h("td", {}, cell));
    return h("tr", { class: drifted[i] ? "al-drift-called" : "" }, h("th", { scope: "row" }, first), cells);
  }

  return {
    element: scroll,
    draw(table) {
      buttons = [];
      fill(
        scroll,
        h(
          "table",
          { class: "al-drift-columns" },
          h("caption", {}, table.caption),
          h("thead", {}, h("tr", {}, table.columns.map((one) => h("th", { scope: "col" }, one)))),
          h("tbody", {}, table.rows.map((row, i) => line(row, i, table))),
        ),
      );
    },
    focus(name) {
      buttons.find((one) => one.textContent === name)?.focus();
    },
    mark(name) {
      for (const one of buttons) one.setAttribute("aria-expanded", String(one.textContent === name));
    },
  };
}
