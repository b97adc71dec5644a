// One selection, seen by a chart, a table and three explanations that follow it, and one trace at a time.
import { copyButton } from "../base/copied.js";
import { fill, h, keys } from "../base/dom.js";
import { STILL } from "../base/still.js";
import { view } from "../base/view.js";
import { exploreBar } from "../explore/bar.js";
import { exploreCuts } from "../explore/cuts.js";
import { exploreDesk } from "../explore/desk.js";
import { exploreShown } from "../explore/shown.js";
import { exploreTable } from "../explore/traces.js";

const FIRST_ORDER = ["chart", "table", "heatmap", "waterfall", "clusters", "before"];
const LATER_ORDER = ["table", "chart", "heatmap", "waterfall", "clusters", "before"];

function build(part) {
  const { root, still } = part;
  const drawn = {}; // panel -> key of what it shows
  const asked = {}; // panel -> key of what it was asked for
  const held = {}; // panel -> what it shows, with its key
  let now = part.state();
  let acts = 0;
  let waiting = 0;

  const bar = exploreBar({ act, still });
  const cuts = exploreCuts({ act, still });
  const traces = exploreTable({ open: (row) => desk.open(row), again: () => renew("table"), still });
  const desk = exploreDesk(part, { labels: () => now.labels, traces });
  const about = { act, open: desk.open, now: () => ({ ...now, acts }), traces, cuts: cuts.element };
  const shown = exploreShown(part, about);
  const { panels } = shown;
  root.append(
    bar.element,
    panels.chart.element,
    h("div", { class: "al-explore-pair" }, panels.waterfall.element, panels.heatmap.element),
    h("div", { class: "al-explore-pair" }, panels.clusters.element, panels.table.element),
    desk.element,
  );
  const code = h("pre");
  const copy = copyButton("Copy code", { text: () => code.textContent, shown: code, say: part.say });
  root.append(h("details", {}, h("summary", {}, "Code"), code, copy));
  if (still) root.append(h("p", { class: "al-soft" }, STILL));

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
    shown.put(name, answer);
    drawn[name] = key;
    held[name] = { key, answer };
    if (!still) part.keep(held);
    told();
  }

  // A notebook that was opened again shows what it was saved with, grey until Python answers.
  function remember(keys) {
    for (const [name, { key, answer }] of Object.entries(part.kept())) {
      if (!held[name] && key === keys[name]) shown.put(name, answer);
    }
  }

  const told = () => {
    root.dataset.drawn = FIRST_ORDER.filter((one) => drawn[one] === now.keys[one]).join(" ");
  };

  return {
    draw(state) {
      const same = now.keys?.table === state.keys.table;
      now = state;
      told();
      root.setAttribute("aria-label", state.alt);
      bar.draw(state);
      cuts.draw(state);
      fill(code, state.code);
      if (!same) desk.close();
      if (still) {
        const kept = Object.entries(state.panels ?? {});
        for (const [name, answer] of kept) put(name, state.keys[name], answer);
      } else {
        shown.period();
        part.say(state.alt);
        remember(state.keys);
        follow();
      }
    },
    repaint: shown.repaint,
    stop() {
      shown.stop();
      desk.stop();
    },
  };
}

export default view(build);
