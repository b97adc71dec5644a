// What drifted between two windows that a hand moves on the timeline?
import { copyButton } from "../base/copied.js";
import { fill, h, keys, visible } from "../base/dom.js";
import { plot } from "../base/plot.js";
import { STILL } from "../base/still.js";
import { disclosure } from "../base/table.js";
import { view } from "../base/view.js";
import { movedWindow, widenedWindow } from "../core/windows.js";
import { columnTable } from "../drifting/columns.js";
import { windowFields } from "../drifting/ends.js";
import { timelineBrushes, timeWords } from "../drifting/timeline.js";

function build({ root, still, state, numbers, plotly, ask, say, problem }) {
  const note = h("p", { class: "al-soft" });
  const brushes = timelineBrushes({ moved: shown, settled: compare, chosen: choose, still });
  const ends = windowFields({ changed: typed, chosen: choose, still });
  const data = disclosure(() => state().timeline.table);
  const chip = h("span", { class: "al-chip" });
  const title = h("h3");
  const headline = h("p", { class: "al-drift-said" });
  const facts = h("dl", { class: "al-drift-facts" });
  const caveats = h("details");
  const picture = h("div", { class: "al-figure", role: "figure" });
  const table = columnTable({ picked, still });
  const detailBox = h("div", { class: "al-figure", role: "figure" });
  const close = h("button", { type: "button", onclick: shut }, "Close (Esc)");
  const detail = h("section", { class: "al-drift-detail", hidden: true, "aria-label": "One column" }, close, detailBox);
  const code = h("pre", { class: "al-drift-code" });
  const copy = copyButton("Copy code", { text: () => code.textContent, shown: code, say });
  const results = h(
    "div",
    {},
    h("div", { class: "al-drift-head" }, chip, title),
    headline,
    facts,
    picture,
    table.element,
    detail,
    caveats,
    h("details", {}, h("summary", {}, "Code"), code, copy),
  );
  const help =
    "Drag a window or its edge; [ and ] move the chosen one, - widens and = narrows it. Times are UTC.";
  root.append(h("p", { class: "al-soft" }, still ? STILL : help));
  root.append(brushes.element, note, ends.element, data.element, results);

  let given = null;
  let windows = null;
  let which = "current";
  let dirty = 0;
  let open = null;
  const charts = [
    plot(picture, { library: plotly, failed: problem, heard: clicked, drawn }),
    plot(detailBox, { library: plotly, failed: problem }),
  ];

  function drawn(rev) {
    root.dataset.rev = rev;
  }

  function limits() {
    const all = numbers();
    const n = given.bins;
    const { width } = given.timeline;
    const [starts, counts] = [all.subarray(0, n), all.subarray(n, 2 * n)];
    return {
      ...given.timeline,
      starts,
      n: counts,
      value: all.subarray(2 * n),
      first: starts[0],
      last: starts[n - 1] + width,
    };
  }

  function choose(name) {
    if (name) which = name;
    ends.mark(which);
    brushes.mark(which);
    return which;
  }

  function shown(now) {
    windows = now;
    ends.put(now);
  }

  function typed(name, window) {
    choose(name);
    if (!(window[0] < window[1])) {
      ends.put(windows, true);
      problem(`The ${name} window must begin before it ends.`);
      return;
    }
    put({ ...windows, [name]: window });
  }

  function put(now) {
    brushes.put(now);
    shown(now);
    compare();
  }

  // Python compares; of several wishes only the newest is answered.
  async function compare() {
    const mine = (dirty += 1);
    const asked = eachEnd(windows, (ms) => new Date(ms).toISOString());
    results.setAttribute("aria-busy", "true");
    say(`Comparing ${words("current")} against ${words("baseline")}.`);
    const answer = await ask("windows", asked);
    if (!answer || mine !== dirty) return;
    dirty = 0;
    problem(answer.problem);
    if (answer.problem) {
      // What is shown belongs to other windows than the brushes: it stays grey, and says so.
      say(`Shown below: ${given.card.title}.`);
      return;
    }
    results.setAttribute("aria-busy", "false");
    say(given.card.headline);
  }

  const words = (name) => windows[name].map((ms) => timeWords(ms, true)).join(" to ");

  async function picked(name) {
    open = name;
    table.mark(name);
    const answer = await ask("column", { name });
    if (!answer || open !== name) return;
    problem(answer.problem);
    if (answer.problem) return;
    detail.hidden = false;
    detailBox.setAttribute("aria-label", answer.alt);
    detailBox.style.height = `${answer.figure.layout.height}px`;
    charts[1].draw({ ...answer.figure, rev: `${answer.rev} ${name}` });
    say(answer.alt);
    detail.scrollIntoView?.({ block: "nearest" });
  }

  function shut() {
    const name = open;
    if (!name) return false;
    open = null;
    detail.hidden = true;
    table.mark(null);
    table.focus(visible(name));
    return true;
  }

  // A point of the picture is a column, by its place from the top.
  function clicked({ kind, rev, points }) {
    if (kind !== "click" || rev !== given.rev || still) return;
    const name = given.drawn[points[0]?.y];
    if (name !== undefined) picked(name);
  }

  const changed = (change, by) => () =>
    put({ ...windows, [which]: change(windows[which], by, limits()) });
  const move = (direction) => changed(movedWindow, direction);
  const stretch = (factor) => changed(widenedWindow, factor);
  if (!still) {
    const narrow = stretch(0.5);
    keys(root, { "[": move(-1), "]": move(1), "-": stretch(2), "=": narrow, "+": narrow, Escape: shut });
  }

  return {
    draw(now) {
      const first = given?.timeline.table.caption !== now.timeline.table.caption;
      given = now;
      const there = eachEnd(now.windows, (end) => Date.parse(end));
      if (!dirty && !brushes.dragging()) windows = there;
      if (first) data.renew();
      if (!brushes.dragging()) brushes.draw(limits(), windows);
      shown(windows);
      choose();
      fill(note, now.timeline.note);
      fill(chip, now.card.mark);
      chip.dataset.band = now.card.band;
      fill(title, now.card.title);
      fill(headline, now.card.headline);
      const fact = ([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value));
      fill(facts, now.card.facts.map(fact));
      const listed = now.card.caveats.map((one) => h("li", {}, one));
      fill(caveats, h("summary", {}, "Caveats"), h("ul", {}, listed));
      fill(code, now.code);
      table.draw(now.table);
      picture.setAttribute("aria-label", now.alt);
      picture.style.height = `${now.figure.layout.height}px`;
      charts[0].draw({ ...now.figure, rev: now.rev });
      if (open) picked(open);
    },
    repaint: () => charts.forEach((one) => one.repaint()),
    stop() {
      brushes.stop();
      charts.forEach((one) => one.stop());
    },
  };
}

// The windows with every end of both written in another way.
const eachEnd = (windows, written) =>
  Object.fromEntries(Object.entries(windows).map(([name, pair]) => [name, pair.map(written)]));

export default view(build);
