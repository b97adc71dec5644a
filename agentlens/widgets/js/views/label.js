// One trace after the other: what is asked, what is said, and that nothing of it is lost.
import { fill, h, keys } from "../base/dom.js";
import { view } from "../base/view.js";
import { afterBox } from "../label/after.js";
import { endBox } from "../label/end.js";
import { labelFoot } from "../label/foot.js";
import { labelOutbox } from "../label/outbox.js";
import { rubricBox } from "../label/rubric.js";
import { stepBox } from "../label/step.js";
import { verdictBar } from "../label/verdict.js";
import { traceView } from "../trace/trace.js";

function build(part) {
  const { root, state, tell, ask, say, problem, still } = part;
  let shown = null; // the item on the page
  let wanted = ""; // the item that comes, and whose heading gets the focus
  let asked = null; // what was said of an item that had a label already

  const button = (words, key, onclick) => {
    const attributes = { type: "button", "aria-keyshortcuts": key, onclick };
    return h("button", attributes, `${words} `, h("kbd", {}, key));
  };
  const previous = () => button("Previous", "←", () => back());
  const undone = () => button("Undo", "z", () => undo());

  const heading = h("h3", { tabindex: "-1", class: "al-label-heading" });
  const header = h("p", { class: "al-label-header", hidden: true });
  const step = stepBox();
  const trace = traceView({ ask, say, compact: true, still });
  const rubric = rubricBox();
  const foot = labelFoot();
  const end = endBox(h("div", { class: "al-label-moves" }, previous(), undone()));
  const outbox = labelOutbox({ queue: () => state().queue, tell, late: foot.late, silent: say });
  const bar = verdictBar({
    commit: (told) => label(told),
    codes: () => state().codes,
    still,
    draft: (words) => shown && tell({ kind: "draft", item: shown.token, ...words }),
  });
  const after = afterBox({ judge, keep, replace });
  const skips = button("Skip", "→", () => skip());
  const moves = h("div", { class: "al-label-moves" }, previous(), skips, undone());
  const left = h("div", { class: "al-label-left" }, step.element, trace.element);
  const panel = h("div", { class: "al-label-panel" });
  fill(panel, rubric.element, after.element, bar.element, moves);
  const work = h("div", { class: "al-label-work" }, left, panel);
  root.append(h("div", { class: "al-label" }, header, heading, work, end.element, foot.element));

  async function label(told, over = false) {
    if (!shown) return null;
    const item = shown;
    const may = over || Boolean(item.said);
    const answer = await outbox.post({ kind: "label", item: item.token, over: may, ...told });
    return answer && settled(answer, item, told);
  }

  function settled(answer, item, told) {
    problem("");
    if (answer.saved) {
      say(`Saved. ${answer.done.toLocaleString("en")} of ${answer.of.toLocaleString("en")}.`);
      come(answer.next);
    } else if (answer.exists) {
      asked = { item, told };
      say(`Not saved: there is a label already, ${answer.exists}.`);
      after.ask(told.verdict, answer.exists);
    } else problem(answer.problem);
    return answer;
  }

  // What comes next is here already, as a rule; it is shown only now that the label is saved.
  function come(token) {
    wanted = token;
    const { item, ahead } = state();
    const next = [item, ahead].find((one) => one && one.token === token);
    if (next) paint(next);
  }

  function paint(item) {
    const other = item.token !== shown?.token;
    shown = item;
    if (other) {
      asked = null;
      const { of } = state();
      fill(heading, `Trace ${item.nth.toLocaleString("en")} of ${of.toLocaleString("en")}`);
      step.draw(item.step);
      trace.draw(item.trace);
      bar.reset(item);
      left.scrollTop = 0;
    }
    if (!asked) after.draw(item, state().blind);
    if (wanted === item.token) {
      wanted = "";
      heading.focus();
    }
  }

  async function move(kind, none, more = {}) {
    const answer = await outbox.post({ kind, ...more });
    if (!answer) return;
    problem("");
    if (answer.moved === false || answer.taken === false) {
      say(none);
      return;
    }
    say(kind === "undo" ? `Taken back. ${answer.done} of ${answer.of}.` : "");
    come(answer.next);
  }
  const back = () => move("back", "This is the first one.");
  const skip = () => shown && move("skip", "This is the only one left.");
  const undo = () => move("undo", "There is nothing to take back.");

  function keep() {
    if (asked) move("keep", "", { item: asked.item.token });
  }

  function replace() {
    if (!asked) return;
    const { verdict, note, code, seconds } = asked.told;
    asked = null;
    label({ verdict, note, code, seconds }, true);
  }

  async function judge() {
    if (!shown) return;
    const item = shown;
    const answer = await ask("judged", { item: item.token });
    if (!answer || item.token !== shown?.token) return;
    if (answer.judged) after.judged(shown, answer.judged);
    else say(answer.refused ?? answer.problem);
  }

  // What an earlier view of this page could not save, and what was typed before this one appeared.
  async function resume() {
    const waiting = outbox.left();
    if (waiting) {
      foot.late(1);
      const answer = await outbox.post(waiting);
      if (answer) settled(answer, { token: waiting.item }, waiting);
      return;
    }
    const item = shown;
    const draft = item && (await ask("draft", { item: item.token }));
    if (draft && !draft.problem && item.token === shown?.token) bar.fill(draft);
  }

  function draw(now) {
    fill(header, now.header);
    header.hidden = !now.header;
    rubric.draw(now.rubric);
    foot.draw(now);
    work.hidden = still || !now.item;
    end.element.hidden = !work.hidden;
    if (!work.hidden) {
      paint(now.item);
      return;
    }
    shown = null;
    fill(heading, still ? end.still(now) : end.draw(now));
    if (root.contains(document.activeElement)) heading.focus();
  }

  // Inside the trace, the arrows are those of its tree.
  const arrow = (does) => (event) =>
    trace.element.contains(event.composedPath()[0]) ? false : does();
  const typed = (name) => (event) => (work.hidden ? false : bar.keys[name](event));
  const verdicts = Object.fromEntries(Object.keys(bar.keys).map((name) => [name, typed(name)]));
  if (!still) {
    const arrows = { ArrowLeft: arrow(back), ArrowRight: arrow(skip) };
    keys(root, { ...trace.keys, ...verdicts, ...arrows, z: undo, v: judge, "?": foot.help });
    queueMicrotask(resume);
  }
  return {
    draw,
    hears: { told: outbox.hear },
    stop() {
      outbox.stop();
      bar.stop();
      trace.stop();
    },
  };
}

export default view(build);
