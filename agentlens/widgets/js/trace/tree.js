// How is the tree of steps shown beside their bars in time, and walked by keyboard?
import { fill, fresh, h, keys, visible } from "../base/dom.js";
import { traceLine, traceTicks, traceTold } from "./line.js";
import { TRACE_ROW, traceAbove, traceInSight, traceShape, traceWindow } from "./rows.js";

export const TRACE_WHOLE = -1;
const TRACE_PAGE = 15;
const TRACE_HIGH = 456;

// The row that stands for the whole trace is TRACE_WHOLE; `chosen(row)` is told of each row chosen,
// `entered()` of Enter. Rows are drawn where they are in sight; the tree itself keeps the focus and
// names the chosen row.
export function traceTree({ chosen, entered }) {
  const stem = fresh("tree");
  const spacer = h("div", { class: "al-trace-rows", role: "presentation" });
  const tree = h("div", { class: "al-trace-tree", role: "tree", tabindex: "0", "aria-label": "Steps in order of time" }, spacer);
  const ticks = h("div", { class: "al-trace-ticks", "aria-hidden": "true" });
  const element = h("div", { class: "al-trace-steps" }, ticks, tree);
  let steps = null;
  let shape = null;
  let open = new Set();
  let found = new Set();
  let seen = [];
  let row = TRACE_WHOLE;
  let frame = 0;

  tree.addEventListener("scroll", () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(paint);
  });

  const at = () => (row === TRACE_WHOLE ? 0 : seen.indexOf(row) + 1);
  const rowAt = (place) => (place <= 0 ? TRACE_WHOLE : seen[Math.min(place, seen.length) - 1]);
  const by = (step) => () => choose(rowAt(at() + step));

  keys(tree, {
    ArrowDown: by(1),
    ArrowUp: by(-1),
    PageDown: by(TRACE_PAGE),
    PageUp: by(-TRACE_PAGE),
    Home: () => choose(TRACE_WHOLE),
    End: () => choose(rowAt(seen.length)),
    ArrowRight() {
      if (row === TRACE_WHOLE || shape.first[row] < 0) return;
      if (open.has(row)) choose(shape.first[row]);
      else toggle(row);
    },
    ArrowLeft() {
      if (row === TRACE_WHOLE) return;
      if (open.has(row) && shape.first[row] >= 0) toggle(row);
      else choose(shape.parent[row] < 0 ? TRACE_WHOLE : shape.parent[row]);
    },
    Enter: () => entered(),
  });

  function toggle(one) {
    if (!open.delete(one)) open.add(one);
    // What is chosen must stay in sight: where its branch is folded, the branch is chosen.
    const hidden = row !== TRACE_WHOLE && !open.has(one) && traceAbove(shape, row).includes(one);
    if (hidden) choose(one);
    else layout();
  }

  function choose(one) {
    row = one;
    if (row !== TRACE_WHOLE) traceAbove(shape, row).forEach((above) => open.add(above));
    layout();
    reveal();
    chosen(row);
  }

  function layout() {
    seen = traceInSight(shape, open);
    spacer.style.height = `${(seen.length + 1) * TRACE_ROW}px`;
    paint();
  }

  function reveal() {
    const top = at() * TRACE_ROW;
    const high = tree.clientHeight;
    const before = tree.scrollTop;
    if (top < before) tree.scrollTop = top;
    else if (high && top + TRACE_ROW > before + high) tree.scrollTop = top + TRACE_ROW - high;
    if (tree.scrollTop !== before) paint();
  }

  function paint() {
    if (!steps) return;
    const [from, to] = traceWindow(seen.length + 1, tree.scrollTop, tree.clientHeight || TRACE_HIGH);
    const places = Array.from({ length: to - from }, (_, more) => from + more);
    // The chosen row is always there, because the tree names it.
    if (at() < from || at() >= to) places.push(at());
    spacer.replaceChildren(...places.map(item));
    tree.setAttribute("aria-activedescendant", `${stem}-${row}`);
  }

  function item(place) {
    const one = rowAt(place);
    const marks = [one === row && "al-trace-chosen", found.has(one) && "al-trace-found"];
    const shared = {
      class: ["al-trace-row", ...marks].filter(Boolean).join(" "),
      role: "treeitem",
      id: `${stem}-${one}`,
      "aria-selected": String(one === row),
      style: { top: `${place * TRACE_ROW}px` },
      onclick() {
        tree.focus({ preventScroll: true });
        choose(one);
      },
    };
    if (one === TRACE_WHOLE) {
      return h("div", { ...shared, "aria-level": "1" }, h("b", {}, "The whole trace"));
    }
    const { name, words, label } = traceTold(steps, one);
    const level = shape.level[one];
    const parent = shape.first[one] >= 0;
    const more = {
      "aria-level": String(level),
      "aria-posinset": String(shape.nth[one]),
      "aria-setsize": String(shape.siblings(one)),
      "aria-expanded": parent ? String(open.has(one)) : null,
      "aria-label": visible(label),
      title: visible(words.length ? `${name} (${words.join(", ")})` : name),
    };
    return h("div", { ...shared, ...more }, traceLine(steps, one, level, open.has(one), parent ? (event) => twist(event, one) : null));
  }

  function twist(event, one) {
    event.stopPropagation();
    tree.focus({ preventScroll: true });
    toggle(one);
  }

  return {
    element,
    // Show these steps; `opened` are the rows unfolded, `first` is the row chosen; nobody is told.
    draw(given, opened, first) {
      steps = given;
      shape = traceShape(steps);
      open = new Set(opened);
      found = new Set();
      row = first;
      element.hidden = !steps.n;
      const priced = steps.tokens.some(Boolean) || steps.cost.some(Boolean);
      element.classList.toggle("al-trace-lean", !priced);
      fill(ticks, traceTicks(steps));
      layout();
      if (row === TRACE_WHOLE) tree.scrollTop = 0;
      else reveal();
    },
    mark(rows) {
      found = new Set(rows);
      paint();
    },
    choose,
    focus: () => tree.focus({ preventScroll: true }),
    row: () => row,
    opened: () => [...open],
    stop: () => cancelAnimationFrame(frame),
  };
}
