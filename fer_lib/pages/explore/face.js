// Draws a face with WebGL 2, as fer_lib/faces/renderer.py does with a ray caster: same mesh, paint, light and shading.
//
//   const face = new Face(head);  face.person = await read("S001.bin.gz");
//   face.show({AU12: .8, AU14L: .5});  face.pixels()        // 96×96 grey levels, what a network sees
//   face.paint(canvas)                                      // its samples, 288×288, for people
import {Geometry, SHOT, clip, furrows, turnAll} from "./geometry.js";
import {FRAGMENT, RANGE, VERTEX} from "./shaders.js";
import {attributes, floatTexture, framebuffer, program, texture} from "./webgl.js";

export const SIZE = 96, FINEST = 3;         // of the network's picture; samples a pixel, either way, as Python takes them

// (96·96) grey levels as a network of this size is to see them, as fer_lib.datasets.resize has it: the same, or the mean
// of each 2×2 pixels, of which a half is rounded up.
export function resized(pixels, size) {
  if (size === SIZE) return pixels;
  if (2 * size !== SIZE) throw new Error(`there are no faces of ${size} pixels`);
  return Uint8Array.from({length: size * size}, (_, i) => {
    const at = 2 * (SIZE * Math.floor(i / size) + i % size);
    return (pixels[at] + pixels[at + 1] + pixels[at + SIZE] + pixels[at + SIZE + 1] + 2) >> 2;
  });
}

export class Face {
  constructor(head) {
    const gl = document.createElement("canvas").getContext("webgl2",
      {antialias: false, depth: false});                        // nothing is drawn on the canvas itself
    if (!gl) throw new Error("This browser does not draw with WebGL 2, which the face needs.");
    Object.assign(this, {gl, head, geometry: new Geometry(head), program: program(gl, VERTEX, FRAGMENT), textures: {}});
    this.show({});
    this.corners = head.vertex.length;
    this.moving = attributes(gl, 0, [3, 3, 2]);                 // position, normal, light
    this.fixed = attributes(gl, 3, [3, 2, 2, 1]);               // resting place, cover, place on the lips, material
    this.index = gl.createBuffer();
    const {columns, rows} = head.map, [lipRows, lipColumns] = head.arrays.lips.shape;
    texture(this, "lips", lipColumns, lipRows, head.lips.map((x) => 255 * x), gl.NEAREST);
    texture(this, "strands", columns, rows, head.strands.map((x) => Math.round(25 * x) + 128));
    framebuffer(gl, SIZE * FINEST);
    gl.enable(gl.DEPTH_TEST);
    this.read = new Uint8Array(4 * (SIZE * FINEST) ** 2);
    this.levels = Uint8Array.from({length: 65536}, (_, steps) =>        // grey level of each radiance
      Math.round(255 * Math.min(steps * RANGE / 65535, 1) ** (1 / head.camera.gamma)));
  }

  set person(person) {
    const {gl, head, corners} = this, {columns, rows} = head.map, things = person.thing_vertices.length / 3;
    this.someone = person;
    this.posed = null;
    texture(this, "albedo", columns, rows, person.albedo.map((x) => 255 * x));
    const fixed = new Float32Array(8 * (corners + things));
    this.values = new Float32Array(8 * (corners + things));     // of what moves, filled in by `pose`
    for (let i = 0; i < corners; i++) {
      const vertex = head.vertex[i];
      fixed.set([...head.rest.subarray(3 * vertex, 3 * vertex + 3), head.lid[vertex], person.hair_cover[vertex],
        head.lip_place[2 * i], head.lip_place[2 * i + 1], head.material[i]], 8 * i);
    }
    for (let i = 0; i < things; i++) {                          // nothing was baked for hair that hangs and glasses
      fixed.set([...person.thing_vertices.subarray(3 * i, 3 * i + 3), 0, 0, -1, -1, person.thing_material[i]],
        8 * (corners + i));
      this.values.set([.85, 1], 8 * (corners + i) + 6);
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, this.fixed);
    gl.bufferData(gl.ARRAY_BUFFER, fixed, gl.STATIC_DRAW);
    this.sheets = person.thing_triangles.map((corner) => corner + corners);
    this.drawn = new Uint16Array(head.triangles.length + this.sheets.length);
  }

