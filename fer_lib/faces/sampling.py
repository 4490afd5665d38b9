"""What the twin's people show: sequences of four frames, the action units of each, and the probe set.

Counts and frequencies are those of CK+ (Lucey et al. 2010). Everything is drawn from generators seeded by (seed, what,
index), so that the same arguments always give the same faces.
"""
from dataclasses import dataclass, replace

import numpy as np

from .action_units import ACTION_UNITS
from .population import Subject, draw_subject
from .renderer import Shot

COUNTS = {"anger": 45, "contempt": 18, "disgust": 59, "fear": 25, "happy": 69, "sadness": 28, "surprise": 83}

# Share of CK+'s sequences of an emotion that carry each unit (occurrence; CK+'s coding as counted in NetFACS, Mielke
# et al.). AU11 (at most .08) and AU21 (.04) are left out: the head model cannot show them.
UNITS = [f"AU{number}" for number in (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 16, 17, 18, 20, 23, 24, 25, 26, 27)]
FREQUENCY = {emotion: dict(zip(UNITS, shares, strict=True)) for emotion, shares in {
    # 1    2    4    5    6    7    9   10   12   14   15   16   17   18   20   23   24   25   26   27
    "anger":
    (.00, .00, .89, .13, .18, .71, .07, .04, .02, .16, .07, .02, .87, .09, .00, .80, .73, .00, .00, .00),
    "contempt":
    (.06, .06, .06, .00, .00, .00, .00, .00, .28, .94, .22, .00, .28, .00, .00, .06, .11, .00, .00, .00),
    "disgust":
    (.00, .00, .61, .00, .31, .56, .98, .12, .03, .03, .03, .00, .68, .00, .00, .03, .12, .15, .00, .00),
    "fear":
    (.88, .40, .84, .64, .12, .24, .00, .16, .08, .20, .00, .16, .12, .00, 1.0, .00, .00, .92, .12, .00),
    "happy":
    (.00, .00, .00, .00, .96, .10, .00, .00, .97, .00, .00, .06, .00, .00, .01, .00, .00, .97, .07, .00),
    "sadness":
    (.93, .25, .82, .00, .00, .04, .00, .00, .00, .00, .82, .00, .96, .07, .00, .11, .04, .00, .04, .00),
    "surprise":
    (.98, .98, .01, .84, .00, .00, .00, .02, .04, .01, .01, .04, .00, .00, .01, .01, .00, .99, .12, .87),
}.items()}

PROBE_SUBJECTS, PROBE_INTENSITIES, PROBE_NEUTRALS, PROBE_PAIRS = 12, (.2, .4, .6, .8, 1.), 5, 15


@dataclass(frozen=True)
class Frame:
    """What one picture shows."""
    subject: int                        # position in the list of people
    sequence: str
    label: str                          # expression, or "" where none is defined
    action_units: dict[str, float]      # intensity 0–1; with L or R where one side only
    shot: Shot
    resting_drift: float = 0.           # a moment's departure from the subject's resting face
    gaze: tuple[float, float] = (0., 0.)    # radians to the subject's left and upwards


def meets_criteria(emotion: str, units: set[str]) -> bool:
    """CK+'s criteria for an emotion (Lucey et al. 2010, table 1), read as loosely as CK+'s own coding asks.

    To the letter, "anger: AU23 and AU24" and "fear: AU1+2+4" would contradict how often CK+ itself codes these
    units (.80, .73; .88, .40, .84). So for anger one of the two is enough, for fear AU1 or AU4 with AU20, for
    sadness two of AU1, 4, 15.
    """
    return {"anger": bool(units & {"AU23", "AU24"}),
            "contempt": "AU14" in units,
            "disgust": bool(units & {"AU9", "AU10"}),
            "fear": "AU20" in units and bool(units & {"AU1", "AU4"}),
            "happy": "AU12" in units,
            "sadness": len(units & {"AU1", "AU4", "AU15"}) >= 2,
            "surprise": {"AU1", "AU2"} <= units or "AU5" in units}[emotion]


def conflicts(units: set[str]) -> int:
    """How many impossibilities a set holds: two openings of the jaw, a wide one without parted lips, parted lips
    pressed."""
    return (({"AU26", "AU27"} <= units) + ("AU27" in units and "AU25" not in units)
            + (bool(units & {"AU25", "AU26", "AU27"}) and bool(units & {"AU23", "AU24"})))


