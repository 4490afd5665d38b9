// Files of bundle.py: gzip of a header and arrays.

export async function gunzipped(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
  return new Response(answer.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

const TYPES = {uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, int16: Int16Array, uint32: Uint32Array,
  float32: Float32Array};

// → the header, with each array under its name: typed, and as floats in its own unit where it has a scale.
export function unpacked(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  for (const [name, {type, shape, at, scale}] of Object.entries(header.arrays)) {
    const size = shape.reduce((product, side) => product * side, 1);
    const raw = new TYPES[type](buffer, 4 + length + at, size);
    header[name] = scale === 1 ? raw : Float32Array.from(raw, (value) => value / scale);
  }
  return header;
}

export async function read(url) {
  return unpacked(await gunzipped(url));
}
