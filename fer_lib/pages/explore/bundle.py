"""What the explorer's face is made of, as files for the browser: the head, and each of its people.

Both are taken from the renderer in `fer_lib.faces`, so that the page draws the same faces. A file is gzip of: the
length of a JSON header (uint32), the header (name → type, shape, place, scale), and arrays one after the other. Numbers
are rounded to what 96×96 pixels cannot tell: positions to 1/128 mm, maps and shares to 8 bits.
"""
import gzip
import json
from pathlib import Path

import numpy as np

from ... import faces
from ...faces import paint
from ...faces.accessories import FRAME, HAIR
from ...faces.action_units import ACTION_UNITS
from ...faces.head import MATERIAL, head
from ...faces.renderer import CROP, DISTANCE, GAMMA, PIVOT, hair_strands, mesh

MM = 128                            # steps of a position in one millimetre


def packed(arrays: dict[str, np.ndarray], scales: dict[str, float] | None = None, **more) -> bytes:
    """A file of the format above. scales: what an array's values are to be divided by; more: goes into the header."""
    header, parts, place = {"arrays": {}, **more}, [], 0
    for name, array in arrays.items():
        array = np.ascontiguousarray(array)
        place += -place % 4                                     # typed arrays begin at multiples of their size
        header["arrays"][name] = {"type": array.dtype.name, "shape": array.shape, "at": place,
                                  "scale": (scales or {}).get(name, 1)}
        parts.append((place, array.tobytes()))
        place += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 4)
    body = bytearray(place)
    for at, piece in parts:
        body[at:at + len(piece)] = piece
    return gzip.compress(len(text).to_bytes(4, "little") + text + bytes(body), 9, mtime=0)


def in_steps(values: np.ndarray, steps: float, dtype=np.int16) -> np.ndarray:
    """Rounded to whole steps. OverflowError where the type does not hold them."""
    rounded = np.round(np.asarray(values, np.float64) * steps)
    limits = np.iinfo(dtype)
    if rounded.size and (rounded.min() < limits.min or rounded.max() > limits.max):
        raise OverflowError(f"{rounded.min():g} to {rounded.max():g} steps do not fit {np.dtype(dtype)}")
    return rounded.astype(dtype)


def kept_vertices() -> tuple[np.ndarray, np.ndarray]:
    """Of a face crop: vertices of the refined head that are drawn (n,), and of the asset's that they hang on (m,)."""
    fine = np.unique(mesh(False).triangles)
    return fine, np.unique(head().refine[fine].indices)


def moving_actions() -> list[str]:
    """Facial actions that action units or resting faces use."""
    gained = [action for unit in ACTION_UNITS.values() for action in unit.gains]
    used = {action.replace("*", side) for action in gained for side in ("Left", "Right")}
    used |= {"mouthPressLeft", "mouthPressRight", "mouthSmileLeft", "mouthSmileRight", "browInnerUp"}
    return [action for action in head().actions if action in used]


