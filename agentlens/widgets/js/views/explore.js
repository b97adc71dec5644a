// One selection, seen by a chart, a table and three explanations that follow it, and one trace at a time.
import { fill, h, keys, visible } from "../base/dom.js";
import { view } from "../base/view.js";
import { exploreBar } from "../explore/bar.js";
import { explorePanel } from "../explore/panel.js";
import { explorePicture } from "../explore/picture.js";
import { rowList } from "../explore/rowlist.js";
import { exploreTable } from "../explore/traces.js";

const FIRST_ORDER = ["chart", "table", "heatmap", "waterfall", "clusters", "before"];
const LATER_ORDER = ["table", "chart", "heatmap", "waterfall", "clusters", "before"];
const STILL_WORDS = "This part needs a running kernel.";

function build(part) {
  const { root, still } = part;
  const drawn = {}; // panel -> key of what it shows
  const asked = {}; // panel -> key of what it was asked for
  let now = part.state();
  let acts = 0;
  let waiting = 0;
  let wish = null; // the trace that was asked for last
  let over = false;
  let chart = null;

  const bar = exploreBar({ act, still });
  const picture = explorePicture({ ...part, heard: brushed });
  const signals = rowList({ choose: chose });
  const cells = rowList({ choose: chose });
  const found = rowList({ choose: chose });
  const parts = rowList({});
  const failures = rowList({ choose: chose, after: example });
  const traces = exploreTable({ open, again: () => renew("table"), still });
  const heat = explorePicture({ ...part, heard: celled });
  const falls = explorePicture(part);
  const columns = h("div", { class: "al-explore-by" });
  const scrolled = (words, { element }) =>
    h("div", { class: "al-scroll", role: "region", "aria-label": words, tabindex: "-1" }, element);
  const folded = (words, list) =>
    h("details", { class: "al-data" }, h("summary", {}, words), scrolled(words, list));
  const panels = {
    chart: explorePanel("chart", "Chart", picture.element, scrolled("Signals", signals)),
    waterfall: explorePanel("waterfall", "Why it changed", falls.element, folded("Parts as a table", parts)),
    heatmap: explorePanel(
      "heatmap", "Where it changed",
      columns, heat.element, scrolled("Slices found", found), folded("Cells as a table", cells),
    ),
    clusters: explorePanel("clusters", "Failures", scrolled("Failures", failures)),
    table: explorePanel("table", "Traces", traces.element),
  };
  const desk = h("div", {});
  let reader = null;
  const { chart: first, waterfall, heatmap, clusters, table } = panels;
  root.append(
    bar.element,
    first.element,
    h("div", { class: "al-explore-pair" }, waterfall.element, heatmap.element),
    h("div", { class: "al-explore-pair" }, clusters.element, table.element),
    desk,
  );
  if (still) root.append(h("p", { class: "al-soft" }, STILL_WORDS));

  const move = (by) => () => act({ act: "move", by });
  const stretch = (by) => () => act({ act: "stretch", by });
  const undo = (event) => act({ act: event.shiftKey ? "redo" : "undo" });
  if (!still) {
    keys(root, {
      "[": move(-1), "]": move(1), "-": stretch(2), "=": stretch(0.5), "+": stretch(0.5),
      z: undo, Z: undo, y: () => act({ act: "redo" }), Y: () => act({ act: "redo" }),
    });
  }

  // Everything that changes the selection goes one after the other, none is lost; what panels were
  // about to be asked of the selection before is forgotten.
  async function act(content) {
    part.drop("panel ");
    waiting += 1;
    bar.waiting(waiting);
    for (const one of Object.values(panels)) one.busy(true);
    const answer = await part.ask("do", content, `do ${(acts += 1)}`);
    waiting -= 1;
    bar.waiting(waiting);
    part.problem(answer?.problem ?? "");
    if (answer?.problem) bar.draw(now); // what was typed or greyed is again what is selected
    follow();
  }

  function chose(row) {
    if (row.do) act(row.do);
  }

  function brushed({ kind, x }) {
    if (still) return;
    if (kind === "select" && x) act({ act: "period", from: `${x[0]}Z`, until: `${x[1]}Z` });
    else if (kind === "deselect" && now.current) act({ act: "period" });
  }

  function celled({ kind, points }) {
    if (still || kind !== "click") return;
    const { x, y } = points[0];
    const [across, down] = [Math.round(x), Math.round(y)];
    const row = drawnCells.find(({ at }) => at[1] === down && (at[0] === null || at[0] === across));
    if (row?.do) act(row.do);
    else if (row) part.say("This cell stands for no single values: nothing to narrow to.");
  }

  // Ask for what no longer shows the selection; a panel that waits for its answer is not asked again.
  function follow() {
    if (still) return;
    for (const name of drawn.chart ? LATER_ORDER : FIRST_ORDER) {
      if (name === "before" && drawn.clusters !== now.keys.clusters) continue;
      if (drawn[name] === now.keys[name]) panels[name]?.busy(waiting > 0);
      else if (!waiting) renew(name);
    }
  }

  async function renew(name) {
    const key = now.keys[name];
    if (asked[name] === key && name !== "table") return;
    asked[name] = key;
    panels[name]?.busy(true);
    const more = name === "table" ? traces.wanted(key) : {};
    const answer = await part.ask("panel", { panel: name, ...more }, `panel ${name}`);
    if (asked[name] === key) asked[name] = null;
    if (!answer || key !== now.keys[name] || (answer.key ?? key) !== key) return;
    put(name, key, answer);
    if (name === "clusters") follow();
  }

  function put(name, key, answer) {
    if (name !== "before" && answer.problem) panels[name].problem(answer.problem);
    else if (!answer.problem) drawing[name](answer);
    drawn[name] = key;
    told();
  }

  const told = () => {
    root.dataset.drawn = FIRST_ORDER.filter((one) => drawn[one] === now.keys[one]).join(" ");
  };

  let drawnCells = [];
  const drawing = {
    chart(answer) {
      panels.chart.show(answer);
      signals.draw(answer.rows, { still });
      chart = answer;
      period();
    },
    table(answer) {
      panels.table.show(answer);
      traces.draw(answer);
    },
    heatmap(answer) {
      panels.heatmap.show(answer);
      heat.draw(answer, now.rev, quietly);
      drawnCells = answer.rows.rows;
      cells.draw(answer.rows, { still });
      found.draw(answer.found, { still });
      found.element.hidden = !answer.found.rows.length;
    },
    waterfall(answer) {
      panels.waterfall.show(answer);
      falls.draw(answer, now.rev, quietly);
      parts.draw(answer.rows, { still });
    },
    clusters(answer) {
      panels.clusters.show(answer);
      failures.draw(answer.rows, { still });
      clusterRows = answer.rows;
    },
    before({ changes, note }) {
      const at = clusterRows.columns.length - 1;
      const rows = clusterRows.rows.map((row) => ({ ...row, cells: row.cells.with(at, changes[row.id] ?? "–") }));
      failures.draw({ ...clusterRows, rows }, { still });
      panels.clusters.note(note);
    },
  };
  let clusterRows = { columns: [], rows: [] };
  const quietly = (layout) => ({ ...layout, dragmode: false });

  // The selected period on the chart: a shape that no hand can move, in place of the box that drew it.
  function period() {
    if (!chart) return;
    const [x0, x1] = (now.current ?? []).map((one) => one.replace(/[+]00:00$/, ""));
    const shape = {
      type: "rect", xref: "x", yref: "paper", x0, x1, y0: 0, y1: 1,
      fillcolor: "rgba(86,180,233,.2)", line: { color: "#0072B2", width: 1.5 },
    };
    picture.draw(chart, now.rev, (layout) => ({
      ...layout,
      shapes: [...(layout.shapes ?? []), ...(x0 ? [shape] : [])],
      selections: [],
      selectionrevision: `${now.rev} ${acts}`,
    }));
  }

  function example(row) {
    if (!row.example) return null;
    const label = `example ${visible(row.example)}`;
    const onclick = () => open({ id: row.example });
    const more = { class: "al-explore-link", disabled: still, "aria-label": label, onclick };
    return h("button", { type: "button", ...more }, "example");
  }

  async function open(row) {
    traces.at(row.id);
    wish = row.id;
    const there = await (reader ??= fetched());
    if (there && wish === row.id) there.show(row.id);
  }

  async function close() {
    wish = null;
    (await reader)?.hide();
  }

  // What reads a trace is as large as all the rest, and comes when the first trace is opened.
  async function fetched() {
    const answer = await part.ask("reader");
    if (!answer?.source) {
      reader = null;
      part.problem(answer?.problem ?? "");
      return null;
    }
    const address = URL.createObjectURL(new Blob([answer.source], { type: "text/javascript" }));
    const { exploreReader } = await import(address);
    URL.revokeObjectURL(address);
    const { step, focus: left, mark: labelled } = traces;
    const made = exploreReader({ ...part, labels: now.labels, step, left, labelled });
    if (over) return made.stop();
    desk.replaceChildren(made.element);
    return made;
  }

  // Which columns the heatmap is cut by.
  function cuts({ by, choices }) {
    const select = (nth, words) => {
      const change = (event) => {
        const wanted = [by[0], by[1] ?? ""];
        wanted[nth] = event.target.value;
        act({ act: "by", by: wanted });
      };
      const options = [...(nth ? [""] : []), ...choices].map((one) =>
        h("option", { value: one, selected: one === (by[nth] ?? "") }, one || "(none)"),
      );
      return h("label", {}, `${words} `, h("select", { disabled: still, onchange: change }, options));
    };
    fill(columns, choices.length ? [select(0, "rows"), select(1, "columns")] : []);
  }

  return {
    draw(state) {
      const same = now.keys?.table === state.keys.table;
      now = state;
      told();
      root.setAttribute("aria-label", state.alt);
      bar.draw(state);
      cuts(state);
      if (!same) close();
      if (still) {
        const kept = Object.entries(state.panels ?? {});
        for (const [name, answer] of kept) put(name, state.keys[name], answer);
      } else {
        period();
        part.say(state.alt);
        follow();
      }
    },
    repaint() {
      for (const one of [picture, heat, falls]) one.repaint();
    },
    stop() {
      over = true;
      for (const one of [picture, heat, falls]) one.stop();
      Promise.resolve(reader).then((there) => there?.stop());
    },
  };
}

export default view(build);
