// A slider for each action unit, for each side of it where FACS tells sides apart, in groups that fold.
import {OWN_KEYS, safe} from "./common.js";

// Open are as many as fit beside the face. Units that no other group has are in the last one.
const GROUPS = [["brows", true, ["AU1", "AU2", "AU4"]], ["eyes", false, ["AU5", "AU7", "AU43"]],
  ["nose and cheeks", true, ["AU6", "AU9"]],
  ["mouth", true, ["AU10", "AU12", "AU14", "AU15", "AU16", "AU18", "AU20", "AU23", "AU24"]],
  ["chin and jaw", true, []]];

export const wholeUnit = (unit) => unit.replace(/[LR]$/, "");

export class Sliders {
  // find: an element by its part; names: {AU1: {name, sided}, …}. Called are: moved(unit) while one moves, rested(unit)
  // when it is let go, joined() when two sides have become one.
  constructor({find, names, moved, joined, rested}) {
    Object.assign(this, {find, names, moved, rested, units: {}, sides: false});
    const grouped = GROUPS.flatMap(([, , units]) => units);
    find("units").innerHTML = GROUPS.map(([group, open]) => `
      <details class="group" ${open ? "open" : ""} data-group="${group}">
        <summary ${OWN_KEYS}>${group} <span></span></summary><div></div></details>`).join("")
      + `<label class="sides"><input type="checkbox" ${OWN_KEYS} data-part="sides"> each side by itself</label>`;
    this.groups = [...find("units").querySelectorAll("[data-group]")].map((element, i) => ({element, units:
      i < GROUPS.length - 1 ? GROUPS[i][2] : Object.keys(names).filter((name) => !grouped.includes(name))}));
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

  get all() { return [...this.find("units").querySelectorAll("[data-unit]")]; }

  draw() {
    for (const {element, units} of this.groups) {
      element.querySelector("div").innerHTML = units.filter((name) => name in this.names).map((name) => {
        const {name: title, sided} = this.names[name];
        return (this.sides && sided ? [["L", "left"], ["R", "right"]] : [["", ""]]).map(([letter, side]) => `
          <label class="unit" title="${safe(title)}">
            <span><b>${safe(name)}${letter}</b> ${safe(title)}${side && `, ${side}`}</span>
            <input type="range" ${OWN_KEYS} min="0" max="100" step="5" value="0" data-unit="${safe(name)}${letter}">
            <output>0</output></label>`).join("");
      }).join("");
    }
    for (const slider of this.all) {
      slider.addEventListener("input", () => this.move(slider));
      slider.addEventListener("change", () => this.rested(slider.dataset.unit));
    }
    this.show();
  }

  show() {
    for (const slider of this.all) {
      const unit = slider.dataset.unit, whole = wholeUnit(unit);
      const value = Math.max(this.units[unit] ?? 0, this.units[whole] ?? 0,
        unit === whole ? Math.max(this.units[`${unit}L`] ?? 0, this.units[`${unit}R`] ?? 0) : 0);
      this.say(slider, 100 * value);
    }
    this.sum();
  }

  sum() {                                   // what a folded group hides
    for (const {element, units} of this.groups) {
      const shown = Object.entries(this.units).filter(([unit]) => units.includes(wholeUnit(unit)));
      element.querySelector("summary span").textContent =
        shown.map(([unit, value]) => `${unit} ${Math.round(100 * value)}`).join(", ");
    }
  }

  say(slider, value) {
    slider.value = value;
    slider.nextElementSibling.value = Math.round(value);
    slider.setAttribute("aria-valuetext", `${Math.round(value)} per cent`);
  }

  move(slider) {
    const unit = slider.dataset.unit, whole = wholeUnit(unit), value = slider.value / 100;
    if (unit === whole) { delete this.units[`${unit}L`]; delete this.units[`${unit}R`]; }
    else if (whole in this.units) {                             // now each side has its own
      for (const side of "LR") this.units[whole + side] ??= this.units[whole];
      delete this.units[whole];
    }
    if (value) this.units[unit] = value; else delete this.units[unit];
    this.say(slider, slider.value);
    this.sum();
    this.moved(unit);
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
