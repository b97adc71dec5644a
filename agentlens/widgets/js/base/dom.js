// How does text from anywhere become part of a page? As text, and in no other way.

const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

// The same text with its hidden characters, such as those that turn the writing round, made visible.
export function visible(text) {
  const code = (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return String(text).replace(HIDDEN, code);
}

// An element: properties that begin with "on" are listeners, "data" and "style" are objects, all
// other are attributes; false, null and undefined leave an attribute out. Children are elements or text.
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "style") Object.assign(element.style, value);
    else if (name === "value" || name === "checked") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  fill(element, ...children);
  return element;
}

// The element with these children in place of those it had.
export function fill(element, ...children) {
  const known = children.flat().filter((one) => one !== null && one !== undefined && one !== false);
  element.replaceChildren(
    ...known.map((one) => (one instanceof Node ? one : document.createTextNode(visible(one)))),
  );
  return element;
}

let ids = 0;

// A name that no other element of the page has.
export const fresh = (stem) => `al-${stem}-${(ids += 1)}`;

// Keys that a view uses do not reach the notebook around it; those with Ctrl, Alt or Meta are not ours.
export function keys(root, table) {
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const target = event.composedPath()[0];
    const typing = target.matches?.("input:not([type=range]):not([type=checkbox]), textarea, select");
    const action = table[event.key];
    if (!action || (typing && event.key !== "Escape")) return;
    if (action(event) === false) return;
    event.preventDefault();
    event.stopPropagation();
  });
}