def draw_units(emotion: str, sequences: int, rng: np.random.Generator) -> list[set[str]]:
    """A set of action units for each sequence, in the shares of `FREQUENCY` (each within a sequence's rounding).

    Units are dealt out at random and then exchanged between sequences until criteria and combinations hold:
    exchanges leave every share as it was. Where a criterion needs a unit in all of them (AU14, AU12), it has them
    all. ValueError where so few sequences cannot be dealt.
    """
    needed = {"contempt": "AU14", "happy": "AU12"}.get(emotion)
    table = np.zeros((sequences, len(UNITS)), bool)
    for column, unit in enumerate(UNITS):
        share = 1. if unit == needed else FREQUENCY[emotion][unit]
        table[rng.permutation(sequences)[:round(share * sequences)], column] = True

    def units_of(row) -> set[str]:
        return {unit for unit, shown in zip(UNITS, row, strict=True) if shown}

    def cost(row) -> int:
        return (not meets_criteria(emotion, units_of(row))) + conflicts(units_of(row))

    costs = np.array([cost(row) for row in table])
    for _ in range(20_000 + 5 * sequences ** 2):    # the fewer can be exchanged, the longer it takes
        if not costs.any():
            break
        i, j, unit = rng.choice(np.flatnonzero(costs)), rng.integers(sequences), rng.integers(len(UNITS))
        if table[i, unit] == table[j, unit]:
            continue
        table[[i, j], unit] = table[[j, i], unit]
        new = np.array([cost(table[i]), cost(table[j])])
        if new.sum() <= costs[[i, j]].sum():
            costs[[i, j]] = new
        else:
            table[[i, j], unit] = table[[j, i], unit]
    if costs.any():
        raise ValueError(f"the action units of {emotion} cannot be dealt to {sequences} sequences; ask for more")
    # On this head a dropped jaw parts the lips (CK+ codes AU26 without AU25 in one sequence of sadness).
    return [units | {"AU25"} if "AU26" in units else units for units in map(units_of, table)]


def draw_apex(emotion: str, units: set[str], subject: Subject, rng: np.random.Generator) -> dict[str, float]:
    """Intensities 0–1 at the apex; the halves of a face never do quite the same, and contempt is mostly one-sided."""
    one_side = rng.choice(["L", "R"]) if emotion == "contempt" and rng.random() < .8 else None
    apex = {}
    for unit in sorted(units):
        intensity = float(np.clip(rng.normal(.92, .11) * subject.expressiveness, .5, 1.))
        if not ACTION_UNITS[unit].sided:
            apex[unit] = intensity
        elif one_side and unit in ("AU12", "AU14"):
            apex[unit + one_side] = intensity
        else:
            lean = rng.normal(0, .06)
            apex |= {unit + "L": float(np.clip(intensity * (1 + lean), 0, 1)),
                     unit + "R": float(np.clip(intensity * (1 - lean), 0, 1))}
    return apex


def draw_session(rng: np.random.Generator) -> Shot:
    """Camera and light of one session in a laboratory: frontal, even; jitter as an imperfect face detector's."""
    return Shot(
        yaw=rng.normal(0, .014), pitch=rng.normal(0, .012), roll=rng.normal(0, .007),
        shift=(rng.normal(0, .5), rng.normal(0, .5)), zoom=rng.uniform(.985, 1.015),
        light=(rng.normal(0, .2), -.85, .5 + rng.normal(0, .08)), key=rng.uniform(.54, .68),
        ambient=rng.uniform(.57, .67), fill=rng.uniform(.16, .26), exposure=rng.uniform(.93, 1.07),
        background=rng.uniform(.18, .40), sensor_noise=rng.uniform(1.5, 3.5), blur=rng.uniform(.2, .5))


def moment(session: Shot, rng: np.random.Generator) -> dict:
    """What differs between two pictures of a session: a little movement, the detector's box, the sensor's noise."""
    shot = replace(
        session, yaw=session.yaw + rng.normal(0, .005), pitch=session.pitch + rng.normal(0, .005),
        roll=session.roll + rng.normal(0, .003), zoom=session.zoom * rng.uniform(.995, 1.005),
        shift=(session.shift[0] + rng.normal(0, .4), session.shift[1] + rng.normal(0, .4)),
        seed=int(rng.integers(1 << 31)))
    return {"shot": shot, "resting_drift": float(rng.normal(0, .04)),
            "gaze": tuple(rng.normal(0, [.05, .04]).tolist())}


