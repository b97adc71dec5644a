// How does a view speak with the Python behind it, and what if nobody answers?
// One question at a time; of those that wait, a newer one with the same key replaces the older.

export const PATIENCE = 3000;

// `waiting(true)` is called when an answer is late, `waiting(false)` when it is there; `problem` with
// the sentence of a failure that belongs to no question.
export function talk(model, { waiting = () => {}, problem = () => {}, hears = {} } = {}) {
  const queue = new Map();
  let open = null;
  // All views of a model hear all its answers: each counts from a place of its own.
  let seq = Math.floor(Math.random() * 2 ** 31) * 2 ** 20;
  let late = 0;

  const tell = (content, buffers) => {
    try {
      model.send(content, undefined, buffers);
    } catch {
      // The connection is gone. The question stays open, and the line that says so appears.
    }
  };

  function next() {
    if (open || !queue.size) return;
    const [key, { what, payload, done }] = queue.entries().next().value;
    queue.delete(key);
    open = { seq: (seq += 1), done };
    late = setTimeout(() => waiting(true), PATIENCE);
    tell({ kind: "ask", seq, what, ...payload });
  }

  function hear(content, buffers) {
    if (content.kind === "answer") {
      if (!open || content.seq !== open.seq) return;
      const { done } = open;
      open = null;
      clearTimeout(late);
      waiting(false);
      done(content.problem ? { problem: content.problem } : JSON.parse(content.text));
      next();
    } else if (content.kind === "problem") problem(content.problem);
    else hears[content.kind]?.(content, buffers);
  }

  model.on("msg:custom", hear);

  return {
    tell,
    // The answer, {problem} if there is none but a sentence, or null if a newer question replaced it.
    ask: (what, payload = {}, key = what) =>
      new Promise((done) => {
        queue.get(key)?.done(null);
        queue.delete(key);
        queue.set(key, { what, payload, done });
        next();
      }),
    // Forget what waits under keys that begin so.
    drop(start) {
      for (const [key, { done }] of [...queue]) {
        if (!key.startsWith(start)) continue;
        queue.delete(key);
        done(null);
      }
    },
    busy: () => open !== null,
    stop() {
      clearTimeout(late);
      model.off("msg:custom", hear);
    },
  };
}
