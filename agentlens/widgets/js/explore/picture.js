// How does a figure of Python stand in a panel?
import { h, visible } from "../base/dom.js";
import { plot } from "../base/plot.js";

// `heard` is told what is done to it. `draw` takes { figure, height, title, headline } of an answer and
// a rev; `change` may give the layout another look first.
export function explorePicture({ plotly, problem, heard = () => {} }) {
  const element = h("div", { class: "al-figure", role: "figure" });
  const drawing = plot(element, { library: plotly, heard, failed: problem });

  function draw({ figure, height, title, headline }, rev, change = (layout) => layout) {
    element.setAttribute("aria-label", `${visible(title)}. ${visible(headline)}`);
    element.style.height = `${height}px`;
    drawing.draw({ ...figure, layout: change({ ...figure.layout, height }), rev });
  }

  return { element, draw, repaint: drawing.repaint, stop: drawing.stop };
}
