// What do the labels say that were kept apart? Nothing, until somebody asks.
import { fill, h } from "../base/dom.js";
import { STILL } from "../base/still.js";
import { confusion } from "./tables.js";

export function reportPanel({ asked, still }) {
  const button = h("button", { type: "button", onclick: asked }, "Report on test");
  const covered = h("p", { class: "al-soft" });
  const body = h("div");
  const four = confusion();
  const element = h("section", { class: "al-cal-part" }, h("h4", {}, "On test labels"), covered, button, body);
  button.disabled = still;

  return {
    element,
    // Grey while Python answers.
    busy(now) {
      body.setAttribute("aria-busy", String(now));
      button.setAttribute("aria-disabled", String(now));
    },
    focus: () => button.focus(),
    draw(state, place) {
      const { report, mode } = state;
      const none = mode === "same" || mode === "refused";
      button.hidden = none;
      const words = still && !none ? ` ${STILL}` : "";
      fill(covered, mode === "refused" ? "" : state.covered, words);
      if (!report) return fill(body);
      const old = mode === "split" && report.place !== place;
      fill(button, old ? `Report on test: look ${report.look + 1}` : "Report on test");
      body.classList.toggle("al-cal-old", old);
      const own = mode === "verdicts";
      const caption = own ? "Test labels" : `Test labels at ${report.at}`;
      four.draw(caption, report.counts, null, own ? "judge" : "score");
      fill(
        body,
        old && h("p", {}, `This is of ${report.at}; the threshold stands elsewhere now.`),
        h(
          "table",
          {},
          h("caption", {}, report.at ? `Pass from ${report.at} on, look ${report.look}` : "The judge's own verdicts"),
          h(
            "tbody",
            {},
            report.lines.map(([name, value]) =>
              h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, value)),
            ),
          ),
        ),
        report.counts.length ? four.element : null,
        report.note && h("p", { class: report.look > 1 ? "al-cal-cost" : "al-soft" }, report.note),
      );
    },
  };
}
