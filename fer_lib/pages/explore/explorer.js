// The explorer: a face to move, what the network makes of it, and one filter asked. It needs no more of its surroundings
// than `ask` and `loadPerson`, so that the page (page.js) and JupyterLab (widget.js) show the same.
//
//   new Explorer(element, {head, people: ["S001", …], person, loadPerson, ask, classes, presets, filters, note})
//   explorer.answered = (answer, explorer) => …                // after each answer of the network
import {AskedFilter} from "./asked.js";
import {OWN_KEYS} from "./common.js";
import {FINEST, Face, SIZE} from "./face.js";
import {bar, grey, layout, signed} from "./layout.js";
import {Photo} from "./photo.js";
import {Sliders} from "./sliders.js";

const SHOWN = 8, QUICK = 2, REST = 200;     // filters; samples while a slider moves; ms until all are taken

export class Explorer {
  constructor(root, options) {
    Object.assign(this, options, {root, answers: 0, loaded: {}});
    root.classList.add("explorer");
    root.style.setProperty("--sheet", `url(${this.filters.images.src})`);
    root.innerHTML = layout(this);
    const find = this.find = (name) => root.querySelector(`[data-part="${name}"]`), names = this.head.action_units;
    this.face = new Face(this.head);
    this.asked = new AskedFilter({find, filters: this.filters, names});
    this.photo = new Photo({find, changed: () => this.update("photo"), complain: (text) => this.complain(text)});
    this.sliders = new Sliders({find, names, moved: () => { this.photo.leave(); this.update("slider"); },
      joined: () => this.update(), rested: (unit) => this.sweep(unit)});
    this.listen();
    this.choosePerson(this.person ?? this.people[0]);
  }

  // What is set from outside, too: JupyterLab's traits.

  get units() { return this.sliders.units; }

  setUnits(units) {
    this.sliders.set(units);
    this.photo.leave();
    this.update("set");
  }

  async choosePerson(name) {
    const before = this.person;
    this.complain("");
    this.person = this.find("person").value = name;
    try {
      this.loaded[name] ??= await this.loadPerson(name);
    } catch (error) {
      this.person = this.find("person").value = before;
      return this.complain(`${name} cannot be drawn: ${error.message}`);
    }
    if (this.person !== name) return;       // another one was chosen meanwhile
    this.face.person = this.loaded[name];
    this.asked.forget();
    this.update();
  }

  chooseFilter(number) {
    this.asked.choose(number);
    this.update();
  }

  listen() {
    this.find("person").addEventListener("change", ({target}) => this.choosePerson(target.value));
    this.root.addEventListener("click", ({target}) => {
      const preset = target.closest("[data-preset]"), filter = target.closest("[data-filter]");
      if (preset) this.setUnits(this.presets[preset.dataset.preset]);
      if (filter) this.chooseFilter(+filter.dataset.filter);
      if (target.closest("[data-part=sweep]")) this.sweepAll();
      if (target.closest("[data-part=drawn]")) { this.photo.leave(); this.update(); }
    });
    this.find("ask").addEventListener("toggle", () => this.chooseFilter(this.asked.number));
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
    this.wanted = true;
    this.working ??= this.work().finally(() => { this.working = null; });
    return this.working;
  }

  async work() {
    while (this.wanted) {
      this.wanted = false;
      const {since} = this;
      this.since = undefined;
      if (!this.face.person) return;
      const pixels = this.look(), answering = this.ask(pixels, this.asked.number, this.asked.open);
      if (!this.photo.picture) this.face.paint(this.find("face"));      // while the network computes
      try {
        this.answer = {...await answering, pixels};
      } catch (error) {
        return this.complain(`The network cannot answer: ${error.message}`);
      }
      this.drawAnswer();
      if (since !== undefined) this.root.dataset.latency = (performance.now() - since).toFixed(1);
      this.root.dataset.answers = ++this.answers;
      this.answered?.(this.answer, this);
    }
  }

  look() {
    this.root.classList.toggle("photo", Boolean(this.photo.picture));
    if (this.photo.picture) return this.photo.pixels();
    this.face.show(this.units, {fine: this.hurry ? QUICK : FINEST});
    return this.face.pixels();
  }

  drawAnswer() {
    const {answer: {probabilities, strongest, seen, pixels}, classes, filters: {top, unit}} = this;
    const best = probabilities.indexOf(Math.max(...probabilities));
    this.find("classes").innerHTML = classes.map((name, i) =>
      bar(name, probabilities[i], `${(100 * probabilities[i]).toFixed(0)} %`, i === best)).join("");
    this.find("named").textContent = `Named ${classes[best]}, ${(100 * probabilities[best]).toFixed(0)} per cent.`;
    signed(this.find("seen"), seen, SIZE);
    grey(this.find("input"), pixels, SIZE);
    const share = Array.from(strongest, (value, f) => value / (top[f] || Infinity));
    const order = share.map((_, f) => f).sort((a, b) => share[b] - share[a]).slice(0, SHOWN);
    this.find("strongest").innerHTML = order.map((f) => `<li><button type="button" ${OWN_KEYS} data-filter="${f}">conv3:${f}</button>
      ${bar(unit[f] ?? "none", share[f], `${(100 * share[f]).toFixed(0)} %`)}</li>`).join("");
    this.asked.answered(this.answer);
  }

  // An empty text takes the complaint back.
  complain(text) {
    this.find("error").textContent = text;
    this.find("error").hidden = !text;
  }

  async sweep(unit) {
    if (this.photo.picture) return;
    const before = JSON.stringify(this.units), {person} = this.face;
    await this.asked.sweep(unit, {...this.units}, async (units) => {
      this.face.show(units);
      return (await this.ask(this.face.pixels(), this.asked.number, false)).strongest;
    }, () => !this.photo.picture && this.face.person === person && JSON.stringify(this.units) === before);
    this.face.show(this.units);
  }

  async sweepAll() {
    for (const unit of Object.keys(this.head.action_units)) await this.sweep(unit);
    this.root.dataset.swept = "yes";
  }
}
