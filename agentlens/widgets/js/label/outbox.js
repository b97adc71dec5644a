// How does what a rater does reach Python once, even where nobody answers at first?
import { PATIENCE } from "../base/talk.js";
import { labelId } from "./verdict.js";

const LABEL_LONGEST_WAIT = 30000;
const LABEL_SILENT =
  "No answer from the kernel for 3 s: it is busy or stopped. It is asked again.";

// A label that is not saved outlives its view: the next one in this page sends it again.
function unsaved() {
  const name = Symbol.for("agentlens.labels.unsaved");
  globalThis[name] ??= new Map();
  return globalThis[name];
}

// `late(n)` hears how many labels are not saved yet, once an answer is late, and 0 when it is
// there; `silent(words)` what is to be said of it.
export function labelOutbox({ queue, tell, late, silent }) {
  let open = null;
  let timer = 0;

  function send(wait) {
    tell(open.content);
    timer = setTimeout(() => {
      if (open.content.kind === "label") late(1);
      silent(LABEL_SILENT);
      send(Math.min(wait * 2, LABEL_LONGEST_WAIT));
    }, wait);
  }

  // The answer, or null where something else is not answered yet.
  function post(content) {
    if (open) return Promise.resolve(null);
    return new Promise((done) => {
      open = { content: { id: labelId(), ...content }, done };
      if (content.kind === "label") unsaved().set(queue(), open.content);
      send(PATIENCE);
    });
  }

  return {
    post,
    busy: () => open !== null,
    hear({ id, text }) {
      if (!open || open.content.id !== id) return;
      const { done } = open;
      clearTimeout(timer);
      open = null;
      unsaved().delete(queue());
      late(0);
      done(JSON.parse(text));
    },
    // What an earlier view of this queue could not save.
    left: () => unsaved().get(queue()),
    stop: () => clearTimeout(timer),
  };
}
