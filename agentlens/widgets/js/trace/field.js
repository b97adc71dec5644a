// How is one input, output or error shown, and the rest of it fetched on demand?
import { fill, h } from "../base/dom.js";
import { STILL } from "../base/still.js";
import { traceCount, traceJson } from "./json.js";
import { tracePieces } from "./text.js";

const TRACE_SHORT = 300;

// `more(start)` promises the next piece, { text, end, size } or { problem }; without it nothing more
// can be shown.
export function traceField(field, more) {
  const body = h("div", { class: "al-trace-field" });
  if ("binary" in field) {
    fill(body, h("p", { class: "al-trace-bytes" }, `[${field.binary}, ${traceCount(field.bytes, "byte")}]`));
  } else if ("json" in field) {
    fill(body, h("div", { class: "al-trace-json" }, traceJson(field.json)), field.size > TRACE_SHORT ? traceRaw(field, more) : null);
  } else if ("tail" in field) {
    fill(body, traceLong(field, more));
  } else {
    fill(body, traceBox(field.text));
  }
  return body;
}

function traceBox(text, more = {}) {
  return h("pre", { class: "al-trace-text", ...more }, tracePieces(text));
}

// Beside folded JSON: the same as text, which is whole where the folded form had to be cut.
function traceRaw({ size }, more) {
  const place = h("div", {});
  const open = h(
    "button",
    { class: "al-trace-more", type: "button", onclick: () => fill(place, traceLong({ text: "", end: 0, tail: "", size }, more, true)) },
    `show as text (${traceCount(size, "character")})`,
  );
  return fill(place, open);
}

// A text with its middle left out, which grows from its beginning piece by piece.
function traceLong({ text, end, tail, size, told }, more, atOnce = false) {
  const head = traceBox(text, { tabindex: "0", role: "region", "aria-label": "Text" });
  const rest = tail ? traceBox(tail) : null;
  const gap = h("p", { class: "al-trace-gap" });
  const whole = h("div", { class: "al-trace-long" }, head, gap, rest);
  let shown = end;
  let pending = false;

  const next = async () => {
    if (pending) return;
    if (!more) {
      fill(gap, STILL);
      return;
    }
    pending = true;
    gap.setAttribute("aria-busy", "true");
    const piece = await more(shown);
    pending = false;
    gap.removeAttribute("aria-busy");
    if (!piece) {
      line();
      return;
    }
    if (piece.problem) {
      fill(gap, piece.problem);
      return;
    }
    head.append(...tracePieces(piece.text).map((one) => (one instanceof Node ? one : fill(h("span"), one))));
    shown = piece.end;
    if (shown < size) line();
    else {
      gap.remove();
      rest?.remove();
    }
  };
  function line() {
    const words = told ? `… ${told} in all; ` : "… ";
    const left = Math.max(0, size - shown - (tail?.length ?? 0));
    fill(
      gap,
      `${words}${traceCount(left, "character")} not shown `,
      h("button", { class: "al-trace-more", type: "button", disabled: !more, title: more ? null : STILL, onclick: next }, "show 200 kB more"),
      more ? null : ` ${STILL}`,
    );
  }
  if (atOnce) next();
  else line();
  return whole;
}
