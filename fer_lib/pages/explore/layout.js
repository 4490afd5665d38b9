// The explorer's parts: its elements, each found by its data-part, and what is drawn into them.
import {OWN_KEYS, safe} from "./common.js";
import {FINEST, SIZE} from "./face.js";

export const bar = (name, share, number, strong = false) => `<div class="bar${strong ? " strong" : ""}"><span>${safe(name)}</span>
  <i><i style="width:${(100 * Math.min(Math.max(share, 0), 1)).toFixed(1)}%"></i></i><span>${number}</span></div>`;

export function grey(canvas, values, size) {
  put(canvas, size, (i) => values[i]);
}

export function signed(canvas, values, size) {     // from minus the largest value, black, to plus, white
  const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-9);
  put(canvas, size, (i) => 127.5 * (1 + values[i] / most));
}

export function put(canvas, size, value) {
  const context = canvas.getContext("2d"), picture = context.createImageData(size, size);
  for (let i = 0; i < size * size; i++) picture.data.set([value(i), value(i), value(i), 255], 4 * i);
  context.putImageData(picture, 0, 0);
}

export const layout = ({people, presets, filters, note}) => `
<p data-part="error" class="error" role="alert" hidden></p>
<div class="see">
  <div class="stage" data-part="drop">
    <canvas data-part="face" width="${SIZE * FINEST}" height="${SIZE * FINEST}" role="img" aria-label="a drawn face, as the sliders set it"></canvas>
    <canvas data-part="photo" class="own" width="384" height="384" role="img" aria-label="your picture, cropped"></canvas>
  </div>
  <div class="answer">
    <p data-part="named" class="named" role="status"></p>
    <div data-part="classes" class="bars"></div>
    <div class="inputs">
      <figure><canvas data-part="input" width="${SIZE}" height="${SIZE}" role="img" aria-label="what is put in, 96 by 96 grey levels"></canvas>
        <figcaption>input</figcaption></figure>
      <figure><canvas data-part="seen" width="${SIZE}" height="${SIZE}" role="img" aria-label="what the network sees, the input normalised"></canvas>
        <figcaption>normalised</figcaption></figure>
    </div>
  </div>
</div>
<div class="controls"><label>person <select ${OWN_KEYS} data-part="person">${people.map((name) => `<option>${safe(name)}</option>`).join("")}</select></label>
  <span class="presets" role="group" aria-label="expressions">${Object.keys(presets).map((name) =>
    `<button type="button" ${OWN_KEYS} data-preset="${safe(name)}">${safe(name)}</button>`).join("")}</span>
  <label><input type="checkbox" data-part="sides"> each side by itself</label></div>
<div class="units"><fieldset><legend>eyes and brows</legend><div data-part="upper"></div></fieldset>
  <fieldset><legend>nose, mouth, jaw</legend><div data-part="lower"></div></fieldset></div>
<section><h3>The strongest filters</h3>
  <p>Response as a share of the filter's strongest to a training image, and the action unit that it is taken for.</p>
  <ol data-part="strongest" class="strongest"></ol></section>
<details data-part="ask"><summary ${OWN_KEYS}>Ask a filter</summary>
  <div class="controls"><label>conv3: <input type="number" min="0" max="255" value="${+(filters.first ?? 0)}" data-part="filter"></label>
    <span data-part="response"></span></div>
  <p data-part="is"></p>
  <div class="asked">
    <figure><div data-part="top" class="top"></div>
      <figcaption>the training images that excite it most</figcaption></figure>
    <figure><canvas data-part="guided" width="${SIZE}" height="${SIZE}" role="img" aria-label="guided backpropagation from the filter to this face"></canvas>
      <figcaption data-part="silent">guided backpropagation, this face</figcaption></figure>
    <figure><div data-part="divergence" class="bars"></div><figcaption>divergence of its responses with and without each unit (nats)</figcaption></figure>
  </div>
  <p>Its response as one unit goes from 0 to 1 on this person, the others as they are: drawn for each unit that you move, or
    <button type="button" ${OWN_KEYS} data-part="sweep">for all of them</button></p>
  <div data-part="doses" class="doses"></div></details>
<details><summary ${OWN_KEYS}>Bring a face</summary>
  <p>Drop a picture on the face above, or <label class="file">choose one <input type="file" accept="image/*" data-part="file"></label>
    or <button type="button" ${OWN_KEYS} data-part="camera">use the camera</button>. It is cropped and judged in this page:
    <b>nothing leaves your browser</b>.</p>
  <div data-part="crop" class="crop" hidden>
    <label>size <input type="range" ${OWN_KEYS} name="size" min="20" max="100" value="70"></label>
    <label>left–right <input type="range" ${OWN_KEYS} name="x" min="0" max="100" value="50"></label>
    <label>up–down <input type="range" ${OWN_KEYS} name="y" min="0" max="100" value="40"></label>
    <span>The line is where the twin has its eyes.</span>
    <button type="button" ${OWN_KEYS} data-part="drawn">back to the drawn face</button></div></details>
<p class="note">${safe(note ?? "")}</p>`;