def in_proportion(shares: dict[str, int], total: int) -> dict[str, int]:
    """Whole numbers that add up to `total`, by largest remainder."""
    exact = {name: share * total / sum(shares.values()) for name, share in shares.items()}
    whole = {name: int(value) for name, value in exact.items()}
    for name in sorted(exact, key=lambda name: whole[name] - exact[name])[:total - sum(whole.values())]:
        whole[name] += 1
    return whole


def assign_subjects(counts: dict[str, int], subjects: int, rng: np.random.Generator) -> list[tuple[int, str]]:
    """(subject, emotion) of each sequence: everybody has one, nobody twice the same while others have none."""
    emotions = rng.permutation([emotion for emotion, count in counts.items() for _ in range(count)]).tolist()
    shown = {emotion: np.zeros(subjects, int) for emotion in counts}
    pairs = []
    for k, emotion in enumerate(emotions):
        times = shown[emotion]
        who = k if k < subjects else int(rng.choice(np.flatnonzero(times == times.min())))
        times[who] += 1
        pairs.append((who, emotion))
    return sorted(pairs, key=lambda pair: pair[0])


def draw_people(count: int = 118, seed: int = 0) -> list[Subject]:
    """The first `count` people of the twin with this seed, S001, S002, …"""
    return [draw_subject(f"S{i + 1:03d}", np.random.default_rng([seed, 1, i])) for i in range(count)]


def draw_twin(subjects: int = 118, sequences: int = 327, seed: int = 0) -> tuple[list[Subject], list[Frame]]:
    """People and frames of the twin: of each sequence a neutral frame, then three that rise to the apex.

    ValueError for fewer than one sequence a subject, or too few for the action units of an expression.
    """
    if not 1 <= subjects <= sequences:
        raise ValueError(f"subjects must be 1 or more and sequences at least as many, not {subjects} and {sequences}")
    people, rng = draw_people(subjects, seed), np.random.default_rng([seed, 2])
    counts = in_proportion(COUNTS, sequences)
    units = {emotion: iter(draw_units(emotion, count, rng)) for emotion, count in counts.items() if count}
    frames, made = [], [0] * subjects
    for index, (who, emotion) in enumerate(assign_subjects(counts, subjects, rng)):
        own = np.random.default_rng([seed, 3, index])
        made[who] += 1
        sequence = f"{people[who].name}_{made[who]:03d}"
        apex, session = draw_apex(emotion, next(units[emotion]), people[who], own), draw_session(own)
        frames.append(Frame(who, sequence, "neutral", {}, **moment(session, own)))
        last_step, step_before = own.uniform(.02, .10, 2)
        for level in (1 - last_step - step_before, 1 - last_step, 1.):
            shown = {unit: intensity * level for unit, intensity in apex.items()}
            frames.append(Frame(who, sequence, emotion, shown, **moment(session, own)))
    return people, frames


def draw_probe_people(count: int = PROBE_SUBJECTS, seed: int = 0) -> list[Subject]:
    """The first `count` people of the probe set with this seed, P001, P002, …; ValueError for fewer than one."""
    if count < 1:
        raise ValueError(f"subjects must be 1 or more, not {count}")
    return [draw_subject(f"P{i + 1:03d}", np.random.default_rng([seed, 4, i])) for i in range(count)]


def draw_probe(subjects: int = PROBE_SUBJECTS, seed: int = 0) -> tuple[list[Subject], list[Frame]]:
    """People who are not in the twin, each showing neutral faces, every unit alone at five intensities, and random
    pairs that one face can show. Every frame is a sequence of its own."""
    people, frames = draw_probe_people(subjects, seed), []
    for who, person in enumerate(people):
        rng = np.random.default_rng([seed, 5, who])
        session = draw_session(rng)
        shown = [{} for _ in range(PROBE_NEUTRALS)]
        shown += [{unit: intensity} for unit in ACTION_UNITS for intensity in PROBE_INTENSITIES]
        pairs = 0
        while pairs < PROBE_PAIRS:
            pair = {str(unit): float(rng.uniform(.5, 1)) for unit in rng.choice(list(ACTION_UNITS), 2, replace=False)}
            jaw = {"AU25"} if pair.keys() & {"AU26", "AU27"} else set()     # a dropped jaw parts the lips by itself
            if not conflicts(pair.keys() | jaw):
                shown.append(pair)
                pairs += 1
        frames += [Frame(who, f"{person.name}_{k + 1:03d}", "", units, **moment(session, rng))
                   for k, units in enumerate(shown)]
    return people, frames
