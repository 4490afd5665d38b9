"""Is a filter special? Its channel is compared with random mixtures of channels, as Bau et al. (2017) do.

    answers, mixed = with_rotated(network, images, "subtractive", 5)
"""
import numpy as np
import torch

from ..network import ZeroBiasCNN
from .responses import Responses, responses


def with_rotated(network: ZeroBiasCNN, images: np.ndarray, normalisation: str, rotations: int,
                 seed: int = 0, *, progress: bool = True) -> tuple[Responses, list[np.ndarray]]:
    """Responses (N, F), and the strongest (N, F) of as many random mixtures of the filters, for each of some rotations;
    all of one pass, since a filter is a mixture, too.

    The maps are mixed after the ReLU and before the maximum, so that they hold what they held.
    """
    generator = torch.Generator().manual_seed(seed)
    turns = [torch.linalg.qr(torch.randn(256, 256, generator=generator))[0] for _ in range(rotations)]
    every = responses(network, images, normalisation, directions=torch.cat([torch.eye(256), *turns]), progress=progress)
    first, *mixed = np.split(every.strongest, 1 + rotations, axis=1)
    return Responses(first, every.row[:, :256], every.column[:, :256]), mixed
