// How are rows shown as a table with a caption, headers that say their scope, and nothing but text?
import { h } from "./dom.js";

// `columns` are names, `rows` are lists of texts; `more` are attributes of the table.
export function table(caption, columns, rows, more = {}) {
  return h(
    "table",
    more,
    h("caption", {}, caption),
    h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell) => h("td", {}, cell ?? "–"))))),
  );
}

// The table folded away under the word "Data"; it is built when it is opened for the first time.
export function disclosure(data) {
  const body = h("div", { class: "al-scroll", tabindex: "0", role: "region", "aria-label": "Data" });
  const whole = h("details", { class: "al-data" }, h("summary", {}, "Data"), body);
  let wanted = data();
  const build = () => {
    if (!whole.open || !wanted) return;
    const { caption, columns, rows } = wanted;
    body.replaceChildren(table(caption, columns, rows));
    wanted = null;
  };
  whole.addEventListener("toggle", build);
  return {
    element: whole,
    renew() {
      wanted = data();
      build();
    },
  };
}
