// Where does plotly.js come from? From the page if it is there, else from the kernel, once a page.

const SHELF = Symbol.for("agentlens.plotly");
const ARRIVAL = 30000;

// A promise of plotly.js that can draw figures for this version.
export function library(model, { version, bundle }) {
  const shelf = (globalThis[SHELF] ??= {});
  const there = globalThis.Plotly;
  const same = there?.version?.split(".")[0] === version.split(".")[0];
  if (same && (shelf.bundle === bundle || shelf.bundle === "full" || shelf.embedded)) {
    return Promise.resolve(there);
  }
  const key = `${version} ${bundle}`;
  shelf[key] ??= timed(fetched(model, shelf, bundle)).catch((error) => {
    delete shelf[key]; // so that the next chart asks again
    throw error;
  });
  return shelf[key];
}

// The promise, or a failure once it is late; what comes later still is `late` of the error.
function timed(arrival) {
  let limit;
  const silence = new Promise((_, fail) => {
    limit = setTimeout(() => {
      const error = new Error("The chart library did not arrive: is the kernel running?");
      // A kernel that works on a long cell answers when that is done.
      fail(Object.assign(error, { late: arrival.catch(() => {}) }));
    }, ARRIVAL);
  });
  return Promise.race([arrival, silence]).finally(() => clearTimeout(limit));
}

function fetched(model, shelf, bundle) {
  return new Promise((done, fail) => {
    const hear = (content, buffers) => {
      if (content.kind !== "plotly.js") return;
      model.off("msg:custom", hear);
      const address = URL.createObjectURL(new Blob([buffers[0]], { type: "text/javascript" }));
      const script = document.createElement("script");
      const end = (call, value) => {
        URL.revokeObjectURL(address);
        script.remove();
        call(value);
      };
      script.onload = () => {
        shelf.bundle = bundle;
        end(done, globalThis.Plotly);
      };
      script.onerror = () => end(fail, new Error("The chart library could not be read."));
      script.src = address;
      document.head.append(script);
    };
    model.on("msg:custom", hear);
    try {
      model.send({ kind: "plotly.js?", bundle });
    } catch {
      // Nobody is there to ask. The sentence that says so comes when the time is up.
    }
  });
}
