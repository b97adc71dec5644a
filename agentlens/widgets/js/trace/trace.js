// How is one trace read: its tree in time, the chosen step, the conversation, by mouse or by keyboard?
import { fill, fresh, h, keys } from "../base/dom.js";
import { STILL } from "../base/still.js";
import { traceHead } from "./head.js";
import { tracePane } from "./pane.js";
import { traceNext } from "./rows.js";
import { traceSearch } from "./search.js";
import { TRACE_WHOLE, traceTree } from "./tree.js";
import { traceTurns } from "./turns.js";

// `ask` is a part's, with Python's `questions` behind it; `draw(payload)` shows a trace, null none.
// `payload.walk`, { nth, of, previous, next } of ids, lets J and K walk through a selection. Compact,
// the conversation comes first, other traces are not offered, and only E, / and the tree's own keys
// are taken. `keys` work anywhere inside; a view around may give them to its own root. `onleave` is
// called for Esc, `moved(id)` when another trace was opened.
export function traceView({ ask, say = () => {}, compact = false, onleave = null, still = false, moved = () => {} }) {
  const asked = still ? null : ask;
  let trace = null;
  let talking = compact;
  let told = false; // a conversation is built when it is first looked at

  const head = h("div", {});
  const talk = h("section", { class: "al-trace-spoken", tabindex: "0" });
  const pane = tracePane({ ask: asked, show });
  const tree = traceTree({
    chosen: (row) => (row === TRACE_WHOLE ? pane.whole(trace) : pane.step(trace, row)),
    entered: pane.focus,
  });
  const search = traceSearch({
    ask: asked,
    say,
    marked: tree.mark,
    reached: (row) => {
      turn(false);
      tree.choose(row);
    },
    after: tree.row,
  });
  const steps = h("div", { class: "al-trace-panes" }, tree.element, pane.element);
  const tabs = ["Steps", compact ? "Conversation" : "Conversation (C)"].map((name, nth) =>
    h("button", { type: "button", role: "tab", id: fresh("tab"), onclick: () => turn(nth === 1) }, name),
  );
  for (const [nth, panel] of [steps, talk].entries()) {
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tabs[nth].id);
  }
  const list = h("div", { role: "tablist", class: "al-trace-tabs" }, tabs);
  const error = h("button", { type: "button", onclick: nextError }, "Next error (E)");
  const bar = h("div", { class: "al-trace-tools" }, list, error, search.element);
  const element = h("div", { class: `al-trace${compact ? " al-trace-compact" : ""}` }, head, bar, steps, talk);

  const both = (letter, action) => ({ [letter]: action, [letter.toUpperCase()]: action });
  const walking = { ...both("j", () => walk("next")), ...both("k", () => walk("previous")) };
  const table = {
    ...both("e", nextError),
    "/": search.focus,
    Escape: back,
    ...(compact ? {} : { ...both("c", () => turn(!talking)), ...walking }),
  };
  keys(element, table);
  const tab = () => {
    turn(!talking);
    tabs[Number(talking)].focus();
  };
  keys(list, { ArrowRight: tab, ArrowLeft: tab });

  const active = () => element.getRootNode().activeElement;
  const focused = () => element.contains(active());

  // Esc goes one step out: from a search, from the step beside the tree, from the trace.
  function back(event) {
    const target = event.composedPath()[0];
    if (search.has(target)) {
      search.clear();
      focus();
    } else if (pane.element.contains(target)) focus();
    else if (onleave) onleave();
    else return false;
    return true;
  }

  function turn(now) {
    talking = now;
    // What is about to be hidden cannot keep the focus.
    const inside = (talking ? steps : talk).contains(active());
    if (talking && !told) fill(talk, traceTurns(trace.turns, { more, go: stepOf }));
    told ||= talking;
    steps.hidden = talking;
    talk.hidden = !talking;
    for (const [nth, one] of tabs.entries()) {
      one.setAttribute("aria-selected", String((nth === 1) === talking));
      one.tabIndex = (nth === 1) === talking ? 0 : -1;
    }
    if (inside) focus();
  }

  function show(row) {
    turn(false);
    tree.choose(row);
    tree.focus();
  }

  function nextError() {
    if (!trace?.errors.length) {
      say("No step of this trace failed.");
      return;
    }
    const row = traceNext(trace.errors, tree.row());
    show(row);
    say(`Error ${trace.errors.indexOf(row) + 1} of ${trace.errors.length}: ${trace.steps.names[trace.steps.name[row]]}`);
  }

  function walk(way) {
    const id = trace?.walk?.[way];
    if (id) other(id);
    else if (trace?.walk) say(`This is the ${way === "next" ? "last" : "first"} trace of the selection.`);
    else say("There is no other trace to walk to.");
  }

  async function other(id) {
    const inside = focused();
    element.setAttribute("aria-busy", "true");
    const answer = asked ? await asked("trace", { trace_id: id }, "trace") : { problem: STILL };
    element.removeAttribute("aria-busy");
    if (!answer) return;
    if (answer.problem) {
      say(answer.problem);
      return;
    }
    // Where the whole state moved with the question, the trace is drawn already.
    if (answer.trace) draw(answer.trace);
    moved(id);
    say(`Trace ${id}`);
    if (inside) focus();
  }

  function focus() {
    if (talking) talk.focus({ preventScroll: true });
    else if (trace?.steps.n) tree.focus();
    else pane.focus();
  }

  function draw(given) {
    const same = given && trace?.id === given.id;
    const kept = same ? [tree.opened(), tree.row()] : [given?.open ?? [], TRACE_WHOLE];
    trace = given;
    search.draw(trace);
    for (const one of [bar, steps, talk]) one.hidden = !trace;
    if (!trace) {
      fill(head, h("p", { class: "al-soft" }, "No trace is shown."));
      return;
    }
    error.hidden = !trace.errors.length;
    fill(head, traceHead(trace, { go: asked && !compact ? other : null, say }));
    tree.draw(trace.steps, ...kept);
    told = false;
    if (tree.row() === TRACE_WHOLE) pane.whole(trace);
    else pane.step(trace, tree.row());
    turn(talking);
  }

  const more = (nth) =>
    asked && ((start) => asked("field", { trace_id: trace.id, span_id: "", field: `turn ${nth}`, start }, `turn ${nth}`));

  function stepOf(span) {
    const row = trace.steps.id.indexOf(span);
    if (row >= 0) show(row);
    else say("That step stands in a row marked ×.");
  }

  draw(null);
  return {
    element,
    draw,
    focus,
    keys: table,
    stop() {
      tree.stop();
      pane.stop();
    },
  };
}
