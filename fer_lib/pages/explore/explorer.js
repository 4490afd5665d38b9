// The explorer: a face to move, what a network makes of it, and one filter asked. It needs no more of its surroundings
// than what loads people and networks, so that the page (page.js) and JupyterLab (widget.js) show the same.
//
//   new Explorer(element, {head, people: ["S001", …], networks: [{name, title}, …], person, network, presets, loaded,
//     loadPerson, loadNetwork})
//   loadNetwork(name) → {classes, size, note, filters, ask(pixels, filter, guided, aside)}; aside: it is not what is
//   shown. loaded: {person: {}, network: {}}, what is there already
//   explorer.answered = (answer, explorer) => …                // after each answer of a network
//   explorer.rested = () => …                                  // after one that is not followed by another at once
import {AskedFilter} from "./asked.js";
import {Changes} from "./changes.js";
import {FINEST, Face, SIZE, resized} from "./face.js";
import {bar, grey, layout, save, signed} from "./layout.js";
import {Photo} from "./photo.js";
import {Sliders, wholeUnit} from "./sliders.js";

const QUICK = 2, REST = 200;                // samples while a slider moves; ms until all are taken

export class Explorer {
  constructor(root, options) {
    Object.assign(this, options, {root, answers: 0, rests: new Map()});
    root.classList.add("explorer");
    root.innerHTML = layout(this);
    const find = this.find = (name) => root.querySelector(`[data-part="${name}"]`), names = this.head.action_units;
    this.face = new Face(this.head);
    this.asked = new AskedFilter({find, names});
    this.changes = new Changes({find, names});
    this.photo = new Photo({find, changed: () => this.update("photo"), complain: (text) => this.complain(text)});
    this.sliders = new Sliders({find, names, moved: (unit) => this.move(unit), joined: () => this.update(),
      rested: (unit) => this.sweep(unit)});
    this.listen();
    for (const what of ["person", "network"]) this.choose(what, this[what]);
  }

  move(unit) {
    this.last = wholeUnit(unit);
    this.photo.leave();
    this.update("slider");
  }

  // What is set from outside, too: JupyterLab's traits, the page's address.

  get units() { return this.sliders.units; }

  setUnits(units) {
    this.sliders.set(units);
    this.last = null;
    this.photo.leave();
    this.update("set");
  }

  // what: "person" or "network"; it is loaded where it is not yet
  async choose(what, name) {
    const before = this[what], {loaded: {[what]: loaded}} = this;
    this.complain("");
    this[what] = name;
    this.mark(what);
    try {
      if (!loaded[name]) this.find("named").textContent = "Being loaded …";
      loaded[name] ??= await {person: this.loadPerson, network: this.loadNetwork}[what](name);
    } catch (error) {
      if (this[what] !== name) return;
      this[what] = before;
      this.mark(what);
      await this.update();
      return this.complain(`${name} cannot be ${what === "person" ? "drawn" : "asked"}: ${error.message}`);
    }
    if (this[what] !== name) return;        // another one was chosen meanwhile
    if (what === "person") this.face.person = loaded[name]; else this.shown = loaded[name];
    if (this.shown) {
      this.root.style.setProperty("--sheet", `url(${this.shown.filters.images.src})`);
      this.find("note").textContent = this.shown.note;
      this.asked.of(this.shown.filters);
    }
    this.update();
  }

  mark(what) {
    const place = this.find(what);
    if (what === "person") place.value = this.person;
    else for (const one of place.querySelectorAll("input")) one.checked = one.value === this.network;
  }

  // open: unfold what is said of it
  chooseFilter(number, open) {
    this.asked.choose(number);
    if (open) this.find("ask").open = true;
    this.update();
  }

  listen() {
    this.find("person").addEventListener("change", ({target}) => this.choose("person", target.value));
    this.find("network").addEventListener("change", ({target}) => this.choose("network", target.value));
    this.root.addEventListener("click", ({target}) => {
      const preset = target.closest("[data-preset]"), filter = target.closest("[data-filter]");
      if (preset) this.setUnits(this.presets[preset.dataset.preset]);
      if (filter) {
        this.chooseFilter(+filter.dataset.filter, true);
        this.find("ask").scrollIntoView({block: "nearest"});
      }
      if (target.closest("[data-part=sweep]")) this.sweepAll();
      if (target.closest("[data-part=drawn]")) { this.photo.leave(); this.update(); }
      if (target.closest("[data-part=save]")) this.save();
    });
    this.find("ask").addEventListener("toggle", () => {         // comes late: a number may have been typed by now
      this.asked.redraw();
      this.update();
    });
    this.find("filter").addEventListener("change", ({target}) => this.chooseFilter(+target.value));
  }

  // The network's answer to what is shown. While one is computed, later wishes replace each other. how: what the reader
  // did, after which an earlier complaint says nothing any more; without it the answer is not timed. After "slider" the
  // face is drawn coarsely, and finely after REST.

