// When and in which colours are the charts of this page drawn?
// As they come near while one scrolls, all of them for print, always in the colours of the page.
(() => {
  "use strict";
  const CONFIG = { displaylogo: false, responsive: true, showSendToCloud: false };
  const root = document.documentElement;
  const boxes = [...document.querySelectorAll(".al-figure")];
  const toggle = document.querySelector(".al-theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const drawn = new Map(); // box -> { inked, lined, ready }

  const theme = () => root.dataset.theme || (system.matches ? "dark" : "light");

  // Axes may be named by a trace only; a pie has none and must not get any.
  function places({ data, layout }) {
    const axes = new Set(Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key)));
    for (const { type, xaxis = "x", yaxis = "y" } of data) {
      if (type === "pie" || type === "scatterternary") continue;
      for (const axis of [xaxis, yaxis]) axes.add(`${axis[0]}axis${axis.slice(1)}`);
    }
    const inked = ["font.color", "title.font.color", "legend.font.color"];
    const lined = [];
    for (const axis of axes) {
      inked.push(`${axis}.tickfont.color`, `${axis}.title.font.color`);
      for (const part of ["grid", "zeroline", "line", "tick"]) lined.push(`${axis}.${part}color`);
    }
    (layout.annotations || []).forEach(({ arrowcolor }, i) => {
      if (!arrowcolor) inked.push(`annotations[${i}].arrowcolor`);
    });
    return { inked, lined };
  }

  // The style sheet alone knows the colours: the box wears them and is asked.
  function colours(box, { inked, lined }) {
    const { backgroundColor: paper, color: ink, borderTopColor: line } = getComputedStyle(box);
    const patch = { paper_bgcolor: paper, plot_bgcolor: paper, "legend.bgcolor": paper };
    for (const path of inked) patch[path] = ink;
    for (const path of lined) patch[path] = line;
    return patch;
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
    drawn.set(box, { ...where, ready });
    ready.then(() => (box.dataset.drawn = "yes"));
  }

  function repaint() {
    toggle.textContent = theme() === "dark" ? "Light theme" : "Dark theme";
    for (const [box, { ready, ...where }] of drawn) {
      ready.then(() => Plotly.relayout(box, { ...colours(box, where), autosize: true }));
    }
  }

  function start() {
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
    addEventListener("beforeprint", () => {
      root.classList.add("al-paper");
      repaint();
      boxes.forEach(draw);
    });
    addEventListener("afterprint", () => {
      root.classList.remove("al-paper");
      repaint();
    });
  }

  addEventListener("DOMContentLoaded", start); // the chart library is the last thing in the page
})();
