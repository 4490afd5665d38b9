"""The head: one linear model of identity and facial actions, refined by one step of Catmull–Clark subdivision.

``vertices = mean + Σ identity weight · direction + Σ action weight · direction`` (millimetres); `build_head.py` says
what the asset holds and where it comes from.
"""
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from .build_head import AGES, ANCESTRIES, ASSET, MATERIALS, SEXES

MATERIAL = {name: index for index, name in enumerate(MATERIALS)}


def incidence(rows, columns, shape: tuple[int, int]) -> sp.csr_matrix:
    """The sparse matrix that counts pairs of row and column."""
    return sp.csr_matrix((np.ones(len(rows)), (rows, columns)), shape)


def total(matrix: sp.spmatrix) -> np.ndarray:
    """Sums of the columns, (columns,)."""
    return np.asarray(matrix.sum(0)).ravel()


def catmull_clark(vertices: int, quads: np.ndarray) -> tuple[sp.csr_matrix, np.ndarray, np.ndarray]:
    """One step of Catmull–Clark on a quad mesh → (matrix (V′, V), quads (4F, 4), parent of each quad (4F,)).

    The new vertices are ``matrix @ old``; edges of only one quad are creases (Catmull & Clark 1978).
    """
    faces = len(quads)
    edges = np.sort(np.stack([quads, np.roll(quads, -1, 1)], -1).reshape(-1, 2), 1)
    edges, edge_of, uses = np.unique(edges, axis=0, return_inverse=True, return_counts=True)
    edge_of, inner = edge_of.reshape(faces, 4), uses == 2

    around = incidence(np.repeat(np.arange(faces), 4), quads.ravel(), (faces, vertices))
    ends = incidence(np.repeat(np.arange(len(edges)), 2), edges.ravel(), (len(edges), vertices))
    beside = incidence(edge_of.ravel(), np.repeat(np.arange(faces), 4), (len(edges), faces))
    face_points = around / 4
    edge_points = (sp.diags(np.where(inner, .25, .5)) @ ends
                   + sp.diags(np.where(inner, .25, 0.)) @ (beside @ face_points))

    valence, border_ends = np.maximum(total(ends), 1), ends[~inner]
    smooth = (sp.diags((valence - 3) / valence)
              + sp.diags(1 / (valence * np.maximum(total(around), 1))) @ (around.T @ face_points)
              + sp.diags(1 / valence ** 2) @ (ends.T @ ends))       # / valence: twice the mean of edge midpoints
    on_border = total(border_ends)
    curve = (sp.diags(np.where(on_border == 2, .5, 1.))
             + sp.diags(np.where(on_border == 2, .125, 0.)) @ (border_ends.T @ border_ends))
    border = np.isin(np.arange(vertices), edges[~inner]).astype(float)
    points = sp.diags(1 - border) @ smooth + sp.diags(border) @ curve

    matrix = sp.vstack([points, edge_points, face_points]).tocsr().astype(np.float32)
    edge_vertex = vertices + edge_of
    centre = np.repeat(vertices + len(edges) + np.arange(faces), 4).reshape(faces, 4)
    finer = np.stack([quads, edge_vertex, centre, np.roll(edge_vertex, 1, 1)], -1).reshape(-1, 4)
    return matrix, finer, np.repeat(np.arange(faces), 4)


def quarter(uv: np.ndarray) -> np.ndarray:
    """Texture coordinates (F, 4, 2) of the four quads that each quad becomes → (4F, 4, 2)."""
    middle, centre = (uv + np.roll(uv, -1, 1)) / 2, np.repeat(uv.mean(1, keepdims=True), 4, 1)
    return np.stack([uv, middle, centre, np.roll(middle, 1, 1)], 2).reshape(-1, 4, 2)


