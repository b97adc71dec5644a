// When and in which colours are the figures of a page drawn?
// When they come near, in the colours of the page; `places` and `worn` stand before this script.
const CONFIG = { displaylogo: false, responsive: true, showSendToCloud: false };
const boxes = [...document.querySelectorAll("[data-figure]")];
const system = matchMedia("(prefers-color-scheme: dark)");
const drawn = new Map(); // box -> { where, ready }

function draw(box) {
  if (drawn.has(box)) return;
  const figure = JSON.parse(document.getElementById(box.dataset.figure).textContent);
  delete figure.layout.title; // the card above has it
  const where = places(figure);
  const { data, layout } = worn(box, figure, where);
  const ready = Plotly.newPlot(box, data, { ...layout, autosize: true, width: undefined }, CONFIG);
  drawn.set(box, { where, ready });
  ready.then(() => (box.dataset.drawn = "yes"));
}

function repaint() {
  for (const [box, { where, ready }] of drawn) {
    ready.then(() => {
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
system.addEventListener("change", repaint);
new MutationObserver(repaint).observe(document.body, { attributeFilter: ["data-theme"] });
addEventListener("beforeprint", () => boxes.forEach(draw));
