// One filter asked: its images, its AUCs, its guided picture of the face, and its response to each unit.
import {bothWays} from "./changes.js";
import {chosen, safe, tile} from "./common.js";
import {put, signed} from "./layout.js";

const STEPS = [0, .2, .4, .6, .8, 1];

export class AskedFilter {
  // find: an element by its part; names: of the action units
  constructor({find, names}) {
    Object.assign(this, {find, names, doses: {}, number: 0});
  }

  get open() { return this.find("ask").open; }

  // filters: what is known of a network's, by networks.py
  of(filters) {
    this.filters = filters;
    this.doses = {};
    this.choose(this.number);
  }

  choose(number) {
    this.number = chosen(number, 255);
    this.find("filter").value = this.number;
    this.redraw();
  }

  redraw() {
    if (this.filters) this.draw();
  }

  draw() {
    const {every, units, unit, sign, auc, people, images} = this.filters, f = this.number, silent = !this.filters.top[f];
    this.find("every").innerHTML = units.map((name, i) => `<div class="bar${name === unit[f] ? " strong" : ""}">
      <span>${safe(name)}</span>${bothWays(2 * every[f][i] - 1)}<span>${every[f][i].toFixed(2)}</span></div>`).join("");
    this.find("is").textContent = unit[f]
      ? `conv3:${f} is taken for ${unit[f]}, ${this.names[unit[f]]?.name ?? ""}: of all units, alone on half of `
        + `${people} drawn people, it tells that best from their rest, and responds ${sign[f] > 0 ? "more" : "less"} `
        + `with it. On the other half its AUC is ${auc[f].toFixed(2)}.`
      : silent ? `conv3:${f} responds to no drawn face.` : `conv3:${f} tells no unit from rest.`;
    this.find("top").innerHTML = images.of[f].map((place, i) =>
      tile(images, place, `image ${i + 1} of those that excite conv3:${f} most`)).join("");
    this.drawDoses();
  }

  answered({strongest, gradient, size}) {
    const f = this.number, silent = !strongest[f];              // then its strongest unit is no unit of its own
    this.find("response").textContent = `conv3:${f} responds with ${strongest[f].toFixed(2)}; `
      + `its strongest to one of ${this.filters.faces} drawn faces was ${this.filters.top[f].toFixed(2)}.`;
    if (silent) put(this.find("guided"), size, () => 127.5);
    else if (gradient.length > 1) signed(this.find("guided"), gradient, size);
    this.find("silent").textContent = silent ? "guided backpropagation: it does not respond to this face"
      : "guided backpropagation";
    this.drawDoses();
  }

  // Responses of all filters to one unit from 0 to 1, the others as they are. respond(units) → of all filters; same():
  // is the face still the one that was asked about?
  async sweep(unit, units, respond, same) {
    if (this.sweeping) return;
    this.sweeping = true;
    const found = [];
    try {
      for (const level of STEPS) {
        found.push(await respond({...units, [unit]: level}));
        if (!same()) return;
      }
    } finally {
      this.sweeping = false;
    }
    this.doses[unit] = found;
    this.lastDose = unit;
    this.drawDoses();
  }

  forget() { this.doses = {}; }

  drawDoses() {
    const {top} = this.filters, f = this.number;
    this.find("doses").innerHTML = Object.entries(this.doses).map(([unit, answers]) => {
      const values = answers.map((strongest) => strongest[f] / (top[f] || Infinity));
      const points = values.map((value, i) => `${(4 + 72 * STEPS[i]).toFixed(1)},${(36 - 32 * Math.min(value, 1.1)).toFixed(1)}`);
      return `<figure class="${unit === this.lastDose ? "last" : ""}"><svg viewBox="0 0 80 40" role="img" aria-label="${
        safe(unit)}: response from ${values[0].toFixed(2)} to ${values.at(-1).toFixed(2)}"><path d="M4 36H76M4 4V36"/>
        <polyline points="${points.join(" ")}"/></svg><figcaption>${safe(unit)}</figcaption></figure>`;
    }).join("");
  }
}
