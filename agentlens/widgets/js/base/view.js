// What does every view do when it appears, changes, and goes?
import { fill, h } from "./dom.js";
import { library } from "./plotly.js";
import { STILL } from "./still.js";
import { talk } from "./talk.js";
import { wear } from "./theme.js";

// A trace of a figure that stands where an earlier one does only names that one.
function stateOf(model) {
  const state = JSON.parse(model.get("state"));
  for (const { data } of Object.values(state).filter((one) => Array.isArray(one?.data))) {
    for (const trace of data) if (trace.x?.same !== undefined) trace.x = data[trace.x.same].x;
  }
  return state;
}

// In a notebook a letter is a command: x at a slider would cut the cell. What is pressed in a view
// stays in it, but for what leaves it, runs the cell or is the browser's.
function keep(event) {
  const { key, ctrlKey, altKey, metaKey, shiftKey } = event;
  const passes = ctrlKey || altKey || metaKey || (shiftKey && key === "Enter");
  if (!passes && !/^(Escape|Tab|F\d+)$/.test(key)) event.stopPropagation();
}

// A module for anywidget around `build(part)`, which fills `part.root` and returns what it does:
// { draw(state), hears: {kind: function}, repaint(), stop() }, each but draw optional.
// A part gives: root, state(), numbers(), tell(event), ask(what, payload, key), drop(start),
// plotly() for a promise of plotly.js, say(words, aloud) and problem(words) for the line below, and still,
// true on a page without a kernel: there nothing is told, and every question is answered by a
// sentence that says so.
export function view(build) {
  return {
    render({ model, el }) {
      const root = h("div", { class: "al-live" });
      // What is seen may change sixty times a second; what is read out, only as fast as one can listen.
      const line = h("p", { class: "al-line", "aria-hidden": "true" });
      const heard = h("p", { class: "al-heard", role: "status" });
      const wrong = h("p", { class: "al-problem", role: "alert", hidden: true });
      let silent = false;
      let words = "";
      let at = "";

      // Where nobody was heard yet, as in a notebook that was opened again, that is not known.
      const since = () => (at ? `as of ${at}` : "as it was saved or last sent");
      const unanswered = () =>
        `No answer from the kernel for 3 s: it is busy or stopped. Shown ${since()}.`;
      const show = (aloud = true) => {
        const whole = silent ? `${unanswered()} ${words}`.trim() : words;
        for (const one of aloud ? [line, heard] : [line]) fill(one, whole);
      };
      const problem = (sentence) => {
        fill(wrong, sentence || "");
        wrong.hidden = !sentence;
      };
      const talking = talk(model, {
        waiting: (now) => {
          if (!now) at = clock();
          if (now !== silent) {
            silent = now;
            show();
          }
        },
        problem,
        hears: new Proxy({}, { get: (_, kind) => built?.hears?.[kind] }),
      });
      const still = Boolean(model.get("still"));
      const part = {
        root,
        still,
        state: () => stateOf(model),
        numbers: () => numbers(model.get("data")),
        tell: still ? () => {} : talking.tell,
        ask: still ? async () => ({ problem: STILL }) : talking.ask,
        drop: talking.drop,
        // What Python answered goes with a notebook that is saved with its views; nothing is sent.
        keep: (answers) => model.set("kept", JSON.stringify(answers)),
        kept: () => JSON.parse(model.get("kept") ?? "{}"),
        plotly: () => library(model, stateOf(model).plotly),
        problem,
        say(sentence, aloud = true) {
          words = sentence;
          show(aloud);
        },
      };
      const undress = wear(root, () => built.repaint?.());
      el.append(root);
      root.addEventListener("keydown", keep);
      const built = build(part);
      root.append(heard, line, wrong);
      const change = () => {
        at = clock();
        built.draw(stateOf(model));
      };
      model.on("change:state", change);
      built.draw(stateOf(model));
      return () => {
        model.off("change:state", change);
        talking.stop();
        undress();
        built.stop?.();
        root.remove();
      };
    },
  };
}

const clock = () => new Date().toTimeString().slice(0, 5);

// The numbers beside a state; a copy, because what arrived may begin at an odd byte.
export function numbers(bytes) {
  if (!bytes || !bytes.byteLength) return new Float64Array();
  const { buffer, byteOffset, byteLength } = bytes;
  return new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength));
}
