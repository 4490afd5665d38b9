"""Is there order in conv1's filters? Where a filter sees an edge or a blob, neighbouring weights are alike.

    smoothness(filters) > smoothness_null(filters, 200, np.random.default_rng(0)).max()
"""
import numpy as np


def smoothness(filters: np.ndarray) -> float:
    """Correlation of a weight with its right or lower neighbour, mean over filters (F, H, W); NaN where one is flat."""
    weights = np.hstack([filters[:, :, :-1].reshape(len(filters), -1), filters[:, :-1].reshape(len(filters), -1)])
    neighbours = np.hstack([filters[:, :, 1:].reshape(len(filters), -1), filters[:, 1:].reshape(len(filters), -1)])
    return float(np.mean([np.corrcoef(a, b)[0, 1] for a, b in zip(weights, neighbours, strict=True)]))


def smoothness_null(filters: np.ndarray, repeats: int, rng: np.random.Generator) -> np.ndarray:
    """The same with each filter's weights shuffled → (repeats,)."""
    flat = filters.reshape(len(filters), -1)
    return np.array([smoothness(rng.permuted(flat, axis=1).reshape(filters.shape)) for _ in range(repeats)])