def triangulate(quads: np.ndarray) -> np.ndarray:
    """(F, 4, …) → (2F, 3, …)."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


class Head:
    """The asset, opened; `head()` returns the one that everybody shares.

    V vertices as in the asset, V′ after the subdivision, T triangles.
    """

    def __init__(self, path: Path = ASSET):
        with np.load(path, allow_pickle=False) as file:
            asset = {name: file[name] for name in file.files}
        actions = asset["action_names"].tolist()
        self.mean = asset["mean"]                                                       # (V, 3) mm
        self.identities = dict(zip(asset["identity_names"].tolist(), asset["identity"], strict=True))
        self.actions = dict(zip(actions, asset["action"], strict=True))                 # name → (V, 3) mm
        self.resting_light = asset["light"].astype(np.float32)                          # (V, 10)
        self.action_light = dict(zip(actions, asset["action_light"], strict=True))
        self.lips = asset["lips"]                                                       # (H, W) uint8
        quads, materials = asset["quads"].astype(np.int64), asset["materials"]
        part = {name: np.unique(quads[materials == index]) for name, index in MATERIAL.items()}
        self.eyes = {side: part[f"{side}_eye"] for side in ("left", "right")}
        self.teeth = part["teeth"]
        self.lid_margin = np.intersect1d(part["skin"], part["eye_socket"])              # where lid meets eyeball
        lip_margin = np.intersect1d(part["skin"], part["mouth"])
        self.lip_middle = lip_margin[np.abs(self.mean[lip_margin, 0]) < 4]
        self.refine, quads, parent = catmull_clark(len(self.mean), quads)               # (V′, V)
        self.triangles = triangulate(quads).astype(np.int32)                            # (T, 3)
        self.uv = triangulate(quarter(asset["uv"].astype(np.float32)))                  # (T, 3, 2)
        self.materials = np.tile(materials[parent], 2)                                  # (T,)
        self.rest = self.refine @ self.mean                                 # (V′, 3): where paint is applied

    def identity(self, ancestry, male: float, age: float, **changes: float) -> np.ndarray:
        """Vertices (V, 3) of one person at rest.

        ancestry: shares of (african, asian, caucasian). male: 0–1. age: 0 (about 25 years) – 1 (90). changes:
        weights, about −1 … 1, of the local changes in `identities`, and of ``weight`` and ``muscle``.
        """
        vertices = self.mean.copy()
        corners = product(zip(ANCESTRIES, ancestry, strict=True), zip(SEXES, (1 - male, male), strict=True),
                          zip(AGES, (1 - age, age), strict=True))
        for (group, share), (sex, of_sex), (years, of_age) in corners:
            if share * of_sex * of_age:
                vertices += share * of_sex * of_age * self.identities[f"{group}-{sex}-{years}"]
        for name, amount in changes.items():
            if name in ("weight", "muscle"):
                name, amount = f"{name}-{'high' if amount > 0 else 'low'}", abs(amount)
            vertices += np.float32(amount) * self.identities[name]
        return vertices

    def move(self, vertices: np.ndarray, actions: dict[str, float]) -> np.ndarray:
        """`vertices` (V, 3) with facial actions added (name → weight, 1 = the action in full)."""
        moved = vertices.copy()
        for action, weight in actions.items():
            moved += np.float32(weight) * self.actions[action]
        return moved

    def light(self, actions: dict[str, float]) -> np.ndarray:
        """(V, 10): ambient occlusion and nine harmonics of visibility for these actions."""
        light = self.resting_light.copy()
        for action, weight in actions.items():
            light += np.float32(weight / 64) * self.action_light[action]
        return light

    def teeth_light(self, vertices: np.ndarray, resting: np.ndarray) -> np.ndarray:
        """(V, 10): what lips that part let in. Behind closed lips the teeth stay dark: no thread of white."""
        parted = np.ptp(vertices[self.lip_middle, 2]) - np.ptp(resting[self.lip_middle, 2])     # mm
        light = np.zeros((len(vertices), 10), np.float32)
        light[self.teeth, 0] = .85 * np.clip((parted - 1.5) / 4, 0, 1)
        return light


@cache
def head() -> Head:
    """The head that everybody shares, read once a process."""
    return Head()
