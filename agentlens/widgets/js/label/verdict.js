// How does a person say pass, fail or unsure, why, and by what name, without leaving the keyboard?
import { fill, fresh, h } from "../base/dom.js";
import { lookedAt } from "./visible.js";

const VERDICT_KEYS = [
  ["p", "Pass", "✓"],
  ["f", "Fail", "✗"],
  ["u", "Unsure", "?"],
];
const CODES_SHOWN = 50;

// A name that no other label has, on any machine.
export function labelId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
}

// `commit({verdict, note, code, seconds, id})` returns a promise; nothing else is committed until
// it is settled. `codes()` gives names used before; `draft({note, code})` hears every key typed.
// `keys` are to be joined to those of the view; `stop()` lets go of the page when the view goes.
export function verdictBar({ commit, codes = () => [], still = false, draft = () => {} }) {
  const list = fresh("codes");
  const watch = lookedAt();
  let open = false;
  let item = 0; // counts what was labelled: an answer to one must not mark the next one

  const buttons = VERDICT_KEYS.map(([key, name, sign]) =>
    h(
      "button",
      {
        type: "button", class: `al-verdict al-verdict-${key}`, disabled: still,
        "aria-keyshortcuts": key, "aria-pressed": "false", data: { verdict: key },
        onclick: () => say(key),
      },
      h("span", { "aria-hidden": "true" }, sign), ` ${name} `, h("kbd", {}, key),
    ),
  );
  const typed = () => draft({ note: note.value, code: code.value });
  const note = h("textarea", {
    rows: 2, disabled: still, "aria-keyshortcuts": "n", maxlength: 20000, oninput: typed,
    onkeydown: (event) => leave(event, event.key === "Enter" && !event.shiftKey),
  });
  const code = h("input", {
    type: "text", list, disabled: still, autocomplete: "off", "aria-keyshortcuts": "c",
    maxlength: 200, oninput: typed, onkeydown: (event) => leave(event, event.key === "Enter"),
  });
  const known = h("datalist", { id: list });
  const renew = () =>
    fill(known, codes().slice(0, CODES_SHOWN).map((one) => h("option", { value: one })));
  code.addEventListener("focus", renew);
  const grouped = { class: "al-verdicts", role: "group", "aria-label": "Verdict", tabindex: "-1" };
  const row = h("div", grouped, buttons);
  const field = (name, key, ...inputs) =>
    h("label", { class: "al-verdict-field" }, h("span", {}, `${name} `, h("kbd", {}, key)), inputs);
  const element = h(
    "div",
    { class: "al-verdict-bar" },
    row,
    field("Note", "n", note),
    field("Code", "c", code, known),
  );

  // Enter and Escape leave a field with what is in it; no key typed there is anybody else's.
  function leave(event, done) {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    event.stopPropagation();
    if (!done && event.key !== "Escape") return;
    event.preventDefault();
    row.focus();
  }

  function busy(now) {
    open = now;
    for (const one of buttons) one.setAttribute("aria-disabled", String(now));
    element.setAttribute("data-busy", String(now));
  }

  function show(verdict) {
    for (const one of buttons) {
      one.setAttribute("aria-pressed", String(one.dataset.verdict === verdict));
    }
  }

  async function say(verdict) {
    if (open || still) return;
    const own = item;
    busy(true);
    try {
      const words = { note: note.value, code: code.value };
      const answer = await commit({ verdict, ...words, seconds: watch.seconds(), id: labelId() });
      if (answer?.saved && own === item) show(verdict);
    } finally {
      busy(false);
    }
  }

  const into = (input) => () => {
    if (still) return false;
    input.focus();
    input.select();
    return true;
  };
  watch.begin();
  return {
    element,
    keys: {
      p: () => say("p"), f: () => say("f"), u: () => say("u"), n: into(note), c: into(code),
    },
    // Nothing is chosen, and what was typed of this item before, if anything, is there again.
    reset(draftOf = {}) {
      item += 1;
      show("");
      note.value = draftOf.note ?? "";
      code.value = draftOf.code ?? "";
      watch.begin();
    },
    // What was typed before, unless something is typed already.
    fill(draftOf) {
      if (!note.value) note.value = draftOf.note ?? "";
      if (!code.value) code.value = draftOf.code ?? "";
    },
    show,
    busy,
    focus: () => row.focus(),
    stop: watch.stop,
  };
}
