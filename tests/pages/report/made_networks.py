"""Networks whose answers are known: they look up which face they are shown, and say what it shows."""
from functools import cache

import numpy as np
import torch
from torch import nn

from fer_lib.faces.action_units import ACTION_UNITS
from fer_lib.pages.report.drawn import asked_faces

UNITS = list(ACTION_UNITS)
SHUFFLES = 39                       # of which p can be .025


@cache
def known() -> dict[bytes, np.ndarray]:
    """Of every face that is asked about the intensity of each unit."""
    return {image.tobytes(): shown for faces in asked_faces()
            for image, shown in zip(faces.images, faces.intensities.to_numpy(), strict=True)}


def intensities(images: np.ndarray) -> np.ndarray:
    """(N, 21); 0 of a face that is not known, as one is that is covered."""
    nothing = np.zeros(len(UNITS), np.float32)
    return np.stack([known().get(image.tobytes(), nothing) for image in images])


def with_classes(images: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Filters are units; the smile makes happy, and some of what is left is angry."""
    shown = intensities(images)
    happy = .1 + .8 * shown[:, UNITS.index("AU12")]
    return shown, {"Happy": happy, "ANGRY": .5 * (1 - happy), "yawning": .5 * (1 - happy)}


def constant(images: np.ndarray) -> np.ndarray:
    return np.ones((len(images), 5))


class Noise:
    """Twelve filters that have nothing to do with the face."""

    def __init__(self, seed: int = 0):
        self.rng = np.random.default_rng(seed)

    def __call__(self, images: np.ndarray) -> np.ndarray:
        return self.rng.normal(size=(len(images), 12))


class Small(nn.Module):
    """Two convolutions with biases and a classifier."""

    def __init__(self, channels: int = 1):
        super().__init__()
        self.first, self.second = nn.Conv2d(channels, 6, 5, 2, bias=True), nn.Conv2d(6, 8, 3, 2, bias=True)
        self.relu, self.dropout, self.output = nn.ReLU(), nn.Dropout(.5), nn.Linear(8, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.relu(self.second(self.relu(self.first(x))))
        return self.output(self.dropout(x.amax((2, 3))))


class Tokens(nn.Module):
    """Patches as tokens, the first axis theirs, in a dictionary; and a token of its own."""

    def __init__(self):
        super().__init__()
        self.patches, self.block = nn.Conv2d(1, 6, 8, 8), nn.ModuleDict({"inside": nn.Linear(6, 6)})
        self.token = nn.Parameter(torch.randn(1, 1, 6))

    def forward(self, x):
        x = torch.cat([self.token.expand(-1, len(x), -1), self.patches(x).flatten(2).permute(2, 0, 1)])
        return {"last": self.block["inside"](x)}
