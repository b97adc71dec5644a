// What does every panel show of its answer, and while there is none?
import { fill, fresh, h } from "../base/dom.js";

const BAND_SIGNS = { pass: "✓", watch: "◇", act: "▲", unknown: "?" };

// A section with a heading, a band, the sentence of the answer, its contents, and what must be known.
// It is busy from a question to its answer; what it showed before stays, greyed.
export function explorePanel(name, heading, ...contents) {
  const id = fresh(`explore-${name}`);
  const band = h("span", { class: "al-chip", hidden: true });
  const told = h("p", { class: "al-explore-told" });
  const wrong = h("p", { class: "al-problem", hidden: true });
  const note = h("p", { class: "al-soft" });
  const caveats = h("ul");
  const summary = h("summary", {}, "What to know");
  const more = h("details", { class: "al-data", hidden: true }, summary, caveats);
  const body = h("div", { class: "al-explore-body" }, told, contents, note, more);
  const title = h("h3", { id, tabindex: "-1" }, heading);
  const element = h(
    "section",
    { class: "al-explore-panel", "aria-labelledby": id, data: { panel: name } },
    h("div", { class: "al-explore-head" }, title, band),
    wrong,
    body,
  );
  return {
    element,
    title,
    note: (words) => fill(note, words ?? ""),
    busy(now) {
      // What stands under a problem is not of this selection: it stays grey.
      body.setAttribute("aria-busy", String(now || !wrong.hidden));
      element.dataset.busy = String(now);
    },
    problem(sentence) {
      fill(wrong, sentence);
      wrong.hidden = !sentence;
      this.busy(false);
    },
    show(answer) {
      this.problem("");
      band.hidden = !answer.band;
      band.dataset.band = answer.band;
      fill(band, `${BAND_SIGNS[answer.band] ?? ""} ${answer.band}`);
      fill(told, answer.headline);
      fill(note, answer.note ?? "");
      more.hidden = !answer.caveats?.length;
      caveats.replaceChildren(...(answer.caveats ?? []).map((one) => h("li", {}, one)));
    },
  };
}
