// How is one trace of the selection read, judged and left again, without leaving the explorer?
import { fill, fresh, h, keys, visible } from "../base/dom.js";
import { verdictBar } from "../label/verdict.js";
import { traceView } from "../trace/trace.js";

// `step(by)` opens the next row of the table, `left()` is told when the trace was left, `labelled(id,
// said)` when a label is kept.
export function exploreReader({ ask, say, still, labels, step, left, labelled }) {
  const heading = h("h3", { id: fresh("explore-trace"), tabindex: "-1" }, "One trace");
  const wrong = h("p", { class: "al-problem", role: "alert", hidden: true });
  const kept = h("p", { class: "al-explore-kept" });
  const going = { type: "button", title: "Back to the table (Esc)", onclick: () => leave() };
  const close = h("button", going, "Back to the table");
  const move = (words, by, key) => {
    const title = `${words} trace of this page (${key})`;
    return h("button", { type: "button", title, "aria-keyshortcuts": key, onclick: () => step(by) }, words);
  };
  const looking = traceView({ ask, say, compact: labels.on, still, onleave: () => leave() });
  const bar = labels.on ? verdictBar({ commit: judge, codes: () => codes, still }) : null;
  const element = h(
    "section",
    { class: "al-explore-panel al-explore-reader", "aria-labelledby": heading.id, hidden: true },
    h("div", { class: "al-explore-head" }, heading, move("Previous", -1, "K"), move("Next", 1, "J"), close),
    wrong,
    looking.element,
    bar?.element ?? null,
    h("p", { class: "al-soft" }, labels.note),
    kept,
  );
  let codes = labels.codes ?? [];
  let open = null;

  const both = (letter, action) => ({ [letter]: action, [letter.toUpperCase()]: action });
  keys(element, {
    Escape: () => leave(),
    ...both("j", () => step(1)),
    ...both("k", () => step(-1)),
    ...Object.assign({}, ...Object.entries(bar?.keys ?? {}).map(([key, action]) => both(key, action))),
  });

  function problem(sentence) {
    fill(wrong, sentence);
    wrong.hidden = !sentence;
    looking.element.setAttribute("aria-busy", String(Boolean(sentence)));
  }

  async function show(id) {
    const inside = element.contains(element.getRootNode().activeElement);
    open = id;
    element.hidden = false;
    heading.setAttribute("aria-label", `Trace ${visible(id)}`);
    fill(kept, "");
    looking.element.setAttribute("aria-busy", "true");
    bar?.busy(true); // nobody judges what is not there yet
    if (!inside || element.getRootNode().activeElement !== close) heading.focus();
    const answer = await ask("trace", { trace_id: id }, "trace");
    if (!answer || open !== id) return;
    if (answer.problem) {
      problem(answer.problem);
      return;
    }
    problem("");
    looking.draw(answer.trace);
    bar?.reset();
    bar?.busy(false);
    const letters = bar ? "p, f, u label it; " : "";
    say(`Trace ${id} is open. ${letters}J and K go on and back, Esc returns to the table.`);
    if (element.getRootNode().activeElement === heading) looking.focus();
  }

  async function judge(told) {
    const id = open;
    const answer = await ask("commit", { ...told, trace_id: id }, `commit ${told.id}`);
    if (!answer || answer.problem) {
      problem(answer?.problem ?? "The label was not kept.");
      looking.element.removeAttribute("aria-busy");
      return null;
    }
    problem("");
    labelled(id, answer.said);
    if (told.code && !codes.includes(told.code)) codes = [told.code, ...codes];
    if (open === id) {
      fill(kept, h("b", {}, `Saved: ${answer.said}. `), `${answer.note} ${answer.calibration ?? ""}`);
    }
    say(`Saved: ${answer.said}. ${answer.n} labelled here. It will not enter any rate.`);
    return answer;
  }

  function leave() {
    if (!open) return false;
    const id = open;
    hide();
    left(id);
    return true;
  }

  function hide() {
    open = null;
    element.hidden = true;
    looking.draw(null);
  }

  return {
    element,
    show,
    hide,
    stop() {
      looking.stop();
      bar?.stop();
    },
  };
}
