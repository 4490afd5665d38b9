// What WebGL needs to be told: programs, textures, buffers.

export function attributes(gl, first, widths) {    // a buffer of floats, one attribute after the other
  const buffer = gl.createBuffer(), stride = 4 * widths.reduce((a, b) => a + b);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  widths.reduce((offset, width, i) => {
    gl.enableVertexAttribArray(first + i);
    gl.vertexAttribPointer(first + i, width, gl.FLOAT, false, stride, offset);
    return offset + 4 * width;
  }, 0);
  return buffer;
}

export function program(gl, vertex, fragment) {
  const it = gl.createProgram();
  for (const [type, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
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

export function texture(face, name, width, height, values, filter = face.gl.LINEAR) {
  const {gl} = face;
  face.textures[name] ??= gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, face.textures[name]);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, width, height, 0, gl.RED, gl.UNSIGNED_BYTE,
    Uint8Array.from(values, (value) => Math.round(value)));
  settle(gl, filter);
}

export function floatTexture(face, name, width, height, values) {
  const {gl} = face;
  face.textures[name] ??= gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, face.textures[name]);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.R16F, width, height, 0, gl.RED, gl.FLOAT, values);
  settle(gl, gl.LINEAR);
}

function settle(gl, filter) {
  for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
  for (const way of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, way, filter);
}

export function framebuffer(gl, size) {
  const buffer = gl.createFramebuffer(), colour = gl.createRenderbuffer(), depth = gl.createRenderbuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, buffer);
  gl.bindRenderbuffer(gl.RENDERBUFFER, colour);
  gl.renderbufferStorage(gl.RENDERBUFFER, gl.RGBA8, size, size);
  gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.RENDERBUFFER, colour);
  gl.bindRenderbuffer(gl.RENDERBUFFER, depth);
  gl.renderbufferStorage(gl.RENDERBUFFER, gl.DEPTH_COMPONENT24, size, size);
  gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.RENDERBUFFER, depth);
}
