"""A network, asked: drawn faces in, how strongly each filter responds out; in batches, so that memory is bounded.

    answers = ask(network, images)              # images: (N, 1, S, S) uint8, of any S
    answers.responses                           # (N, F)

Whatever a network is made of, it is asked through one function: images of its size in, maps out. A map is what a filter
answers at each of P positions; a function of the user's has one position.
"""
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import torch

from ...system.console import progress_bar
from ...system.memory import kept_memory
from ...system.precision import exact_float32
from ..numbers import how_many
from .drawn import shown_at
from .outputs import as_points

LEAST, MOST = 2, 4096               # filters: of one alone nothing is the best; more do not fit into the memory
POOLS = "max", "mean"


@dataclass(frozen=True)
class Network:
    """What is asked."""
    name: str
    # (n, 1, size, size) uint8 → maps (n, F, P) float, and what it puts out for each class (n, C) float, or None
    maps: Callable[[np.ndarray], tuple[torch.Tensor, np.ndarray | None]]
    size: int = 96                                  # pixels of a side, that it is shown
    classes: tuple[str, ...] = ()                   # of the probabilities, by name
    pool: str = "max"                               # over positions: one of POOLS
    batch: int = 32
    about: dict[str, str] = field(default_factory=dict)         # how it is asked, in words


class Answers(NamedTuple):
    """To N images, of F filters."""
    responses: np.ndarray                           # (N, F) float32: the maximum over positions, or their mean
    mixed: list[np.ndarray]                         # of each rotation: (N, F), of mixtures of the filters
    points: np.ndarray | None                       # (N, C) probability of each class, in points: 0 to 100
    taken_as: str                                   # what it puts out for the classes, in words; "" for nothing


@torch.no_grad()
@exact_float32()
def ask(network: Network, images: np.ndarray, what: str = "faces", *, rotations: int = 0,
        progress: bool = True) -> Answers:
    """images: (N, 1, S, S) uint8, which are shown in the network's size. rotations: how often all filters are mixed at
    random, before positions are pooled, as `analysis.rotations` does it. ValueError, a sentence, for a network that
    answers what cannot be looked at."""
    pooled, points, turns = [], [], None
    with kept_memory() as give_back, progress_bar(desc=what, total=len(images), unit=" images",
                                                  progress=progress) as bar:
        for start in range(0, len(images), network.batch):
            piece = shown_at(images[start:start + network.batch], network.size)
            maps, for_classes = network.maps(piece)
            check(network.name, maps, for_classes, len(piece), start, pooled)
            if turns is None:
                turns = list(random_turns(maps.shape[1], rotations))
            pooled.append([pool(maps, network.pool).numpy(), *(pool(mixed_by(turn, maps), network.pool).numpy()
                                                               for turn in turns)])
            points.append(for_classes)
            bar.update(len(piece))
            give_back()
    responses, *mixed = (np.concatenate(parts) for parts in zip(*pooled, strict=True))
    return Answers(responses, mixed, *(None, "") if points[0] is None else as_points(np.concatenate(points)))


def random_turns(filters: int, rotations: int, seed: int = 0) -> Iterator[torch.Tensor]:
    """As many random rotations (F, F) of the filters."""
    generator = torch.Generator().manual_seed(seed)
    for _ in range(rotations):
        yield torch.linalg.qr(torch.randn(filters, filters, generator=generator))[0]


def mixed_by(turn: torch.Tensor, maps: torch.Tensor) -> torch.Tensor:
    """(n, F, P) → the same, of mixtures: in one product, and not in one for each image."""
    n, filters, positions = maps.shape
    return (maps.transpose(1, 2).reshape(-1, filters) @ turn.T).view(n, positions, filters).transpose(1, 2)


def pool(maps: torch.Tensor, how: str) -> torch.Tensor:
    """(n, F, P) → (n, F)"""
    return maps.amax(2) if how == "max" else maps.mean(2)


def check(name: str, maps: torch.Tensor, for_classes: np.ndarray | None, n: int, start: int, before: list):
    """ValueError where maps of n images, from `start` on, are not what can be looked at."""
    filters = maps.shape[1]
    if len(maps) != n:
        raise ValueError(f"{name} answers {len(maps)} rows to {n} images: it must be one for each")
    if not LEAST <= filters <= MOST:
        raise ValueError(f"{name} has {how_many(filters, 'filter')}; a report needs {LEAST} to {MOST:,}"
                         + (": the best is chosen among them" if filters < LEAST else
                            ", so take the maximum over positions, or a layer with fewer"))
    if before and before[0][0].shape[1] != filters:
        raise ValueError(f"{name} has {filters:,} filters for images {start} to {start + n - 1}, and "
                         f"{before[0][0].shape[1]:,} for those before")
    if not maps.isfinite().all():
        image, which = (int(place) for place in (~maps.isfinite()).any(2).nonzero()[0])
        value = "NaN" if maps[image, which].isnan().any() else "infinity"
        raise ValueError(f"{name} answers {value} (filter {which}, image {start + image}): a response must be a "
                         "number. Is it shown what it expects (size, channels, mean, std)?")
    if for_classes is not None and not (for_classes < np.inf).all():        # of a logit, minus infinity is never
        raise ValueError(f"{name} gives NaN or infinity for a probability, of images {start} to {start + n - 1}")
