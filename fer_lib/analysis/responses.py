"""What the filters of conv3 answer to an image, and where on it: what the paper looks at when it speaks of a filter.

    answers = responses(network, faces.images)
    answers.strongest[:, 42]            # conv3:42, image by image
"""
from typing import NamedTuple

import numpy as np
import torch

from ..network import ZeroBiasCNN
from ..preprocessing import see
from ..system.console import progress_bar
from ..system.memory import kept_memory
from ..system.precision import exact_float32

BATCH = 64


class Responses(NamedTuple):
    """Of N images and F filters (or directions), after the ReLU."""
    strongest: np.ndarray           # (N, F) float32: the maximum of each filter's map
    row: np.ndarray                 # (N, F) int16: where on the map it is, the first of equal ones
    column: np.ndarray


@torch.no_grad()
@kept_memory()
@exact_float32()
def responses(network: ZeroBiasCNN, images: np.ndarray, normalisation: str = "subtractive", *,
              directions: torch.Tensor | None = None, progress: bool = True) -> Responses:
    """(N, 1, S, S) uint8 → how strongly each filter of conv3 responds to each image, at most, and at which unit.

    directions: (D, 256) weights with which the channels are mixed before the maximum is taken, for comparison with
    what is no filter (Bau et al. 2017 rotate a layer so); then F is D, and responses can be negative. ValueError for
    images of another shape.
    """
    device = network.output.weight.device
    found = []
    for piece in progress_bar(torch.from_numpy(images).split(BATCH), "responses", unit_scale=BATCH, unit=" images",
                              progress=progress, delay=2):
        maps = network.conv3_responses(see(piece.to(device), normalisation))
        mixed = [maps] if directions is None else (         # a part at a time: all would be large
            torch.einsum("nchw,dc->ndhw", maps, part.to(maps)) for part in directions.split(len(maps[0])))
        strongest, place = map(torch.hstack, zip(*(mixture.flatten(2).max(2) for mixture in mixed), strict=True))
        width = maps.shape[-1]
        found.append((strongest.cpu().numpy(), (place // width).short().cpu().numpy(),
                      (place % width).short().cpu().numpy()))
    return Responses(*(np.concatenate(parts) for parts in zip(*found, strict=True)))
