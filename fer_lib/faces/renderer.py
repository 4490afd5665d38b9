"""From a posed head to a grey picture: one perspective camera, one soft key light, a sky and a fill.

Embree finds what each ray hits; everything else is read from what the asset and the paint bring along. The light that
reaches a point is baked (ambient occlusion, and visibility as spherical harmonics), so a picture has no ray-casting
noise and another renderer can draw the same face from the same data.
"""
from dataclasses import dataclass
from functools import cache

import numpy as np
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene
from scipy.ndimage import gaussian_filter

from . import paint
from .accessories import FRAME, HAIR, accessories, hair_cover
from .head import MATERIAL, head
from .paint import Look
from .shading import harmonics, times, vertex_normals

GAMMA = 2.2
CROP = 2.68                 # width of a face crop in distances between the eyes; both as Viola–Jones boxes the twin
EYES_ABOVE_CENTRE = .30     # of the crop, in the same unit
DISTANCE = 1100.            # mm from the camera to the face
PIVOT = np.array([0, 80, -40], np.float32)      # mm, about which the head turns


@dataclass(frozen=True)
class Shot:
    """Camera, light and sensor of one picture."""
    yaw: float = 0.                     # radians, turns of the head
    pitch: float = 0.
    roll: float = 0.
    shift: tuple[float, float] = (0., 0.)   # mm, of the crop
    zoom: float = 1.
    light: tuple[float, float, float] = (.25, -.85, .5)     # towards the key light
    key: float = .62
    ambient: float = .62
    fill: float = .22
    exposure: float = 1.
    background: float = .30
    sensor_noise: float = 0.            # grey levels, standard deviation
    blur: float = 0.                    # pixels at 96, standard deviation of the lens
    seed: int = 0                       # of the sensor noise
    frame: tuple[int, int] | None = None    # (width, height) of a full frame instead of a face crop


@cache
def hair_strands() -> np.ndarray:
    return paint.noise(5, .8, tall=12).astype(np.float32)


@dataclass(frozen=True)
class Mesh:
    """What does not change from picture to picture of the shared head, kept once. T triangles, V′ vertices."""
    triangles: np.ndarray               # (T, 3)
    materials: np.ndarray               # (T,)
    uv: np.ndarray                      # (T, 3, 2)
    lid: np.ndarray                     # (V′,) 0–1, the lash line


@cache
def mesh(full: bool) -> Mesh:
    """What to draw: for a face crop neither the back of the head nor the bust."""
    h = head()
    margin = h.mean[h.lid_margin]
    distance = np.sqrt(((h.rest[:, None] - margin[None]) ** 2).sum(-1)).min(1)
    upper = h.rest[:, 2] > np.interp(np.abs(h.rest[:, 0]), [16, 21, 33, 45, 50], [-4, -3, -1, 0, 1])
    lid = np.where(upper, np.exp(-(distance / 1.7) ** 2), .35 * np.exp(-(distance / 1.) ** 2))
    inside = (h.materials == MATERIAL["eye_socket"]) & ~(distance < 4.5)[h.triangles].any(1)
    keep = ~inside & (h.materials != MATERIAL["lashes"])
    if not full:
        corners = h.rest[h.triangles]
        keep &= (corners[..., 1].min(1) < 130) & (corners[..., 2].max(1) > -165)
    return Mesh(h.triangles[keep], h.materials[keep], h.uv[keep], lid.astype(np.float32))


