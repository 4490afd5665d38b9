// What the page asks networks; see worker.js, and export.py for what comes back.
import {gunzipped, whole} from "./files.js";

// load, patient: as page.js has them. WORKER is the text of worker.js (assets.py), since a worker that is a file of its
// own is refused where pages are opened from the disk. → open(name), which loads a network → ask(pixels, filter, guided)
export function networkLoader(load, patient) {
  const waiting = new Map();
  let number = 0, broken;
  const fail = (text) => {
    broken = new Error(`the worker that computes the network ${text}. Load this page again, allow it blob: workers `
      + "(Content-Security-Policy: worker-src blob:), or use another browser.");
    for (const {reject} of waiting.values()) reject(broken);
    waiting.clear();
  };
  let worker;
  try {
    worker = new Worker(URL.createObjectURL(new Blob([WORKER], {type: "text/javascript"})));
  } catch (error) {
    fail(`is refused (${error.message})`);
    throw broken;
  }
  worker.onerror = ({message}) => fail(`fails (${message || "it is blocked"})`);
  worker.onmessageerror = () => fail("sends what cannot be read");
  worker.onmessage = ({data: {id, result, error}}) => {
    const {resolve, reject} = waiting.get(id) ?? {};
    waiting.delete(id);
    if (resolve) error ? reject(new Error(error)) : resolve(result);
  };
  const send = (text, message) => patient(text, () => new Promise((resolve, reject) => {
    if (broken) return reject(broken);
    waiting.set(++number, {resolve, reject});
    worker.postMessage({id: number, ...message});
  }));
  const get = async (path) => {
    const data = await load(path);
    return whole(path.split("/").pop(), () => gunzipped(data));
  };
  const begin = (message) => send("The network is still being started. A slow device takes half a minute; if it takes "
    + "longer, load this page again, or use another browser.", message);
  const runtime = Promise.all([get("../onnx/ort.js"), get("../onnx/ort.wasm.gz"), send(     // those of book/_vendor
    "The worker that computes the network does not start. Load this page again, or use another browser; what blocks "
    + "scripts may block it, too.", {what: "greet"})]);
  let started;
  return async function open(name) {
    const [[script, wasm], model] = await Promise.all([runtime, get(`${name}.onnx.gz`)]);
    try {
      await (started ??= begin({what: "start", runtime: script, wasm}));
      await begin({what: "open", name, model: new Uint8Array(model)});
    } catch (error) {
      throw error === broken ? error : new Error(`of ort.js, ort.wasm.gz and ${name}.onnx.gz one is damaged or cut off, `
        + `or this browser cannot use it (${error.message}). Load this page again, or use another browser.`);
    }
    return (pixels, filter, guided) => send("The network has not answered for a while. If it stays so, load this page again.",
      {what: "run", name, pixels, filter, guided});
  };
}
