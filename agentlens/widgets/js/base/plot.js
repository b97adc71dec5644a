// How is a figure drawn in a box, drawn again, re-coloured, and listened to?
// A figure is drawn when its box has a width, and while one draw runs only the newest wish is kept.
import { worn } from "../../../page/js/paint.js";
import { movedTraces, sketch } from "./sketch.js";

const CONFIG = { displaylogo: false, responsive: false, showSendToCloud: false, typesetMath: false };
const SETTLED = 150;
const REST = 200;
const MOST_IDS = 2000;

// The box must be styled with the colours to wear. `library` gives a promise of plotly.js; `heard` is
// told of { kind: click | select | deselect | relayout | hover | unhover, … } and `drawn` of each draw.
export function plot(box, { library, heard = () => {}, drawn = () => {}, failed = () => {} }) {
  let Plotly = null;
  let wish = null;
  let shown = null;
  let busy = false;
  let over = false;
  let quiet = 0;
  let settle = 0;
  let width = 0;
  let listening = false;
  let unsketch = null;
  let resting = 0;

  const wide = () => Math.round(box.clientWidth);
  const observer = new ResizeObserver(() => {
    if (!wide() || (wide() === width && !wish)) return;
    wish ??= shown;
    work();
  });
  observer.observe(box);
  // A box that had no width for a moment only, as while a theme is exchanged, has not been resized.
  const sight = new IntersectionObserver(() => work());
  sight.observe(box);
  // What a pointer may hit is drawn whole.
  box.addEventListener("pointerenter", () => unsketch && work());

  // Show at once what a hand drags, if it only bends lines; it is drawn whole when the hand rests.
  function follow(figure) {
    const moved = !busy && Plotly && width === wide() ? movedTraces(shown, figure) : null;
    const sketches = Number(box.dataset.sketched ?? 0);
    if (!moved) return false;
    erase();
    if (moved.length) {
      unsketch = sketch(box, moved);
      if (!unsketch) return false;
      box.dataset.sketched = sketches + 1;
      wish = figure;
      resting = setTimeout(work, REST);
    } else {
      wish = null;
      shown = figure;
      told(figure);
    }
    return true;
  }

  function erase() {
    clearTimeout(resting);
    unsketch?.();
    unsketch = null;
    delete box.dataset.sketched;
  }

  function told({ rev }) {
    box.dataset.rev = rev;
    drawn(rev);
  }

  async function work(patient = true) {
    if (busy || over || !wish) return;
    if (!wide()) {
      if (patient) requestAnimationFrame(() => work(false));
      return;
    }
    busy = true;
    let again = true;
    try {
      Plotly ??= await library();
      if (over) return;
      const now = wish;
      wish = null;
      width = wide() || width;
      const begins = !box._fullData || !box._fullLayout; // plotly then forgets who listened
      const { data, layout } = worn(box, now);
      const sized = { ...layout, autosize: false, width };
      erase();
      const drawing = Plotly.react(box, data, sized, { ...CONFIG, ...now.config });
      // What is hit from here on is a point of this figure, even while the rest is being drawn.
      shown = now;
      if (begins || !listening) listen();
      await drawing;
      if (over) return;
      told(now);
    } catch (error) {
      failed(error.message);
      again = Plotly !== null; // a library that is late is not asked for in every frame
      error.late?.then(work);
    } finally {
      busy = false;
      if (over) finish();
      else if (wish && again) requestAnimationFrame(work);
    }
  }

  const tell = (kind, more) => {
    if (!quiet) heard({ kind, rev: shown?.rev, ...more });
  };
  const point = ({ id, curveNumber, pointNumber, x, y, z }) => ({
    id: id ?? null,
    curve: curveNumber,
    index: pointNumber,
    x,
    y,
    ...(z === undefined ? {} : { z }),
  });

  function listen() {
    listening = true;
    box.on("plotly_click", ({ points, event }) => {
      const { shiftKey = false, altKey = false, ctrlKey = false, metaKey = false } = event ?? {};
      tell("click", { points: points.map(point), shiftKey, altKey, ctrlKey, metaKey });
    });
    box.on("plotly_hover", ({ points }) => tell("hover", { points: points.map(point) }));
    box.on("plotly_unhover", () => tell("unhover", {}));
    box.on("plotly_selected", (event) => {
      if (!event?.range && !event?.lassoPoints) return;
      const ids = event.points.map(({ id }) => id ?? null);
      const { x = null, y = null } = axes(event.range ?? event.lassoPoints);
      tell("select", { x, y, ids: ids.length > MOST_IDS ? null : ids, n: ids.length });
    });
    box.on("plotly_deselect", () => tell("deselect", {}));
    box.on("plotly_relayout", (change) => {
      if (!Object.keys(change).some((key) => /^xaxis\.(range|autorange)/.test(key))) return;
      clearTimeout(settle);
      settle = setTimeout(() => {
        const { autorange, range } = box._fullLayout?.xaxis ?? {};
        if (range) tell("relayout", { x: autorange ? null : [...range] });
      }, SETTLED);
    });
  }

  function finish() {
    if (Plotly && box.classList.contains("js-plotly-plot")) Plotly.purge(box);
  }

  return {
    // Draw { data, layout, config, rev }; data and layout are not changed.
    draw(figure) {
      if (follow(figure)) return;
      wish = figure;
      work();
    },
    repaint() {
      wish ??= shown;
      work();
    },
    // Mark a range of time as selected, or nothing; nobody is told.
    async mark(range) {
      if (!shown) return;
      quiet += 1;
      try {
        const selections = range
          ? [{ type: "rect", xref: "x", yref: "paper", x0: range[0], x1: range[1], y0: 0, y1: 1 }]
          : [];
        await Plotly.relayout(box, { selections: [] });
        if (range) await Plotly.relayout(box, { selections });
      } finally {
        quiet -= 1;
      }
    },
    stop() {
      over = true;
      clearTimeout(settle);
      clearTimeout(resting);
      observer.disconnect();
      sight.disconnect();
      if (!busy) finish();
    },
  };
}

// The first horizontal and the first vertical range of a selection, however its axes are called.
function axes(range) {
  const found = {};
  for (const [name, values] of Object.entries(range)) {
    const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    found[name[0]] ??= [sorted[0], sorted.at(-1)];
  }
  return found;
}
