// Which page of the traces is shown, in which order, and which of them is open?
import { fill, h } from "../base/dom.js";
import { rowList } from "./rowlist.js";

const TABLE_SORTS = { start: "start", latency: "latency_s", cost: "cost_usd" };

// `open(row)` opens a trace, `again()` asks for the page that is wanted by then.
export function exploreTable({ open, again, still }) {
  let wish = { page: 0, sort: "worst", down: true };
  let of = "";
  let shown = null;
  let current = "";
  const labels = new Map();
  const list = rowList({ choose: open, pick: (row) => row.id, sort: sorted });
  const turn = (words, by) =>
    h("button", { type: "button", onclick: () => wanting({ ...wish, page: shown.page + by }) }, words);
  const back = turn("Previous page", -1);
  const on = turn("Next page", 1);
  const first = () => wanting({ page: 0, sort: "worst", down: true });
  const worst = h("button", { type: "button", onclick: first }, "Worst first");
  const place = h("span", { class: "al-soft" });
  const element = h(
    "div",
    {},
    h("div", { class: "al-explore-tools" }, worst, back, on, place),
    h("div", { class: "al-scroll", role: "region", "aria-label": "Traces", tabindex: "-1" }, list.element),
  );

  function wanting(wanted) {
    wish = wanted;
    again();
  }
  function sorted(key) {
    wanting({ page: 0, sort: key, down: wish.sort === key ? !wish.down : true });
  }
  function point() {
    for (const row of list.element.tBodies[0].rows) {
      if (row.dataset.id && row.dataset.id === current) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
      const said = labels.get(row.dataset.id);
      const there = row.querySelector(".al-explore-said");
      if (said && there) fill(there, said);
      else if (said) row.cells[0].append(h("span", { class: "al-explore-said" }, said));
    }
  }

  return {
    element,
    // What to ask for; another selection begins again with its worst.
    wanted(key) {
      if (key !== of) wish = { page: 0, sort: "worst", down: true };
      of = key;
      return wish;
    },
    draw(answer) {
      shown = answer;
      const there = Object.entries(TABLE_SORTS).filter(([, key]) => answer.sorts.includes(key));
      const sorts = still ? null : Object.fromEntries(there);
      list.draw(answer.rows, { still, sorts, sorted: answer.sort, down: answer.down });
      back.disabled = still || answer.page === 0;
      on.disabled = still || answer.page + 1 >= answer.pages;
      worst.disabled = still || answer.sort === "worst";
      fill(place, `page ${answer.page + 1} of ${answer.pages}`);
      point();
    },
    mark(id, said) {
      labels.set(id, said);
      point();
    },
    at(id) {
      current = id;
      point();
    },
    // Open the next row of this page, or the one before.
    step(by) {
      const rows = shown?.rows.rows ?? [];
      const next = rows[rows.findIndex(({ id }) => id === current) + by];
      if (next) open(next);
      return Boolean(next);
    },
    focus(id) {
      const door = list.row(id)?.querySelector("[data-door]");
      if (door) door.focus();
      else list.focus();
    },
  };
}
