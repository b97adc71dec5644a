// When and in which colours are the charts of this page drawn?
// When they come near, all for print, always in the colours of the page.
import { places, worn } from "../../page/js/paint.js";

const CONFIG = { displaylogo: false, responsive: true, showSendToCloud: false };
const root = document.documentElement;
const boxes = [...document.querySelectorAll("[data-figure]")];
const toggle = document.querySelector(".al-theme");
const system = matchMedia("(prefers-color-scheme: dark)");
const drawn = new Map(); // box -> { where, ready }

const theme = () => root.dataset.theme || (system.matches ? "dark" : "light");

function draw(box) {
  if (drawn.has(box)) return;
  const figure = JSON.parse(document.getElementById(box.dataset.figure).textContent);
  const where = places(figure);
  const { data, layout } = worn(box, figure, where);
  const ready = Plotly.newPlot(box, data, { ...layout, autosize: true, width: undefined }, CONFIG);
  drawn.set(box, { where, ready });
  ready.then(() => (box.dataset.drawn = "yes"));
}

function repaint() {
  toggle.textContent = theme() === "dark" ? "Light theme" : "Dark theme";
  for (const [box, { where, ready }] of drawn) {
    ready.then(() => {
      // What was zoomed since stands in the box's own layout.
      const { data, layout } = worn(box, box, where);
      Plotly.react(box, data, { ...layout, autosize: true, width: undefined }, CONFIG);
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
