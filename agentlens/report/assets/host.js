// When, how wide and in which colours are the charts of this page drawn?
// When they come near, all for print; never squeezed; always in the colours of the page.
import { places, worn } from "../../page/js/paint.js";
import { banded, brightened } from "./bright.js";

const CONFIG = { displaylogo: false, responsive: true, showSendToCloud: false };
const ROOM = 660; // pixels that are enough for every chart; a phone scrolls to what it cannot show
const THIN = 130;
const SHEET = 760; // of a chart, so that its heading finds place on the same sheet
const root = document.documentElement;
const boxes = [...document.querySelectorAll("[data-figure]")];
const toggle = document.querySelector(".al-theme");
const system = matchMedia("(prefers-color-scheme: dark)");
const drawn = new Map(); // box -> { dress, ready }

const paper = () => root.classList.contains("al-paper");
const theme = () => root.dataset.theme || (system.matches ? "dark" : "light");

function draw(box) {
  if (drawn.has(box)) return;
  const figure = JSON.parse(document.getElementById(box.dataset.figure).textContent);
  const [where, bands] = [places(figure), banded(figure)];
  const dress = (bare) => brightened(box, worn(box, bare, where), bands);
  const { data, layout } = dress(figure);
  const first = Plotly.newPlot(box, data, { ...layout, autosize: true, width: undefined }, CONFIG);
  const fit = () => squeezed(box) && widen(box);
  const ready = first.then(() => box.on("plotly_afterplot", fit)).then(fit);
  drawn.set(box, { dress, ready });
  ready.then(() => {
    // The box has a name, and its card says the same in words and numbers.
    for (const one of box.querySelectorAll(".main-svg")) one.setAttribute("aria-hidden", "true");
    box.dataset.drawn = "yes";
  });
}

function squeezed(box) {
  const { left, right, width } = box.getBoundingClientRect();
  if (width >= ROOM || box.style.minWidth) return false;
  const cut = (word) => word.left < left - 2 || word.right > right + 2;
  const over = (one, other) =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > 4 &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 4;
  const words = [...box.querySelectorAll("text")].map((one) => one.getBoundingClientRect());
  const flat = words.filter((one) => one.width > one.height);
  const crowded = flat.some((one, i) => flat.some((other, j) => j > i && over(one, other)));
  const axes = Object.entries(box._fullLayout).filter(([name]) => /^xaxis\d*$/.test(name));
  return crowded || words.some(cut) || axes.some(([, axis]) => axis._length < THIN);
}

function widen(box) {
  box.style.minWidth = `${ROOM}px`;
  box.parentElement.tabIndex = 0;
  return Plotly.Plots.resize(box);
}

function repaint() {
  toggle.textContent = theme() === "dark" ? "Light theme" : "Dark theme";
  for (const [box, { dress, ready }] of drawn) {
    ready.then(() => {
      // What was zoomed since stands in the box's own layout.
      const { data, layout } = dress(box);
      const height = Math.min(parseFloat(box.style.height), paper() ? SHEET : Infinity);
      Plotly.react(box, data, { ...layout, height, autosize: true, width: undefined }, CONFIG);
    });
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
