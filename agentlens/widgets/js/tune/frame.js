// Where does everything stand in a tuner, and how are words said no faster than they can be heard?
import { copyButton } from "../base/copied.js";
import { fill, h } from "../base/dom.js";
import { table } from "../base/table.js";

const APART = 1000; // a drag moves sixty times a second; an announcement takes about one

// The elements of a tuner. `rows` gives a promise of the table, `code` the text of the cell.
export function tuneFrame({ root, say }, { pin, reset, rows, code }) {
  const button = (name, title, onclick) => h("button", { type: "button", title, onclick }, name);
  const face = {
    knobs: h("div"),
    reset: button("Reset", "All knobs back to where they started (R)", reset),
    pin: button("Pin", "Put this setting aside to compare it (P)", pin),
    chart: h("div", { class: "al-tune-chart" }),
    title: h("h3"),
    band: h("span", { class: "al-chip" }),
    headline: h("span"),
    figure: h("div", { class: "al-figure", role: "figure" }),
    facts: region("Facts"),
    pins: region("Pinned settings"),
    caption: h("p", { class: "al-soft al-tune-caption" }),
    rest: h("div"),
    fixed: h("dl", { class: "al-tune-fixed" }),
    code: h("pre", { tabindex: "0", "aria-label": "Code" }),
  };
  const title = "The cell that gives this without knobs";
  const copy = copyButton("Copy code", { title, text: code, shown: face.code, say });
  const held = region("Data");
  held.classList.remove("al-tune-wide");
  const data = folded("Data", held);
  data.addEventListener("toggle", renew);
  const head = h("p", { class: "al-tune-head" }, face.band, " ", face.headline);
  fill(face.chart, face.title, head, face.figure);
  root.classList.add("al-tune");
  root.append(
    h(
      "div",
      { class: "al-tune-top" },
      h("div", {}, face.knobs, h("p", { class: "al-tune-buttons" }, face.reset, face.pin, copy)),
      face.chart,
    ),
    h(
      "div",
      { class: "al-tune-below" },
      face.facts, face.pins, face.caption,
      folded("More facts and caveats", face.rest), data, folded("Not turned", face.fixed),
      folded("Code", face.code),
    ),
  );

  let last = 0;
  let timer = 0;
  let said = "";
  function announce(words) {
    if (words === said) return;
    said = words;
    say(words, false);
    clearTimeout(timer);
    const tell = () => {
      last = Date.now();
      say(words);
    };
    const wait = last + APART - Date.now();
    if (wait <= 0) tell();
    else timer = setTimeout(tell, wait);
  }

  async function renew() {
    if (!data.open) return;
    const { caption, columns, rows: all } = await rows();
    fill(held, table(caption, columns, all));
  }

  return { face, announce, renew, stop: () => clearTimeout(timer) };
}

const folded = (name, body) => h("details", { class: "al-data" }, h("summary", {}, name), body);

const region = (name) =>
  h("div", { class: "al-scroll al-tune-wide", tabindex: "0", role: "region", "aria-label": name });
