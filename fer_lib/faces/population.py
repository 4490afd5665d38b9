"""Who is in the twin: people like those of CK+ (Lucey et al. 2010), each drawn from a generator of their own.

18–50 years, 69 % female, 81 % Euro-American, 13 % Afro-American, 6 % other.
"""
from dataclasses import dataclass

import numpy as np

from .paint import Look

MALE, ANCESTRY = .31, (.13, .06, .81)       # shares in CK+: men; Afro-American, other, Euro-American
# Local changes of the head and their standard deviations. Those of brows and mouth imitate action units (AU4, 12,
# 15), so they stay small.
SMALL = """
    cheek-volume cheek-bones cheek-inner eye-scale eye-height2 eye-trans eye-bag eye-eyefold eye-push1 ear-scale
    ear-wing chin-width chin-height chin-prominent chin-jaw-drop chin-bones chin-cleft forehead-temple head-fat
    head-scale-horiz head-scale-vert mouth-scale-horiz mouth-lowerlip-height mouth-upperlip-height
    mouth-lowerlip-volume mouth-upperlip-volume mouth-cupidsbow nose-scale-horiz nose-scale-vert nose-scale-depth
    nose-hump nose-width1 nose-width2 nose-width3 nose-point nose-volume nose-flaring neck-scale-horiz
    """
CHANGES = dict.fromkeys(SMALL.split(), .20) | {
    "eye-corner1": .3, "mouth-trans": .25, "nose-trans": .25,
    "eyebrows-trans": .12, "eyebrows-angle": .08, "mouth-angles": .05}
# The resting face: facial action → (mean, standard deviation, largest departure). Without it the model's neutral
# looks stern.
RESTING = {"browInnerUp": (.12, .09, .18), "eyeWide*": (.10, .10, .20), "mouthSmile*": (.05, .04, .08),
           "mouthPress*": (.03, .05, .08)}


@dataclass(frozen=True, eq=False)            # compared and hashed by identity, since a dict has no hash
class Subject:
    """One synthetic person."""
    name: str
    male: bool
    age: float                              # years
    ancestry: tuple[float, float, float]    # shares of african, asian, caucasian, as the head model calls them
    changes: dict[str, float]               # weights of the head's local changes
    look: Look
    resting: dict[str, float]               # facial actions of the resting face
    expressiveness: float                   # factor on every intensity


def around(rng: np.random.Generator, mean: float, sd: float, limit: float) -> float:
    """A normal number, cut off at `limit` from the mean."""
    return float(np.clip(rng.normal(mean, sd), mean - limit, mean + limit))


def draw_subject(name: str, rng: np.random.Generator) -> Subject:
    """One person of this population."""
    male = bool(rng.random() < MALE)
    group = rng.choice(3, p=ANCESTRY)
    ancestry = .25 * rng.dirichlet([.5] * 3)
    ancestry[group] += .75
    years = float(np.clip(18 + rng.gamma(1.6, 5.), 18, 50))
    changes = {name: around(rng, 0, sd, 2.2 * sd) for name, sd in CHANGES.items()}
    changes |= {"weight": float(np.clip(rng.normal(0, .30), -.6, .8)),
                "muscle": float(np.clip(rng.normal(.1 if male else -.1, .3), -.7, .7))}
    look = draw_look(male, years, ancestry, fair=group == 2, rng=rng)
    resting = {}
    for action, (mean, sd, limit) in RESTING.items():
        weight = max(around(rng, mean, sd, limit), 0)
        if not action.endswith("*"):
            resting[action] = weight
            continue
        lean = around(rng, 0, .015, .03) if action == "mouthSmile*" else 0.     # no mouth is quite level
        resting |= {action[:-1] + "Left": weight + lean, action[:-1] + "Right": weight - lean}
    return Subject(name, male, years, tuple(ancestry.tolist()), changes, look, resting, around(rng, 1, .08, .2))


def draw_look(male: bool, years: float, ancestry: np.ndarray, fair: bool, rng: np.random.Generator) -> Look:
    """Skin, hair and what goes with them; reflectances are linear, 0–1."""
    hair = rng.choice([.025, .05, .09, .16, .28], p=[.2, .3, .25, .15, .1]) if fair else rng.choice([.02, .03])
    if male:
        style = rng.choice(["short", "fringe", "bald"], p=[.82, .12, .06])
        grows = rng.choice(["none", "stubble", "beard", "moustache"], p=[.60, .25, .08, .07])
    else:
        style = rng.choice(["short", "fringe", "bob", "long", "curtain"], p=[.34, .14, .14, .22, .16])
        grows = "none"
    return Look(
        skin=float(np.clip(ancestry @ [.14, .44, .54] * rng.uniform(.85, 1.15), .09, .65)),
        lip=rng.uniform(.62, .80) if male else rng.uniform(.52, .72),
        hair=float(hair), brow=.7 * float(hair) + .03,
        brow_thickness=rng.uniform(.85, 1.25) if male else rng.uniform(.55, .95),
        brow_density=rng.uniform(.6, .95),
        brow_arch=rng.uniform(-.8, 1.5) if male else rng.uniform(0, 3),
        iris=float(rng.choice([.05, .10, .18, .26] if fair else [.04, .06])),
        age=float(np.clip((years - 24) / 40, 0, .6) * rng.uniform(.5, 1.2)),
        hairline=float(rng.normal(82, 6) + (4 if male and years > 35 else 0)),
        hair_volume=rng.uniform(3, 10) if male else rng.uniform(8, 16), hair_style=str(style),
        stubble=rng.uniform(.4, 1) if grows == "stubble" else 0., beard=float(grows == "beard"),
        moustache=float(grows in ("beard", "moustache")),
        glasses=rng.uniform(26, 36) if rng.random() < .04 else 0.,
        freckles=rng.uniform(0, 1) if rng.random() < .2 and fair else 0.,
        seed=int(rng.integers(1 << 30)))
