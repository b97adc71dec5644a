// One figure: drawn, listened to, with its sentence and its table.
import { fresh, h } from "../base/dom.js";
import { plot } from "../base/plot.js";
import { disclosure } from "../base/table.js";
import { view } from "../base/view.js";

// What a hand does to a chart expects somebody behind it: if nobody answers, the view says so.
const DEEDS = ["click", "select", "deselect"];

function build({ root, state, tell, ask, plotly, problem }) {
  const id = fresh("view");
  let hovers = false;
  const box = h("div", { class: "al-figure", role: "figure" });
  const data = disclosure(() => state().table);
  root.append(box, data.element);
  const chart = plot(box, {
    library: plotly,
    heard: (event) => {
      // Hovers are many; they travel only where somebody listens.
      if (!event.kind.endsWith("hover") || hovers) tell({ ...event, view: id });
      if (DEEDS.includes(event.kind)) ask("there?");
    },
    drawn(rev) {
      root.dataset.rev = rev;
      problem("");
      tell({ kind: "ready", rev, view: id });
    },
    failed: problem,
  });
  return {
    draw({ figure, name, alt, rev, height, ...rest }) {
      hovers = rest.hovers;
      box.setAttribute("aria-label", `${name}. ${alt}`);
      box.style.height = `${height}px`;
      // Where nothing says what a zoom belongs to, it belongs to the chart of this name.
      const uirevision = figure.layout.uirevision ?? name;
      chart.draw({ ...figure, layout: { ...figure.layout, height, uirevision }, rev });
      if (root.lastElementChild !== data.element) root.append(data.element); // below all sentences
      data.renew();
    },
    hears: { select: ({ x }) => chart.mark(x) },
    repaint: chart.repaint,
    stop: chart.stop,
  };
}

export default view(build);
