// A slider for each action unit, for each side of it where FACS tells sides apart.
import {OWN_KEYS, safe} from "./common.js";

const UPPER = ["AU1", "AU2", "AU4", "AU5", "AU6", "AU7", "AU43"];

export class Sliders {
  // find: an element by its part; names: {AU1: {name, sided}, …}. Called are: moved() while one moves, rested(unit) when
  // it is let go, joined() when two sides have become one.
  constructor({find, names, moved, joined, rested}) {
    Object.assign(this, {find, names, moved, rested, units: {}, sides: false});
    find("sides").addEventListener("change", ({target}) => {
      this.sides = target.checked;
      if (!this.sides && this.join()) joined();
      this.draw();
    });
    this.draw();
  }

  // units: intensities 0–1, "AU12" or "AU14L" for one side
  set(units) {
    this.units = Object.fromEntries(Object.entries(units).filter(([, value]) => value > 0));
    this.show();
  }

  get all() { return ["upper", "lower"].flatMap((part) => [...this.find(part).querySelectorAll("[data-unit]")]); }

  draw() {
    for (const [part, own] of [["upper", (name) => UPPER.includes(name)], ["lower", (name) => !UPPER.includes(name)]]) {
      this.find(part).innerHTML = Object.entries(this.names).filter(([name]) => own(name)).map(([name, {name: title, sided}]) =>
        (this.sides && sided ? [["L", "left"], ["R", "right"]] : [["", ""]]).map(([letter, side]) => `
          <label class="unit"><span><b>${safe(name)}${letter}</b> ${safe(title)}${side && `, ${side}`}</span>
          <input type="range" ${OWN_KEYS} min="0" max="100" step="5" value="0" data-unit="${safe(name)}${letter}"><output>0</output></label>`
        ).join("")).join("");
    }
    for (const slider of this.all) {
      slider.addEventListener("input", () => this.move(slider));
      slider.addEventListener("change", () => this.rested(slider.dataset.unit));
    }
    this.show();
  }

  show() {
    for (const slider of this.all) {
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

  move(slider) {
    const unit = slider.dataset.unit, whole = unit.replace(/[LR]$/, ""), value = slider.value / 100;
    if (unit === whole) { delete this.units[`${unit}L`]; delete this.units[`${unit}R`]; }
    else if (whole in this.units) {                             // now each side has its own
      for (const side of "LR") this.units[whole + side] ??= this.units[whole];
      delete this.units[whole];
    }
    if (value) this.units[unit] = value; else delete this.units[unit];
    this.say(slider, slider.value);
    this.moved();
  }

  join() {                                  // the side that shows more becomes both; → was there any?
    const sided = Object.keys(this.units).filter((name) => /[LR]$/.test(name));
    for (const unit of sided) {
      const whole = unit.slice(0, -1);
      this.units[whole] = Math.max(this.units[whole] ?? 0, this.units[unit]);
      delete this.units[unit];
    }
    return sided.length > 0;
  }
}
