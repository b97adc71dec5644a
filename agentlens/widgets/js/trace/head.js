// What stands above a trace: its id, its verdicts, its facts, its neighbours, what to beware of?
import { copyButton } from "../base/copied.js";
import { h } from "../base/dom.js";

const TRACE_SIGN = { pass: "✓", fail: "✕", unsure: "?" };

// `go(id, key)` opens another trace; without it neighbours are told, not offered.
export function traceHead(trace, { go = null, say = () => {} }) {
  const { id, facts, scores, session, walk, notes } = trace;
  const name = h("code", { class: "al-trace-id" }, id);
  const copy = copyButton("Copy id", { text: () => id, shown: name, say });
  return h(
    "header",
    { class: "al-trace-head" },
    h("div", { class: "al-trace-top" }, h("h3", {}, "Trace ", name), copy, ...(walk ? traceBeside("selection", walk, go, ["K", "J"]) : [])),
    scores.length ? h("ul", { class: "al-trace-scores", "aria-label": "Scores" }, scores.map(traceScore)) : null,
    h("dl", { class: "al-trace-facts" }, facts.map(traceFact)),
    session && session.of > 1 ? h("div", { class: "al-trace-top" }, ...traceBeside("session", session, go)) : null,
    notes.length ? h("ul", { class: "al-trace-notes", "aria-label": "Notes" }, notes.map((one) => h("li", {}, one))) : null,
  );
}

function traceFact([name, said]) {
  const wrong = name === "status" && said.startsWith("error");
  return h("div", { class: wrong ? "al-trace-wrong" : "" }, h("dt", {}, name), h("dd", {}, wrong ? `✕ ${said}` : said));
}

export function traceScore({ name, verdict, value, source, by, version, comment, span }) {
  const sign = TRACE_SIGN[verdict] ?? "•";
  const who = [source, by, version && `version ${version}`, span && "on a step"].filter(Boolean).join(", ");
  return h(
    "li",
    { class: "al-trace-score", data: { verdict: TRACE_SIGN[verdict] ? verdict : "other" } },
    h("b", {}, `${sign} ${name}: ${verdict}`),
    value && value !== verdict ? ` (${value})` : "",
    h("span", { class: "al-soft" }, ` ${who}`),
    comment ? h("span", { class: "al-trace-comment" }, ` “${comment}”`) : null,
  );
}

function traceBeside(what, { nth, of, away, previous, next }, go, named = []) {
  const told = `${away ? "beside" : ""} ${nth.toLocaleString("en")} of ${of.toLocaleString("en")} in this ${what}`;
  const words = h("span", { class: "al-soft" }, told.trim());
  if (!go) return [words];
  const button = (label, id, key) =>
    h("button", { type: "button", disabled: !id, onclick: () => go(id) }, key ? `${label} (${key})` : label);
  return [words, button("Previous", previous, named[0]), button("Next", next, named[1])];
}
