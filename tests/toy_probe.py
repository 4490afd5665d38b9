"""People who show units one by one, in pictures so small that a network answers at once."""
import numpy as np
import pandas as pd

from fer_lib.datasets import FaceDataset

UNITS = ["AU1", "AU4", "AU12"]
INTENSITIES = .2, .6, 1.


def toy_probe(people: int = 4, size: int = 16, seed: int = 0) -> FaceDataset:
    """Of each person two resting faces, noise; then every unit alone at every intensity, which brightens a corner of
    its own; then two units at once."""
    rng = np.random.default_rng(seed)
    shown = [{}, {}, *({unit: value} for unit in UNITS for value in INTENSITIES), {"AU1": 1., "AU4": 1.}]
    table = pd.DataFrame(shown * people, columns=UNITS).fillna(0.).astype("float32")
    images = rng.integers(60, 90, (len(table), 1, size, size), dtype=np.uint8)
    half = size // 2
    for i, (rows, columns) in enumerate(((0, 0), (0, half), (half, 0))):
        images[:, 0, rows:rows + half, columns:columns + half] += (
            120 * table.iloc[:, i].to_numpy()[:, None, None]).astype(np.uint8)
    names = np.repeat([f"P{i}" for i in range(people)], len(shown))
    return FaceDataset("toy probe", images, np.full(len(table), -1), (), subjects=names, sequences=range(len(table)),
                       action_units=(table > 0).astype("float32"), intensities=table, parameters={"size": size})
