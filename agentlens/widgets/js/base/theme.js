// Is the page around a view dark or light, and who says when that changes?

const dark = () => matchMedia("(prefers-color-scheme: dark)");

export function theme() {
  const { jpThemeLight, vscodeThemeKind } = document.body.dataset;
  const html = document.documentElement;
  if (html.classList.contains("al-paper")) return "light";
  if (html.dataset.theme) return html.dataset.theme;
  if (jpThemeLight) return jpThemeLight === "false" ? "dark" : "light";
  if (vscodeThemeKind) return /light/.test(vscodeThemeKind) ? "light" : "dark";
  return dark().matches ? "dark" : "light";
}

// Wear the theme of the page, now and whenever it changes; `changed` is called after a change, and
// when a page becomes paper, which has another width.
export function wear(root, changed) {
  let worn = null;
  const put = () => {
    const now = theme();
    const whole = `${now} ${document.documentElement.classList.contains("al-paper")}`;
    if (whole === worn) return;
    const first = !worn;
    worn = whole;
    root.dataset.theme = now;
    if (!first) changed();
  };
  put();
  const watch = new MutationObserver(put);
  for (const element of [document.body, document.documentElement]) {
    watch.observe(element, { attributes: true });
  }
  const system = dark();
  system.addEventListener("change", put);
  return () => {
    watch.disconnect();
    system.removeEventListener("change", put);
  };
}
