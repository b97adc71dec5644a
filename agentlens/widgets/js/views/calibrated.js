// From which score on should a judge pass? The threshold, its price and three bands under one's hand.
import { copyButton } from "../base/copied.js";
import { fill, fresh, h, keys } from "../base/dom.js";
import { plot } from "../base/plot.js";
import { view } from "../base/view.js";
import { bandPanel } from "../calibrated/bands.js";
import { knobPanel } from "../calibrated/knobs.js";
import { calibrationModel } from "../calibrated/model.js";
import { reportPanel } from "../calibrated/report.js";
import { confusion, rateTable } from "../calibrated/tables.js";
import { shareWords, significantWords } from "../core/amounts.js";

const ON = { split: "dev labels", same: "labels: a training score", verdicts: "dev labels" };

function build({ root, still, state, numbers, plotly, ask, say, problem }) {
  const title = h("h3");
  const note = h("p", { class: "al-cal-note" });
  const panel = knobPanel({ turn, settled, cheapest });
  const controls = panel.element;
  const chosen = h("p", { class: "al-soft" });
  const four = confusion();
  const rates = rateTable();
  const curves = h("div", { class: "al-figure", role: "figure" });
  const worth = h("div", { class: "al-figure", role: "figure" });
  const worthWords = h("p", { class: "al-soft" });
  const code = h("pre", { class: "al-cal-code" });
  const copy = copyButton("Copy code", { text: () => code.textContent, shown: code, say });
  const bands = bandPanel({ moved: (edges) => turn(edges), settled });
  const report = reportPanel({ asked: askReport, still });
  const left = h("div", { class: "al-cal-left" }, controls, chosen, four.element, rates.element);
  const right = h(
    "div",
    { class: "al-cal-right" },
    h("h4", {}, "Cost and agreement by threshold"),
    curves,
    h("h4", {}, "Does the score mean what it says?"),
    worth,
    worthWords,
  );
  const main = h("div", { class: "al-cal-main" }, left, right);
  const cell = h("details", {}, h("summary", {}, "Code"), code, copy);
  root.append(title, note, main, bands.element, report.element, cell);

  let given = null;
  let model = null;
  let knobs = null;
  let dirty = 0;
  let frame = 0;
  let built = "";
  let drawnAt = "";
  const charts = [curves, worth].map((box) => plot(box, { library: plotly, failed: problem, drawn }));

  function drawn() {
    root.dataset.rev = given.rev;
  }

  function put() {
    panel.put(knobs);
    bands.put(knobs);
  }

  function turn(change) {
    knobs = { ...knobs, ...change };
    dirty += 1;
    frame ||= requestAnimationFrame(show);
  }

  function settled() {
    put();
    commit();
  }

  function cheapest() {
    const [first, until] = given.ends;
    const { best } = model.run(knobs);
    turn({ place: Math.min(Math.max(best, first), until) });
    settled();
  }

  function show() {
    frame = 0;
    const { mode } = given;
    bands.element.hidden = !given.bands;
    main.hidden = mode === "refused";
    right.hidden = mode === "verdicts";
    controls.hidden = mode === "verdicts";
    report.draw(given, knobs.place);
    if (mode === "refused") return;
    const caption = `${given.labels.toLocaleString("en")} ${ON[mode]}`;
    if (mode === "verdicts") {
      four.draw(caption, given.own, null, "judge");
      rates.draw("The judge's own verdicts", given.rates, 0, null, given.ceiling);
      return;
    }
    const found = model.run(knobs);
    main.classList.toggle("al-cal-training", mode === "same");
    four.draw(caption, found.labels, given.even ? null : found.weights);
    const words = mode === "same" ? "Training score: too good, never quote it" : `On ${caption}`;
    rates.draw(words, given.rates, knobs.place, found.cost, given.ceiling);
    bands.draw(given, knobs, found.loads);
    paint(found);
  }

  function paint(found) {
    const at = `${given.rev} ${knobs.place} ${knobs.cost_fp} ${knobs.cost_fn}`;
    if (at === drawnAt) return;
    drawnAt = at;
    const { data, layout } = given.curves;
    const cut = model.cuts[knobs.place];
    const cost = { ...data[0], y: found.costs.filter((_, i) => model.cuts[i] < Infinity) };
    const here = Number.isFinite(cut);
    const line = { ...layout.shapes[0], visible: here, ...(here ? { x0: cut, x1: cut } : {}) };
    const shapes = [line, ...layout.shapes.slice(1)];
    charts[0].draw({ data: [cost, ...data.slice(1)], layout: { ...layout, shapes }, rev: given.rev });
    curves.setAttribute("aria-label", `Cost and agreement by threshold. ${sentence(found)}`);
  }

  function sentence(found) {
    const cut = model.cuts[knobs.place];
    const from = cut === Infinity ? "Nothing passes" : `Pass from ${given.words[knobs.place]} on`;
    const n = found.labels.reduce((sum, one) => sum + one, 0);
    return `${from}: agreement ${shareWords(found.rates[0], n)}, cost ${significantWords(found.cost)} a trace.`;
  }

  // What a hand let go of is computed by Python, too, and compared.
  async function commit() {
    const found = model.run(knobs);
    say(sentence(found));
    if (still) return;
    const mine = dirty;
    const seen = {
      labels: found.labels,
      rates: found.rates,
      cost: [found.cost],
      best: [found.best],
      a_day: found.loads.a_day,
    };
    chosen.setAttribute("aria-busy", "true");
    const answer = await ask("knobs", { knobs, seen });
    if (!answer) return;
    if (mine === dirty) dirty = 0;
    chosen.setAttribute("aria-busy", "false");
    problem(answer.problem ?? answer.differs);
    if (answer.problem) return;
    fill(chosen, answer.chosen);
    fill(code, answer.code);
  }

  async function askReport() {
    if (still) return;
    report.busy(true);
    const answer = await ask("report", { knobs });
    if (!answer) return;
    report.busy(false);
    report.focus();
    problem(answer.problem);
    if (!answer.problem) say("Reported on test labels.");
  }

  function adopt(now) {
    if (dirty || JSON.stringify(now) === JSON.stringify(knobs)) return;
    knobs = now;
    put();
    show();
  }

  keys(root, { r: () => (given.curves ? panel.reset() : false) });

  return {
    draw(now) {
      given = now;
      model = calibrationModel(now, numbers());
      if (!knobs || !dirty) knobs = now.knobs;
      fill(title, now.name);
      fill(note, now.mode === "split" ? "" : now.note);
      fill(chosen, now.chosen);
      fill(code, now.code);
      fill(worthWords, now.worth);
      worth.hidden = !now.reliability;
      if (now.mode === "split" || now.mode === "same") {
        panel.build(now, model);
        if (JSON.stringify(now.bands.steps) !== built) bands.build(now);
        built = JSON.stringify(now.bands.steps);
        put();
      }
      show();
      if (now.reliability) {
        worth.setAttribute("aria-label", `Share that people pass by score. ${now.worth}`);
        worth.style.height = `${now.reliability.layout.height}px`;
        charts[1].draw({ ...now.reliability, rev: now.rev });
      }
      if (now.curves) curves.style.height = `${now.curves.layout.height}px`;
      if (!still && !root.dataset.asked) {
        // A page that was loaded again may hold an older state than Python.
        root.dataset.asked = fresh("asked");
        ask("where").then((answer) => answer?.knobs && adopt(answer.knobs));
      }
    },
    hears: { knobs: ({ knobs: now }) => adopt(now) },
    repaint: () => charts.forEach((one) => one.repaint()),
    stop() {
      cancelAnimationFrame(frame);
      charts.forEach((one) => one.stop());
    },
  };
}

export default view(build);
