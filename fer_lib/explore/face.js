// Draws a face with WebGL 2, as fer_lib/faces/renderer.py does with a ray caster: same mesh, paint, light and shading.
//
//   const face = new Face(head);  face.person = await read("S001.bin.gz");
//   face.show({AU12: .8, AU14L: .5});  face.pixels()        // 96×96 grey levels, what a network sees
//   face.paint(canvas)                                      // larger, for people
import {Geometry, SHOT, clip, furrows, turnAll} from "./geometry.js";

const SIZE = 96, SAMPLES = 3;               // of the network's picture; rays a pixel in either direction
const RANGE = 4;                            // radiance up to this fits the two bytes in which a sample is read back

const VERTEX = `#version 300 es
layout(location = 0) in vec3 position; layout(location = 1) in vec3 normal; layout(location = 2) in vec3 rest;
layout(location = 3) in vec4 known;        // lash line, hair, ambient light, visibility of the key light
layout(location = 4) in vec2 lip; layout(location = 5) in float material;
uniform vec3 camera; uniform vec2 shift; uniform float view, far;
out vec3 n, r, ray; out vec4 k; out vec2 l; flat out int m;
void main() {
  vec3 d = position - camera;
  float near = far - 500., end = far + 500.;
  gl_Position = vec4(2. * (d.x * far - shift.x * d.y) / view, 2. * (d.z * far - shift.y * d.y) / view,
                     (d.y * (end + near) - 2. * end * near) / (end - near), d.y);
  n = normal; r = rest; ray = d; k = known; l = lip; m = int(material + .5);
}`;

const FRAGMENT = `#version 300 es
precision highp float; precision highp int; precision highp sampler2D;
in vec3 n, r, ray; in vec4 k; in vec2 l; flat in int m;
uniform sampler2D albedo, depths, lips, strands;
uniform vec3 light, leftEye, rightEye; uniform vec2 gaze, mapAt, mapSize;
uniform float skin, lipShare, hairShare, iris, shirt, key, sky, fill, exposure, gamma;
uniform int skinIs, socketIs, mouthIs, tongueIs, teethIs, leftIs, rightIs, hairIs, frameIs; uniform bool packed;
out vec4 colour;

float step3(float low, float high, float x) {
  float t = clamp((x - low) / (high - low), 0., 1.);
  return t * t * (3. - 2. * t);
}
vec2 at(float x, float z) { return (vec2(x, z) - mapAt) / mapSize; }

float eye(vec3 rest, vec3 centre) {
  vec3 axis = normalize(rest - centre);
  vec3 sight = normalize(vec3(sin(gaze.x), -cos(gaze.x) * cos(gaze.y), sin(gaze.y)));
  float angle = degrees(acos(clamp(dot(axis, sight), -1., 1.)));
  float c = angle < 25. ? iris * (1. + .2 * sin(23. * atan(axis.z, axis.x))) : .42 + .35 * skin;
  if (angle > 22. && angle < 26.) c = .5 * iris;
  return angle < 10.5 ? .012 : c;
}

void main() {
  vec3 normal = normalize(n), from = normalize(ray);
  float lid = k.x, hair = k.y, ambient = k.z, lit = k.w, x = r.x, y = r.y, z = r.z;
  float front = step3(62., 48., y);
  bool painted = m == skinIs || m == socketIs;
  float lip = (m == skinIs || m == mouthIs) && all(greaterThanEqual(l, vec2(0.))) && all(lessThan(l, vec2(1.)))
      ? texture(lips, l).r : 0.;
  float c = skin + (texture(albedo, at(x, z)).r - skin) * front;
  c *= 1. - lip * (1. - lipShare);
  if (painted) c *= 1. - .9 * clamp(lid, 0., 1.);
  float strand = (texture(strands, at(x + .5 * y, z)).r * 255. - 128.) / 25.;
  c = c * (1. - hair) + hairShare * (1. + .22 * strand) * hair;
  if (m == hairIs) c = hairShare * (1.5 * (1. + .22 * strand) - .6);
  if (m == frameIs) c = .03;
  if (m == mouthIs) c = .22 * skin + .02;
  if (m == tongueIs) c = .20 + .2 * skin;
  if (m == teethIs) {
    float side = clamp(x / 26., -1., 1.), gap = mod(abs(x), 8.) / .7;
    c = .78 * (1. - .45 * side * side) * (1. - .25 * exp(-gap * gap));
  }
  float grooves = painted ? front : 0.;
  vec3 furrow = texture(depths, at(x, z)).rgb;
  normal = normalize(normal + 1.4 * grooves * vec3(furrow.b, 0., furrow.g));
  c *= 1. - .30 * grooves * clamp(furrow.r, 0., 1.3);
  float gloss = painted ? .05 + .08 * lip : 0., shine = 18.;
  if (m == leftIs || m == rightIs) {
    c = eye(r, m == leftIs ? leftEye : rightEye);
    gloss = .45; shine = 80.;
  }
  float out_ = max(abs(x) - 60., 0.);
  float neckline = -150. - .10 * abs(x) + .0012 * out_ * out_ + .5 * clamp(y - 40., 0., 60.);
  if (m == skinIs && z < neckline) c = shirt;

  float cosine = clamp((dot(normal, light) + .15) / 1.15, 0., 1.);
  float dome = ambient * (.72 + .28 * normal.z - .10 * normal.y);
  float glint = gloss * pow(clamp(dot(normal, normalize(light - from)), 0., 1.), shine);
  float diffuse = sky * dome + key * cosine * lit + fill * clamp(-normal.y, 0., 1.) * ambient;
  float radiance = exposure * (c * diffuse + glint * lit * key);
  if (packed) {
    float steps = floor(clamp(radiance / ${RANGE}., 0., 1.) * 65535. + .5), high = floor(steps / 256.);
    colour = vec4(high / 255., (steps - 256. * high) / 255., 0., 1.);
  } else {
    colour = vec4(vec3(pow(clamp(radiance, 0., 1.), 1. / gamma)), 1.);
  }
}`;

