// From facial actions to a mesh with its light, as fer_lib/faces/{head,renderer}.py have it. Lengths in mm.
import {bySide, facialActions} from "./actions.js";

// The shot of fer_lib.faces.renderer.Shot, without sensor noise.
export const SHOT = {yaw: 0, pitch: 0, roll: 0, shift: [0, 0], zoom: 1, light: [.25, -.85, .5], key: .62, ambient: .62,
  fill: .22, exposure: 1, background: .30, blur: 0};

export class Geometry {
  constructor(head) {
    this.head = head;
    this.coarse = head.light.length / head.harmonics;           // vertices of the asset
    this.fine = head.rest.length / 3;                           // after the subdivision
    this.actionAt = Object.fromEntries(head.action_names.map((name, i) => [name, i]));
    this.vertices = new Float32Array(3 * this.coarse);
    this.baked = new Float32Array(head.harmonics * this.coarse);
    this.points = new Float32Array(3 * this.fine);
    this.normals = new Float32Array(3 * this.fine);
    this.ambient = new Float32Array(this.fine);
    this.lit = new Float32Array(this.fine);
    this.fineTriangles = Uint16Array.from(head.triangles, (corner) => head.vertex[corner]);
  }

  // person: a file of bundle.py. Shape, normals and light of these action units (turned as the shot says).
  pose(person, units, shot, drift = 0) {
    const weights = facialActions(units, this.head.action_units);
    for (const [name, weight] of Object.entries(person.resting_actions)) {
      weights[name] = (weights[name] ?? 0) + weight + (name === "browInnerUp" ? drift : 0);
    }
    const turn = rotation(shot.yaw, shot.pitch, shot.roll);
    this.move(person, weights);
    this.bake(person, weights);
    refine(this.head, this.vertices, 3, this.points);
    this.raiseHair(person);
    vertexNormals(this.points, this.fineTriangles, this.normals);
    const light = unit(shot.light);
    this.shine(timesMatrix(light, turn));
    turnAll(this.points, turn, this.head.camera.pivot);
    turnAll(this.normals, turn, [0, 0, 0]);
    return {turn, light};
  }

  move(person, weights) {
    const {vertices, head, actionAt} = this, n = vertices.length;
    vertices.set(person.resting);
    for (const [name, weight] of Object.entries(weights)) {
      if (!weight) continue;
      const from = actionAt[name] * n;
      for (let i = 0; i < n; i++) vertices[i] += weight * head.actions[from + i];
    }
  }

  bake(person, weights) {
    const {baked, head, actionAt, vertices} = this, n = baked.length;
    baked.set(head.light);
    for (const [name, weight] of Object.entries(weights)) {
      if (!weight) continue;
      const from = actionAt[name] * n;
      for (let i = 0; i < n; i++) baked[i] += weight * head.action_light[from + i];
    }
    const spread = (points) => {                                // of the lips' middle, upwards
      const heights = Array.from(head.lip_middle, (vertex) => points[3 * vertex + 2]);
      return Math.max(...heights) - Math.min(...heights);
    };
    const teeth = .85 * clip((spread(vertices) - spread(person.resting) - 1.5) / 4, 0, 1);
    for (const vertex of head.teeth) baked[head.harmonics * vertex] += teeth;
  }

  raiseHair(person) {                                           // the scalp is pushed out where hair covers it
    if (!person.outward) {
      const resting = new Float32Array(3 * this.fine);
      refine(this.head, person.resting, 3, resting);
      person.outward = new Float32Array(3 * this.fine);
      vertexNormals(resting, this.fineTriangles, person.outward);
      for (let i = 0; i < person.outward.length; i++) person.outward[i] *= person.raised[(i / 3) | 0];
    }
    for (let i = 0; i < this.points.length; i++) this.points[i] += person.outward[i];
  }

  shine(direction) {
    const {head, baked, ambient, lit} = this, [x, y, z] = direction, n = head.harmonics;
    const harmonics = [.282095, .488603 * y, .488603 * z, .488603 * x, 1.092548 * x * y, 1.092548 * y * z,
      .315392 * (3 * z * z - 1), 1.092548 * x * z, .546274 * (x * x - y * y)];
    const both = new Float32Array(2 * this.coarse);             // the sum over harmonics first, then the refinement
    for (let vertex = 0; vertex < this.coarse; vertex++) {
      let visible = 0;
      for (let k = 0; k < 9; k++) visible += baked[n * vertex + 1 + k] * harmonics[k];
      both[2 * vertex] = baked[n * vertex];
      both[2 * vertex + 1] = visible;
    }
    const fine = new Float32Array(2 * this.fine);
    refine(head, both, 2, fine);
    for (let i = 0; i < this.fine; i++) {
      ambient[i] = clip(fine[2 * i], .04, 1);
      lit[i] = clip(fine[2 * i + 1], 0, 1);
    }
  }
}

