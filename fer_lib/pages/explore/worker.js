// Networks of export.py in a worker of their own, so that the page goes on while they compute.
let ort;
const sessions = {};

onmessage = async ({data: {id, what, ...rest}}) => {
  try {
    postMessage({id, result: await {greet: () => null, start, open, run}[what](rest)});
  } catch (error) {
    postMessage({id, error: String(error.message ?? error)});
  }
};

// runtime: text of the module; wasm: bytes
async function start({runtime, wasm}) {
  ort = await import(URL.createObjectURL(new Blob([runtime], {type: "text/javascript"})));     // any server's type will do
  ort.env.wasm.numThreads = 1;              // more would need headers that few servers send
  ort.env.wasm.wasmBinary = wasm;
}

// model: bytes
async function open({name, model}) {
  sessions[name] ??= await ort.InferenceSession.create(model);
}

async function run({name, pixels, filter, guided}) {
  const size = Math.sqrt(pixels.length);
  const out = await sessions[name].run({
    pixels: new ort.Tensor("float32", Float32Array.from(pixels), [1, 1, size, size]),
    filter: new ort.Tensor("int64", BigInt64Array.from([BigInt(filter)]), [1]),
    guided: new ort.Tensor("bool", [guided], [1])});
  return Object.fromEntries(Object.entries(out).map(([name, {data}]) =>
    [name, name === "place" ? Int32Array.from(data, Number) : data]));
}
