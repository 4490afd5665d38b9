// The explorer's parts: its elements, each found by its data-part, and what is drawn into them.
import {OWN_KEYS, safe} from "./common.js";
import {FINEST, SIZE} from "./face.js";

export const bar = (name, share, number, strong = false) => `<div class="bar${strong ? " strong" : ""}">
  <span>${safe(name)}</span><i><i style="width:${(100 * Math.min(Math.max(share, 0), 1)).toFixed(1)}%"></i></i><span>${number}</span></div>`;

export function grey(canvas, values, size) {
  put(canvas, size, (i) => values[i]);
}

export function signed(canvas, values, size) {     // from minus the largest value, black, to plus, white
  const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-9);
  put(canvas, size, (i) => 127.5 * (1 + values[i] / most));
}

export function put(canvas, size, value) {
  if (canvas.width !== size) canvas.width = canvas.height = size;
  const context = canvas.getContext("2d"), picture = context.createImageData(size, size);
  for (let i = 0; i < size * size; i++) picture.data.set([value(i), value(i), value(i), 255], 4 * i);
  context.putImageData(picture, 0, 0);
}

// What a canvas shows, to keep.
export function save(canvas, name) {
  canvas.toBlob((blob) => {
    const link = Object.assign(document.createElement("a"), {href: URL.createObjectURL(blob), download: `${name}.png`});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
}

let switches = 0;                           // radio buttons of one explorer have a name of their own

const choices = (networks, group = `explorer-network-${++switches}`) => networks.map(({name, title}) => `
    <label class="choice"><input type="radio" ${OWN_KEYS} name="${group}" value="${safe(name)}">
      ${safe(title)}</label>`).join("");

const canvas = (part, side, label, more = "") =>
  `<canvas data-part="${part}" width="${side}" height="${side}" role="img" aria-label="${label}" ${more}></canvas>`;

export const layout = ({people, presets, networks}) => `
<p data-part="error" class="error" role="alert" hidden></p>
<div class="switch" data-part="network" role="radiogroup" aria-label="network">${choices(networks)}</div>
<div class="main">
  <div class="who"><div class="controls"><label>person <select ${OWN_KEYS} data-part="person">${people.map((name) =>
      `<option>${safe(name)}</option>`).join("")}</select></label>
      <button type="button" ${OWN_KEYS} data-part="save">save picture</button>
      <button type="button" ${OWN_KEYS} data-part="copy" hidden>copy link</button></div>
    <p class="kept"><span data-part="kept" role="status"></span>
      <input data-part="address" aria-label="the link to this face" readonly hidden></p>
    <div class="presets" role="group" aria-label="expressions">${Object.keys(presets).map((name) =>
      `<button type="button" ${OWN_KEYS} data-preset="${safe(name)}">${safe(name)}</button>`).join("")}</div></div>
  <div class="units" data-part="units"></div>
  <div class="watch">
    <div class="stage" data-part="drop">
      ${canvas("face", SIZE * FINEST, "a drawn face, as the sliders set it")}
      ${canvas("photo", 384, "your picture, cropped", 'class="picture"')}
    </div>
    <p data-part="named" class="named" role="status"></p>
    <div class="glance"><div data-part="strip" class="strip"></div><p data-part="told"></p></div>
  </div>
  <div data-part="classes" class="bars classes"></div>
  <div class="changed"><p data-part="heads" class="heads" hidden>Most changed, as a share of a filter's strongest response ·
      its unit: ↑ more or ↓ less with it, AUC</p>
    <ol data-part="changed"></ol></div>
</div>
<p class="note" data-part="note"></p>
<details data-part="ask"><summary ${OWN_KEYS}>Ask a filter</summary>
  <div class="controls"><label>conv3: <input type="number" min="0" max="255" value="0" data-part="filter"></label>
    <span data-part="response"></span></div>
  <p data-part="is"></p>
  <div class="asked">
    <figure><div data-part="top" class="top"></div><figcaption>the drawn faces that excite it most</figcaption>
      <div class="inputs">
        <figure>${canvas("input", SIZE, "what is put in, grey levels")}
          <figcaption>input</figcaption></figure>
        <figure>${canvas("seen", SIZE, "what the network sees, the input normalised")}
          <figcaption>normalised</figcaption></figure>
        <figure>${canvas("guided", SIZE, "guided backpropagation from the filter to this face")}
          <figcaption data-part="silent">guided backpropagation</figcaption></figure></div></figure>
    <figure><div data-part="every" class="every"></div>
      <figcaption>AUC of each unit alone against the same person's rest; ½, the middle, is a guess</figcaption></figure>
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
    <button type="button" ${OWN_KEYS} data-part="rest">compare others with this one</button>
    <button type="button" ${OWN_KEYS} data-part="drawn">back to the drawn face</button></div></details>`;
