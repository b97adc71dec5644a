// How far is a rater, and which keys are there?
import { fill, h } from "../base/dom.js";
import { table } from "../base/table.js";

const LABEL_KEYS = [
  ["p", "pass"],
  ["f", "fail"],
  ["u", "unsure"],
  ["n", "note; Enter leaves it"],
  ["c", "code; Enter leaves it"],
  ["z", "undo the last label"],
  ["→", "skip: it comes back at the end"],
  ["←", "previous"],
  ["v", "what the judge said, once you decided"],
  ["?", "these keys"],
];

export function labelFoot() {
  const bar = h("progress", { max: 1, "aria-label": "Labelled" });
  const line = h("p", { class: "al-label-progress" });
  const standing = h("p", { class: "al-soft" });
  const strata = h("div", { class: "al-scroll" });
  const row = (key, does) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, does)];
  const help = h(
    "details",
    { class: "al-label-keys" },
    h("summary", {}, "Keys"),
    h("dl", {}, LABEL_KEYS.map(([key, does]) => row(key, does)).flat()),
  );
  let unsaved = 0;
  let last = null;

  function draw(state) {
    last = state;
    const { done, of, gone, round, rater } = state;
    bar.max = Math.max(of, 1);
    bar.value = done;
    fill(
      line,
      [
        `${done.toLocaleString("en")} of ${of.toLocaleString("en")} labelled`,
        `round ${round}`,
        `by ${rater}`,
        gone > 0 && `gone from the log: ${gone}`,
      ].filter(Boolean).join(" · "),
      unsaved > 0 && h("strong", { class: "al-label-unsaved" }, ` · not saved yet: ${unsaved}`),
    );
    fill(standing, state.standing);
    const spread = state.strata;
    fill(strata, spread && table(spread.caption, spread.columns, spread.rows));
  }

  return {
    element: h("footer", { class: "al-label-foot" }, bar, line, standing, strata, help),
    draw,
    late(n) {
      unsaved = n;
      if (last) draw(last);
    },
    help() {
      help.open = !help.open;
      if (help.open) help.querySelector("summary").focus();
    },
  };
}