export class Face {
  constructor(head, canvas = document.createElement("canvas")) {
    const gl = canvas.getContext("webgl2", {antialias: true, preserveDrawingBuffer: true});
    if (!gl) throw new Error("This browser does not draw with WebGL 2, which the face needs.");
    Object.assign(this, {gl, canvas, head, geometry: new Geometry(head), program: program(gl), textures: {}});
    this.units = {}; this.shot = {...SHOT}; this.gaze = [0, 0]; this.furrows = 1;
    this.corners = head.vertex.length;
    this.fixed = new Float32Array(7 * this.corners);            // rest, lash line, lip's place, material
    for (let i = 0; i < this.corners; i++) {
      const vertex = head.vertex[i];
      this.fixed.set([...head.rest.subarray(3 * vertex, 3 * vertex + 3), head.lid[vertex], head.lip_place[2 * i],
        head.lip_place[2 * i + 1], head.material[i]], 7 * i);
    }
    this.buffers = {};
    const {columns, rows} = head.map, [lipRows, lipColumns] = head.arrays.lips.shape;
    texture(this, "lips", lipColumns, lipRows, head.lips.map((x) => 255 * x), gl.NEAREST);
    texture(this, "strands", columns, rows, head.strands.map((x) => Math.round(25 * x) + 128));
    this.target = framebuffer(gl, SIZE * SAMPLES);
  }

  set person(person) {
    const {columns, rows} = this.head.map;
    this.someone = person;
    texture(this, "albedo", columns, rows, person.albedo.map((x) => 255 * x));
    this.posed = null;
  }

  get person() { return this.someone; }

  // units: intensities 0–1, "AU12" or "AU14L" for one side. shot: what of SHOT is to be otherwise. gaze: radians.
  show(units, {shot = {}, gaze = [0, 0], drift = 0, furrows = 1} = {}) {
    Object.assign(this, {units, shot: {...SHOT, ...shot}, gaze, drift, furrows, posed: null});
  }

