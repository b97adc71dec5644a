// What was said, in order, and which result belongs to which call?
import { h } from "../base/dom.js";
import { traceField } from "./field.js";

const TRACE_ROLES = ["system", "user", "assistant", "tool"];

// `more(nth)` gives what fetches the rest of a line; `go(span)` shows the step a line was found in.
export function traceTurns({ all, first, last }, { more = () => null, go = null }) {
  if (!all) return h("p", { class: "al-soft" }, "Nothing was said in this trace that could be read.");
  const numbers = new Map();
  const known = [...first.map((turn, at) => [at, turn]), ...last.map((turn, at) => [all - last.length + at, turn])];
  for (const [at, turn] of known) if (turn.sort === "call") numbers.set(at, numbers.size + 1);
  const line = ([at, turn]) => traceTurn(at, turn, numbers, { more, go });
  const between = all - first.length - last.length;
  return h(
    "ol",
    { class: "al-trace-talk" },
    first.map((turn, at) => line([at, turn])),
    between ? h("li", { class: "al-trace-gap" }, `… ${between.toLocaleString("en")} lines between are not shown here: they stand in the steps.`) : null,
    last.map((turn, at) => line([all - last.length + at, turn])),
  );
}

function traceTurn(at, turn, numbers, { more, go }) {
  const { role, sort, name, body, pair, span, wrong } = turn;
  const said = { said: role || "unknown role", call: `${role || "assistant"} calls ${name ?? "a tool"}`, result: `result of ${name ?? "a tool"}` }[sort];
  const number = sort === "call" ? numbers.get(at) : numbers.get(pair);
  const alone = pair === -1 ? (sort === "call" ? "no result in this trace" : "no call in this trace") : "";
  return h(
    "li",
    { class: "al-trace-turn", data: { role: sort !== "said" ? sort : TRACE_ROLES.includes(role) ? role : "other" } },
    h(
      "div",
      { class: "al-trace-who" },
      h("b", {}, said),
      sort !== "said" && pair >= 0 && number ? h("span", { class: "al-trace-nth" }, ` #${number}`) : null,
      wrong ? h("b", { class: "al-trace-error" }, " ✕ error") : null,
      alone ? h("span", { class: "al-trace-alone" }, ` ⚠ ${alone}`) : null,
      go && span ? h("button", { class: "al-trace-more", type: "button", onclick: () => go(span) }, "step") : null,
    ),
    traceField(body, more(at)),
  );
}
