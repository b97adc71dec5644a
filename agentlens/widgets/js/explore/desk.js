// Where is one trace of the table read? What reads it is as large as all the rest of the explorer, and
// comes when the first trace is opened.
import { h } from "../base/dom.js";

// `labels` gives what may be labelled, `traces` is the table.
export function exploreDesk(part, { labels, traces }) {
  const element = h("div", {});
  let reader = null;
  let wish = null; // the trace that was asked for last
  let over = false;

  async function fetched() {
    const answer = await part.ask("reader");
    if (!answer?.source) {
      reader = null;
      part.problem(answer?.problem ?? "");
      return null;
    }
    const address = URL.createObjectURL(new Blob([answer.source], { type: "text/javascript" }));
    const { exploreReader } = await import(address);
    URL.revokeObjectURL(address);
    const { step, focus: left, mark: labelled } = traces;
    const made = exploreReader({ ...part, labels: labels(), step, left, labelled });
    if (over) return made.stop();
    element.replaceChildren(made.element);
    return made;
  }

  return {
    element,
    async open({ id }) {
      traces.at(id);
      wish = id;
      const there = await (reader ??= fetched());
      if (there && wish === id) there.show(id);
    },
    async close() {
      wish = null;
      (await reader)?.hide();
    },
    stop() {
      over = true;
      Promise.resolve(reader).then((there) => there?.stop());
    },
  };
}
