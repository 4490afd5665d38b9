// Files of bundle.py: gzip of a header and arrays.

// data: ArrayBuffer or view. Told by its first bytes, not by a name: what a server sends with `Content-Encoding: gzip`
// the browser has unpacked already.
export async function gunzipped(data) {
  const bytes = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset) : new Uint8Array(data);
  const [one, two, method] = bytes;
  if (one !== 0x1f || two !== 0x8b || method !== 8) return data;
  try {
    return await new Response(new Blob([data]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  } catch {                                 // whose own message is about a network
    throw new Error("it cannot be unpacked");
  }
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

// What use() makes of a file, or an error that names it.
export async function whole(name, use) {
  try {
    return await use();
  } catch (error) {
    throw new Error(`${name} is damaged or cut off (${error.message}). Load this page again; if that does not help, copy `
      + "the file to the server again.");
  }
}

// load(url) → its bytes.
export async function read(url, load = async () => (await fetch(url)).arrayBuffer()) {
  const data = await load(url);
  return whole(url, async () => unpacked(await gunzipped(data)));
}

export async function readJSON(url, load) {
  const data = await load(url);
  return whole(url, async () => JSON.parse(new TextDecoder().decode(await gunzipped(data))));
}
