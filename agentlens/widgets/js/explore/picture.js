// How does a figure of Python stand in a panel?
import { h, visible } from "../base/dom.js";
import { plot } from "../base/plot.js";

// The base dresses layouts; what a figure draws in ink, such as whiskers and frames, is dressed here.
const FIGURE_INK = /"#1f2937"/gi;

// `heard` is told what is done to it. `draw` takes { figure, height, title, headline } of an answer and
// a rev; `change` may give the layout another look first.
export function explorePicture({ plotly, problem, heard = () => {} }) {
  const element = h("div", { class: "al-figure", role: "img" });
  const drawing = plot(element, { library: plotly, heard, failed: problem });
  let last = null;

  function draw({ figure, height, title, headline }, rev, change = (layout) => layout) {
    last = [{ figure, height, title, headline }, rev, change];
    element.setAttribute("aria-label", `${visible(title)}. ${visible(headline)}`);
    element.style.height = `${height}px`;
    const colour = getComputedStyle(element).color;
    const worn = JSON.parse(JSON.stringify(figure).replace(FIGURE_INK, () => `"${colour}"`));
    drawing.draw({ ...worn, layout: change({ ...worn.layout, height }), rev });
  }

  return {
    element,
    draw,
    repaint: () => last && draw(...last),
    stop: drawing.stop,
  };
}
