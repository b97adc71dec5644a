// How do the panels show their answers: the chart, two explanations of it, failures and traces?
import { h, visible } from "../base/dom.js";
import { explorePanel } from "./panel.js";
import { explorePicture } from "./picture.js";
import { rowList } from "./rowlist.js";

// `act` is told what to do and `open` which trace to open; `now` gives rev and period of the selection
// and how often it was changed. `traces` is the table, `cuts` what the heatmap is cut by.
export function exploreShown(part, { act, open, now, traces, cuts }) {
  const { still } = part;
  const chose = (row) => row.do && act(row.do);
  const picture = explorePicture({ ...part, heard: brushed });
  const heat = explorePicture({ ...part, heard: celled });
  const falls = explorePicture(part);
  const pictures = [picture, heat, falls];
  const [signals, cells, found] = [0, 1, 2].map(() => rowList({ choose: chose }));
  const failures = rowList({ choose: chose, after: example });
  const parts = rowList({});
  const panels = {
    chart: explorePanel("chart", "Chart", picture.element, scrolled("Signals", signals)),
    waterfall: explorePanel(
      "waterfall", "Why it changed", falls.element, folded("Parts as a table", parts),
    ),
    heatmap: explorePanel(
      "heatmap", "Where it changed",
      cuts, heat.element, scrolled("Slices found", found), folded("Cells as a table", cells),
    ),
    clusters: explorePanel("clusters", "Failures", scrolled("Failures", failures)),
    table: explorePanel("table", "Traces", traces.element),
  };
  let chart = null;
  let drawnCells = [];
  let clusterRows = { columns: [], rows: [] };

  function brushed({ kind, x }) {
    if (still) return;
    if (kind === "select" && x) act({ act: "period", from: `${x[0]}Z`, until: `${x[1]}Z` });
    else if (kind === "deselect" && now().current) act({ act: "period" });
  }

  function celled({ kind, points }) {
    if (still || kind !== "click") return;
    const { x, y } = points[0];
    const [across, down] = [Math.round(x), Math.round(y)];
    const row = drawnCells.find(({ at }) => at[1] === down && (at[0] === null || at[0] === across));
    if (row?.do) act(row.do);
    else if (row) part.say("This cell stands for no single values: nothing to narrow to.");
  }

  function example(row) {
    if (!row.example) return null;
    const label = `example ${visible(row.example)}`;
    const onclick = () => open({ id: row.example });
    const more = { class: "al-explore-link", disabled: still, "aria-label": label, onclick };
    return h("button", { type: "button", ...more }, "example");
  }

  // The selected period on the chart: a shape that no hand can move, in place of the box that drew it.
  function period() {
    if (!chart) return;
    const { rev, current, acts } = now();
    const [x0, x1] = (current ?? []).map((one) => one.replace(/[+]00:00$/, ""));
    const shape = {
      type: "rect", xref: "x", yref: "paper", x0, x1, y0: 0, y1: 1,
      fillcolor: "rgba(86,180,233,.2)", line: { color: "#0072B2", width: 1.5 },
    };
    picture.draw(chart, rev, (layout) => ({
      ...layout,
      shapes: [...(layout.shapes ?? []), ...(x0 ? [shape] : [])],
      selections: [],
      selectionrevision: `${rev} ${acts}`,
    }));
  }

  const quietly = (layout) => ({ ...layout, dragmode: false });
  // Beside the names of the parts there is little room for shares in words.
  const seldom = ({ xaxis, ...layout }) =>
    quietly({ ...layout, xaxis: { ...xaxis, nticks: 4, tickangle: 0 } });
  const drawing = {
    chart(answer) {
      signals.draw(answer.rows, { still });
      signals.element.closest(".al-scroll").hidden = !answer.rows.rows.length;
      chart = answer;
      period();
    },
    table: traces.draw,
    heatmap(answer) {
      heat.draw(answer, now().rev, quietly);
      drawnCells = answer.rows.rows;
      cells.draw(answer.rows, { still });
      found.draw(answer.found, { still });
      found.element.hidden = !answer.found.rows.length;
    },
    waterfall(answer) {
      falls.draw(answer, now().rev, seldom);
      parts.draw(answer.rows, { still });
    },
    clusters(answer) {
      failures.draw(answer.rows, { still });
      clusterRows = answer.rows;
    },
    // How often each failure was seen before comes later, into the last column.
    before({ changes, note }) {
      const at = clusterRows.columns.length - 1;
      const filled = ({ id, cells }) => cells.with(at, changes[id] ?? "–");
      const rows = clusterRows.rows.map((row) => ({ ...row, cells: filled(row) }));
      failures.draw({ ...clusterRows, rows }, { still });
      panels.clusters.note(note);
    },
  };

  return {
    panels,
    period,
    put(name, answer) {
      if (answer.problem) panels[name]?.problem(answer.problem);
      else {
        panels[name]?.show(answer);
        drawing[name](answer);
      }
    },
    repaint: () => pictures.forEach((one) => one.repaint()),
    stop: () => pictures.forEach((one) => one.stop()),
  };
}

const scrolled = (words, { element }) =>
  h("div", { class: "al-scroll", role: "region", "aria-label": words, tabindex: "-1" }, element);

const folded = (words, list) =>
  h("details", { class: "al-data" }, h("summary", {}, words), scrolled(words, list));
