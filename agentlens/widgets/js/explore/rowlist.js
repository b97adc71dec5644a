// How are rows shown of which each can be chosen, by a click or by arrows and Enter?
import { fill, h, keys, visible } from "../base/dom.js";

const SOME_WORDS = 16;
const MANY_WORDS = 36;
function longCell(words) {
  const size = String(words ?? "").length;
  return size > MANY_WORDS ? "al-explore-long" : size > SOME_WORDS ? "al-explore-some" : null;
}

// `choose(row)` is called with a row that has something to choose; `sort(name)` with a column, where
// `sorts` names those that can be sorted by. Only one row is on the way of the Tab key.
export function rowList({ choose = null, pick = (row) => row.do, sort = null, after = null }) {
  const caption = h("caption");
  const head = h("tr");
  const body = h("tbody");
  const element = h("table", { class: "al-explore-rows" }, caption, h("thead", {}, head), body);
  let at = 0;

  const doors = () => [...body.querySelectorAll("button[data-door]")];
  function go(to) {
    const all = doors();
    if (!all.length) return false;
    at = Math.max(0, Math.min(to, all.length - 1));
    all.forEach((door, place) => (door.tabIndex = place === at ? 0 : -1));
    all[at].focus();
    return true;
  }
  const from = (event) => doors().indexOf(event.composedPath()[0]);
  const step = (by) => (event) => (from(event) < 0 ? false : go(from(event) + by));
  keys(element, {
    ArrowDown: step(1), ArrowUp: step(-1), PageDown: step(10), PageUp: step(-10),
    Home: step(-1e9), End: step(1e9),
  });

  function header(name, sorts, sorted, down) {
    const key = sorts?.[name];
    if (!sort || !key) return h("th", { scope: "col" }, name);
    const now = sorted === key ? (down ? "descending" : "ascending") : "none";
    const sign = now === "none" ? "" : down ? " ↓" : " ↑";
    const link = { type: "button", class: "al-explore-link", onclick: () => sort(key) };
    const button = h("button", link, name, sign);
    return h("th", { scope: "col", "aria-sort": now }, button);
  }

  function line(row, place, still) {
    const open = !still && choose && pick(row);
    const [first, ...rest] = row.cells;
    const link = {
      type: "button", class: "al-explore-link", tabindex: place === at ? 0 : -1,
      title: visible(first), data: { door: place },
    };
    const door = open ? h("button", link, first) : first ?? "–";
    const cells = [
      h("th", { scope: "row", class: longCell(first), title: open ? null : visible(first ?? "") }, door),
      ...rest.map((one) => h("td", { class: longCell(one) }, one ?? "–")),
    ];
    if (after) cells.push(h("td", {}, after(row)));
    const chosen = (event) => {
      if (event.target.closest("button:not([data-door])")) return;
      at = doors().findIndex((one) => one === made.querySelector("[data-door]"));
      choose(row, made);
    };
    const made = h(
      "tr",
      { class: open ? "al-explore-open" : "", onclick: open && chosen, data: { id: row.id ?? "" } },
      cells,
    );
    return made;
  }

  return {
    element,
    draw({ caption: words, columns, rows }, { still = false, sorts = null, sorted = "", down = true } = {}) {
      const held = body.contains(element.getRootNode().activeElement);
      fill(caption, words);
      const names = after ? [...columns, ""] : columns;
      head.replaceChildren(...names.map((name) => header(name, sorts, sorted, down)));
      at = Math.min(at, Math.max(rows.length - 1, 0));
      let place = -1;
      body.replaceChildren(
        ...rows.map((row) => line(row, !still && choose && pick(row) ? (place += 1) : -1, still)),
      );
      const all = doors();
      if (all.length && !all.some((one) => one.tabIndex === 0)) all[0].tabIndex = 0;
      if (held) go(at); // who stood in the rows stays in them
    },
    focus: () => go(at),
    row: (id) => [...body.rows].find((one) => one.dataset.id === id) ?? null,
  };
}