  pose() {
    if (this.posed) return;
    const {gl, head, geometry, someone: person} = this;
    this.posed = geometry.pose(person, this.units, this.shot, this.drift ?? 0);
    this.map = furrows(head, person, this.units, this.furrows, this.map);
    floatTexture(this, "depths", head.map.columns, head.map.rows, this.map);
    const things = person.thing_vertices.length / 3, all = this.corners + things, values = new Float32Array(16 * all);
    for (let i = 0; i < this.corners; i++) {
      const vertex = head.vertex[i], at = 16 * i, fixed = 7 * i;
      for (let j = 0; j < 3; j++) {
        values[at + j] = geometry.points[3 * vertex + j];
        values[at + 3 + j] = geometry.normals[3 * vertex + j];
        values[at + 6 + j] = this.fixed[fixed + j];
      }
      values[at + 9] = this.fixed[fixed + 3];
      values[at + 10] = person.hair_cover[vertex];
      values[at + 11] = geometry.ambient[vertex];
      values[at + 12] = geometry.lit[vertex];
      for (let j = 0; j < 3; j++) values[at + 13 + j] = this.fixed[fixed + 4 + j];
    }
    const points = person.thing_vertices.slice(), normals = person.thing_normals.slice();
    turnAll(points, this.posed.turn, head.camera.pivot);
    turnAll(normals, this.posed.turn, [0, 0, 0]);
    for (let i = 0; i < things; i++) {                          // nothing was baked for hair that hangs and glasses
      values.set([...points.subarray(3 * i, 3 * i + 3), ...normals.subarray(3 * i, 3 * i + 3),
        ...person.thing_vertices.subarray(3 * i, 3 * i + 3), 0, 0, .85, 1, -1, -1, person.thing_material[i]],
      16 * (this.corners + i));
    }
    const index = new Uint16Array(head.triangles.length + person.thing_triangles.length);
    index.set(head.triangles);
    index.set(person.thing_triangles.map((corner) => corner + this.corners), head.triangles.length);
    upload(gl, this.buffers, values, index);
    this.counts = [head.triangles.length, person.thing_triangles.length];
  }

