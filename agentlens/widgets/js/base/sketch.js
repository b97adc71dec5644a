// Which lines of a drawn figure moved, and how do they follow a hand at once?
// plotly draws every point again when one line moves, and a hand that drags has no time for that:
// the lines are bent where they stand, and the figure is drawn whole as soon as the hand rests.

const BENT = { lines: ["y"], markers: ["x", "y", "ids", "hovertext", "customdata", "marker"] };
const SHAPES = {
  linear: (x, y) => `L${x},${y}`,
  hv: (x, y) => `H${x}V${y}`,
};
const HALF = 2 / Math.sqrt(3);
const SYMBOLS = {
  "triangle-up": (r) => `M${-r * HALF},${r / 2}H${r * HALF}L0,${-r}Z`,
  "triangle-down": (r) => `M${-r * HALF},${-r / 2}H${r * HALF}L0,${r}Z`,
};

function alike(one, other) {
  if (one === other) return true;
  if (!one || !other || typeof one !== "object" || typeof other !== "object") return false;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((each, i) => alike(each, other[i]));
  }
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => alike(one[key], other[key]));
}

// The traces that differ between two figures, as [number, trace]; null where more than lines and
// marks differs, so that only plotly can draw it.
export function movedTraces(before, after) {
  if (!before || before.data.length !== after.data.length) return null;
  if (!alike(before.layout, after.layout) || !alike(before.config, after.config)) return null;
  const moved = [];
  for (const [number, trace] of after.data.entries()) {
    const was = before.data[number];
    const changed = Object.keys({ ...was, ...trace }).filter((key) => !alike(was[key], trace[key]));
    if (!changed.length) continue;
    const bent = (trace.type ?? "scatter") === "scatter" ? (BENT[trace.mode] ?? []) : [];
    if (!changed.every((key) => bent.includes(key))) return null;
    moved.push([number, trace]);
  }
  return moved;
}

// Bend these traces of the figure that is drawn in this box; returns what undoes it, null if only
// plotly can draw it.
export function sketch(box, moved) {
  const found = moved.map(([number, trace]) => bentTrace(box, number, trace));
  if (found.includes(null)) return null;
  const undo = found.map((draw) => draw());
  return () => undo.forEach((one) => one());
}

// What draws one trace; null if only plotly can.
function bentTrace(box, number, trace) {
  const full = box._fullData[number];
  const { x, y } = trace;
  const plain = Array.isArray(x) && Array.isArray(y) && full.xaxis === "x" && full.yaxis === "y";
  if (!plain || full.fill !== "none") return null;
  if (full.visible === "legendonly") return () => () => {};
  // A trace without a point has no place in the legend, and none at the ends of its axes.
  if (full.visible !== true || !x.length) return null;
  const mine = (node) => node.__data__?.[0]?.trace?.index === number;
  const node = [...box.querySelectorAll(".scatterlayer > .trace")].find(mine);
  const { xaxis, yaxis } = box._fullLayout;
  if (yaxis.autorange) return null; // other heights would give another axis
  const places = () => [acrossOf(xaxis, x), y.map((one) => (one === null ? NaN : yaxis.d2p(one)))];
  if (!node) return null;
  return trace.mode === "lines" ? bentLine(node, full, places) : bentMarks(node, full, trace, places);
}

const acrossKnown = new WeakMap();

// The times of a line are the same in every frame of a drag, and long to read.
function acrossOf(axis, x) {
  const at = `${axis.range} ${axis._length}`;
  const known = acrossKnown.get(x);
  if (known?.at === at) return known.places;
  const places = x.map((one) => axis.d2p(one));
  acrossKnown.set(x, { at, places });
  return places;
}

function bentLine(node, { line, connectgaps }, places) {
  const [first, ...rest] = node.querySelectorAll("path.js-line");
  const step = SHAPES[line.shape];
  if (!first || !step) return null;
  return () => {
    const [across, up] = places();
    const before = [first, ...rest].map((path) => path.getAttribute("d"));
    let d = "";
    let going = false;
    up.forEach((y, i) => {
      const there = Number.isFinite(y);
      if (there) d += going ? step(round(across[i]), round(y)) : `M${round(across[i])},${round(y)}`;
      going = there || (going && connectgaps);
    });
    // plotly draws a path for each part between gaps; here one has them all.
    [first, ...rest].forEach((path, i) => path.setAttribute("d", i ? "M0,0" : d || "M0,0"));
    return () => [first, ...rest].forEach((path, i) => path.setAttribute("d", before[i]));
  };
}

const round = (value) => Math.round(value * 100) / 100;

function bentMarks(node, { marker }, trace, places) {
  const given = trace.marker?.symbol;
  const symbols = trace.x.map((_, i) => SYMBOLS[Array.isArray(given) ? given[i] : given]);
  const plain = typeof marker.color === "string" && Number.isFinite(marker.size);
  const points = node.querySelector(".points");
  if (!plain || !points || symbols.includes(undefined)) return null;
  return () => {
    const [across, up] = places();
    const layer = points.cloneNode(false);
    trace.x.forEach((_, i) => {
      const mark = document.createElementNS("http://www.w3.org/2000/svg", "path");
      mark.setAttribute("d", symbols[i](marker.size / 2));
      mark.setAttribute("transform", `translate(${round(across[i])},${round(up[i])})`);
      const { color, width } = marker.line ?? {};
      Object.assign(mark.style, { fill: marker.color, opacity: marker.opacity ?? 1 });
      if (width) Object.assign(mark.style, { stroke: color, strokeWidth: `${width}px` });
      layer.append(mark);
    });
    points.style.display = "none";
    points.after(layer);
    return () => {
      layer.remove();
      points.style.display = "";
    };
  };
}
