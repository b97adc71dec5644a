// Where does plotly.js come from? From the page, else from this browser, else from the kernel; once
// a page.
import { forgetKept, keepSource, keptSource } from "./kept.js";

const SHELF = Symbol.for("agentlens.plotly");
const ARRIVAL = 30000;
const LOOK = 300;

// A promise of plotly.js that can draw figures for this version. A digest, as for the attribute
// integrity, is what a source must have that was kept.
export function library(model, { version, bundle, digest }) {
  const shelf = (globalThis[SHELF] ??= {});
  const there = globalThis.Plotly;
  const same = there?.version?.split(".")[0] === version.split(".")[0];
  if (same && (shelf.bundle === bundle || shelf.bundle === "full" || shelf.embedded)) {
    return Promise.resolve(there);
  }
  const key = `${version} ${bundle}`;
  shelf.newest = model;
  shelf[key] ??= timed(shelf, { version, bundle, digest }).catch((error) => {
    // So that the next chart asks again.
    delete shelf[key];
    throw error;
  });
  return shelf[key];
}

// The library, or a failure once it is late; what comes later still is `late` of the error.
function timed(shelf, wanted) {
  let limit;
  const ask = question(shelf, wanted.bundle);
  const arrival = brought(shelf, wanted, ask);
  const silence = new Promise((_, fail) => {
    limit = setTimeout(() => {
      const error = new Error("The chart library did not arrive: is the kernel running?");
      // A kernel that works on a long cell answers when that is done. Nobody is behind a view that
      // was opened with its notebook: the newest one asks, too.
      ask();
      fail(Object.assign(error, { late: arrival.catch(() => {}) }));
    }, ARRIVAL);
  });
  return Promise.race([arrival, silence]).finally(() => clearTimeout(limit));
}

// The kernel is asked if nothing is kept, or if that is not known soon; then the first one serves.
async function brought(shelf, { version, bundle, digest }, ask) {
  const kept = keptSource(version, bundle);
  let first = await Promise.race([kept, new Promise((go) => setTimeout(go, LOOK))]);
  if (!first) {
    const sent = ask();
    first = await Promise.race([sent, kept.then((found) => found ?? sent)]);
  }
  if (first.bundle && !(await evaluated(first.bytes, version, digest))) {
    forgetKept();
    first = await ask();
  }
  if (!first.bundle) {
    if (!(await evaluated(first))) throw new Error("The chart library could not be read.");
    // Nothing waits for it.
    keepSource(version, bundle, first);
  }
  shelf.bundle = first.bundle ?? bundle;
  return globalThis.Plotly;
}

// The question to Python for the source. The newest view puts it, none twice; one answer is enough.
function question(shelf, bundle) {
  const asked = new Set();
  let done;
  const answer = new Promise((call) => (done = call));
  return () => {
    const model = shelf.newest;
    if (asked.has(model)) return answer;
    asked.add(model);
    const hear = ({ kind }, buffers) => {
      if (kind !== "plotly.js") return;
      model.off("msg:custom", hear);
      done(buffers[0]);
    };
    model.on("msg:custom", hear);
    try {
      model.send({ kind: "plotly.js?", bundle });
    } catch {
      // Nobody is there to ask. The sentence that says so comes when the time is up.
    }
    return answer;
  };
}

// Whether the page's library is this source now; if it cannot be, or is not of the version that is
// asked for, the page has what it had.
function evaluated(bytes, version, integrity = "") {
  const before = globalThis.Plotly;
  return new Promise((done) => {
    const src = URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));
    const script = document.createElement("script");
    script.onload = script.onerror = () => {
      URL.revokeObjectURL(src);
      script.remove();
      const made = globalThis.Plotly;
      const fits = made !== before && (!version || made?.version === version);
      if (!fits) globalThis.Plotly = before;
      done(fits);
    };
    document.head.append(Object.assign(script, { integrity, src }));
  });
}