  draw(width, packed) {
    const {gl, head, someone: person, shot, program: {where}} = this, {camera, materials} = head;
    this.pose();
    gl.viewport(0, 0, width, width);
    const background = packed ? bytes(shot.background) : shot.background ** (1 / camera.gamma);
    packed ? gl.clearColor(background[0] / 255, background[1] / 255, 0, 1)
      : gl.clearColor(background, background, background, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.useProgram(this.program.it);
    gl.bindVertexArray(this.buffers.array);
    const at = person.target;
    const floats = {view: camera.crop * person.between / shot.zoom, far: camera.distance, skin: person.skin,
      lipShare: person.lip, hairShare: person.hair_reflectance, iris: person.iris, shirt: person.shirt, key: shot.key,
      sky: shot.ambient, fill: shot.fill, exposure: shot.exposure * person.exposure, gamma: camera.gamma};
    const vectors = {camera: [at[0], at[1] - camera.distance, at[2]], shift: shot.shift, light: this.posed.light,
      leftEye: head.eyes.left, rightEye: head.eyes.right, gaze: this.gaze, mapAt: [head.map.left, head.map.bottom],
      mapSize: [head.map.columns * head.map.step, head.map.rows * head.map.step]};
    const integers = {packed: packed ? 1 : 0, skinIs: materials.skin, socketIs: materials.eye_socket,
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
    gl.enable(gl.CULL_FACE);                                    // hair and glasses are sheets, seen from both sides
    gl.drawElements(gl.TRIANGLES, this.counts[0], gl.UNSIGNED_SHORT, 0);
    gl.disable(gl.CULL_FACE);
    if (this.counts[1]) gl.drawElements(gl.TRIANGLES, this.counts[1], gl.UNSIGNED_SHORT, 2 * this.counts[0]);
  }

  // (96·96) grey levels from the top, as the renderer makes them without the sensor's noise.
  pixels() {
    const {gl} = this, n = SIZE * SAMPLES, read = new Uint8Array(4 * n * n);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.target);
    this.draw(n, true);
    gl.readPixels(0, 0, n, n, gl.RGBA, gl.UNSIGNED_BYTE, read);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    const linear = new Float32Array(SIZE * SIZE);
    for (let row = 0; row < n; row++) {
      const to = SIZE * (SIZE - 1 - ((row / SAMPLES) | 0));     // WebGL counts rows from below
      for (let column = 0, i = 4 * n * row; column < n; column++, i += 4) {
        linear[to + ((column / SAMPLES) | 0)] += 256 * read[i] + read[i + 1];
      }
    }
    const scale = RANGE / 65535 / SAMPLES ** 2;
    for (let i = 0; i < linear.length; i++) linear[i] *= scale;
    const seen = this.shot.blur ? blurred(linear, this.shot.blur) : linear, {gamma} = this.head.camera;
    return Uint8Array.from(seen, (value) => Math.round(255 * clip(value, 0, 1) ** (1 / gamma)));
  }

  // The face on this object's own canvas, as large as that is.
  paint() {
    this.gl.bindFramebuffer(this.gl.FRAMEBUFFER, null);
    this.draw(this.canvas.width, false);
  }
}

const bytes = (radiance) => {
  const steps = Math.round(clip(radiance / RANGE, 0, 1) * 65535);
  return [steps >> 8, steps & 255];
};

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

function program(gl) {
  const it = gl.createProgram();
  for (const [type, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
    gl.attachShader(it, shader);
  }
  gl.linkProgram(it);
  if (!gl.getProgramParameter(it, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(it));
  const places = {};
  return {it, where: (name) => places[name] ??= gl.getUniformLocation(it, name)};
}

function texture(face, name, width, height, values, filter = face.gl.LINEAR) {
  const {gl} = face;
  face.textures[name] ??= gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, face.textures[name]);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, width, height, 0, gl.RED, gl.UNSIGNED_BYTE,
    Uint8Array.from(values, (value) => Math.round(value)));
  settle(gl, filter);
}

function floatTexture(face, name, width, height, values) {
  const {gl} = face;
  face.textures[name] ??= gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, face.textures[name]);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA16F, width, height, 0, gl.RGBA, gl.FLOAT, values);
  settle(gl, gl.LINEAR);
}

function settle(gl, filter) {
  for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
  for (const way of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, way, filter);
}

function framebuffer(gl, size) {
  const buffer = gl.createFramebuffer(), colour = gl.createRenderbuffer(), depth = gl.createRenderbuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, buffer);
  gl.bindRenderbuffer(gl.RENDERBUFFER, colour);
  gl.renderbufferStorage(gl.RENDERBUFFER, gl.RGBA8, size, size);
  gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.RENDERBUFFER, colour);
  gl.bindRenderbuffer(gl.RENDERBUFFER, depth);
  gl.renderbufferStorage(gl.RENDERBUFFER, gl.DEPTH_COMPONENT24, size, size);
  gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.RENDERBUFFER, depth);
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  return buffer;
}

function upload(gl, buffers, values, index) {                   // 16 floats a corner, in the order of the attributes
  if (!buffers.array) {
    Object.assign(buffers, {array: gl.createVertexArray(), values: gl.createBuffer(), index: gl.createBuffer()});
    gl.bindVertexArray(buffers.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers.values);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, buffers.index);
    [3, 3, 3, 4, 2, 1].reduce((offset, width, place) => {
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, width, gl.FLOAT, false, 64, 4 * offset);
      return offset + width;
    }, 0);
  }
  gl.bindVertexArray(buffers.array);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffers.values);
  gl.bufferData(gl.ARRAY_BUFFER, values, gl.DYNAMIC_DRAW);
  gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, index, gl.DYNAMIC_DRAW);
}
