// A model such as anywidget gives to a view, a place to show it, and a list of what it leaves behind.
({
  values: {},
  listeners: new Map(), // name -> set of functions
  out: [],
  traffic: [],
  cleanups: [],
  held: new Set(),

  async open({ esm, css, state, data, still }) {
    this.watchGlobals();
    this.values = { state, data: this.bytes(data), still };
    this.traffic.push(state);
    const style = document.createElement("style");
    style.textContent = css;
    document.head.append(style);
    const address = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
    this.address = address;
    this.module = (await import(address)).default;
    await this.show();
  },

  async show() {
    const el = document.createElement("div");
    // As in anywidget: the view renders before its element is on the page.
    const done = this.module.render({ model: this.model(), el });
    document.getElementById("place").append(el);
    this.cleanups.push(await done);
  },

  model() {
    const { listeners, out, values } = this;
    return {
      get: (name) => values[name],
      // For the notebook's file; it reaches Python by save_changes only, which fails here.
      set(name, value) {
        if (name !== "kept") throw new Error("a view writes nothing: it tells");
        values[name] = value;
      },
      save_changes() { throw new Error("a view writes nothing: it tells"); },
      on(name, call) {
        if (!listeners.has(name)) listeners.set(name, new Set());
        listeners.get(name).add(call);
      },
      off: (name, call) => listeners.get(name)?.delete(call),
      send: (content) => out.push(JSON.parse(JSON.stringify(content))),
    };
  },

  taken() {
    return this.out.splice(0);
  },

  change({ state, data }) {
    this.traffic.push(state);
    Object.assign(this.values, { state, data: this.bytes(data) });
    this.call("change:state");
  },

  hear(content, coded) {
    if (content.kind !== "plotly.js") this.traffic.push(JSON.stringify(content));
    this.call("msg:custom", content, coded.map((one) => this.bytes(one)));
  },

  call(name, ...given) {
    for (const call of [...(this.listeners.get(name) ?? [])]) call(...given);
  },

  // As on the wire: bytes may begin anywhere in their buffer.
  bytes(coded) {
    const raw = Uint8Array.from(atob(coded), (sign) => sign.charCodeAt(0));
    const whole = new Uint8Array(raw.length + 3);
    whole.set(raw, 3);
    return new DataView(whole.buffer, 3, raw.length);
  },

  theme(dark) {
    const { dataset } = document.body;
    if (dataset.jpThemeLight) dataset.jpThemeLight = String(!dark);
    if (dataset.vscodeThemeKind) dataset.vscodeThemeKind = dark ? "vscode-dark" : "vscode-light";
  },

  // What a view hangs on the page outside itself, it must take away again.
  watchGlobals() {
    const { held } = this;
    // Only what the view itself asks for is its own: the innermost caller is in its module.
    const ours = () => (new Error().stack.split("\n")[3] ?? "").includes(this.address);
    for (const [name, target] of Object.entries({ window, document, body: document.body })) {
      const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
      target.addEventListener = function (kind, call, ...more) {
        if (ours()) held.add(`${name} ${kind} ${id(call)}`);
        return add.call(target, kind, call, ...more);
      };
      target.removeEventListener = function (kind, call, ...more) {
        held.delete(`${name} ${kind} ${id(call)}`);
        return remove.call(target, kind, call, ...more);
      };
    }
    const ids = new WeakMap();
    let last = 0;
    function id(call) {
      if (!ids.has(call)) ids.set(call, `${(last += 1)} ${String(call).slice(0, 60)}`);
      return ids.get(call);
    }
    for (const kind of ["ResizeObserver", "MutationObserver", "IntersectionObserver"]) {
      const Plain = window[kind].plain ?? window[kind]; // an earlier view was watched, too
      window[kind] = class extends Plain {
        static plain = Plain;
        observe(...given) {
          if (ours()) held.add(`${kind} ${id(this)}`);
          return super.observe(...given);
        }
        disconnect() {
          held.delete(`${kind} ${id(this)}`);
          return super.disconnect();
        }
      };
    }
  },

  async leave() {
    for (const cleanup of this.cleanups.splice(0)) await cleanup?.();
    const left = [...this.listeners].flatMap(([name, all]) => [...all].map(() => `model ${name}`));
    const shown = document.getElementById("place").querySelectorAll(".al-live").length;
    return [...this.held, ...left, ...(shown ? [`${shown} views`] : [])];
  },
})
