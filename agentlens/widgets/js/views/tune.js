// A verb with knobs: which setting do they stand at, and is what is drawn that setting's?
import { fill, h, keys } from "../base/dom.js";
import { plot } from "../base/plot.js";
import { view } from "../base/view.js";
import { cellText } from "../tune/cell.js";
import { pinTable } from "../tune/compared.js";
import { controls } from "../tune/controls.js";
import { tuneFrame } from "../tune/frame.js";
import { disagreement, recomputing } from "../tune/recompute.js";
import { signalWords, tuneShown } from "../tune/shown.js";
import { sameSetting, settingWords } from "../tune/steps.js";

const MOST_PINS = 6;

function build(part) {
  const { root, still, ask, tell, problem } = part;
  let base = null; // the state that the chart, or the formula behind it, rests on
  let ground = null; // its card, with which Python begins when it says what is new
  let now = null; // where the knobs stand
  let painted = null; // the setting that is drawn
  let engine = null; // what recomputes here; null where nothing does
  let outcome = null; // what the engine makes of `now`; null without one
  let turning = null; // the knobs' controls
  let pins = [];
  let wanted = null; // what Python was last asked for
  let open = 0; // questions about knobs that are not answered yet
  let dirty = false; // a knob was moved and not yet let go of
  let failed = "";
  let frame = 0;
  let begun = null; // the facts of the first setting, as the engine says them

  const { face, announce, renew, stop } = tuneFrame(part, { pin, reset, rows, code: () => text() });
  const chart = plot(face.figure, {
    library: part.plotly,
    drawn: (rev) => (root.dataset.rev = rev),
    failed: problem,
  });
  keys(root, { r: reset, R: reset, p: pin, P: pin });

  const names = (wanted) => base.knobs.filter(wanted).map(({ name }) => name);
  const same = (one, other) => sameSetting(names(() => true), one, other);
  // Whether a state can show this setting: as it is drawn, or through its formula.
  const serves = (state, values) => {
    const here = state === base && !engine ? [] : (state.formula?.knobs ?? []);
    const asked = names((knob) => !knob.calls && !here.includes(knob.name));
    return sameSetting(asked, state.drawn ?? state.card.values, values);
  };
  const words = (values = now) => settingWords(base.knobs, values);
  const text = () => cellText(base.code, base.knobs, now);

  function turned(name, value, released) {
    if (now[name] !== value || released) turn({ ...now, [name]: value }, !released);
  }

  function turn(values, held) {
    now = values;
    dirty = held;
    failed = "";
    problem("");
    stand();
    settle();
  }

  // Python computes the setting anew, whoever drew it: the newest setting only, one at a time.
  async function settle() {
    const there = open ? wanted : base.card.values;
    if (still || same(there, now)) return;
    const mine = (wanted = now);
    open += 1;
    const full = Boolean(base.formula) && !engine;
    const answer = await ask("knobs", { values: mine, full });
    open -= 1;
    if (answer?.problem && same(now, mine)) {
      failed = answer.problem;
      problem(failed);
    } else if (answer?.rev && answer.rev !== base.rev) adopt(part.state());
    schedule();
  }

  function reset() {
    const held = names((knob) => still && knob.engine === "kernel");
    const kept = Object.fromEntries(held.map((name) => [name, now[name]]));
    turn({ ...base.start, ...kept }, false);
  }

  // Take a state as the ground to stand on, if it can show where the knobs stand.
  function adopt(state) {
    const moving = base && (open || dirty);
    if (moving && !serves(state, now)) return;
    const first = !base;
    base = { ...state, drawn: state.card.values };
    ground = state.card;
    if (!moving) now = state.card.values;
    begun = null;
    pins = state.pins;
    engine = recomputing(state, part.numbers(), problem);
    turning ??= made();
    stand();
    fill(face.title, state.name);
    fill(face.caption, state.caption);
    fill(face.fixed, state.fixed.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]).flat());
    face.figure.style.height = `${state.height}px`;
    renew();
    if (first && !still) ask("current").then((answer) => answer?.card && moved(answer));
    if (engine && !state.grid && !still) gather(engine, state.rev);
  }

  function made() {
    const made = controls(base.knobs, {
      ticks: (name) => base.formula?.ticks[name],
      held: (knob) => still && knob.engine === "kernel",
      start: base.start,
      turned,
      wrong: problem,
    });
    face.knobs.replaceWith(made.element);
    return made;
  }

  // The facts that Python computes for every step of the sliders, part by part.
  async function gather(mine, rev) {
    for (let chunk = 0; engine === mine; chunk += 1) {
      const answer = await ask("grid", { chunk, base: rev }, "grid");
      if (!answer?.part || engine !== mine) return;
      mine.feed(answer.part);
      begun = null;
      schedule();
    }
  }

  function stand() {
    turning.show(now, base.knobs, same(base.card.values, now) ? base.card.solved : {});
    schedule();
  }

  function schedule() {
    frame ||= requestAnimationFrame(show);
  }

  function show() {
    frame = 0;
    const fits = serves(base, now) && !failed;
    outcome = null;
    if (engine && fits) {
      try {
        outcome = engine.run(now);
      } catch (error) {
        problem(`The formula failed here: ${error.message}. Python's answer is shown.`);
        engine = null;
        return schedule();
      }
    }
    // What is not of this setting is neither drawn nor said: what was, stays and is greyed.
    for (const one of [face.chart, face.facts]) one.setAttribute("aria-busy", String(!fits));
    if (fits) {
      painted = now;
      if (outcome && serves(base, base.start)) begun ??= engine.run(base.start).facts;
      tuneShown({ face, chart }, { base, now, outcome, engine, begun, same, words });
    }
    const { first } = base;
    const facts = [...first.facts, ...first.more];
    pinTable(face.pins, { knobs: base.knobs, pins, first: { ...first, facts }, thrown });
    fill(face.code, text());
    const sure = outcome && !outcome.waiting && same(base.card.values, now);
    const differ = sure && disagreement(outcome, base.card, words());
    if (differ) problem(differ);
    const stands = fits ? signalWords(outcome ?? base.card) : "Waiting for Python.";
    announce(`${stands} Shown: ${words(painted)}.`);
    root.dataset.setting = fits ? words() : "";
  }

  function pin() {
    const { band, signals, facts: found } = outcome ?? base.card;
    const facts = [...found, ...base.card.more];
    const mine = { values: now, band, signals, facts };
    // Python's own row takes the place of this one when it answers.
    pins = [...pins.filter((one) => !same(one.values, now)), mine].slice(-MOST_PINS);
    if (!still) tell({ kind: "pin", values: now });
    schedule();
  }

  function thrown(place) {
    pins = pins.filter((_, at) => at !== place);
    if (!still) tell({ kind: "unpin", place });
    face.pin.focus();
    schedule();
  }

  // The rows behind the chart, of the setting that the knobs stand at if Python answers.
  async function rows() {
    let { values, table } = { ...base.card, values: base.drawn };
    if (!still && !same(base.drawn, base.card.values)) {
      const answer = await ask("rows");
      if (answer?.table) ({ values, table } = answer);
    }
    return { ...table, caption: `${table.caption}, at ${words(values)}` };
  }

  // Somebody turned a knob, here or in another view, or in Python: in few words.
  function moved({ base: rev, card }) {
    if (rev !== base.rev) return;
    base = { ...base, card: { ...ground, ...card } };
    const { values } = base.card;
    if (!open && !dirty && !same(now, values)) now = values;
    renew();
    stand();
  }

  return {
    draw: adopt,
    hears: {
      moved: ({ text }) => moved(JSON.parse(text)),
      pins: ({ text }) => {
        pins = JSON.parse(text);
        schedule();
      },
    },
    repaint: chart.repaint,
    stop() {
      cancelAnimationFrame(frame);
      stop();
      chart.stop();
    },
  };
}

export default view(build);
