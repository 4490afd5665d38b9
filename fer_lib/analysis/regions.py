"""Do filters look where an action unit moves the face? Of a drawn face it is known which pixels a unit changes.

    masks = regions(48)
    gain(energy_within(network, responses(network, images), images, masks), masks)

The masks of the default people are published with the library (regions_48.png, regions_96.png: a mask a unit, side by
side), so that they need not be drawn each time and are the same everywhere. `python -m fer_lib.analysis.regions` draws
these files.
"""
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from ..faces import ACTION_UNITS, render, subjects
from ..network import ZeroBiasCNN
from ..preprocessing import see
from ..system.console import progress_bar
from .attribution import guided
from .places import strongest_neurons
from .responses import Responses

PEOPLE = 8                          # who are drawn to find the regions; nobody of the twin, or of the probe set
STRANGERS = 1000                    # the seed that makes them
MOVED = .1                          # of the largest mean difference, from which on a pixel is of the region


@cache
def regions(size: int, people: int = PEOPLE, seed: int = STRANGERS) -> dict[str, np.ndarray]:
    """{action unit: (size, size) bool}: where it changes a drawn face, mean over people with it and without."""
    published = (people, seed) == (PEOPLE, STRANGERS) and file_of(size).exists()
    masks = read(file_of(size)) if published else draw(size, people, seed)
    for mask in masks.values():
        mask.flags.writeable = False                # all callers share it
    return masks


def draw(size: int, people: int = PEOPLE, seed: int = STRANGERS, units: Sequence[str] = tuple(ACTION_UNITS)) -> dict:
    """`regions` of these units, drawn anew."""
    drawn = subjects(people, seed=seed)
    at_rest = [render(person, size=size).astype(float) for person in drawn]
    masks = {}
    for unit in progress_bar(units, "regions", delay=2):
        moved = np.mean([np.abs(render(person, {unit: 1.}, size=size) - still)
                         for person, still in zip(drawn, at_rest, strict=True)], axis=0)
        masks[unit] = moved > MOVED * moved.max()
    return masks


def file_of(size: int) -> Path:
    return Path(__file__).with_name(f"regions_{size}.png")


def read(path: Path) -> dict[str, np.ndarray]:
    """The masks of a published file, in the order of `ACTION_UNITS`."""
    with Image.open(path) as picture:
        side_by_side = np.array(picture, bool)
    return {unit: mask.copy() for unit, mask in
            zip(ACTION_UNITS, np.hsplit(side_by_side, len(ACTION_UNITS)), strict=True)}


def write(path: Path, masks: dict[str, np.ndarray]):
    Image.fromarray(np.hstack(list(masks.values()))).save(path, optimize=True)


def energy_within(network: ZeroBiasCNN, answers: Responses, images: np.ndarray, masks: dict[str, np.ndarray],
                  normalisation: str = "subtractive", *, each: int = 1, cases: np.ndarray | None = None) -> np.ndarray:
    """Share of the squares of guided backpropagation's picture within each mask → (filters that respond, masks).

    images: (N, 1, S, S) uint8, those that were answered; each: how many of its strongest images a filter has, of
    different cases (N,). ValueError for answers to other images.
    """
    on = np.flatnonzero(answers.strongest.max(0) > 0)
    found = strongest_neurons(answers, images, on, each, cases)
    x = see(images[found.images], normalisation)
    squares = guided(network, x, found.filters, found.rows, found.columns) ** 2
    inside = share_within(squares, np.stack(list(masks.values())))
    of_each = len(found.images) // len(on) if len(on) else 1
    return inside.reshape(len(on), of_each, len(masks)).mean(1)


def share_within(squares: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """(N, S, S) and (M, S, S) bool → (N, M): the share of each picture's sum within each mask; 0 of an empty one.
    ValueError where they differ in size."""
    if squares.shape[1:] != masks.shape[1:]:
        raise ValueError(f"masks of {masks.shape[1:]} pixels do not lie on pictures of {squares.shape[1:]}")
    pixels = masks.reshape(len(masks), -1).T.astype(np.float32)
    return squares.reshape(len(squares), len(pixels)) @ pixels / squares.sum((1, 2))[:, None].clip(1e-30)


def shares_of_picture(masks: dict[str, np.ndarray]) -> np.ndarray:
    """Each mask's share of the picture (M,)."""
    return np.array([mask.mean() for mask in masks.values()])


def gain(within: np.ndarray, masks: dict[str, np.ndarray]) -> float:
    """How many times their share of the picture the masks hold: mean over filters, median over masks. 1: as much as
    if the gradient were spread evenly; NaN where no filter responds."""
    return float(np.median(within.mean(0) / shares_of_picture(masks))) if len(within) else np.nan


def overlap(masks: dict[str, np.ndarray]) -> float:
    """Pixels that a mask has in common with the one most like it, of those that either has: median of the masks."""
    most = []
    for unit, mask in masks.items():
        others = [other for name, other in masks.items() if name != unit]
        most.append(max((mask & other).sum() / (mask | other).sum() for other in others))
    return float(np.median(most))


if __name__ == "__main__":
    for size in (48, 96):
        write(file_of(size), draw(size))