def head_file() -> bytes:
    """All that people share: mesh, refinement, actions and their light, furrows, and what the shading needs."""
    h, m = head(), mesh(False)
    fine, coarse = kept_vertices()
    refine = h.refine[fine][:, coarse].tocsr()
    # a corner is a vertex with a material and a place on the lips' map
    u, v = m.uv[..., 0], m.uv[..., 1]
    rows, columns = ((1 - v) * len(h.lips)).astype(int), (u * h.lips.shape[1]).astype(int)
    lips = h.lips[rows.clip(0, len(h.lips) - 1), columns.clip(0, h.lips.shape[1] - 1)]
    box_rows, box_columns = (np.flatnonzero(h.lips.any(axis))[[0, -1]] + [0, 1] for axis in (1, 0))
    place = np.stack([(u * h.lips.shape[1] - box_columns[0]) / np.ptp(box_columns),
                      ((1 - v) * len(h.lips) - box_rows[0]) / np.ptp(box_rows)], -1)
    near = ((place > -.2) & (place < 1.2)).all(-1) | (lips > 0)
    place = in_steps(np.where(near[..., None], place, -1), 10_000)
    corners = np.column_stack([np.searchsorted(fine, m.triangles).ravel(), np.repeat(m.materials, 3),
                               place.reshape(-1, 2)])
    corners, index = np.unique(corners, axis=0, return_inverse=True)
    actions = moving_actions()
    furrows = paint.furrows()
    rest, ageing = paint.resting_furrows()
    maps = np.stack([*furrows.values(), rest, ageing])
    middle, teeth = np.searchsorted(coarse, h.lip_middle), np.searchsorted(coarse, h.teeth)
    return packed({
        "triangles": index.reshape(-1, 3).astype(np.uint16), "vertex": corners[:, 0].astype(np.uint16),
        "material": corners[:, 1].astype(np.uint8), "lip_place": corners[:, 2:].astype(np.int16),
        "refine_start": refine.indptr.astype(np.uint32), "refine_from": refine.indices.astype(np.uint16),
        "refine_weight": refine.data.astype(np.float32),
        "rest": in_steps(h.rest[fine], MM), "lid": in_steps(m.lid[fine], 255, np.uint8),
        "actions": in_steps(np.stack([h.actions[name][coarse] for name in actions]), 4 * MM),
        "light": in_steps(h.resting_light[coarse], 4096),
        "action_light": np.stack([h.action_light[name][coarse] for name in actions]),
        "lip_middle": middle.astype(np.uint16), "teeth": teeth.astype(np.uint16),
        "lips": h.lips[slice(*box_rows), slice(*box_columns)],
        "furrows": in_steps(maps, 100, np.uint8), "strands": in_steps(hair_strands(), 25, np.int8),
    }, {"rest": MM, "lid": 255, "actions": 4 * MM, "light": 4096, "action_light": 64, "lip_place": 10_000,
        "furrows": 100, "strands": 25, "lips": 255},
        action_names=actions, furrow_names=[*furrows, "rest", "ageing"], harmonics=h.resting_light.shape[1],
        action_units={name: {"name": unit.name, "gains": unit.gains, "sided": unit.sided}
                      for name, unit in ACTION_UNITS.items()},
        materials=MATERIAL | {"hair": HAIR, "frame": FRAME},
        eyes={side: h.mean[vertices].mean(0).tolist() for side, vertices in h.eyes.items()},
        map={"step": paint.STEP, "left": paint.LEFT, "bottom": paint.BOTTOM, "columns": paint.COLUMNS,
             "rows": paint.ROWS},
        camera={"crop": CROP, "distance": DISTANCE, "pivot": PIVOT.tolist(), "gamma": GAMMA})


def person_file(subject: faces.Subject) -> bytes:
    """One person: shape at rest, paint, hair and glasses."""
    fine, coarse = kept_vertices()
    person, look = faces.person(subject), subject.look
    things = person.things
    offsets = np.cumsum([0, *(len(thing.vertices) for thing in things)])[:-1]
    cover = np.linalg.norm(person.hair_offset[fine], axis=1)    # mm that the scalp is pushed out
    empty = [np.zeros((0, 3))]
    return packed({
        "resting": in_steps(person.resting[coarse], MM), "albedo": in_steps(person.albedo.clip(0, 1), 255, np.uint8),
        "hair_cover": in_steps(person.hair[fine], 255, np.uint8), "raised": in_steps(cover, 10, np.uint8),
        "thing_vertices": in_steps(np.concatenate(empty + [thing.vertices for thing in things]), MM),
        "thing_normals": in_steps(np.concatenate(empty + [thing.normals for thing in things]), 127, np.int8),
        "thing_triangles": np.concatenate(empty + [thing.triangles + offset for thing, offset in
                                                   zip(things, offsets, strict=True)]).astype(np.uint16),
        "thing_material": np.concatenate([np.zeros(0)] + [np.full(len(thing.vertices), thing.material)
                                                          for thing in things]).astype(np.uint8),
    }, {"resting": MM, "albedo": 255, "hair_cover": 255, "raised": 10, "thing_vertices": MM, "thing_normals": 127},
        name=subject.name, between=float(person.between), target=person.target.tolist(),
        resting_actions=subject.resting, skin=look.skin, lip=look.lip, hair_reflectance=look.hair, iris=look.iris,
        age=look.age, shirt=.12 + .3 * ((look.seed * 7919) % 97) / 97, exposure=(.5 / look.skin) ** .42)


def write_head(folder: Path, people: list[faces.Subject]):
    """head.bin.gz, and one file for each of the people."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "head.bin.gz").write_bytes(head_file())
    for subject in people:
        (folder / f"{subject.name}.bin.gz").write_bytes(person_file(subject))
