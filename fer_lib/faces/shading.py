"""Geometry of light: products that are the same on every processor, vertex normals, and real spherical harmonics up to
the second order."""
import numpy as np


def times(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The matrix product (float32), computed in float64 and rounded once.

    In float32 each library's kernel for a processor adds in its own order, and the last bit differs. So do sines and
    powers, which the pictures take in float64, too.
    """
    return (np.asarray(one, np.float64) @ np.asarray(other, np.float64)).astype(np.float32)


def vertex_normals(vertices: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Unit normals (V, 3), the mean of the adjoining triangles' normals weighted by their area."""
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    face, corner = np.cross(b - a, c - a), triangles.T.ravel()
    total = np.stack([np.bincount(corner, np.tile(face[:, k], 3), minlength=len(vertices))
                      for k in range(3)], 1)
    return (total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)).astype(np.float32)


def harmonics(directions: np.ndarray) -> np.ndarray:
    """The nine real spherical harmonics of degree 0–2 at unit `directions` (N, 3) → (N, 9)."""
    x, y, z = directions.T
    return np.stack([np.full_like(x, .282095), .488603 * y, .488603 * z, .488603 * x, 1.092548 * x * y,
                     1.092548 * y * z, .315392 * (3 * z * z - 1), 1.092548 * x * z, .546274 * (x * x - y * y)], 1)
