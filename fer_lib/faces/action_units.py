"""Action units: what each moves (facial actions of the head model), and what it is called in FACS.

Gains are weights of the model's actions at full intensity, set by eye against the FACS manual's descriptions (Ekman,
Friesen & Hager 2002). ``*`` stands for Left and Right; only units of such actions can be shown on one side ("AU14L",
"AU14R"; L is the subject's left). The furrows that go with a unit are in `paint.furrows`.
"""
from dataclasses import dataclass


@dataclass(frozen=True)
class ActionUnit:
    name: str                           # FACS name
    gains: dict[str, float]             # facial action → weight at intensity 1

    @property
    def sided(self) -> bool:
        """Whether it can be shown on one side only."""
        return all(action.endswith("*") for action in self.gains)


ACTION_UNITS = {
    "AU1": ActionUnit("Inner brow raiser", {"browInnerUp": 1.7}),
    "AU2": ActionUnit("Outer brow raiser", {"browOuterUp*": 1.25}),
    "AU4": ActionUnit("Brow lowerer", {"browDown*": 1.25}),
    "AU5": ActionUnit("Upper lid raiser", {"eyeWide*": 1.2}),
    "AU6": ActionUnit("Cheek raiser", {"cheekSquint*": 1.0, "eyeSquint*": .25}),
    "AU7": ActionUnit("Lid tightener", {"eyeSquint*": 1.05}),
    "AU9": ActionUnit("Nose wrinkler", {"noseSneer*": 1.35, "browDown*": .35}),
    "AU10": ActionUnit("Upper lip raiser", {"mouthUpperUp*": 1.2}),
    "AU12": ActionUnit("Lip corner puller", {"mouthSmile*": .9}),
    "AU14": ActionUnit("Dimpler", {"mouthDimple*": 1.15}),
    "AU15": ActionUnit("Lip corner depressor", {"mouthFrown*": 1.35}),
    "AU16": ActionUnit("Lower lip depressor", {"mouthLowerDown*": 1.15}),
    "AU17": ActionUnit("Chin raiser", {"mouthShrugLower": 1.2, "mouthShrugUpper": .4}),
    "AU18": ActionUnit("Lip pucker", {"mouthPucker": 1.1}),
    "AU20": ActionUnit("Lip stretcher", {"mouthStretch*": 1.25}),
    "AU23": ActionUnit("Lip tightener", {"mouthRollLower": .55, "mouthRollUpper": .45, "mouthPucker": .40}),
    "AU24": ActionUnit("Lip pressor", {"mouthPress*": .55, "mouthRollUpper": .45, "mouthRollLower": .55}),
    "AU25": ActionUnit("Lips part", {"jawOpen": .12, "mouthLowerDown*": .40, "mouthUpperUp*": .25}),
    "AU26": ActionUnit("Jaw drop", {"jawOpen": .38}),
    "AU27": ActionUnit("Mouth stretch", {"jawOpen": .95}),
    "AU43": ActionUnit("Eyes closed", {"eyeBlink*": 1.0}),
}
# By FACS, of units that the head does not show and sets of photographs have
OTHER_NAMES = {"AU11": "Nasolabial deepener", "AU13": "Sharp lip puller", "AU21": "Neck tightener",
               "AU22": "Lip funneler", "AU28": "Lip suck", "AU29": "Jaw thrust", "AU31": "Jaw clencher",
               "AU34": "Cheek puff", "AU38": "Nostril dilator", "AU39": "Nostril compressor", "AU45": "Blink"}


def name_of(unit: str) -> str:
    """In FACS; the number of one that it has no name for."""
    return ACTION_UNITS[unit].name if unit in ACTION_UNITS else OTHER_NAMES.get(unit, unit)


def split(name: str) -> tuple[str, tuple[str, ...]]:
    """"AU14L" → ("AU14", ("Left",)); "AU14" → ("AU14", ("Left", "Right")). Unknown or not sided: ValueError."""
    unit, side = (name[:-1], name[-1]) if name[-1:] in ("L", "R") else (name, "")
    if unit not in ACTION_UNITS:
        raise ValueError(f"{name!r} is no action unit of this head; it knows {', '.join(ACTION_UNITS)}, some "
                         "of them with L or R behind")
    if side and not ACTION_UNITS[unit].sided:
        raise ValueError(f"{unit} ({ACTION_UNITS[unit].name}) has no left and right side here; use {unit!r}")
    return unit, {"": ("Left", "Right"), "L": ("Left",), "R": ("Right",)}[side]


def by_side(action_units: dict[str, float]) -> dict[str, dict[str, float]]:
    """{"AU12": 0.8, "AU14L": 0.5} → {"Left": {"AU12": 0.8, "AU14": 0.5}, "Right": {"AU12": 0.8}}.

    ValueError for an unknown unit, a side that it does not have, or an intensity outside 0–1.
    """
    shown = {"Left": {}, "Right": {}}
    for name, intensity in action_units.items():
        unit, sides = split(name)
        if not 0 <= intensity <= 1:
            raise ValueError(f"{name}: intensity {intensity} is outside 0–1")
        for side in sides:
            shown[side][unit] = max(shown[side].get(unit, 0.), intensity)
    return shown


def facial_actions(action_units: dict[str, float]) -> dict[str, float]:
    """Weights of the head's facial actions for {"AU12": 0.8, "AU14L": 0.5}; intensities are 0–1.

    Where units meet, FACS describes combinations that are not sums; `combine` puts some right.
    """
    weights: dict[str, float] = {}
    for side, units in by_side(action_units).items():
        own: dict[str, float] = {}
        for unit, intensity in units.items():
            for action, gain in ACTION_UNITS[unit].gains.items():
                own[action] = own.get(action, 0.) + gain * intensity
        combine(own, units)
        # an action without sides is that of the side that shows more
        for action, weight in own.items():
            name = action.replace("*", side)
            weights[name] = max(weights[name], weight) if name in weights else weight
    return weights


def combine(actions: dict[str, float], units: dict[str, float]):
    """Correct the weights of one side (``*`` in the names) where its units meet."""
    def both(*names: str) -> float:
        return min(units.get(name, 0.) for name in names)

    def add(action: str, weight: float):
        actions[action] = actions.get(action, 0.) + weight

    if level := both("AU1", "AU4"):         # the inner corners go up and together, the outer do not follow
        add("browDown*", -.95 * level)
        add("browInnerUp", .35 * level)
        add("browOuterUp*", -.85 * level)
    if both("AU4", "AU7"):                  # the lowered brow already narrows the eye
        actions["eyeSquint*"] *= 1 - .45 * units["AU4"]
    if both("AU6", "AU12"):                 # both lift the cheek; their sum would fold it under the lid
        actions["cheekSquint*"] *= 1 - .25 * units["AU12"]
    if level := both("AU12", "AU25"):       # a smile with parted lips shows the upper teeth
        add("mouthUpperUp*", .45 * level)
        add("jawOpen", .06 * level)
    if level := both("AU23", "AU24"):       # either rolls the lips in; there is no more lip to roll or to purse
        actions["mouthPucker"] -= .35 * level
        for action in ("mouthRollUpper", "mouthRollLower"):
            actions[action] = min(actions[action], .55)
