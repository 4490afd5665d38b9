// Paint and light of the face, as fer_lib/faces/paint.py and renderer.py have them.
export const RANGE = 4;                     // radiance up to this fits the two bytes in which a sample is read back

export const VERTEX = `#version 300 es
layout(location = 0) in vec3 position; layout(location = 1) in vec3 normal; layout(location = 2) in vec2 bright;
layout(location = 3) in vec3 rest; layout(location = 4) in vec2 cover;     // lash line, hair
layout(location = 5) in vec2 lip; layout(location = 6) in float material;
uniform vec3 camera; uniform vec2 shift; uniform float view, far;
out vec3 n, r, ray; out vec4 k; out vec2 l; flat out int m;
void main() {
  vec3 d = position - camera;
  float near = far - 500., end = far + 500.;
  gl_Position = vec4(2. * (d.x * far - shift.x * d.y) / view, 2. * (d.z * far - shift.y * d.y) / view,
                     (d.y * (end + near) - 2. * end * near) / (end - near), d.y);
  n = normal; r = rest; ray = d; k = vec4(cover, bright); l = lip; m = int(material + .5);
}`;

export const FRAGMENT = `#version 300 es
precision highp float; precision highp int; precision highp sampler2D;
in vec3 n, r, ray; in vec4 k; in vec2 l; flat in int m;
uniform sampler2D albedo, depths, lips, strands;
uniform vec3 light, leftEye, rightEye; uniform vec2 gaze, mapAt, mapSize;
uniform float skin, lipShare, hairShare, iris, shirt, key, sky, fill, exposure;
uniform int skinIs, socketIs, mouthIs, tongueIs, teethIs, leftIs, rightIs, hairIs, frameIs;
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
  if (grooves > 0.) {
    vec2 here = at(x, z), step = 1. / vec2(textureSize(depths, 0)), right = vec2(step.x, 0.), up = vec2(0., step.y);
    vec2 slope = .5 * vec2(texture(depths, here + right).r - texture(depths, here - right).r,
                           texture(depths, here + up).r - texture(depths, here - up).r);
    normal = normalize(normal + 1.4 * grooves * vec3(slope.x, 0., slope.y));
    c *= 1. - .30 * grooves * clamp(texture(depths, here).r, 0., 1.3);
  }
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
  float steps = floor(clamp(radiance / ${RANGE}., 0., 1.) * 65535. + .5), high = floor(steps / 256.);
  colour = vec4(high / 255., (steps - 256. * high) / 255., 0., 1.);
}`;
