"""The drawn faces that every network is asked about, in the size that it is shown them.

    faces = asked_faces()
    faces.probe                     # people who show each unit alone, and some pairs
    faces.twin                      # other people, who show expressions: the last frame of each sequence
"""
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch.nn.functional import interpolate

from ...analysis.probe import without_faint
from ...datasets import FaceDataset, load_dataset, resize


class Faces(NamedTuple):
    """Of 96 pixels."""
    probe: FaceDataset
    twin: FaceDataset


@cache
def asked_faces() -> Faces:
    """As they are published. Units fainter than the twin's are left out, and of a sequence all frames but the last,
    which are nearly equal, as are neutral frames, which the probe set has."""
    twin = load_dataset("synthetic", progress=False)
    last = np.append(twin.cases[1:] != twin.cases[:-1], True)
    expressive = np.array(twin.classes)[twin.labels] != "neutral"
    return Faces(without_faint(load_dataset("synthetic", part="probe", progress=False)),
                 twin.select(np.flatnonzero(last & expressive)))


def some_faces(count: int, size: int) -> np.ndarray:
    """The first of them (count, 1, size, size) uint8, to try whether a network can be asked at all."""
    return shown_at(asked_faces().probe.images[:count], size)


def shown_at(images: np.ndarray, size: int) -> np.ndarray:
    """(N, 1, S, S) uint8 → (N, 1, size, size) uint8, a copy: to 48 and 96 pixels as sets are, else bilinear, and when
    smaller over all pixels."""
    if images.shape[-1] in (48, 96) and size in (48, 96):
        return resize(images, size).copy()
    x = interpolate(torch.from_numpy(images).float(), size=(size, size), mode="bilinear", antialias=True)
    return x.round_().clamp_(0, 255).byte().numpy()