def rotation(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """(3, 3): roll about the line of sight, then pitch, then yaw."""
    (cy, cp, cr), (sy, sp, sr) = np.cos([yaw, pitch, roll]), np.sin([yaw, pitch, roll])
    about_z = np.array([[cy, -sy, 0], [sy, cy, 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_y = np.array([[cr, 0, sr], [0, 1, 0], [-sr, 0, cr]])
    return (about_z @ about_x @ about_y).astype(np.float32)


class Person:
    """What is the same in all pictures of one subject: shape at rest, paint, hair and glasses.

    `resting` (V, 3): vertices in mm from `Head.identity`.
    """

    def __init__(self, resting: np.ndarray, look: Look):
        h = head()
        self.resting, self.look = resting, look
        self.albedo, self.lines = look.albedo(), look.lines()
        self.hair = hair_cover(h.rest, look)
        left, right = (resting[h.eyes[side]].mean(0) for side in ("left", "right"))
        self.between = np.float32(np.linalg.norm((left - right).astype(np.float64)))    # mm, the unit of the crop
        self.target = (left + right) / 2 - np.array([0, 0, EYES_ABOVE_CENTRE * self.between])
        outward = vertex_normals(h.refine @ resting, h.triangles)
        cover = paint.smoothstep(.5, 1, self.hair) * paint.smoothstep(10, 50, h.rest[:, 2])
        self.hair_offset = (outward * (cover * look.hair_volume)[:, None]).astype(np.float32)
        self.things = accessories(look, resting)


def draw(person: Person, vertices: np.ndarray, light: np.ndarray, depth: np.ndarray, shot: Shot, *,
         size: int = 96, samples: int = 3, gaze: tuple[float, float] = (0., 0.)) -> np.ndarray:
    """Draw one face → (size, size) uint8, or the frame's (height, width).

    vertices: (V, 3) posed, in mm. light: (V, 10) from `Head.light`. depth: map of the furrows (`paint`). samples:
    rays a pixel in either direction. gaze: radians to the subject's left and upwards.
    """
    direction = (np.asarray(shot.light) / np.linalg.norm(shot.light)).astype(np.float32)
    turn = rotation(shot.yaw, shot.pitch, shot.roll)
    points, triangles, materials, uv, known = assemble(person, vertices, light, direction, turn, shot)
    points = times(points - PIVOT, turn.T) + PIVOT

    width, height = shot.frame or (size, size)
    view = CROP * person.between / shot.zoom                    # mm, height of the picture
    camera = (person.target - [0, DISTANCE, 0]).astype(np.float32)
    # Building the ray caster's tree costs as much as casting: leave out what faces away from the camera.
    a, b, c = (points[triangles[:, k]] for k in range(3))
    seen = np.einsum("ij,ij->i", np.cross(b - a, c - a), a - camera) < 0
    seen |= materials >= HAIR                                   # hair is one sheet, seen from both sides
    triangles, materials, uv = triangles[seen], materials[seen], uv[seen]
    scene = EmbreeScene()
    TriangleMesh(scene, points, triangles)
    across = ((np.arange(width * samples) + .5) / (width * samples) - .5) * (width / height)
    down = .5 - (np.arange(height * samples) + .5) / (height * samples)
    x, z = (grid.ravel() * view + shift for grid, shift in zip(np.meshgrid(across, down), shot.shift, strict=True))
    rays = unit(np.stack([x, np.full(len(x), DISTANCE), z], 1).astype(np.float32))
    hits = scene.run(np.broadcast_to(camera, rays.shape).copy(), rays, output=1)

    hit = np.flatnonzero(hits["primID"] >= 0)
    triangle, u, v = (hits[name][hit] for name in ("primID", "u", "v"))
    weights, corners = np.stack([1 - u - v, u, v], 1).astype(np.float32), triangles[triangle]
    at = sum(known[corners[:, k]] * weights[:, k:k + 1] for k in range(3))
    texture = sum(uv[triangle, k] * weights[:, k:k + 1] for k in range(3))
    linear = np.full(len(rays), shot.background, np.float32)
    linear[hit] = shot.exposure * shade(at, texture, materials[triangle], rays[hit], direction, person, depth, shot,
                                        gaze)
    linear = linear.reshape(height, samples, width, samples).mean((1, 3))
    if shot.blur:
        linear = gaussian_filter(linear, shot.blur * (size / 96))
    picture = 255 * np.clip(linear, 0, 1).astype(np.float64) ** (1 / GAMMA)
    if shot.sensor_noise:
        picture += np.random.default_rng(shot.seed).normal(0, shot.sensor_noise, picture.shape)
    return np.clip(np.round(picture), 0, 255).astype(np.uint8)


def assemble(person: Person, vertices, light, direction, turn, shot: Shot):
    """Points (P, 3), triangles (T, 3), their materials and texture coordinates, and what is known at each point.

    Known (P, 10): normal (3), resting position (3), lash line, hair, ambient light, visibility of the key light.
    """
    h, m = head(), mesh(shot.frame is not None)
    points = h.refine @ vertices + person.hair_offset
    baked = h.refine @ (light + h.teeth_light(vertices, person.resting))
    lit = np.clip(times(baked[:, 1:], harmonics(times(direction, turn)[None])[0]), 0, 1)      # it turns with the head
    known = [np.column_stack([times(vertex_normals(points, m.triangles), turn.T), h.rest, m.lid, person.hair,
                              np.clip(baked[:, 0], .04, 1), lit])]
    points, triangles, materials, uv = [points], [m.triangles], [m.materials], [m.uv]
    for thing in person.things:         # nothing was baked for it: open to most of the sky and to the key light
        triangles.append(thing.triangles + sum(map(len, points)))
        points.append(thing.vertices)
        materials.append(np.full(len(thing.triangles), thing.material, np.uint8))
        uv.append(np.zeros((len(thing.triangles), 3, 2), np.float32))
        known.append(np.column_stack([times(thing.normals, turn.T), thing.vertices,
                                      np.tile([0, 0, .85, 1.], (len(thing.vertices), 1))]))
    together = (np.concatenate(parts) for parts in (points, triangles, materials, uv, known))
    return *(array.astype(np.float32) if array.dtype == np.float64 else array for array in together),


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.sqrt(np.maximum(np.einsum("ij,ij->i", vectors, vectors), 1e-12))[:, None]


def shade(at, texture, material, rays, light, person: Person, depth, shot: Shot, gaze) -> np.ndarray:
    """Linear radiance (n,) of each sample; `at` (n, 10) as in `assemble`, `texture` (n, 2), `rays` (n, 3)."""
    look = person.look
    normal, rest, lid, hair, ambient, lit = (
        unit(at[:, :3]), at[:, 3:6], at[:, 6], at[:, 7], at[:, 8], at[:, 9])
    x, y, z = rest.T
    is_ = {name: material == index for name, index in MATERIAL.items()}
    front = paint.smoothstep(62, 48, y)                         # paint is applied from the front
    painted = is_["skin"] | is_["eye_socket"]

    lips = head().lips
    rows = np.clip(((1 - texture[:, 1]) * len(lips)).astype(int), 0, len(lips) - 1)
    columns = np.clip((texture[:, 0] * lips.shape[1]).astype(int), 0, lips.shape[1] - 1)
    lip = np.where(is_["skin"] | is_["mouth"], lips[rows, columns] / np.float32(255), 0)

    colour = look.skin + (paint.sample(person.albedo, x, z) - look.skin) * front
    colour = colour * (1 - lip * (1 - look.lip))
    colour = colour * (1 - .9 * np.clip(lid, 0, 1) * painted)
    strands = 1 + .22 * paint.sample(hair_strands(), x + .5 * y, z)
    colour = colour * (1 - hair) + look.hair * strands * hair
    colour = np.where(material == HAIR, look.hair * (1.5 * strands - .6), colour)
    # towards the corners of the mouth less light reaches the teeth; between two of them, none
    gap = np.exp(-((np.abs(x.astype(np.float64)) % 8.) / .7) ** 2).astype(np.float32)
    teeth = .78 * (1 - .45 * np.clip(x / 26, -1, 1) ** 2) * (1 - .25 * gap)
    for index, reflectance in ((FRAME, .03), (MATERIAL["mouth"], .22 * look.skin + .02),
                               (MATERIAL["tongue"], .20 + .2 * look.skin), (MATERIAL["teeth"], teeth)):
        colour = np.where(material == index, reflectance, colour)

    grooves = np.where(painted, front, 0)
    slope_z, slope_x = np.gradient(depth)
    normal[:, 0] += 1.4 * grooves * paint.sample(slope_x, x, z)
    normal[:, 2] += 1.4 * grooves * paint.sample(slope_z, x, z)
    normal = unit(normal)
    colour = colour * (1 - .30 * grooves * np.clip(paint.sample(depth, x, z), 0, 1.3))

    gloss, shine = np.where(painted, .05 + .08 * lip, 0.), np.full(len(colour), 18.)
    for side in ("left", "right"):
        eye = is_[f"{side}_eye"]
        colour[eye] = eye_colour(rest[eye], side, look, gaze)
        gloss[eye], shine[eye] = .45, 80.
    neckline = -150 - .10 * np.abs(x) + .0012 * np.clip(np.abs(x) - 60, 0, None) ** 2 + .5 * np.clip(y - 40, 0, 60)
    colour = np.where(is_["skin"] & (z < neckline), .12 + .3 * ((look.seed * 7919) % 97) / 97, colour)

    # A short wrap around the terminator: light that enters the skin comes out a little further on.
    cosine = np.clip((times(normal, light) + .15) / 1.15, 0, 1)
    sky = ambient * (.72 + .28 * normal[:, 2] - .10 * normal[:, 1])
    facing = np.clip(-normal[:, 1], 0, 1)
    glint = gloss * np.clip(np.einsum("ij,ij->i", normal, unit(light - rays)), 0, 1) ** shine
    diffuse = shot.ambient * sky + shot.key * cosine * lit + shot.fill * facing * ambient
    return colour * diffuse + glint * lit * shot.key


def eye_colour(rest: np.ndarray, side: str, look: Look, gaze) -> np.ndarray:
    """White, iris and pupil (n,) by the angle between points (n, 3) of a resting eyeball and the line of sight."""
    h = head()
    axis = unit(rest - h.mean[h.eyes[side]].mean(0)).astype(np.float64)
    sight = np.array([np.sin(gaze[0]), -np.cos(gaze[0]) * np.cos(gaze[1]), np.sin(gaze[1])])
    angle = np.degrees(np.arccos(np.clip(axis @ (sight / np.linalg.norm(sight)), -1, 1)))
    spokes = look.iris * (1 + .2 * np.sin(23 * np.arctan2(axis[:, 2], axis[:, 0])))
    colour = np.where(angle < 25, spokes, .42 + .35 * look.skin)
    colour = np.where((angle > 22) & (angle < 26), .5 * look.iris, colour)
    return np.where(angle < 10.5, .012, colour)
