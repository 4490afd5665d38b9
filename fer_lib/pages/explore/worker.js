// The network of export.py in a worker of its own, so that the page goes on while it computes.
let session, ort;

onmessage = async ({data: {id, what, ...rest}}) => {
  try {
    postMessage({id, result: await {greet: () => null, load, run}[what](rest)});
  } catch (error) {
    postMessage({id, error: String(error.message ?? error)});
  }
};

// runtime: text of the module; wasm, model: bytes
async function load({runtime, wasm, model}) {
  ort = await import(URL.createObjectURL(new Blob([runtime], {type: "text/javascript"})));     // any server's type will do
  ort.env.wasm.numThreads = 1;              // more would need headers that few servers send
  ort.env.wasm.wasmBinary = wasm;
  session = await ort.InferenceSession.create(model);
}

async function run({pixels, filter, guided}) {
  const size = Math.sqrt(pixels.length);
  const out = await session.run({
    pixels: new ort.Tensor("float32", Float32Array.from(pixels), [1, 1, size, size]),
    filter: new ort.Tensor("int64", BigInt64Array.from([BigInt(filter)]), [1]),
    guided: new ort.Tensor("bool", [guided], [1])});
  return Object.fromEntries(Object.entries(out).map(([name, {data}]) =>
    [name, name === "place" ? Int32Array.from(data, Number) : data]));
}
