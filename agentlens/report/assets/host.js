// When and in which colours are the charts of this page drawn?
// When they come near, all for print, always in the colours of the page.
const CONFIG = { displaylogo: false, responsive: true, showSendToCloud: false };
const root = document.documentElement;
const boxes = [...document.querySelectorAll(".al-figure")];
const toggle = document.querySelector(".al-theme");
const system = matchMedia("(prefers-color-scheme: dark)");
const drawn = new Map(); // box -> { where, ready }

const theme = () => root.dataset.theme || (system.matches ? "dark" : "light");

// How light a grey is; other colours mean something and stay.
function grey(colour) {
  const parts = (/^#(..)(..)(..)$/.exec(colour) || []).slice(1).map((hex) => parseInt(hex, 16));
  return Math.max(...parts) - Math.min(...parts) < 32 ? Math.max(...parts) : NaN;
}

// Paths in the layout, each with the part of its box that wears the colour: only CSS knows colours.
function places({ data, layout }) {
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

function colours(box, where) {
  const worn = getComputedStyle(box);
  return Object.fromEntries(Object.entries(where).map(([path, part]) => [path, worn[part]]));
}

function put(target, path, value) {
  const keys = path.replace("]", "").split(/[.[]/);
  const last = keys.pop();
  for (const key of keys) target = target[key] ??= {};
  target[last] = value;
}

function draw(box) {
  if (drawn.has(box)) return;
  const { data, layout } = JSON.parse(document.getElementById(box.dataset.figure).textContent);
  const where = places({ data, layout });
  Object.assign(layout, { autosize: true, width: undefined });
  for (const [path, value] of Object.entries(colours(box, where))) put(layout, path, value);
  const ready = Plotly.newPlot(box, data, layout, CONFIG);
  drawn.set(box, { where, ready });
  ready.then(() => (box.dataset.drawn = "yes"));
}

function repaint() {
  toggle.textContent = theme() === "dark" ? "Light theme" : "Dark theme";
  for (const [box, { where, ready }] of drawn) {
    ready.then(() => Plotly.relayout(box, { ...colours(box, where), autosize: true }));
  }
}

const near = new IntersectionObserver(
  (seen) => seen.filter((one) => one.isIntersecting).forEach((one) => draw(one.target)),
  { rootMargin: "600px 0px" },
);
boxes.forEach((box) => near.observe(box));
system.onchange = repaint;
toggle.onclick = () => {
  root.dataset.theme = theme() === "dark" ? "light" : "dark";
  repaint();
};
toggle.hidden = false;
repaint();

// On this event the rules for print do not hold yet: the class brings width and colours.
for (const event of ["beforeprint", "afterprint"]) {
  addEventListener(event, () => {
    root.classList.toggle("al-paper", event === "beforeprint");
    repaint();
    if (event === "beforeprint") boxes.forEach(draw);
  });
}
