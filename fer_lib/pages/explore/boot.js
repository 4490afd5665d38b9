// The explorer's beginning. It stands in the page itself (assets.py), so that where a file is missing, blocked or late,
// this says so. It loads page.js, which starts the explorer in <div data-explorer="ADDRESS OF THE ASSETS">.
self.explorers ??= (() => {
  const PATIENCE = 3000;                    // ms without a sign of life until the page says what it waits for
  const COPY = "Copy the whole folder of the built pages to the server; in a notebook, FaceExplorer() shows the explorer.";
  const starting = new Set(), started = new Set(), late = new Map(), clocks = new Set(), loads = {};
  // A page from the disk, or in a sandboxed frame, may fetch nothing, but load scripts: its files are there as such, too.
  const byScript = self.origin === "null";
  let bytes = 0;

  // What is to be changed before anything is loaded; empty if nothing.
  function wanting() {
    if (!self.Worker || !self.DecompressionStream || !self.OffscreenCanvas) {
      return "this browser is too old. It needs Chrome or Edge 89, Firefox 114 or Safari 16.4, or a newer one.";
    }
    if (!document.createElement("canvas").getContext("webgl2")) {
      return "this browser does not draw with WebGL 2. Switch on graphics acceleration in its settings, or use "
        + "another browser.";
    }
    if (!self.WebAssembly) return "this browser has no WebAssembly, or it is switched off. Use another browser.";
    try {
      new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));       // the smallest there is
    } catch {
      return "this page may not run WebAssembly. The server's Content-Security-Policy has to allow it: script-src "
        + "'wasm-unsafe-eval'.";
    }
    return "";
  }

  function say(place, text, wrong) {
    let words = place.querySelector(":scope > p");
    if (!words) place.append(words = document.createElement("p"));
    words.className = wrong ? "error" : "";
    words.setAttribute("role", wrong ? "alert" : "status");
    words.textContent = text;
  }

  function show() {
    const text = [...new Set(late.values())].join(" ");
    const progress = `The explorer is being loaded: ${(bytes / 1e6).toFixed(1)} MB so far.`;
    for (const place of starting) say(place, text || progress, text);
    for (const place of started) place.explorer.complain(text);
  }

  // Waits for work(alive), and says `text` for as long as alive() is not called. That is no end: it may still come.
  async function patient(text, work) {
    let clock;
    const quiet = () => { clearTimeout(clock); if (late.delete(alive)) show(); };
    const alive = () => {
      quiet();
      clock = setTimeout(() => { late.set(alive, text); show(); }, PATIENCE);
    };
    alive();
    try {
      return await work(alive);
    } finally {
      quiet();
    }
  }

  // path: of a file, seen from the assets. → its bytes; of one that is on its way, the same.
  function load(base, path) {
    const address = new URL(path, base).href, name = path.split("/").pop();
    return loads[address] ??= patient(`The explorer waits for ${name}, of which nothing has come for a while. It goes on `
      + "when it comes. If it does not, see whether the server still runs, and load this page again.", async (alive) => {
      clocks.add(alive);
      try {
        const data = await (byScript ? fromScript(base, name) : fetched(address, name));
        if (!data.byteLength) throw new Error(`${name} is empty. ${COPY}`);
        if (/^\s*<(!doctype|!--|html|head|body|\?xml)/i.test(new TextDecoder().decode(data.slice(0, 100)))) {
          throw new Error(`in place of ${name} the server sends a page. ${COPY}`);
        }
        return data;
      } finally {
        clocks.delete(alive);
        delete loads[address];
      }
    });
  }

  async function fetched(address, name) {
    const parts = [];
    try {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(`the server answers ${answer.status} ${answer.statusText}. ${COPY}`);
      const reader = answer.body.getReader();
      for (let part; !(part = await reader.read()).done; parts.push(part.value)) {
        bytes += part.value.length;
        show();
        for (const alive of clocks) alive();                    // a server may send one file after the other
      }
    } catch (error) {
      throw new Error(error instanceof TypeError ? `${name} does not come, or not whole (${error.message}). See whether `
        + "the server still runs and whether something blocks it, and load this page again." : `${name}: ${error.message}`);
    }
    return new Blob(parts).arrayBuffer();
  }

  function fromScript(base, name) {
    const fail = (what) => new Error(`${name} ${what}. Copy the whole folder of the built pages, or use a server: `
      + "`make serve`.");
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL(`disk/${name}.js`, base);
      script.onerror = () => reject(fail("is not beside this page"));
      script.onload = () => {
        const text = self.explorerFiles?.[name];
        script.remove();
        if (!text) return reject(fail("is damaged or cut off"));
        delete self.explorerFiles[name];
        bytes += .75 * text.length;
        show();
        for (const alive of clocks) alive();
        resolve(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
      };
      document.head.append(script);
    });
  }

  async function start(place) {
    const base = new URL(place.dataset.explorer, document.baseURI);
    place.dataset.started = "";
    place.setAttribute("aria-busy", "true");
    const styles = {rel: "stylesheet", href: new URL("explorer.css", base)};
    document.head.append(Object.assign(document.createElement("link"), styles));
    starting.add(place);
    try {
      const what = wanting();
      if (what) throw new Error(what);
      show();
      if (!self.startExplorer) {
        const script = document.createElement("script");
        script.textContent = new TextDecoder().decode(await load(base, "page.js"));
        if (!self.startExplorer) document.head.append(script);
        if (!self.startExplorer) throw new Error(`page.js is damaged or cut off. ${COPY}`);
      }
      place.explorer = await self.startExplorer(place, (name) => load(base, name), patient);
      started.add(place);
    } catch (error) {
      say(place, `The explorer cannot start: ${error.message}`, true);
    }
    starting.delete(place);
    place.removeAttribute("aria-busy");
  }

  return {start};
})();
for (const place of document.querySelectorAll("[data-explorer]:not([data-started])")) self.explorers.start(place);
