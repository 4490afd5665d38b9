// Which filters answer to what was moved: how much each changes against the same person's resting face, and whether
// those that change most are filters of the unit that is moved.
import {OWN_KEYS, safe} from "./common.js";

const SHOWN = 8, LEAST = .01;               // filters in the list; a smaller change is none

// Of each filter by how much it answers more (less: negative) than to the resting face, as a share of its strongest
// answer to a drawn face.
export const changesOf = (strongest, rest, top) =>
  Array.from(strongest, (value, f) => top[f] ? (value - rest[f]) / top[f] : 0);

// Filters that changed, most first.
export const ranked = (changes, least = LEAST) => changes.map((_, f) => f)
  .filter((f) => Math.abs(changes[f]) >= least).sort((a, b) => Math.abs(changes[b]) - Math.abs(changes[a]));

// Of the filters that are taken for one of the units: which they are, how many of them are among as many that changed
// most, and how many would be if it were chance.
export function answering(order, {unit}, units) {
  const own = new Set(unit.flatMap((name, f) => name && units.includes(name) ? [f] : []));
  return {own, among: order.slice(0, own.size).filter((f) => own.has(f)).length,
    chance: own.size ** 2 / unit.filter(Boolean).length};
}

// A bar to the right for what is above 0, to the left for what is below, −1 to 1.
export function bothWays(share) {
  const length = 50 * Math.min(Math.abs(share), 1), left = share < 0 ? 50 - length : 50;
  return `<i class="way"><i style="left:${left.toFixed(1)}%;width:${length.toFixed(1)}%"></i></i>`;
}

const unitOf = ({unit, sign, auc}, f) =>
  unit[f] ? `${safe(unit[f])} ${sign[f] < 0 ? "↓" : "↑"} ${auc[f].toFixed(2)}` : "no unit";

export class Changes {
  // find: an element by its part; names: of the action units
  constructor({find, names}) {
    Object.assign(this, {find, names});
  }

  // strongest, rest: what all filters answer to what is shown, and to the resting face, or null where there is none;
  // filters: what is known of them; units: that are moved; drawn: it is no picture of one's own
  draw({strongest, rest}, filters, units, drawn) {
    const changes = rest ? changesOf(strongest, rest, filters.top) : [], order = ranked(changes);
    const found = answering(order, filters, units), {own} = found;
    this.find("strip").innerHTML = rest ? strip(changes, own, units) : "";
    this.find("told").innerHTML = order.length ? this.said(found, units) : unchanged(drawn, rest);
    this.find("changed").innerHTML = order.slice(0, SHOWN).map((f) => `<li class="${own.has(f) ? "own" : ""}">
      <button type="button" ${OWN_KEYS} data-filter="${f}">conv3:${f}</button>${bothWays(changes[f])}
      <span>${Math.round(100 * Math.abs(changes[f]))} % ${changes[f] < 0 ? "less" : "more"}</span>
      <span>${own.has(f) ? "◆ " : ""}${unitOf(filters, f)}</span></li>`).join("");
    this.find("heads").hidden = !order.length;
  }

  said({own: {size: count}, among, chance}, units) {
    if (!units.length) return "The filters that changed most:";
    const several = units.length > 1, full = several ? "" : `, ${(this.names[units[0]]?.name ?? "").toLowerCase()}`;
    const named = `<b>${safe(units.join(", ") + full)}:</b>`, these = several ? "these" : "it";
    if (!count) return `${named} no filter of this network is taken for ${these}.`;
    return `${named} of the ${count} filters taken for ${these}, <b>${among}</b> ${among === 1 ? "is" : "are"} among the `
      + `${count} that changed most; by chance ${chance.toFixed(chance < 9.5 ? 1 : 0)}.`;
  }
}

function unchanged(drawn, rest) {
  if (drawn) return "At rest nothing is claimed. Move a unit: here appear the filters that answer.";
  return rest ? "With this picture others are compared."
    : "A picture has no resting face to compare with: choose one below.";
}

// Every filter a square, those of the moved units diamonds; from left, less, to right, more. Heights say nothing. (Round
// dots take a browser that draws in software longer than the network its answer.)
function strip(changes, own, units) {
  const path = (mine, shape) => changes.map((change, f) => own.has(f) !== mine ? "" :
    `M${(160 + 152 * Math.min(Math.max(change, -1), 1)).toFixed(1)} ${(5 + 26 * (f * .618 % 1)).toFixed(1)}${shape}`).join("");
  const label = `changes of all filters; diamonds: those taken for ${safe(units.join(", ") || "no unit")}`;
  return `<svg viewBox="0 0 320 36" role="img" aria-label="${label}"><path class="axis" d="M160 0V36M8 35.5H312"/>
    <path class="others" d="${path(false, "m-1.5-1.5h3v3h-3z")}"/>
    <path class="own" d="${path(true, "m-4.5 0l4.5-4.5 4.5 4.5-4.5 4.5z")}"/></svg>
    <div class="ends"><span>← less</span><span>as at rest</span><span>more →</span></div>`;
}
