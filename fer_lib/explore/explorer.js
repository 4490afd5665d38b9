// The explorer: a face to move, what the network makes of it, and one filter asked. It needs no more of its surroundings
// than `ask` and `loadPerson`, so that the page (page.js) and JupyterLab (widget.js) show the same.
//
//   new Explorer(element, {head, people: ["S001", …], loadPerson, ask, classes, presets, filters, note})
import {FINEST, Face, SIZE} from "./face.js";

const SHOWN = 8, STEPS = [0, .2, .4, .6, .8, 1], EYES = 37 / 96;        // row of the twin's eyes
const QUICK = 2, REST = 200;                // samples while a slider moves; ms until all are taken
const UPPER = ["AU1", "AU2", "AU4", "AU5", "AU6", "AU7", "AU43"];

export class Explorer {
  constructor(root, options) {
    Object.assign(this, options, {root, units: {}, sides: false, filter: options.filters?.first ?? 0, asked: 0, doses: {}});
    this.names = this.head.action_units;
    root.classList.add("explorer");
    root.innerHTML = layout(this);
    this.find = (name) => root.querySelector(`[data-part="${name}"]`);
    this.face = new Face(this.head);
    this.drawSliders();
    this.listen();
    this.choosePerson(this.people[0]);
  }

  // What is set from outside, too: JupyterLab's traits.

  setUnits(units, source = "outside") {
    this.units = Object.fromEntries(Object.entries(units).filter(([, value]) => value > 0));
    this.photo = null;
    this.showSliders();
    this.update(source);
  }

  async choosePerson(name) {
    this.face.person = this.loaded?.[name] ?? await this.loadPerson(name);
    (this.loaded ??= {})[name] = this.face.person;
    this.person = name;
    this.find("person").value = name;
    this.doses = {};
    this.update();
  }

  chooseFilter(number) {
    this.filter = Math.min(Math.max(Math.round(number) || 0, 0), 255);
    this.find("filter").value = this.filter;
    this.drawFilter();
    this.update();
  }

  // Controls

  drawSliders() {
    for (const [part, own] of [["upper", (name) => UPPER.includes(name)], ["lower", (name) => !UPPER.includes(name)]]) {
      this.find(part).innerHTML = Object.entries(this.names).filter(([name]) => own(name)).map(([name, {name: title, sided}]) =>
        (this.sides && sided ? [["L", "left"], ["R", "right"]] : [["", ""]]).map(([letter, side]) => `
          <label class="unit"><span><b>${name}${letter}</b> ${title}${side && `, ${side}`}</span>
          <input type="range" min="0" max="100" step="5" value="0" data-unit="${name}${letter}"><output>0</output></label>`
        ).join("")).join("");
    }
    for (const slider of this.root.querySelectorAll("[data-unit]")) {
      slider.addEventListener("input", () => this.moved(slider));
      slider.addEventListener("change", () => this.sweep(slider.dataset.unit));
    }
    this.showSliders();
  }

  showSliders() {
    for (const slider of this.root.querySelectorAll("[data-unit]")) {
      const unit = slider.dataset.unit, whole = unit.replace(/[LR]$/, "");
      const value = Math.max(this.units[unit] ?? 0, this.units[whole] ?? 0,
        unit === whole ? Math.max(this.units[`${unit}L`] ?? 0, this.units[`${unit}R`] ?? 0) : 0);
      this.say(slider, 100 * value);
    }
  }

  say(slider, value) {
    slider.value = value;
    slider.nextElementSibling.value = Math.round(value);
    slider.setAttribute("aria-valuetext", `${Math.round(value)} per cent`);
  }

  moved(slider) {
    const unit = slider.dataset.unit, whole = unit.replace(/[LR]$/, ""), value = slider.value / 100;
    if (unit === whole) { delete this.units[`${unit}L`]; delete this.units[`${unit}R`]; }
    else if (whole in this.units) {                             // now each side has its own
      for (const side of "LR") this.units[whole + side] ??= this.units[whole];
      delete this.units[whole];
    }
    if (value) this.units[unit] = value; else delete this.units[unit];
    this.say(slider, slider.value);
    this.photo = null;
    this.update("slider");
  }