  update(how) {
    if (how) {
      this.since ??= performance.now();
      this.complain("");
    }
    this.hurry = how === "slider";
    clearTimeout(this.resting);
    if (this.hurry) this.resting = setTimeout(() => this.update(), REST);
    if (!this.face.person || !this.shown) return;               // not loaded yet
    this.wanted = true;
    this.working ??= this.work().finally(() => { this.working = null; });
    return this.working;
  }

  async work() {
    while (this.wanted) {
      this.wanted = false;
      const {since, shown, face: {person}, hurry} = this;
      this.since = undefined;
      try {
        const rest = await this.atRest(shown, hurry ? QUICK : FINEST);
        if (shown !== this.shown || person !== this.face.person) { this.since ??= since; continue; }
        const pixels = this.look(), {size} = shown, input = resized(pixels, size);
        const answering = shown.ask(input, this.asked.number, this.asked.open);
        if (!this.photo.picture) this.face.paint(this.find("face"));    // while the network computes
        const answer = await answering;
        if (shown !== this.shown) { this.since ??= since; continue; }
        this.answer = {...answer, pixels, input, size, rest};
      } catch (error) {
        return this.complain(`The network cannot answer: ${error.message}`);
      }
      this.drawAnswer();
      if (since !== undefined) this.root.dataset.latency = (performance.now() - since).toFixed(1);
      this.root.dataset.answers = ++this.answers;
      this.answered?.(this.answer, this);
      if (!this.wanted && !this.hurry) {
        this.rested?.();
        // so that the first move is quick, too
        if (!this.photo.picture) await this.atRest(shown, QUICK).catch(() => {});
      }
    }
  }

  // What all filters answer to the resting face, drawn as finely; of a picture, to the one that it is compared with, or
  // null.
  async atRest(shown, fine) {
    const {rests, face, photo} = this, of = photo.picture ? photo.rest : `${face.person.name} ${fine}`;
    if (!of) return null;
    if (!rests.has(shown)) rests.set(shown, new Map());
    const known = rests.get(shown);
    if (!known.has(of)) {
      if (!photo.picture) face.show({}, {fine});
      const pixels = photo.picture ? resized(of, shown.size) : this.input(shown);
      known.set(of, (await shown.ask(pixels, this.asked.number, false, true)).strongest);
    }
    return known.get(of);
  }

  input({size} = this.shown) { return resized(this.face.pixels(), size); }

  look() {
    this.root.classList.toggle("photo", Boolean(this.photo.picture));
    if (this.photo.picture) return this.photo.pixels();
    this.face.show(this.units, {fine: this.hurry ? QUICK : FINEST});
    return this.face.pixels();
  }

  // Units that the list is about: the one that was moved last, or all that are shown.
  get moving() {
    const shown = this.photo.picture ? [] : [...new Set(Object.keys(this.units).map(wholeUnit))];
    return shown.includes(this.last) ? [this.last] : shown;
  }

  drawAnswer() {
    const {answer, shown: {classes, filters}} = this, {probabilities, seen, input, size} = answer;
    const best = probabilities.indexOf(Math.max(...probabilities));
    this.find("classes").innerHTML = classes.map((name, i) =>
      bar(name, probabilities[i], `${(100 * probabilities[i]).toFixed(0)} %`, i === best)).join("");
    this.find("named").textContent = `Named ${classes[best]}, ${(100 * probabilities[best]).toFixed(0)} per cent.`;
    this.changes.draw(answer, filters, this.moving, !this.photo.picture);
    if (!this.asked.open) return;
    signed(this.find("seen"), seen, size);
    grey(this.find("input"), input, size);
    this.asked.answered(answer);
  }

  // An empty text takes the complaint back.
  complain(text) {
    this.find("error").textContent = text;
    this.find("error").hidden = !text;
  }

  save() {
    if (this.photo.picture) return save(this.find("photo"), "picture");
    const shown = Object.entries(this.units).map(([unit, value]) => `${unit}-${Math.round(100 * value)}`);
    save(this.find("face"), [this.person, ...shown].join("_"));
  }

  async sweep(unit) {
    if (this.photo.picture) return;
    const before = JSON.stringify(this.units), {face: {person}, shown} = this;
    const same = () => !this.photo.picture && this.face.person === person && this.shown === shown
      && JSON.stringify(this.units) === before;
    await this.asked.sweep(unit, {...this.units}, async (units) => {
      this.face.show(units);
      return (await shown.ask(this.input(shown), this.asked.number, false, true)).strongest;
    }, same);
    this.face.show(this.units);
  }

  async sweepAll() {
    for (const unit of Object.keys(this.head.action_units)) await this.sweep(unit);
    this.root.dataset.swept = "yes";
  }
}
