// What do people and the score say of the same labels, and how often is the score right?
import { fill, h } from "../base/dom.js";
import { countWords, shareWords, significantWords } from "../core/amounts.js";

const RATE_NAMES = {
  agreement: "Agreement",
  sensitivity: "Sensitivity: of what people pass, passed",
  specificity: "Specificity: of what people fail, failed",
};

// The two by two table; `draw` takes four counts, four shares or null where labels are even, and who
// it was that passed and failed them.
export function confusion() {
  const heads = [0, 1].map(() => h("th", { scope: "col" }));
  const cells = [0, 1, 2, 3].map((i) => h("td", { class: i % 3 ? "al-cal-miss" : "al-cal-hit" }));
  const caption = h("caption");
  const row = (name, ...both) => h("tr", {}, h("th", { scope: "row" }, name), both);
  const element = h(
    "table",
    { class: "al-cal-four" },
    caption,
    h("thead", {}, h("tr", {}, h("td"), heads)),
    h("tbody", {}, row("people pass", cells[0], cells[1]), row("people fail", cells[2], cells[3])),
  );
  return {
    element,
    draw(words, counts, shares = null, who = "score") {
      fill(caption, words);
      fill(heads[0], `${who} passes`);
      fill(heads[1], `${who} fails`);
      cells.forEach((cell, i) => {
        const said = typeof counts[i] === "number" ? countWords(counts[i]) : (counts[i] ?? "–");
        const part = shares && h("small", {}, `${shareWords(shares[i], 0)} of traffic`);
        fill(cell, h("b", {}, said), part && " ", part);
      });
    },
  };
}

// The rates with n and interval in Python's words, and the cost where there is one.
export function rateTable() {
  const body = h("tbody");
  const caption = h("caption");
  const element = h("table", { class: "al-cal-rates" }, caption, body);
  const line = (name, words) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, words));
  return {
    element,
    draw(words, rates, place, cost, ceiling) {
      fill(caption, words);
      const lines = Object.entries(RATE_NAMES).map(([name, said]) => line(said, rates[name]?.[place]));
      if (cost !== null) lines.push(line("Expected cost a trace", significantWords(cost)));
      fill(body, lines, line("Human ceiling", ceiling));
    },
  };
}
