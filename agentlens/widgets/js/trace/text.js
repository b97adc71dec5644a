// How does a text of a trace stand on the page, with what was covered or cut in it in sight?
import { h } from "../base/dom.js";
import { traceMarks } from "./marks.js";

const TRACE_TOLD = { redacted: "redacted before it reached this log", cut: "cut before it reached this log" };

export function tracePieces(text) {
  return traceMarks(text).map(({ text: piece, what }) =>
    what ? h("mark", { class: "al-trace-covered", title: TRACE_TOLD[what] }, piece) : piece,
  );
}
