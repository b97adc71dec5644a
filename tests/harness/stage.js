// What must a page forget before it shows the next view, and what may it keep?
({
  // Plotly is on the page as in a report; all names that come later are those of a test.
  ready() {
    window[Symbol.for("agentlens.plotly")] = { embedded: true };
    const sheets = [...document.querySelectorAll("style")];
    const style = sheets.map((one) => [one.id, [...one.sheet.cssRules].map((rule) => rule.cssText)]);
    const kept = Symbol.for("harness.kept");
    window[kept] = { style, names: new Set([...Reflect.ownKeys(window), kept]) };
  },

  // The document was opened anew, which took its nodes and all listeners away.
  clean() {
    const { style, names } = window[Symbol.for("harness.kept")];
    for (const name of Reflect.ownKeys(window)) {
      if (!names.has(name) && !String(name).startsWith("__")) delete window[name];
    }
    window[Symbol.for("agentlens.plotly")] = { embedded: true };
    for (let last = setTimeout(() => {}); last > 0; last -= 1) clearTimeout(last);
    for (const [id, rules] of style) {
      const sheet = Object.assign(document.createElement("style"), { id });
      sheet.textContent = rules.join("\n");
      document.head.append(sheet);
    }
  },
})