// Depth of the furrows of these action units on a resting face, a map like the paint's.
export function furrows(head, person, units, amplitude = 1, depth = null) {
  const {columns, rows} = head.map, size = columns * rows, names = head.furrow_names, half = columns / 2;
  depth ??= new Float32Array(size);
  depth.fill(0);
  for (const [side, own] of Object.entries(bySide(units))) {
    const [from, to] = side === "Left" ? [half, columns] : [0, half];
    for (const [name, intensity] of Object.entries(own)) {
      const at = names.indexOf(name) * size, weight = amplitude * intensity;
      if (at < 0 || !weight) continue;
      for (let row = 0; row < size; row += columns) {
        for (let i = row + from; i < row + to; i++) depth[i] += weight * head.furrows[at + i];
      }
    }
  }
  person.lines ??= Float32Array.from({length: size}, (_, i) => head.furrows[names.indexOf("rest") * size + i]
    + person.age * head.furrows[names.indexOf("ageing") * size + i]);
  for (let i = 0; i < size; i++) depth[i] = Math.min(depth[i], 1.5) + person.lines[i];
  return depth;
}

function refine(head, values, width, out) {                     // the sparse matrix of bundle.py, rows of `width`
  const {refine_start: start, refine_from: from, refine_weight: weight} = head;
  out.fill(0);
  for (let row = 0; row + 1 < start.length; row++) {
    for (let k = start[row]; k < start[row + 1]; k++) {
      for (let i = 0; i < width; i++) out[width * row + i] += weight[k] * values[width * from[k] + i];
    }
  }
}

function vertexNormals(points, triangles, out) {
  out.fill(0);
  for (let t = 0; t < triangles.length; t += 3) {
    const a = 3 * triangles[t], b = 3 * triangles[t + 1], c = 3 * triangles[t + 2];
    const ux = points[b] - points[a], uy = points[b + 1] - points[a + 1], uz = points[b + 2] - points[a + 2];
    const vx = points[c] - points[a], vy = points[c + 1] - points[a + 1], vz = points[c + 2] - points[a + 2];
    const x = uy * vz - uz * vy, y = uz * vx - ux * vz, z = ux * vy - uy * vx;
    for (const i of [a, b, c]) { out[i] += x; out[i + 1] += y; out[i + 2] += z; }
  }
  for (let i = 0; i < out.length; i += 3) {
    const length = Math.hypot(out[i], out[i + 1], out[i + 2]) || 1;
    out[i] /= length; out[i + 1] /= length; out[i + 2] /= length;
  }
}

export function rotation(yaw, pitch, roll) {                    // rows of the matrix: roll, then pitch, then yaw
  const [cy, cp, cr] = [yaw, pitch, roll].map(Math.cos), [sy, sp, sr] = [yaw, pitch, roll].map(Math.sin);
  const aboutZ = [[cy, -sy, 0], [sy, cy, 0], [0, 0, 1]], aboutX = [[1, 0, 0], [0, cp, -sp], [0, sp, cp]];
  const aboutY = [[cr, 0, sr], [0, 1, 0], [-sr, 0, cr]];
  const times = (a, b) => a.map((row) => [0, 1, 2].map((j) => row.reduce((sum, x, k) => sum + x * b[k][j], 0)));
  return times(times(aboutZ, aboutX), aboutY);
}

export function turnAll(points, turn, pivot) {
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i] - pivot[0], y = points[i + 1] - pivot[1], z = points[i + 2] - pivot[2];
    for (let k = 0; k < 3; k++) points[i + k] = turn[k][0] * x + turn[k][1] * y + turn[k][2] * z + pivot[k];
  }
}

const timesMatrix = (v, m) => [0, 1, 2].map((j) => v[0] * m[0][j] + v[1] * m[1][j] + v[2] * m[2][j]);
const unit = (v) => v.map((x) => x / Math.hypot(...v));
export const clip = (x, low, high) => Math.min(Math.max(x, low), high);