  get person() { return this.someone; }

  // units: intensities 0–1, "AU12" or "AU14L" for one side. shot: what of SHOT is to be otherwise. gaze: radians. fine:
  // samples a pixel either way; 2 is faster where there is no graphics processor.
  show(units, {shot = {}, gaze = [0, 0], drift = 0, furrows = 1, fine = FINEST} = {}) {
    Object.assign(this, {units, shot: {...SHOT, ...shot}, gaze, drift, furrows, fine, posed: null});
  }

  pose() {
    const {gl, head, geometry, someone: person, values, corners} = this, {points, normals, ambient, lit} = geometry;
    this.posed = geometry.pose(person, this.units, this.shot, this.drift);
    this.depth = furrows(head, person, this.units, this.furrows, this.depth);
    floatTexture(this, "depths", head.map.columns, head.map.rows, this.depth);
    for (let i = 0, at = 0; i < corners; i++, at += 8) {
      const vertex = head.vertex[i], from = 3 * vertex;
      for (let j = 0; j < 3; j++) {
        values[at + j] = points[from + j];
        values[at + 3 + j] = normals[from + j];
      }
      values[at + 6] = ambient[vertex];
      values[at + 7] = lit[vertex];
    }
    const things = [person.thing_vertices.slice(), person.thing_normals.slice()];
    turnAll(things[0], this.posed.turn, head.camera.pivot);
    turnAll(things[1], this.posed.turn, [0, 0, 0]);
    for (let i = 0, at = 8 * corners; at < values.length; i += 3, at += 8) {
      for (let j = 0; j < 3; j++) {
        values[at + j] = things[0][i + j];
        values[at + 3 + j] = things[1][i + j];
      }
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, this.moving);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.DYNAMIC_DRAW);
    this.choose();
  }

  // The triangles that face the camera and are in the picture: in software, setting up the others takes longest.
  choose() {
    const {gl, head, geometry: {points, fineTriangles: of}, someone: person, shot, drawn} = this, far = head.camera.distance;
    const [cx, cy, cz] = [person.target[0], person.target[1] - far, person.target[2]];
    const half = head.camera.crop * person.between / shot.zoom / 2, [sx, sz] = shot.shift;
    const beyond = new Uint8Array(points.length / 3);           // in bits: left, right, below, above
    for (let i = 0, v = 0; i < points.length; i += 3, v++) {
      const scale = far / (points[i + 1] - cy), x = (points[i] - cx) * scale - sx, z = (points[i + 2] - cz) * scale - sz;
      beyond[v] = (x < -half) | (x > half) << 1 | (z < -half) << 2 | (z > half) << 3;
    }
    let count = 0;
    for (let t = 0; t < of.length; t += 3) {
      if (beyond[of[t]] & beyond[of[t + 1]] & beyond[of[t + 2]]) continue;
      const a = 3 * of[t], b = 3 * of[t + 1], c = 3 * of[t + 2];
      const ux = points[b] - points[a], uy = points[b + 1] - points[a + 1], uz = points[b + 2] - points[a + 2];
      const vx = points[c] - points[a], vy = points[c + 1] - points[a + 1], vz = points[c + 2] - points[a + 2];
      if ((uy * vz - uz * vy) * (points[a] - cx) + (uz * vx - ux * vz) * (points[a + 1] - cy)
          + (ux * vy - uy * vx) * (points[a + 2] - cz) >= 0) continue;
      for (let k = 0; k < 3; k++) drawn[count++] = head.triangles[t + k];
    }
    drawn.set(this.sheets, count);          // hair that hangs and glasses are sheets, seen from both sides
    this.count = count + this.sheets.length;
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.index);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, drawn.subarray(0, this.count), gl.DYNAMIC_DRAW);
  }

  draw() {
    const {gl, head, someone: person, shot, program: {where}} = this, {camera, materials} = head;
    const background = Math.round(clip(shot.background / RANGE, 0, 1) * 65535);
    gl.clearColor((background >> 8) / 255, (background & 255) / 255, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.useProgram(this.program.it);
    const at = person.target;
    const floats = {view: camera.crop * person.between / shot.zoom, far: camera.distance, skin: person.skin,
      lipShare: person.lip, hairShare: person.hair_reflectance, iris: person.iris, shirt: person.shirt, key: shot.key,
      sky: shot.ambient, fill: shot.fill, exposure: shot.exposure * person.exposure};
    const vectors = {camera: [at[0], at[1] - camera.distance, at[2]], shift: shot.shift, light: this.posed.light,
      leftEye: head.eyes.left, rightEye: head.eyes.right, gaze: this.gaze, mapAt: [head.map.left, head.map.bottom],
      mapSize: [head.map.columns * head.map.step, head.map.rows * head.map.step]};
    const integers = {skinIs: materials.skin, socketIs: materials.eye_socket,
      mouthIs: materials.mouth, tongueIs: materials.tongue, teethIs: materials.teeth, leftIs: materials.left_eye,
      rightIs: materials.right_eye, hairIs: materials.hair, frameIs: materials.frame};
    for (const [name, value] of Object.entries(floats)) gl.uniform1f(where(name), value);
    for (const [name, value] of Object.entries(vectors)) gl[`uniform${value.length}fv`](where(name), value);
    for (const [name, value] of Object.entries(integers)) gl.uniform1i(where(name), value);
    Object.entries(this.textures).forEach(([name, one], i) => {
      gl.activeTexture(gl.TEXTURE0 + i);
      gl.bindTexture(gl.TEXTURE_2D, one);
      gl.uniform1i(where(name), i);
    });
    gl.drawElements(gl.TRIANGLES, this.count, gl.UNSIGNED_SHORT, 0);
  }

  // Every sample's radiance in two bytes of four, rows from below as WebGL has them; drawn where something has changed.
  samples() {
    const {gl, read} = this, side = SIZE * this.fine;
    if (!this.posed) {
      this.pose();
      gl.viewport(0, 0, side, side);
      this.draw();
      gl.readPixels(0, 0, side, side, gl.RGBA, gl.UNSIGNED_BYTE, read);
    }
    return read;
  }

  // (96·96) grey levels from the top, as the renderer makes them without the sensor's noise.
  pixels() {
    const read = this.samples(), sums = new Uint32Array(SIZE * SIZE), {levels, fine} = this;
    for (let row = 0, i = 0; row < SIZE * fine; row++) {
      const from = SIZE * (SIZE - 1 - ((row / fine) | 0));
      for (let to = from; to < from + SIZE; to++) {
        for (let end = i + 4 * fine; i < end; i += 4) sums[to] += read[i] << 8 | read[i + 1];
      }
    }
    const seen = this.shot.blur ? blurred(Float32Array.from(sums), this.shot.blur) : sums;
    return Uint8Array.from(seen, (sum) => levels[Math.round(sum / fine ** 2)]);
  }

  // All samples on a canvas, which becomes as large as they are many.
  paint(canvas) {
    const read = this.samples(), side = SIZE * this.fine, context = canvas.getContext("2d");
    const picture = context.createImageData(side, side), words = new Uint32Array(picture.data.buffer);
    if (canvas.width !== side) canvas.width = canvas.height = side;
    for (let row = 0, i = 0; row < side; row++) {
      for (let at = side * (side - 1 - row), end = at + side; at < end; at++, i += 4) {
        words[at] = 0xff000000 | 0x10101 * this.levels[read[i] << 8 | read[i + 1]];
      }
    }
    context.putImageData(picture, 0, 0);
  }
}

function blurred(image, sigma) {                                // scipy's gaussian_filter: four sigma, reflected
  const reach = Math.floor(4 * sigma + .5), weights = [];
  for (let i = -reach; i <= reach; i++) weights.push(Math.exp(-.5 * (i / sigma) ** 2));
  const total = weights.reduce((a, b) => a + b);
  const mirror = (i) => i < 0 ? -1 - i : i >= SIZE ? 2 * SIZE - 1 - i : i;
  const along = (from, stepOf, other) => {
    const out = new Float32Array(from.length);
    for (let a = 0; a < SIZE; a++) {
      for (let b = 0; b < SIZE; b++) {
        let sum = 0;
        for (let j = -reach; j <= reach; j++) sum += weights[j + reach] * from[a * other + mirror(b + j) * stepOf];
        out[a * other + b * stepOf] = sum / total;
      }
    }
    return out;
  };
  return along(along(image, 1, SIZE), SIZE, 1);
}
