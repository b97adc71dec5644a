// Where does plotly.js stay between two pages? In this browser, for pages of this origin only.
// Whatever refuses, such as a private window, a file or a full disk, is as if nothing were kept.

const HOME = "agentlens";

// What is kept and can draw for this version and bundle: { bundle, bytes }, or nothing.
export const keptSource = (version, bundle) =>
  keptIn(async (shelf) => {
    for (const name of [bundle, "full"]) {
      const { length, bytes, ...found } = (await keptAnswer(shelf.get(`${version} ${name}`))) ?? {};
      if (found.version === version && bytes.byteLength === length) return { bundle: name, bytes };
      if (bytes) forgetKept();
    }
  });

// Keep this source, and none of other versions.
export const keepSource = (version, bundle, bytes) =>
  keptIn((shelf) => {
    shelf.delete(IDBKeyRange.upperBound(version));
    shelf.delete(IDBKeyRange.lowerBound(`${version} ~`));
    shelf.put({ version, length: bytes.byteLength, bytes }, `${version} ${bundle}`);
  });

export const forgetKept = () => indexedDB.deleteDatabase(HOME);

const keptAnswer = (request) =>
  new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = fail;
  });

async function keptIn(work) {
  try {
    const opening = indexedDB.open(HOME);
    opening.onupgradeneeded = () => opening.result.createObjectStore(HOME);
    const home = await keptAnswer(opening);
    const shelf = home.transaction(HOME, "readwrite").objectStore(HOME);
    // It closes once all that `work` wants is done.
    home.close();
    return await work(shelf);
  } catch {
    return null;
  }
}
