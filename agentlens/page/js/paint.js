// Which parts of a figure wear the colours of the page around it?
// Only CSS knows colours: each path in the figure is named with the part of its box that wears it.

// What a trace draws on paper; the words inside of cells and bars stand on a colour of their own.
const INKED = ["error_x.color", "error_y.color", "line.color", "marker.color", "marker.line.color"];

// How light a grey is; other colours mean something and stay.
function grey(colour) {
  const found = /^#(..)(..)(..)$/.exec(colour);
  if (!found) return NaN; // a colour a point, or none
  const parts = found.slice(1).map((hex) => parseInt(hex, 16));
  return Math.max(...parts) - Math.min(...parts) < 32 ? Math.max(...parts) : NaN;
}

const ink = (colour) => grey(colour) < 72;

export function places({ data, layout }) {
  const where = {};
  const wear = (part, ...paths) => paths.forEach((path) => (where[path] = part));
  const papers = ["paper_bgcolor", "plot_bgcolor", "legend.bgcolor"];
  wear("backgroundColor", ...papers.map((path) => `layout.${path}`));
  wear("color", "layout.font.color", "layout.title.font.color", "layout.legend.font.color");
  // Axes may be named by a trace only; a pie has none and must not get any.
  const axes = new Set(Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key)));
  for (const { type, xaxis = "x", yaxis = "y" } of data) {
    if (type === "pie" || type === "scatterternary") continue;
    for (const axis of [xaxis, yaxis]) axes.add(`${axis[0]}axis${axis.slice(1)}`);
  }
  for (const axis of [...axes].map((name) => `layout.${name}`)) {
    wear("color", `${axis}.tickfont.color`, `${axis}.title.font.color`);
    const lines = ["grid", "zeroline", "line", "tick"].map((part) => `${axis}.${part}color`);
    wear("borderTopColor", ...lines);
  }
  layout.annotations?.forEach(({ arrowcolor, bgcolor, font }, i) => {
    if (!arrowcolor) wear("color", `layout.annotations.${i}.arrowcolor`);
    if (!bgcolor && grey(font?.color) < 200) wear("color", `layout.annotations.${i}.font.color`);
  });
  layout.shapes?.forEach(({ fillcolor, line }, i) => {
    if (grey(fillcolor) > 200) wear("borderTopColor", `layout.shapes.${i}.fillcolor`);
    if (ink(line?.color)) wear("color", `layout.shapes.${i}.line.color`);
  });
  data.forEach((trace, i) => {
    const paths = (trace.type ?? "scatter") === "scatter" ? [...INKED, "textfont.color"] : INKED;
    const value = (path) => path.split(".").reduce((part, key) => part?.[key], trace);
    for (const path of paths) if (ink(value(path))) wear("color", `data.${i}.${path}`);
  });
  return where;
}

// The figure as the box wears it. It is copied: plotly writes into the layout that it is given.
export function worn(box, figure, where = places(figure)) {
  const style = getComputedStyle(box);
  const dressed = { data: figure.data, layout: structuredClone(figure.layout) };
  for (const [path, part] of Object.entries(where)) put(dressed, path.split("."), style[part]);
  return dressed;
}

export function put(target, path, value) {
  const last = path.at(-1);
  for (const key of path.slice(0, -1)) {
    const there = target[key];
    target = target[key] = Array.isArray(there) ? [...there] : { ...there };
  }
  target[last] = value;
}
