"""How much contrast a face has before and after normalisation, and where it has none to divide by.

Images are (N, 1, S, S) float32 with grey levels in [0, 2].
"""
import numpy as np
import torch
from torch.nn.functional import avg_pool2d

from ..preprocessing import FLOOR, local_contrast_normalise

INSIDE = np.s_[..., 4:-4, 4:-4]     # where neither normalisation has looked beyond the border
RIM = 2                             # pixels into which the zeros beyond the border reach


def below_floor(x: torch.Tensor) -> torch.Tensor:
    """Where within the border the standard deviation of the 5×5 pixels around is below the floor, by which full
    normalisation divides then: (N, 1, S - 8, S - 8) bool."""
    variance = avg_pool2d(local_contrast_normalise(x, "subtractive") ** 2, 5, stride=1, padding=2)
    return (variance.sqrt() < FLOOR)[INSIDE]


def rim_share(y: torch.Tensor) -> float:
    """Share of the sum of squares of normalised images that lies in their outer two pixels."""
    squares = y.square()
    return (1 - squares[..., RIM:-RIM, RIM:-RIM].sum() / squares.sum()).item()


def levels(images: torch.Tensor) -> dict[str, np.ndarray]:
    """Of each image (N,): its darkest and its lightest grey level, and its contrast, the standard deviation after
    subtractive normalisation."""
    contrast = local_contrast_normalise(images, "subtractive").std((1, 2, 3))
    return {"darkest": images.amin((1, 2, 3)).numpy(), "lightest": images.amax((1, 2, 3)).numpy(),
            "contrast": contrast.numpy()}


def share_within(values: np.ndarray, others: np.ndarray, low: float = .05, high: float = .95) -> float:
    """Share of some values (N,) that lie between these quantiles of others (M,)."""
    least, most = np.quantile(others, [low, high])
    return ((least <= values) & (values <= most)).mean()
