// From action units to facial actions, as fer_lib/faces/action_units.py has it.

const SIDES = ["Left", "Right"];

// {"AU12": 0.8, "AU14L": 0.5} → {Left: {AU12: 0.8, AU14: 0.5}, Right: {AU12: 0.8}}
export function bySide(units) {
  const shown = {Left: {}, Right: {}};
  for (const [name, intensity] of Object.entries(units)) {
    const side = {L: ["Left"], R: ["Right"]}[name.at(-1)];
    const unit = side ? name.slice(0, -1) : name;
    for (const one of side ?? SIDES) shown[one][unit] = Math.max(shown[one][unit] ?? 0, intensity);
  }
  return shown;
}

export function facialActions(units, actionUnits) {
  const weights = {};
  for (const [side, own] of Object.entries(bySide(units))) {
    const actions = {};
    for (const [unit, intensity] of Object.entries(own)) {
      for (const [action, gain] of Object.entries(actionUnits[unit].gains)) {
        actions[action] = (actions[action] ?? 0) + gain * intensity;
      }
    }
    combine(actions, own);
    for (const [action, weight] of Object.entries(actions)) {   // without sides: of the side that shows more
      const name = action.replace("*", side);
      weights[name] = name in weights ? Math.max(weights[name], weight) : weight;
    }
  }
  return weights;
}

// Correct one side's weights where its units meet.
function combine(actions, units) {
  const both = (...names) => Math.min(...names.map((name) => units[name] ?? 0));
  const add = (action, weight) => { actions[action] = (actions[action] ?? 0) + weight; };
  let level = both("AU1", "AU4");
  if (level) {
    add("browDown*", -.95 * level);
    add("browInnerUp", .35 * level);
    add("browOuterUp*", -.85 * level);
  }
  if (both("AU4", "AU7")) actions["eyeSquint*"] *= 1 - .45 * units.AU4;
  if (both("AU6", "AU12")) actions["cheekSquint*"] *= 1 - .25 * units.AU12;
  level = both("AU12", "AU25");
  if (level) {
    add("mouthUpperUp*", .45 * level);
    add("jawOpen", .06 * level);
  }
  level = both("AU23", "AU24");
  if (level) {
    actions.mouthPucker -= .35 * level;
    for (const action of ["mouthRollUpper", "mouthRollLower"]) actions[action] = Math.min(actions[action], .55);
  }
}