  listen() {
    this.find("person").addEventListener("change", ({target}) => this.choosePerson(target.value));
    this.find("sides").addEventListener("change", ({target}) => {
      this.sides = target.checked;
      if (!this.sides) {                                        // the side that shows more becomes both
        for (const unit of Object.keys(this.units).filter((name) => /[LR]$/.test(name))) {
          const whole = unit.slice(0, -1);
          this.units[whole] = Math.max(this.units[whole] ?? 0, this.units[unit]);
          delete this.units[unit];
        }
        this.update();
      }
      this.drawSliders();
    });
    this.root.addEventListener("click", ({target}) => {
      const preset = target.closest("[data-preset]"), filter = target.closest("[data-filter]");
      if (preset) this.setUnits(this.presets[preset.dataset.preset], "preset");
      if (filter) this.chooseFilter(+filter.dataset.filter);
      if (target.closest("[data-part=sweep]")) this.sweepAll();
      if (target.closest("[data-part=camera]")) this.openCamera();
      if (target.closest("[data-part=drawn]")) { this.photo = null; this.find("crop").hidden = true; this.update(); }
    });
    this.find("ask").addEventListener("toggle", () => this.chooseFilter(this.filter));
    this.find("filter").addEventListener("change", ({target}) => this.chooseFilter(+target.value));
    this.find("file").addEventListener("change", ({target}) => target.files[0] && this.openPicture(target.files[0]));
    for (const slider of this.find("crop").querySelectorAll("input")) slider.addEventListener("input", () => this.update());
    const drop = this.find("drop");
    drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
    drop.addEventListener("dragleave", () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      if (event.dataTransfer.files[0]) this.openPicture(event.dataTransfer.files[0]);
    });
    new MutationObserver(() => this.drawAnswer()).observe(document.documentElement,
      {attributes: true, attributeFilter: ["data-theme"]});
  }

  // The network's answer to what the canvas shows. While one is computed, later wishes replace each other.

  update(source) {
    if (source) this.since ??= performance.now();
    this.hurry = source === "slider";
    clearTimeout(this.resting);
    if (this.hurry) this.resting = setTimeout(() => this.update(), REST);
    this.wanted = true;
    this.working ??= this.work().finally(() => { this.working = null; });
    return this.working;
  }

  async work() {
    while (this.wanted) {
      this.wanted = false;
      const since = this.since;
      this.since = undefined;
      if (!this.face.person) return;
      const pixels = this.look();
      const guided = this.find("ask").open;
      const answering = this.ask(pixels, this.filter, guided);
      if (!this.photo) this.face.paint(this.find("face"));      // while the network computes
      try {
        this.answer = {...await answering, pixels};
      } catch (error) {
        return this.complain(`The network cannot answer: ${error.message}`);
      }
      this.drawAnswer();
      if (since !== undefined) this.root.dataset.latency = (performance.now() - since).toFixed(1);
      this.root.dataset.answers = ++this.asked;
      this.answered?.(this.answer, this.units);
    }
  }

  look() {
    this.root.classList.toggle("photo", Boolean(this.photo));
    if (this.photo) return this.cropped();
    this.face.show(this.units, {fine: this.hurry ? QUICK : FINEST});
    return this.face.pixels();
  }

  drawAnswer() {
    const {answer} = this;
    if (!answer) return;
    const best = answer.probabilities.indexOf(Math.max(...answer.probabilities));
    this.find("classes").innerHTML = this.classes.map((name, i) =>
      bar(name, answer.probabilities[i], `${(100 * answer.probabilities[i]).toFixed(0)} %`, i === best)).join("");
    this.find("named").textContent = `Named ${this.classes[best]}, ${(100 * answer.probabilities[best]).toFixed(0)} per cent.`;
    signed(this.find("seen"), answer.seen, SIZE);
    grey(this.find("input"), answer.pixels, SIZE);
    const {top, unit} = this.filters, share = Array.from(answer.strongest, (value, f) => value / (top[f] || Infinity));
    const order = share.map((_, f) => f).sort((a, b) => share[b] - share[a]).slice(0, SHOWN);
    this.find("strongest").innerHTML = order.map((f) => `<li><button type="button" data-filter="${f}">conv3:${f}</button>
      ${bar(unit[f] ?? "none", share[f], `${(100 * share[f]).toFixed(0)} %`)}</li>`).join("");
    this.find("response").textContent = `conv3:${this.filter} responds with ${answer.strongest[this.filter].toFixed(2)}; `
      + `its strongest to a training image was ${top[this.filter].toFixed(2)}.`;
    const silent = !answer.strongest[this.filter];              // then its strongest unit is no unit of its own
    if (silent) put(this.find("guided"), SIZE, () => 127.5);
    else if (answer.gradient.length > 1) signed(this.find("guided"), answer.gradient, SIZE);
    this.find("silent").textContent = silent ? "guided backpropagation: it does not respond to this face"
      : "guided backpropagation, this face";
    this.drawDose();
  }

  complain(text) {
    const place = this.find("error");
    place.textContent = text;
    place.hidden = false;
  }

  // One filter

  drawFilter() {
    const {divergence, units, unit, sign, images} = this.filters, f = this.filter, own = divergence[f];
    const most = Math.max(...own);
    this.find("divergence").innerHTML = units.map((name, i) => bar(name, most ? own[i] / most : 0, own[i].toFixed(2),
      own[i] === most)).join("");
    this.find("is").textContent = unit[f]
      ? `conv3:${f} is taken for ${unit[f]}, ${this.names[unit[f]]?.name ?? ""}, whose divergence is the largest by its own `
        + `chance: it responds ${sign[f] > 0 ? "more" : "less"} to faces with it.`
      : `conv3:${f} responds to no training image.`;
    this.find("top").innerHTML = images.of[f].map((place, i) => `<span role="img" aria-label="image ${i + 1} of those that `
      + `excite conv3:${f} most" style="background-position:${-images.size * (place % images.columns)}px `
      + `${-images.size * Math.floor(place / images.columns)}px"></span>`).join("");
    this.drawDose();
  }

  // Responses of all filters to one unit from 0 to 1, the others as they are.
  async sweep(unit) {
    if (this.photo || this.sweeping) return;
    this.sweeping = true;
    const others = {...this.units}, found = [];
    for (const level of STEPS) {
      this.face.show({...others, [unit]: level});
      found.push((await this.ask(this.face.pixels(), this.filter, false)).strongest);
      if (JSON.stringify(others) !== JSON.stringify(this.units) || this.photo) break;     // moved on meanwhile
    }
    this.sweeping = false;
    this.face.show(this.units);
    if (found.length === STEPS.length) {
      this.doses[unit] = found;
      this.lastDose = unit;
    }
    this.drawDose();
  }

  async sweepAll() {
    for (const unit of Object.keys(this.names)) await this.sweep(unit);
    this.root.dataset.swept = "yes";
  }

  drawDose() {
    const units = Object.keys(this.doses), {top} = this.filters, f = this.filter;
    this.find("doses").innerHTML = units.map((unit) => {
      const values = this.doses[unit].map((strongest) => strongest[f] / (top[f] || Infinity));
      const points = values.map((value, i) => `${(4 + 72 * STEPS[i]).toFixed(1)},${(36 - 32 * Math.min(value, 1.1)).toFixed(1)}`);
      return `<figure class="${unit === this.lastDose ? "last" : ""}"><svg viewBox="0 0 80 40" role="img" aria-label="${
        unit}: response from ${values[0].toFixed(2)} to ${values.at(-1).toFixed(2)}"><path d="M4 36H76M4 4V36"/>
        <polyline points="${points.join(" ")}"/></svg><figcaption>${unit}</figcaption></figure>`;
    }).join("");
  }

  // A picture of one's own

  async openPicture(file) {
    try {
      this.photo = await createImageBitmap(file);
    } catch {
      return this.complain(`${file.name} is no picture that this browser can read.`);
    }
    this.find("error").hidden = true;
    this.beginPhoto();
  }

  async openCamera() {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: "user"}});
      const video = Object.assign(document.createElement("video"), {srcObject: stream, muted: true, playsInline: true});
      await video.play();
      this.photo = await createImageBitmap(video);
      stream.getTracks().forEach((track) => track.stop());
    } catch (error) {
      return this.complain(`No picture came from a camera: ${error.message}`);
    }
    this.beginPhoto();
  }

  beginPhoto() {
    this.find("crop").hidden = false;
    this.update("photo");
  }

  cropped() {                               // a square of the picture, grey, as large as the network's input
    const [size, x, y] = ["size", "x", "y"].map((name) => this.find("crop").querySelector(`[name=${name}]`).value / 100);
    const {photo} = this, side = Math.min(photo.width, photo.height) * size;
    const left = (photo.width - side) * x, top = (photo.height - side) * y;
    const show = this.find("photo"), large = show.getContext("2d");
    large.imageSmoothingQuality = "high";
    large.drawImage(photo, left, top, side, side, 0, 0, show.width, show.height);
    const small = new OffscreenCanvas(SIZE, SIZE).getContext("2d");
    small.imageSmoothingQuality = "high";
    small.drawImage(photo, left, top, side, side, 0, 0, SIZE, SIZE);
    const {data} = small.getImageData(0, 0, SIZE, SIZE), pixels = new Uint8Array(SIZE * SIZE);
    for (let i = 0; i < pixels.length; i++) {
      pixels[i] = Math.round(.299 * data[4 * i] + .587 * data[4 * i + 1] + .114 * data[4 * i + 2]);
    }
    large.fillStyle = "rgba(255,255,255,.7)";                   // where the twin has its eyes
    large.fillRect(0, EYES * show.height, show.width, 1);
    return pixels;
  }
}

