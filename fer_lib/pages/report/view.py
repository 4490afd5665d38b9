"""How a network sees: a grey face in as many channels as it wants, in [0, 1], then less a mean and by a deviation.

    view = View(224, 3, (.485, .456, .406), (.229, .224, .225))
    view(images)                                # (N, 1, 224, 224) uint8 → (N, 3, 224, 224) float32
"""
from dataclasses import dataclass

import numpy as np
import torch

from ..numbers import how_many

SIZES = 8, 1024                     # pixels of a side, least and most


@dataclass(frozen=True)
class View:
    """size: pixels of a side. mean and std: one number for each channel, or one for all. ValueError where these do not
    go together."""
    size: int = 96
    channels: int = 1
    mean: tuple[float, ...] = (0.,)
    std: tuple[float, ...] = (1.,)

    def __post_init__(self):
        if not SIZES[0] <= self.size <= SIZES[1]:
            raise ValueError(f"size must be {SIZES[0]} to {SIZES[1]} pixels, not {self.size}")
        if self.channels < 1:
            raise ValueError(f"channels must be 1 or more, not {self.channels}")
        for name, values in (("mean", self.mean), ("std", self.std)):
            if len(values) not in (1, self.channels):
                raise ValueError(f"{name} has {len(values)} numbers for {how_many(self.channels, 'channel')}: "
                                 "it must be one for each, or one for all (channels says how many there are)")
        if not all(np.isfinite([*self.mean, *self.std])) or 0. in self.std:
            raise ValueError("mean and std must be finite numbers, and std not 0")

    def __call__(self, images: np.ndarray) -> torch.Tensor:
        grey = torch.from_numpy(images).float() / 255
        mean, std = (torch.tensor(values).view(1, -1, 1, 1) for values in (self.mean, self.std))
        return ((grey.expand(-1, self.channels, -1, -1) - mean) / std).contiguous()

    def __str__(self) -> str:
        grey = f"grey repeated to {self.channels} channels" if self.channels > 1 else "grey"
        plain = self.mean == (0.,) and self.std == (1.,)
        scaled = "" if plain else f", less {numbers(self.mean)}, by {numbers(self.std)}"
        return f"{self.size}×{self.size} pixels, {grey}, in [0, 1]{scaled}"


def numbers(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:g}" for value in values)
