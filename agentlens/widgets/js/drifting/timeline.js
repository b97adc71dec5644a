// How much traffic was there when, and which two windows of it are compared? Two brushes on a line.
import { fill, h } from "../base/dom.js";
import { countWords, shareWords, significantWords } from "../core/amounts.js";
import { draggedWindow, snapTime, timeTicks } from "../core/windows.js";

const NAMESPACE = "http://www.w3.org/2000/svg";
const SIZE = { left: 54, right: 8, value: [38, 98], n: [116, 168], height: 190 };
const WINDOW_NAMES = ["baseline", "current"];

// A shape of a drawing; text enters as text.
function shape(tag, properties = {}, ...children) {
  const element = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(properties)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export const timeWords = (ms, long = false) => {
  const words = new Date(ms).toISOString();
  const [day, time] = [words.slice(5, 10), words.slice(11, 16)];
  return long || time !== "00:00" ? `${day} ${time}` : day;
};

// `moved(windows)` is called while a hand drags, `settled(windows, name)` when it lets go.
export function timelineBrushes({ moved, settled, chosen, still }) {
  const svg = shape("svg", { class: "al-drift-line", height: SIZE.height, role: "group" });
  const readout = h("p", { class: "al-soft al-drift-read" });
  const element = h("div", {}, svg, readout);
  const ground = shape("g");
  const brushes = {};
  let line = null;
  let windows = null;
  let width = 0;
  let drag = null;

  const inner = () => Math.max(width - SIZE.left - SIZE.right, 1);
  const x = (ms) => SIZE.left + ((ms - line.first) / (line.last - line.first)) * inner();
  const time = (event) => {
    const at = event.clientX - svg.getBoundingClientRect().left - SIZE.left;
    return line.first + (at / inner()) * (line.last - line.first);
  };
  const inside = (at) => Math.min(Math.max(at, 0), line.starts.length - 1);
  const bin = (ms) => inside(Math.floor((ms - line.first) / line.width));

  function bars() {
    const most = Math.max(...line.n, 1);
    const [top, bottom] = SIZE.n;
    const parts = Array.from(line.n, (n, i) => {
      const [from, to] = [x(line.starts[i]), x(line.starts[i] + line.width)];
      return `M${from} ${bottom}V${bottom - ((bottom - top) * n) / most}H${to}V${bottom}Z`;
    });
    const label = shape("text", { x: SIZE.left - 6, y: top + 10, "text-anchor": "end" }, countWords(most));
    const zero = shape("text", { x: SIZE.left - 6, y: bottom, "text-anchor": "end" }, "0");
    const name = shape("text", { x: SIZE.left + 2, y: top - 4 }, "traces");
    return [shape("path", { d: parts.join(""), class: "al-drift-bars" }), label, zero, name];
  }

  const worded = (value) => (line.unit === "share" ? shareWords(value) : significantWords(value));

  function course() {
    const known = Array.from(line.value).filter((one) => !Number.isNaN(one));
    if (!known.length) return [];
    const [low, high] = [Math.min(...known), Math.max(...known)];
    const [top, bottom] = SIZE.value;
    const share = (value) => (high > low ? (value - low) / (high - low) : 0.5);
    const y = (value) => bottom - share(value) * (bottom - top);
    let pen = "M";
    const d = Array.from(line.value, (value, i) => {
      if (Number.isNaN(value)) {
        pen = "M"; // a gap stays a gap
        return "";
      }
      const part = `${pen}${x(line.starts[i] + line.width / 2)} ${y(value)}`;
      pen = "L";
      return part;
    });
    const ends = [[high, top + 8], [low, bottom]].map(([value, at]) =>
      shape("text", { x: SIZE.left - 6, y: at, "text-anchor": "end" }, worded(value)),
    );
    const name = shape("text", { x: SIZE.left + 2, y: top - 6 }, line.name);
    return [shape("path", { d: d.join(""), class: "al-drift-course" }), ...ends, name];
  }

  // Where words stand whole: those at the last tick would end outside the picture.
  const within = (middle, words) => Math.min(middle, width - 4 * words.length);

  function axis() {
    const below = { y: SIZE.height - 6, "text-anchor": "middle" };
    return timeTicks(line.first, line.last, Math.max(2, Math.floor(inner() / 90))).flatMap((at) => [
      shape("line", { x1: x(at), x2: x(at), y1: SIZE.value[0], y2: SIZE.n[1], class: "al-drift-grid" }),
      shape("text", { x: within(x(at), timeWords(at)), ...below }, timeWords(at)),
    ]);
  }

  function brush(name) {
    const group = shape("g", {
      class: `al-drift-brush al-drift-${name}`,
      tabindex: still ? -1 : 0,
      role: "button",
    });
    const parts = { whole: shape("rect", { y: 2, height: SIZE.n[1] - 2, "data-part": "whole" }) };
    for (const part of ["from", "to"]) {
      parts[part] = shape("rect", { y: 2, height: SIZE.n[1] - 2, width: 8, "data-part": part, class: "al-drift-edge" });
    }
    const label = shape("text", { y: 14, class: "al-drift-name" }, name);
    group.append(...Object.values(parts), label);
    group.addEventListener("focus", () => chosen(name));
    brushes[name] = { group, parts, label };
    return group;
  }

  function place() {
    for (const name of WINDOW_NAMES) {
      const { group, parts, label } = brushes[name];
      const [from, to] = windows[name].map((at) => x(Math.min(Math.max(at, line.first), line.last)));
      parts.whole.setAttribute("x", from);
      parts.whole.setAttribute("width", Math.max(to - from, 2));
      parts.from.setAttribute("x", from - 4);
      parts.to.setAttribute("x", to - 4);
      // A short window may have no room for its name to the right.
      const left = from + 60 > SIZE.left + inner();
      label.setAttribute("x", left ? to - 5 : from + 5);
      label.setAttribute("text-anchor", left ? "end" : "start");
      const words = windows[name].map((at) => timeWords(at, true)).join(" to ");
      const help = "brackets move it, minus and equals widen and narrow it";
      group.setAttribute("aria-label", `${name} window, ${words}; ${help}`);
    }
  }

  function paint() {
    if (!line || !width) return;
    svg.setAttribute("width", width);
    svg.setAttribute("aria-label", `Traces${line.name ? ` and ${line.name}` : ""} over time, with two windows`);
    ground.replaceChildren(...axis(), ...bars(), ...course());
    place();
  }

  function read(event) {
    const i = bin(time(event));
    const value = line.value.length ? `, ${line.name} ${worded(line.value[i])}` : "";
    fill(readout, `${timeWords(line.starts[i], true)} UTC: ${countWords(line.n[i])} traces${value}`);
  }

  // The brushes are made once: one that is made anew would lose the focus.
  svg.append(ground, ...WINDOW_NAMES.map(brush));

  svg.addEventListener("pointerdown", (event) => {
    if (still || event.button !== 0) return;
    const at = time(event);
    const group = event.target.closest?.(".al-drift-brush");
    const name = group ? WINDOW_NAMES.find((one) => brushes[one].group === group) : chosen();
    const part = event.target.dataset?.part ?? (group ? "whole" : "new");
    chosen(name);
    brushes[name].group.focus({ preventScroll: true });
    drag = { name, part, at, grip: at - windows[name][0], before: windows };
    svg.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  svg.addEventListener("pointermove", (event) => {
    if (line) read(event);
    if (!drag) return;
    const at = time(event);
    const { name, part, grip, before } = drag;
    const ends = [snapTime(drag.at, line), snapTime(at, line)].sort((a, b) => a - b);
    if (part === "new" && ends[0] === ends[1]) return;
    const now = part === "new" ? ends : draggedWindow(before[name], part, at, grip, line);
    windows = { ...windows, [name]: now };
    place();
    moved(windows);
  });
  const release = (event) => {
    if (!drag) return;
    const { name, before } = drag;
    drag = null;
    if (svg.hasPointerCapture(event.pointerId)) svg.releasePointerCapture(event.pointerId);
    if (windows[name].some((end, i) => end !== before[name][i])) settled(windows, name);
  };
  svg.addEventListener("pointerup", release);
  svg.addEventListener("pointercancel", release);
  svg.addEventListener("pointerleave", () => fill(readout, ""));

  const observer = new ResizeObserver(() => {
    const now = Math.round(element.clientWidth);
    if (!now || now === width) return;
    width = now;
    paint();
  });
  observer.observe(element);

  return {
    element,
    draw(now, there) {
      line = now;
      windows = there;
      paint();
    },
    put(there) {
      windows = there;
      if (line && width) place();
    },
    mark(name) {
      for (const one of WINDOW_NAMES) brushes[one]?.group.classList.toggle("al-drift-chosen", one === name);
    },
    dragging: () => drag !== null,
    stop: () => observer.disconnect(),
  };
}
