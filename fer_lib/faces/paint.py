"""Paint: what anny does not give. Skin, brows, lips, iris, beard and furrows as maps on the resting head.

A map is a picture of the face seen straight from the front, on the *resting mean* head, half a millimetre a pixel:
column x runs to the subject's left, row z upwards. Paint moves with the skin, since each vertex remembers where it
rested. Furrows are drawn from the action units, so they are part of the label: their amplitude can be set to 0
(``furrows=0``), which leaves the moved geometry.
"""
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

from .action_units import by_side

STEP = .5                                                   # mm a pixel
LEFT, BOTTOM, COLUMNS, ROWS = -100., -170., 400, 560
X, Z = np.meshgrid(LEFT + STEP * (np.arange(COLUMNS) + .5), BOTTOM + STEP * (np.arange(ROWS) + .5))
SIDE = np.abs(X)                                            # distance from the midline: most paint is symmetric


def sample(image: np.ndarray, x: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Values of a map at (x, z) in millimetres, bilinear, the border continued."""
    rows, columns = (z - BOTTOM) / STEP - .5, (x - LEFT) / STEP - .5
    return map_coordinates(image, [rows, columns], order=1, mode="nearest", output=np.float32)


def smoothstep(low, high, x):
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def along(points) -> tuple[np.ndarray, np.ndarray]:
    """Distance (mm) of each pixel to a polyline on either half of the face, and the position 0–1 along it."""
    points = np.asarray(points, float)
    distance, position = np.full(X.shape, 1e3), np.zeros(X.shape)
    for i, (a, b) in enumerate(pairwise(points)):
        step = b - a
        t = np.clip(((SIDE - a[0]) * step[0] + (Z - a[1]) * step[1]) / (step @ step), 0, 1)
        d = np.hypot(SIDE - a[0] - t * step[0], Z - a[1] - t * step[1])
        nearer = d < distance
        distance = np.where(nearer, d, distance)
        position = np.where(nearer, (i + t) / (len(points) - 1), position)
    return distance, position


def crease(points, width: float) -> np.ndarray:
    """A soft line with tapered ends, on both halves of the face."""
    distance, position = along(points)
    return np.exp(-(distance / width) ** 2) * np.clip(4 * np.minimum(position, 1 - position), 0, 1)


def fold(z: float, inner: float, outer: float, width: float = 1.6, bow: float = 1.5) -> np.ndarray:
    """A horizontal line of the forehead or the bridge of the nose, from `inner` to `outer` mm off the midline."""
    line = np.exp(-((Z - z - bow * np.cos(X / 16) - .5 * np.sin(X / 5.5 + z)) / width) ** 2)
    return line * smoothstep(outer, outer - 12, SIDE) * (smoothstep(inner - 12, inner, SIDE) if inner else 1)


def noise(seed: int, millimetres: float, tall: float = 1.) -> np.ndarray:
    """Standard normal field, smooth over about this length (and `tall` times as far upwards)."""
    smooth = np.array([tall, 1.]) * millimetres / STEP
    field = gaussian_filter(np.random.default_rng(seed).standard_normal(X.shape), smooth, mode="wrap")
    return field / field.std()


NASOLABIAL = [(18, -35), (24.5, -43), (30.5, -53), (34, -64)]


@cache
def furrows() -> dict[str, np.ndarray]:
    """Depth maps of the furrows that each action unit makes in the skin (about 1 = a full furrow)."""
    forehead = list(zip((41, 49.5, 58, 67), (1, 1, .8, .5), strict=True))
    nasolabial, mouth_corner = crease(NASOLABIAL, 1.9), crease([(31.5, -65), (35, -71.5), (34.5, -78)], 2.2)
    chin = np.exp(-((X / 16) ** 2 + ((Z + 101) / 10) ** 2)) * np.clip(noise(17, 1.6), 0, 2)
    lip_lines = sum(np.exp(-((X - x) / 1.) ** 2 - ((Z - z) / 4) ** 2) for x in (-12, -6, 0, 6, 12) for z in (-61, -86))
    return {
        "AU1": sum(a * fold(z, 0, 30) for z, a in forehead),
        "AU2": sum(a * fold(z, 30, 60) for z, a in forehead),
        "AU4": 1.1 * crease([(5., 11), (6.8, 19), (5.6, 29)], 1.9) + .45 * fold(8.5, 0, 16, 1.2, 0),
        "AU6": .7 * sum(crease([(47.5, 1 + o), (57, .5 + 2.1 * o)], 1.1) for o in (-3., -.6, 1.8))
               + .8 * crease([(20, -8), (31, -11.5), (43, -10), (50, -6)], 1.6),
        "AU7": .7 * crease([(21, -4), (31, -6.5), (42, -4.3)], 1.1),
        "AU9": sum(crease([(3.5, z), (8.5, z + 4), (12.5, z + 7.5)], 1.2) for z in (-6.5, -1.5, 3.5))
               + .6 * fold(7.5, 0, 13, 1.2, 0) + .7 * crease(NASOLABIAL[:3], 1.9),
        "AU10": .8 * nasolabial,
        "AU12": .8 * nasolabial + .45 * mouth_corner,
        "AU14": .9 * crease([(30, -65), (33.5, -71.5), (31, -78)], 2.),
        "AU15": .7 * crease([(26.5, -76), (30, -83), (31, -92)], 2.2),
        "AU17": .5 * chin + 1.1 * np.exp(-((Z + 91 + 4 * (1 - (X / 20) ** 2)) / 1.5) ** 2) * smoothstep(20, 10, SIDE),
        "AU18": .9 * lip_lines,
        "AU20": .7 * crease([(34.5, -68), (38, -77), (37.5, -88)], 2.2),
        "AU23": .5 * lip_lines,
    }


@cache
def resting_furrows() -> tuple[np.ndarray, np.ndarray]:
    """Lines that a face has at rest, and those that come with age."""
    line = furrows()
    shares = {"AU1": .45, "AU2": .4, "AU4": .3, "AU6": .5, "AU10": .8, "AU15": .3}
    ageing = sum(share * line[unit] for unit, share in shares.items())
    return .20 * crease(NASOLABIAL, 2.4) + .15 * line["AU7"], ageing


def furrow_depth(action_units: dict[str, float], amplitude: float) -> np.ndarray:
    """Depth map of all furrows of these action units ("AU12", or "AU14L", "AU14R" for one side)."""
    if not amplitude >= 0:
        raise ValueError(f"furrows must be 0 or more, not {amplitude!r}")
    depth = np.zeros(X.shape, np.float32)
    for side, units in by_side(action_units).items():
        half = slice(COLUMNS // 2, None) if side == "Left" else slice(COLUMNS // 2)
        for unit, line in furrows().items():    # not in a set's order, which differs from run to run: sums round
            if amplitude and unit in units:
                depth[:, half] += amplitude * units[unit] * line[:, half]
    return np.minimum(depth, 1.5)


@dataclass(frozen=True)
class Look:
    """How one person's surface looks. Reflectances are linear, 0–1."""
    skin: float = .5
    lip: float = .65                    # lips' reflectance as a share of the skin's
    hair: float = .06
    brow: float = .10
    brow_thickness: float = 1.
    brow_density: float = .85
    brow_arch: float = 0.               # mm
    iris: float = .15
    age: float = 0.                     # 0–1, depth of the lines that come with age
    hairline: float = 80.               # mm above the eyes
    hair_volume: float = 8.             # mm
    hair_style: str = "short"           # see `accessories.HAIR_STYLES`
    stubble: float = 0.                 # 0–1
    beard: float = 0.
    moustache: float = 0.
    glasses: float = 0.                 # 0 none, otherwise the height of the lenses in mm
    freckles: float = 0.
    seed: int = 0

    def brows(self) -> np.ndarray:
        """Cover 0–1."""
        arch = self.brow_arch
        distance, t = along([(11, 17.3), (19, 19.8 + .3 * arch), (29, 22 + .6 * arch), (38, 23.4 + arch),
                             (46, 22.4 + .6 * arch), (54, 18.3)])
        half_width = 3.5 * self.brow_thickness * np.interp(t, [0, .15, .6, 1], [.7, 1.0, .85, .3])
        ends = np.interp(t, [0, .12, .85, 1], [.35, 1, .95, .4])
        hairs = smoothstep(1.3, .35, distance / half_width) * ends * (1 + .12 * noise(self.seed, .8))
        return np.clip(self.brow_density * hairs, 0, 1)

    def facial_hair(self) -> np.ndarray:
        """Cover 0–1 of stubble, beard and moustache."""
        top = np.interp(SIDE, [0, 14, 24, 32, 42, 52, 60, 68], [-89, -88, -84, -72, -62, -44, -18, 5])
        jaw = smoothstep(4, -5, Z - top) * smoothstep(-146, -128, Z)
        # thin in the furrow below the nose, down to the corners of the mouth
        lip = (smoothstep(34, 22, SIDE) * smoothstep(-55, -61, Z + .22 * SIDE) * smoothstep(-72, -66, Z + .25 * SIDE)
               * (1 - .55 * np.exp(-(SIDE / 3.5) ** 2)))
        grain = 1 + .12 * noise(self.seed + 1, .7)
        return np.clip((np.maximum(.35 * self.stubble, .85 * self.beard) * jaw
                        + np.maximum(.35 * self.stubble, .85 * self.moustache) * lip) * grain, 0, 1)

    def albedo(self) -> np.ndarray:
        """Reflectance map (ROWS, COLUMNS) of the skin and what grows on it; the renderer adds the lips."""
        skin = self.skin * (1 + .02 * noise(self.seed + 2, 8) + .02 * noise(self.seed + 3, 1.2))
        skin *= 1 - .08 * np.exp(-((SIDE - 31) / 20) ** 2 - (Z / 12) ** 2)                          # eye sockets
        skin *= 1 - .05 * np.exp(-((SIDE - 45) / 16) ** 2 - ((Z + 33) / 16) ** 2)                   # cheeks
        if self.freckles:
            spots = np.clip(noise(self.seed + 4, .8) - 1.3, 0, 1) * np.exp(-((Z + 22) / 18) ** 2)
            skin *= 1 - .35 * self.freckles * spots
        for cover, reflectance in ((self.facial_hair(), self.hair), (self.brows(), self.brow)):
            skin = skin * (1 - cover) + reflectance * cover
        return skin.astype(np.float32)

    def lines(self) -> np.ndarray:
        """Depth map of the furrows of the resting face."""
        rest, ageing = resting_furrows()
        return (rest + self.age * ageing).astype(np.float32)
