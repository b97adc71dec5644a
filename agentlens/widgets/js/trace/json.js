// How is JSON folded? What lies deeper than two levels opens on demand, arrays show twenty at a time.
import { h } from "../base/dom.js";
import { tracePieces } from "./text.js";

const TRACE_DEEP = 2;
const TRACE_MANY = 20;

// A node as Python folded it: text, {v}, {t, tail, size}, {b, size}, {a, n} or {o, n}.
export function traceJson(node, depth = 0) {
  if (typeof node === "string") return traceWord(node);
  if ("v" in node) return h("span", { class: "al-trace-value" }, node.v);
  if ("b" in node) return h("span", { class: "al-trace-bytes" }, `[${node.b}, ${traceCount(node.size, "byte")}]`);
  if ("t" in node) {
    const cut = h("span", { class: "al-trace-cut" }, ` … ${traceCount(node.size, "character")} in all … `);
    return h("span", {}, traceWord(node.t), cut, traceWord(node.tail));
  }
  return traceFolded(node, depth);
}

export const traceCount = (n, what) => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;

const traceWord = (text) => h("span", { class: "al-trace-word" }, "“", tracePieces(text), "”");

function traceFolded(node, depth) {
  const isArray = "a" in node;
  const held = isArray ? node.a.map((one, at) => [String(at), one]) : node.o;
  const n = node.n ?? held.length;
  const what = isArray ? traceCount(n, "item") : traceCount(n, "key");
  if (!n) return h("span", { class: "al-trace-value" }, isArray ? "[ ]" : "{ }");
  const body = h("div", { class: "al-trace-branch" });
  const whole = h(
    "details",
    { class: "al-trace-fold", open: depth < TRACE_DEEP },
    h("summary", {}, isArray ? `[ ${what} ]` : `{ ${what} }`),
    body,
  );
  let shown = 0;
  const more = () => {
    const next = held.slice(shown, shown + TRACE_MANY);
    body.querySelector(":scope > .al-trace-more")?.remove();
    body.append(...next.map(([key, one]) => tracePair(key, one, depth, isArray)));
    shown += next.length;
    if (shown < held.length) {
      const words = `show ${Math.min(TRACE_MANY, held.length - shown)} more of ${n - shown}`;
      body.append(h("button", { class: "al-trace-more", type: "button", onclick: more }, words));
    } else if (n > held.length) {
      body.append(h("p", { class: "al-trace-cut" }, `… ${n - held.length} more, in the text below`));
    }
  };
  const build = () => {
    if (whole.open && !shown) more();
  };
  // What is folded is built when it is opened: a deep value would cost a page of nodes.
  whole.addEventListener("toggle", build);
  build();
  return whole;
}

function tracePair(key, node, depth, isArray) {
  return h("div", { class: "al-trace-pair" }, h("span", { class: isArray ? "al-trace-nth" : "al-trace-key" }, key, ": "), traceJson(node, depth + 1));
}
