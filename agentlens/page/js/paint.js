// Which parts of a figure wear the colours of the page around it?
// Only CSS knows colours: each path in the layout is named with the part of its box that wears it.

// How light a grey is; other colours mean something and stay.
export function grey(colour) {
  const parts = (/^#(..)(..)(..)$/.exec(colour) || []).slice(1).map((hex) => parseInt(hex, 16));
  return Math.max(...parts) - Math.min(...parts) < 32 ? Math.max(...parts) : NaN;
}

export function places({ data, layout }) {
  const where = {};
  const wear = (part, ...paths) => paths.forEach((path) => (where[path] = part));
  wear("backgroundColor", "paper_bgcolor", "plot_bgcolor", "legend.bgcolor");
  wear("color", "font.color", "title.font.color", "legend.font.color");
  // Axes may be named by a trace only; a pie has none and must not get any.
  const axes = new Set(Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key)));
  for (const { type, xaxis = "x", yaxis = "y" } of data) {
    if (type === "pie" || type === "scatterternary") continue;
    for (const axis of [xaxis, yaxis]) axes.add(`${axis[0]}axis${axis.slice(1)}`);
  }
  for (const axis of axes) {
    wear("color", `${axis}.tickfont.color`, `${axis}.title.font.color`);
    const lines = ["grid", "zeroline", "line", "tick"].map((part) => `${axis}.${part}color`);
    wear("borderTopColor", ...lines);
  }
  layout.annotations?.forEach(({ arrowcolor, font }, i) => {
    if (!arrowcolor) wear("color", `annotations[${i}].arrowcolor`);
    if (Math.abs(grey(font?.color) - 128) < 72) wear("color", `annotations[${i}].font.color`);
  });
  layout.shapes?.forEach(({ fillcolor }, i) => {
    if (grey(fillcolor) > 200) wear("borderTopColor", `shapes[${i}].fillcolor`);
  });
  return where;
}

export function colours(box, where) {
  const worn = getComputedStyle(box);
  return Object.fromEntries(Object.entries(where).map(([path, part]) => [path, worn[part]]));
}

export function put(target, path, value) {
  const keys = path.replace("]", "").split(/[.[]/);
  const last = keys.pop();
  for (const key of keys) target = target[key] ??= {};
  target[last] = value;
}
