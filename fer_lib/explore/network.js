// What the page asks the network; see worker.js, and export.py for what comes back.
import {gunzipped} from "./files.js";

// base: address of the folder with worker.js, the runtime and the network. → ask(pixels, filter, guided)
export async function loadNetwork(base) {
  const worker = new Worker(new URL("worker.js", base), {type: "module"}), waiting = new Map();
  let number = 0;
  worker.onmessage = ({data: {id, result, error}}) => {
    const {resolve, reject} = waiting.get(id);
    waiting.delete(id);
    error ? reject(new Error(error)) : resolve(result);
  };
  const send = (message, transfer = []) => new Promise((resolve, reject) => {
    waiting.set(++number, {resolve, reject});
    worker.postMessage({id: number, ...message}, transfer);
  });
  const runtime = new URL("../onnx/", base);                    // of book/_vendor
  const [wasm, model] = await Promise.all([new URL("ort.wasm.gz", runtime), new URL("network.onnx.gz", base)].map(gunzipped));
  await send({what: "load", runtime: String(new URL("ort.mjs", runtime)), wasm, model: new Uint8Array(model)});
  return (pixels, filter, guided) => send({what: "run", pixels, filter, guided});
}