const bar = (name, share, number, strong = false) => `<div class="bar${strong ? " strong" : ""}"><span>${name}</span>
  <i><i style="width:${(100 * Math.min(Math.max(share, 0), 1)).toFixed(1)}%"></i></i><span>${number}</span></div>`;

function grey(canvas, values, size) {
  put(canvas, size, (i) => values[i]);
}

function signed(canvas, values, size) {     // from minus the largest value, black, to plus, white
  const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-9);
  put(canvas, size, (i) => 127.5 * (1 + values[i] / most));
}

function put(canvas, size, value) {
  const context = canvas.getContext("2d"), picture = context.createImageData(size, size);
  for (let i = 0; i < size * size; i++) picture.data.set([value(i), value(i), value(i), 255], 4 * i);
  context.putImageData(picture, 0, 0);
}

const layout = ({people, presets, filters, note}) => `
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
<div class="row"><label>person <select data-part="person">${people.map((name) => `<option>${name}</option>`).join("")}</select></label>
  <span class="presets" role="group" aria-label="expressions">${Object.keys(presets).map((name) =>
    `<button type="button" data-preset="${name}">${name}</button>`).join("")}</span>
  <label><input type="checkbox" data-part="sides"> each side by itself</label></div>
<div class="units"><fieldset><legend>eyes and brows</legend><div data-part="upper"></div></fieldset>
  <fieldset><legend>nose, mouth, jaw</legend><div data-part="lower"></div></fieldset></div>
<section><h3>The strongest filters</h3>
  <p>Response as a share of the filter's strongest to a training image, and the action unit that it is taken for.</p>
  <ol data-part="strongest" class="strongest"></ol></section>
<details data-part="ask"><summary>Ask a filter</summary>
  <div class="row"><label>conv3: <input type="number" min="0" max="255" value="${filters.first ?? 0}" data-part="filter"></label>
    <span data-part="response"></span></div>
  <p data-part="is"></p>
  <div class="asked">
    <figure><div data-part="top" class="top" style="--image:url(${filters.images.src});--size:${filters.images.size}px"></div>
      <figcaption>the training images that excite it most</figcaption></figure>
    <figure><canvas data-part="guided" width="${SIZE}" height="${SIZE}" role="img" aria-label="guided backpropagation from the filter to this face"></canvas>
      <figcaption data-part="silent">guided backpropagation, this face</figcaption></figure>
    <figure><div data-part="divergence" class="bars"></div><figcaption>divergence of its responses with and without each unit (nats)</figcaption></figure>
  </div>
  <p>Its response as one unit goes from 0 to 1 on this person, the others as they are: drawn for each unit that you move, or
    <button type="button" data-part="sweep">for all of them</button></p>
  <div data-part="doses" class="doses"></div></details>
<details><summary>Bring a face</summary>
  <p>Drop a picture on the face above, or <label class="file">choose one <input type="file" accept="image/*" data-part="file"></label>
    or <button type="button" data-part="camera">use the camera</button>. It is cropped and judged in this page:
    <b>nothing leaves your browser</b>.</p>
  <div data-part="crop" class="crop" hidden>
    <label>size <input type="range" name="size" min="20" max="100" value="70"></label>
    <label>left–right <input type="range" name="x" min="0" max="100" value="50"></label>
    <label>up–down <input type="range" name="y" min="0" max="100" value="40"></label>
    <span>The line is where the twin has its eyes.</span>
    <button type="button" data-part="drawn">back to the drawn face</button></div></details>
<p class="note">${note ?? ""}</p>`;
