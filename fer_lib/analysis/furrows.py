"""Do filters read the furrows that are painted on drawn faces from their action units, or the shape of the face?"""
import numpy as np

from ..datasets import resize
from ..datasets.synthetic import sample
from ..faces import render_frames


def redrawn(options: dict, index: np.ndarray, size: int, furrows: float = 0.) -> np.ndarray:
    """The twin's frames at `index` (positions) with other furrows, (N, 1, size, size) uint8; 0: only the shape moves.

    options: of `load_dataset`, of which subjects, sequences and seed say who is drawn.
    """
    drawn = {name: value for name, value in options.items() if name in ("subjects", "sequences", "seed")}
    people, frames = sample("labelled", **{"subjects": None, "sequences": None, "seed": 0} | drawn)
    return resize(render_frames(people, [frames[i] for i in index], furrows=furrows)[:, None], size)
