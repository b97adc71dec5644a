// How do live views run on a page without a kernel?
// With the script that they have in a notebook, and a model that knows its state and answers nobody.

const hosts = [...document.querySelectorAll(".al-host")];
const modules = new Map(); // name of a script -> what it exports
globalThis[Symbol.for("agentlens.plotly")] = { embedded: true };

function bytes(coded) {
  const raw = Uint8Array.from(atob(coded), (sign) => sign.charCodeAt(0));
  return new DataView(raw.buffer);
}

function show(host) {
  if (host.dataset.shown) return;
  host.dataset.shown = "yes";
  const block = document.getElementById(host.dataset.live);
  const { esm, state, data } = JSON.parse(block.textContent);
  const values = { state: JSON.stringify(state), data: bytes(data), still: true };
  const nothing = () => {};
  const model = { get: (name) => values[name], on: nothing, off: nothing, send: nothing };
  try {
    modules.get(esm).render({ model, el: host });
  } catch (error) {
    // Its card says the same in words, as it does without scripts.
    host.closest("article").classList.add("al-silent");
    throw error;
  }
}

for (const block of document.querySelectorAll("script[data-esm]")) {
  const source = new Blob([JSON.parse(block.textContent)], { type: "text/javascript" });
  const address = URL.createObjectURL(source);
  modules.set(block.dataset.esm, (await import(address)).default);
  URL.revokeObjectURL(address);
}

const near = new IntersectionObserver(
  (seen) => seen.filter((one) => one.isIntersecting).forEach((one) => show(one.target)),
  { rootMargin: "600px 0px" },
);
hosts.forEach((host) => near.observe(host));
addEventListener("beforeprint", () => hosts.forEach(show));
