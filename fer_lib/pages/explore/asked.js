// One filter asked: its images, its divergences, its guided picture of the face, and its response to each unit.
import {chosen, safe, tile} from "./common.js";
import {SIZE} from "./face.js";
import {bar, put, signed} from "./layout.js";

const STEPS = [0, .2, .4, .6, .8, 1];

export class AskedFilter {
  // find: an element by its part; filters: what is known of each, by assets.py; names: of the action units
  constructor({find, filters, names}) {
    Object.assign(this, {find, filters, names, doses: {}, number: filters.first ?? 0});
  }

  get open() { return this.find("ask").open; }

  choose(number) {
    this.number = chosen(number, this.filters.top.length - 1);
    this.find("filter").value = this.number;
    this.draw();
  }

  draw() {
    const {divergence, units, unit, sign, images} = this.filters, f = this.number, own = divergence[f];
    const most = Math.max(...own);
    this.find("divergence").innerHTML = units.map((name, i) => bar(name, most ? own[i] / most : 0, own[i].toFixed(2),
      own[i] === most)).join("");
    this.find("is").textContent = unit[f]
      ? `conv3:${f} is taken for ${unit[f]}, ${this.names[unit[f]]?.name ?? ""}, whose divergence is the largest by its own `
        + `chance: it responds ${sign[f] > 0 ? "more" : "less"} to faces with it.`
      : `conv3:${f} responds to no training image.`;
    this.find("top").innerHTML = images.of[f].map((place, i) =>
      tile(images, place, `image ${i + 1} of those that excite conv3:${f} most`)).join("");
    this.drawDoses();
  }

  answered({strongest, gradient}) {
    const f = this.number, silent = !strongest[f];              // then its strongest unit is no unit of its own
    this.find("response").textContent = `conv3:${f} responds with ${strongest[f].toFixed(2)}; `
      + `its strongest to a training image was ${this.filters.top[f].toFixed(2)}.`;
    if (silent) put(this.find("guided"), SIZE, () => 127.5);
    else if (gradient.length > 1) signed(this.find("guided"), gradient, SIZE);
    this.find("silent").textContent = silent ? "guided backpropagation: it does not respond to this face"
      : "guided backpropagation, this face";
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
