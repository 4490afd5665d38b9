"""Does a network use what a filter answers to? Filters of conv3 are taken out, or turned up, and it is asked again.

What conv3 hands on is kept, and the two layers above it are linear up to one ReLU: so many sets of filters can be taken
out at once.

    maps = pooled_maps(network, images)                         # (N, 256, 2, 2)
    logits_with(network, maps, [[], [7, 42]], 0.)               # (2, N, outputs): of all filters, and without two
    true_class_probability(network, maps, labels, classes, [[], [7, 42]])   # (2, classes)
"""
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from scipy.stats import false_discovery_control

from ..evaluation import outputs_of
from ..network import ZeroBiasCNN
from ..preprocessing import see
from ..system.memory import kept_memory
from ..system.precision import exact_float32
from .chance import LEVEL, p_value

BATCH = 64
SETS = 100                          # at a time
NEAREST = 20                        # of so many filters most like another one is drawn


@torch.no_grad()
@kept_memory()
@exact_float32()
def pooled_maps(network: ZeroBiasCNN, images: np.ndarray, normalisation: str = "subtractive") -> torch.Tensor:
    """What conv3 hands on to fc, the maxima of each map's quarters: (N, 1, S, S) uint8 → (N, 256, 2, 2)."""
    return torch.cat([network.pool3(network.conv3_responses(see(piece, normalisation)))
                      for piece in torch.from_numpy(images).split(BATCH)])


@torch.no_grad()
def logits_with(network: ZeroBiasCNN, maps: torch.Tensor, sets: Sequence[Collection[int]],
                factor: float) -> torch.Tensor:
    """Logits (D, N, outputs) of maps (N, 256, 2, 2) with the filters of each of D sets multiplied by a factor: 0 takes
    them out."""
    weights = network.fc.weight.unflatten(1, maps.shape[1:]).flatten(2)                     # (300, 256, 4)
    adds = torch.einsum("nfp,ofp->fno", maps.flatten(2), weights)           # what each filter adds to fc: (256, N, 300)
    kept = torch.ones(len(sets), maps.shape[1])
    for own, filters in zip(kept, sets, strict=True):
        own[list(filters)] = factor
    found = []
    for masks in kept.split(SETS):
        fc = network.fc.bias + (masks @ adds.flatten(1)).unflatten(1, adds.shape[1:])
        found.append(network.output(network.relu4(fc)))
    return torch.cat(found)


def true_class_probability(network: ZeroBiasCNN, maps: torch.Tensor, labels: np.ndarray, classes: Sequence[str],
                           sets: Sequence[Collection[int]]) -> np.ndarray:
    """Mean probability (D, classes) of each class on its own faces, without the filters of each set; NaN where there is
    no such face. labels: (N,) int, places in `classes`, which the network may have in another order, and more."""
    outputs = outputs_of(network, classes)
    right = logits_with(network, maps, sets, 0.).softmax(2)[:, np.arange(len(labels)), outputs[labels]].numpy()
    return np.stack([right[:, labels == label].mean(1) if (labels == label).any() else np.full(len(sets), np.nan)
                     for label in range(len(classes))], axis=1)


def most_alike(responses: np.ndarray) -> np.ndarray:
    """Of each filter all filters (F, F), itself first, then those with the most similar mean and standard deviation of
    responses (N, F), on logarithmic scales."""
    level = np.stack([np.log(responses.mean(0) + 1e-6), np.log(responses.std(0) + 1e-6)], axis=1)
    return np.argsort(((level[:, None] - level) ** 2).sum(2), axis=1)


def matched_filters(filters: np.ndarray, alike: np.ndarray, rng: np.random.Generator) -> list[int]:
    """As many other filters, each drawn from the NEAREST that are most like one of these; alike: see `most_alike`."""
    taken = set(filters.tolist())
    for f in filters:
        taken.add(int(rng.choice([i for i in alike[f] if i not in taken][:NEAREST])))
    return sorted(taken - set(filters.tolist()))


def needed_by(shares: pd.DataFrame, needed: float, present: Collection[int]) -> dict[str, tuple[list[int], list[int]]]:
    """Of each unit the expressions that need it, and those that do not; units without one of either are left out.

    shares: (expressions, A) of cases that show a unit, see `unit_shares`; where it is not coded (NaN) an expression is
    in neither list. needed: the share from which on it needs the unit; present: labels of the images that are asked.
    """
    here = shares[shares.index.isin(list(present))]
    both = {unit: (list(here.index[own >= needed]), list(here.index[own < needed])) for unit, own in here.items()}
    return {unit: sides for unit, sides in both.items() if all(sides)}


class Loss(NamedTuple):
    """What D sets of filters cost: first those of a unit, then as many others drawn at random, all the same number."""
    unit: str
    needed_by: list[int]            # labels
    removed: int                    # filters of a set
    needing: np.ndarray             # (D,) points that the expressions which need the unit lose, as a share, mean
    others: np.ndarray              # (D,) that the others lose


def beyond_chance(losses: Iterable[Loss]) -> pd.DataFrame:
    """A row for each: unit, needed by, removed; they lose, others lose; chance, the difference of these, mean of random
    sets; p, its rank among them; q, controlled for the false discovery rate over all rows (Benjamini & Hochberg 1995);
    and counts: beyond chance, and a loss."""
    rows = []
    for loss in (Loss(*row) for row in losses):
        more = loss.needing - loss.others
        rows.append((loss.unit, tuple(loss.needed_by), loss.removed, loss.needing[0], loss.others[0], more[1:].mean(),
                     p_value(more[0], more[1:])))
    table = pd.DataFrame(rows, columns=["unit", "needed by", "removed", "they lose", "others lose", "chance", "p"])
    q = false_discovery_control(table["p"]) if len(table) else np.array([])
    return table.assign(q=q, counts=(q <= LEVEL) & (table["they lose"] > 0))
