"""What covers a head besides skin: the hairline, hair that hangs, and glasses.

Short hair is the scalp itself, darkened and pushed out. Longer hair is a curtain around the skull, open in front;
glasses are two rims, a bridge and two arms. Both are small meshes fitted to each subject's head.
"""
from dataclasses import dataclass

import numpy as np

from .head import head
from .paint import Look, smoothstep
from .shading import vertex_normals

# style: what hangs: (length below the eyes in mm, half-width of the opening at eye height in degrees)
HAIR_STYLES = {"short": None, "bald": None, "fringe": None, "bob": (100, 60), "long": (190, 56), "curtain": (150, 48)}
HAIR, FRAME = 8, 9                  # materials, after those of the head
STRANDS, LEVELS = 73, 36            # columns and rows of hanging hair


@dataclass(frozen=True)
class Thing:
    """A mesh that goes with a head."""
    vertices: np.ndarray            # (n, 3) mm
    triangles: np.ndarray           # (t, 3)
    normals: np.ndarray             # (n, 3), unit
    material: int


def hair_cover(rest: np.ndarray, look: Look) -> np.ndarray:
    """Share 0–1 of each resting vertex (V, 3) that hair covers."""
    if look.hair_style == "bald":
        return np.zeros(len(rest), np.float32)
    x, y, z = rest.T
    back = np.clip((y + 45) / 120, 0, 1)                # 0 at the forehead, 1 behind the ear
    line = look.hairline - 4 * np.cos(x / 20) - np.where(back < .45, back * 50, 22.5 + (back - .45) * 160)
    if look.hair_style in ("fringe", "bob"):
        line = line - 24 * smoothstep(62, 40, np.abs(x)) * (back < .45)
    line = np.maximum(line, -70)
    ear = (np.abs(x) > 74.5) & (z < 20) & (z > -66) & (y < 120)
    return (smoothstep(-3, 5, z - line) * ~ear * (z > -85) * ((y > 50) | (z > 14))).astype(np.float32)


def tube(path: np.ndarray, radius: float, closed: bool, sides: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """A tube around a path (n, 3) → vertices, triangles."""
    n = len(path)
    ahead = np.roll(path, -1, 0) - np.roll(path, 1, 0) if closed else np.gradient(path, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    aside = np.cross(ahead, np.where(np.abs(ahead[:, 1:2]) > .9, [[0., 0, 1]], [[0., 1, 0]]))
    aside /= np.linalg.norm(aside, axis=1, keepdims=True)
    turn = (2 * np.pi * np.arange(sides) / sides)[None, :, None]
    ring = path[:, None] + radius * (np.cos(turn) * aside[:, None] + np.sin(turn) * np.cross(ahead, aside)[:, None])
    i, j = np.meshgrid(np.arange(n if closed else n - 1), np.arange(sides), indexing="ij")
    here, next_side = i * sides, (j + 1) % sides
    ahead_of = (i + 1) % n * sides
    corners = [here + j, here + next_side, ahead_of + j, ahead_of + j, here + next_side, ahead_of + next_side]
    return ring.reshape(-1, 3), np.stack(corners, -1).reshape(-1, 3)


def joined(parts: list[tuple[np.ndarray, np.ndarray]], material: int) -> Thing:
    """One mesh of several."""
    offsets = np.cumsum([0] + [len(vertices) for vertices, _ in parts[:-1]])
    vertices = np.concatenate([vertices for vertices, _ in parts]).astype(np.float32)
    triangles = [triangles + offset for (_, triangles), offset in zip(parts, offsets, strict=True)]
    triangles = np.concatenate(triangles).astype(np.int32)
    return Thing(vertices, triangles, vertex_normals(vertices, triangles), material)


def glasses(look: Look, resting: np.ndarray) -> Thing:
    """Rims around the eyes of this head (V, 3), a bridge, and arms to the ears."""
    def squarish(t):
        return np.sign(t) * np.abs(t) ** .65

    eyes = [resting[vertices] for vertices in head().eyes.values()]
    half = np.linalg.norm(eyes[0].mean(0) - eyes[1].mean(0)) / 2
    front = min(eye[:, 1].min() for eye in eyes) - 13
    turn = 2 * np.pi * np.arange(28) / 28
    parts = [tube(np.array([[half - 22.5, front, 1], [0, front - 2, 4], [22.5 - half, front, 1.]]), 1.3, False)]
    for sign in (1, -1):
        rim = np.stack([sign * (half + .5 + 23 * squarish(np.cos(turn))), front + 2.5 * np.abs(np.cos(turn)),
                        -3 + look.glasses / 2 * squarish(np.sin(turn))], 1)
        arm = np.array([[sign * (half + 23), front + 3, 4], [sign * 72, front + 25, 4], [sign * 77, 75, 2.]])
        parts += [tube(rim, 1.5, True), tube(arm, 1.5, False)]
    return joined(parts, FRAME)


def hanging_hair(look: Look, resting: np.ndarray) -> Thing:
    """A curtain from the crown downwards, following the skull and then falling, open towards the face."""
    length, opening = HAIR_STYLES[look.hair_style]
    scalp = resting[hair_cover(head().mean, look) > .5]
    reach = np.percentile(np.abs(scalp[:, 0]), 98) + 1.35 * look.hair_volume + 3        # half the width
    back, centre = np.percentile(scalp[:, 1], 98) + look.hair_volume, 75.
    top = scalp[:, 2].max() + .6 * look.hair_volume
    strand = np.random.default_rng(look.seed)
    # no straight cut, but no torn one either
    ends = np.interp(np.arange(STRANDS), np.arange(0, STRANDS, 6), 1 - .06 * strand.random(STRANDS // 6 + 1))
    phases, sway = strand.uniform(0, 2 * np.pi, 3), strand.uniform(.01, .035)
    rows = []
    for z in np.linspace(top - 4, -length, LEVELS):
        skull = np.sqrt(np.clip(1 - ((z - 12) / (top - 12)) ** 2, 0, 1)) if z > 12 else 1.
        width = reach * (skull if z > 12 else 1 + .08 * smoothstep(12, -length, z))
        edge = np.radians(opening + 26 * smoothstep(10, 75, z) - 6 * smoothstep(-20, -length, z))
        angle = np.linspace(edge, 2 * np.pi - edge, STRANDS)
        wave = 1 + sway * sum(np.sin(k * angle * 4 + phase + z / 25) for k, phase in enumerate(phases, 1))
        ahead = (back - centre) * skull * wave * np.cos(angle)
        rows.append(np.stack([width * wave * np.sin(angle), centre - np.where(ahead > 0, .80, 1) * ahead,
                              np.where(z < 0, z * ends, z)], 1))
    grid = np.arange(LEVELS * STRANDS).reshape(LEVELS, STRANDS)
    a, b, c, d = grid[:-1, :-1], grid[1:, :-1], grid[:-1, 1:], grid[1:, 1:]
    return joined([(np.concatenate(rows), np.stack([a, b, c, c, b, d], -1).reshape(-1, 3))], HAIR)


def accessories(look: Look, resting: np.ndarray) -> list[Thing]:
    """What this person wears, fitted to the resting head (V, 3)."""
    things = [hanging_hair(look, resting)] if HAIR_STYLES[look.hair_style] else []
    return things + ([glasses(look, resting)] if look.glasses else [])
