// How does a text get from a view into the clipboard?
import { h } from "./dom.js";

// `text` gives what is copied and `shown` is the element in which it stands.
export function copyButton(words, { text, shown, say, title = null }) {
  const copied = async () => {
    try {
      await navigator.clipboard.writeText(text());
      say("Copied.");
    } catch {
      // Where the clipboard is closed to pages, the text is marked for a copy by hand.
      const folded = shown.closest("details");
      if (folded) folded.open = true;
      getSelection().selectAllChildren(shown);
      say("The browser does not let a page copy: it is marked, copy it with your keyboard.");
    }
  };
  return h("button", { type: "button", title, onclick: copied }, words);
}
