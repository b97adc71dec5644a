// What would a reader, with eyes or without, trip over in a view? Every function names what it found.
({
  root: () => document.querySelector(".al-live"),

  all: (selector) => [...document.querySelectorAll(`.al-live :is(${selector})`)],

  seen(element) {
    return (
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      !element.closest(".al-unseen") &&
      element.getBoundingClientRect().width > 0
    );
  },

  name(element) {
    const of = (id) => document.getElementById(id)?.textContent ?? "";
    const by = element.getAttribute("aria-labelledby");
    const labels = [...(element.labels ?? [])].map((one) => one.textContent).join(" ");
    const own = element.matches("input, select, textarea") ? "" : element.textContent;
    const named = by ? by.split(" ").map(of).join(" ") : element.getAttribute("aria-label");
    return (named || labels || own || element.getAttribute("title") || "").trim();
  },

  short(element) {
    const mark = [element.localName, ...element.classList].join(".");
    return `<${mark}> ${this.name(element).slice(0, 40)}`;
  },

  nameless() {
    const controls = this.all("input, select, textarea, button, summary, [tabindex='0'], [role]:is(svg, [role=figure], [role=slider])");
    return controls.filter((one) => this.seen(one) && !this.name(one)).map((one) => this.short(one));
  },

  // Headings that leave out a level, tables that do not say what their rows and columns are.
  untold() {
    const found = [];
    let before = null;
    for (const one of this.all("h1, h2, h3, h4, h5, h6").filter((one) => this.seen(one))) {
      const level = Number(one.localName[1]);
      if (before !== null && level > before + 1) found.push(`h${level} after h${before}: ${one.textContent}`);
      if (!one.textContent.trim()) found.push(`an empty h${level}`);
      before = level;
    }
    for (const one of this.all("table")) {
      const called = one.caption?.textContent.trim();
      if (!called) found.push(`no caption: ${one.textContent.slice(0, 60)}`);
      const heads = [...one.querySelectorAll("th")];
      if (!heads.length) found.push(`no header: ${called}`);
      const bare = heads.filter((head) => !["col", "row", "colgroup", "rowgroup"].includes(head.scope));
      if (bare.length) found.push(`${bare.length} headers without scope: ${called}`);
    }
    for (const one of this.all(".js-plotly-plot")) {
      if (!this.seen(one)) continue;
      if (one.getAttribute("role") !== "figure") found.push(`a picture without a role: ${one.className}`);
    }
    if (this.all(".js-plotly-plot").length && !this.all("table, details.al-data").length) {
      found.push("a picture without a table beside it");
    }
    return found;
  },

  tabbable() {
    return this.all("button, input, select, textarea, a[href], summary, [tabindex]").filter((one) => {
      if (one.disabled || one.tabIndex < 0 || !this.seen(one)) return false;
      if (one.type !== "radio" || one.checked) return true;
      const group = this.all(`input[type=radio][name="${one.name}"]`);
      return !group.some((other) => other.checked) && group[0] === one;
    });
  },

  // From here on, where the focus goes is written down, and how it can be seen there.
  watch() {
    this.went = [];
    this.blind = [];
    this.root().addEventListener("focusin", ({ target }) => {
      this.went.push(target);
      // In a tree of steps the focus stays on the tree, and the ring is around a step.
      const inner = document.getElementById(target.getAttribute("aria-activedescendant") ?? "");
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(inner ?? target);
      const ring = outlineStyle !== "none" && parseFloat(outlineWidth) >= 1.5;
      const behind = this.behind(target.parentElement);
      const clear = ring && this.contrast(this.colour(outlineColor), behind) >= 3;
      if (!clear) this.blind.push(`${this.short(target)} ${outlineStyle} ${outlineWidth} ${outlineColor}`);
    });
    document.activeElement?.blur();
  },

  // A field for a time has a stop for each of its parts: how many steps it takes, nobody knows.
  arrived() {
    return this.tabbable().every((one) => this.went.includes(one));
  },

  walked() {
    const wanted = this.tabbable();
    const went = this.went.filter((one) => wanted.includes(one));
    const missed = wanted.filter((one) => !went.includes(one)).map((one) => `not reached: ${this.short(one)}`);
    const first = [...new Set(went)];
    const askew = first.filter((one, i) => i && !(first[i - 1].compareDocumentPosition(one) & 4));
    const positive = wanted.filter((one) => one.tabIndex > 0);
    return [
      ...missed,
      ...[...askew, ...positive].map((one) => `out of order: ${this.short(one)}`),
      ...new Set(this.blind.map((one) => `no ring: ${one}`)),
    ];
  },

  colour(text) {
    const [r, g, b, a = 1] = (text.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
    return text.startsWith("color(srgb") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  },

  over([r, g, b, a], [R, G, B]) {
    return [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  },

  behind(element) {
    const layers = [];
    for (let one = element; one; one = one.parentElement) {
      const { backgroundColor } = getComputedStyle(one);
      // What plotly writes stands on a box of its own where it has one.
      const box = one.localName === "g" && [...one.children].find((it) => it.matches("rect.bg"));
      const fill = box && getComputedStyle(box);
      if (fill && fill.fill !== "none") layers.push(this.faded(this.colour(fill.fill), fill.fillOpacity));
      layers.push(this.colour(backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    return layers.reverse().reduce((below, layer) => this.over(layer, below), [255, 255, 255, 1]);
  },

  faded: ([r, g, b, a], by) => [r, g, b, a * Number(by)],

  opacity(element) {
    let all = 1;
    for (let one = element; one && one !== this.root(); one = one.parentElement) {
      all *= Number(getComputedStyle(one).opacity);
    }
    return all;
  },

  light(colour) {
    const [r, g, b] = colour.map((one) => {
      const part = one / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  },

  contrast(one, other) {
    const [low, high] = [this.light(one), this.light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  },

  // Pieces of text that can be seen, with the part of the page that shows them.
  texts() {
    const walker = document.createTreeWalker(this.root(), NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const element = node.parentElement;
      if (!node.data.trim() || element.closest("style, script, option, .al-unseen") || !this.seen(element)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) {
        const shown = this.clipped(element, box);
        if (shown.width > 1 && shown.height > 1) found.push({ node, element, box, shown });
      }
    }
    return found;
  },

  clipped(element, box) {
    let { left, right, top, bottom } = box;
    for (let one = element; one && one !== this.root(); one = one.parentElement) {
      if (getComputedStyle(one).overflow === "visible" || one.localName === "g") continue;
      const frame = one.getBoundingClientRect();
      left = Math.max(left, frame.left);
      right = Math.min(right, frame.right);
      top = Math.max(top, frame.top);
      bottom = Math.min(bottom, frame.bottom);
    }
    return { left, right, top, bottom, width: right - left, height: bottom - top };
  },

  // Text below 4.5 : 1, and edges of fields and marks of charts below 3 : 1. Words over the marks of
  // a chart stand on no one background; plotly itself chooses black or white for them.
  faint() {
    const found = new Set();
    for (const { node, element } of this.texts()) {
      if (element.closest(":disabled, .plot, .heatmap-label, .modebar") || element.closest("label")?.control?.disabled) continue;
      const style = getComputedStyle(element);
      const behind = this.behind(element);
      const ink = this.colour(element instanceof SVGElement ? style.fill : style.color);
      const seen = this.over(this.faded(ink, this.opacity(element)), behind);
      const ratio = this.contrast(seen, behind);
      if (ratio < 4.49) found.add(`${ratio.toFixed(2)} ${this.short(element)}: ${node.data.trim().slice(0, 30)}`);
    }
    const fields = "input:not([type=range], [type=checkbox], [type=radio]), select, textarea";
    for (const one of this.all(fields)) {
      if (one.disabled || !this.seen(one)) continue;
      const behind = this.behind(one.parentElement);
      const ratio = this.contrast(this.over(this.colour(getComputedStyle(one).borderTopColor), behind), behind);
      if (ratio < 3) found.add(`edge ${ratio.toFixed(2)} ${this.short(one)}`);
    }
    for (const one of this.all(".scatterlayer path.js-line, .scatterlayer .points path, .barlayer .point path")) {
      if (!this.seen(one)) continue;
      const style = getComputedStyle(one);
      const behind = this.behind(one.parentElement);
      const line = this.faded(this.colour(style.stroke), Number(style.strokeOpacity));
      const fill = this.faded(this.colour(style.fill), Number(style.fillOpacity));
      const best = Math.max(...[line, fill].map((it) => this.contrast(this.over(this.faded(it, this.opacity(one)), behind), behind)));
      const dull = `${best.toFixed(2)} ${style.stroke} ${style.fill}`;
      if (best < 3 && one.getBoundingClientRect().width > 0) found.add(`mark ${dull} of ${this.trace(one)}`);
    }
    return [...found];
  },

  trace(mark) {
    const [held] = mark.closest("g.trace")?.__data__ ?? [];
    return held?.trace?.name ?? "a trace";
  },

  // What is cut, lies over another text, or makes the page wider than its window.
  crowded() {
    const found = new Set();
    const page = document.documentElement;
    const root = this.root();
    if (page.scrollWidth > page.clientWidth) found.add(`page ${page.scrollWidth} > ${page.clientWidth}`);
    if (root.scrollWidth > root.clientWidth) found.add(`view ${root.scrollWidth} > ${root.clientWidth}`);
    for (const one of this.all("button, summary, label, h3, h4, p, dt, dd, li, select")) {
      if (!this.seen(one)) continue;
      const { overflowX, textOverflow } = getComputedStyle(one);
      const cut = one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1; // one pixel is for ears
      if (cut && ["hidden", "clip"].includes(overflowX) && textOverflow !== "ellipsis") found.add(`cut: ${this.short(one)}`);
    }
    const texts = this.texts().filter(({ element }) => !/rotate/.test(element.getAttribute("transform") ?? ""));
    for (const { element, box } of texts) {
      const svg = element.closest("svg")?.getBoundingClientRect();
      if (svg && (box.left < svg.left - 2 || box.right > svg.right + 2)) found.add(`cut in the picture: ${element.textContent.slice(0, 50)}`);
    }
    const rows = texts.toSorted((a, b) => a.shown.top - b.shown.top);
    for (const [i, one] of rows.entries()) {
      for (const other of rows.slice(i + 1)) {
        if (other.shown.top > one.shown.bottom - 3) break;
        if (other.node === one.node) continue;
        const wide = Math.min(one.shown.right, other.shown.right) - Math.max(one.shown.left, other.shown.left);
        const high = Math.min(one.shown.bottom, other.shown.bottom) - other.shown.top;
        if (wide > 2 && high > 3) {
          found.add(`over each other: ${one.node.data.trim().slice(0, 40)} | ${other.node.data.trim().slice(0, 40)}`);
        }
      }
    }
    return [...found];
  },

  moving() {
    const slow = (one) => {
      const { transitionDuration, animationName } = getComputedStyle(one);
      return animationName !== "none" || transitionDuration.split(", ").some((it) => parseFloat(it) > 0);
    };
    return this.all("*").filter((one) => !one.closest(".js-plotly-plot") && slow(one)).map((one) => this.short(one));
  },

  // Whatever hostile words might have become.
  become(within = "html") {
    const nodes = this.all("script, img, iframe, object, embed, a[href], a:not(.modebar-btn), form, link, base, b > a");
    const ours = (one) => one.closest(".js-plotly-plot .modebar");
    const handlers = this.all("*").filter((one) => one.closest(within)).flatMap((one) => [...one.attributes].filter(({ name }) => name.startsWith("on")).map(({ name }) => name));
    return [...nodes.filter((one) => one.closest(within) && !ours(one)).map((one) => this.short(one)), ...handlers, ...(window.hit ? [`ran ${window.hit}`] : [])];
  },

  // The page around a view, as some host makes it.
  host(name, dark) {
    const { dataset, style } = document.body;
    for (const one of ["jpThemeLight", "jpThemeName", "vscodeThemeKind"]) delete dataset[one];
    const place = document.getElementById("place");
    place.style.background = style.background = "";
    if (name === "lab") dataset.jpThemeLight = String(!dark);
    if (name === "vscode") {
      dataset.vscodeThemeKind = dark ? "vscode-dark" : "vscode-light";
      style.background = dark ? "#1e1e1e" : "#fff";
      place.style.background = "#fff"; // which some versions put behind every view, dark or not
    }
  },
})
