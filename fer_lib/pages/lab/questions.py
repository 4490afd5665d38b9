"""What a filter of conv3 is asked, of any faces: computed by `analysis`, in steps, so that it can be shown and stopped.

    answers = Answers(run, faces)
    answers.ask(tell)                               # what all filters respond, image by image: the long part
    sample = sample_for(faces, answers.strongest, fold=0, people="train")
    cell = ask_cell(sample, 42, "AU12", Choice(), tell)
"""
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch

from ...analysis.attribution import guided
from ...analysis.chance import family_wise, p_value, permutation_null
from ...analysis.divergence import divergence, histograms
from ...analysis.ranks import auc, rank_sums
from ...analysis.responses import BATCH, Responses, responses
from ...analysis.samples import Sample, enough, parts_of, sample_of
from ...datasets import FaceDataset
from ...preprocessing import see
from ...runs.run import Run
from .work import Tell

LEAST = 5                           # cases with a unit, and without, that it needs to be asked about, as in the chapter
PEOPLE = "train", "held out", "all"
AT_ONCE = 4                         # pictures by guided backpropagation in a step


@dataclass(frozen=True)
class Choice:
    """bins: of a histogram; smoothing: added to each; shuffles and seed: of the null."""
    bins: int = 20
    smoothing: float = .5
    shuffles: int = 1000
    seed: int = 0


class Answers:
    """What a network's filters respond to faces (N, 256), computed piece by piece; one that was stopped goes on."""

    def __init__(self, run: Run, faces: FaceDataset):
        self.run, self.faces = run, faces
        self._pieces: list[Responses] = []

    @property
    def done(self) -> int:
        return sum(len(piece.strongest) for piece in self._pieces)

    @property
    def complete(self) -> bool:
        return self.done == len(self.faces)

    def ask(self, tell: Tell):
        how = self.run.recipe.normalisation
        while not self.complete:
            tell("responses", self.done, len(self.faces))
            piece = self.faces.images[self.done:self.done + BATCH]
            self._pieces.append(responses(self.run.network, piece, how, progress=False))
        if len(self._pieces) > 1:
            self._pieces = [Responses(*map(np.concatenate, zip(*self._pieces, strict=True)))]

    @property
    def all(self) -> Responses:
        return self._pieces[0]

    def back_to_pixels(self, images: np.ndarray, filter: int, tell: Tell) -> np.ndarray:
        """Guided backpropagation from the filter's strongest neuron in each of these images (positions) → (n, S, S)."""
        found = [np.empty((0, *self.faces.images.shape[2:]), np.float32)]
        for start in range(0, len(images), AT_ONCE):
            tell("guided backpropagation", start, len(images))
            piece = images[start:start + AT_ONCE]
            x = see(torch.from_numpy(self.faces.images[piece]), self.run.recipe.normalisation)
            found.append(guided(self.run.network, x, np.full(len(piece), filter), self.all.row[piece, filter],
                                self.all.column[piece, filter]))
        return np.concatenate(found)


def part(faces: FaceDataset, fold: int, people: str) -> np.ndarray:
    """Positions of their images; without folds, of all."""
    return np.arange(len(faces)) if faces.folds is None else parts_of(faces, fold)[people]


def sample_for(faces: FaceDataset, strongest: np.ndarray, index: np.ndarray) -> Sample | None:
    """The frames at `index` with the units that enough cases show, and do not; None where there is none of these."""
    if faces.action_units is None:
        return None
    sample = sample_of(faces, strongest, index)
    units = list(sample.units.columns[enough(sample, LEAST)]) if len(sample.case) else []
    return sample.with_units(units) if units else None


class Cell(NamedTuple):
    """Of one filter and one unit."""
    edges: np.ndarray               # (B + 1,) of the bins, in responses
    with_unit: np.ndarray           # (B,) frames
    without: np.ndarray
    divergence: float               # D(with‖without), nats
    null: np.ndarray                # (R,) the same, with units shuffled among cases
    p: float                        # of the divergence, alone
    auc: float
    cases: tuple[int, int]          # with the unit, and without


def ask_cell(sample: Sample, filter: int, unit: str, choice: Choice, tell: Tell) -> Cell:
    """Two histograms of a filter's responses, their divergence, and what it would be by chance."""
    own = sample.responses[:, [filter]]
    units = sample.units[[unit]]
    counts = histograms(own, sample.case, choice.bins)                              # (S, 1, B)
    kl = partial(divergence, counts, smoothing=choice.smoothing)
    observed = float(kl(units)[0, 0])
    null = null_of(kl, units, sample, choice, tell)[:, 0, 0]
    shows = units[unit].to_numpy()
    frames = [counts[shows == value, 0].sum(0).numpy() for value in (1, 0)]
    return Cell(np.linspace(own.min(), own.max(), choice.bins + 1), *frames, observed, null,
                float(p_value(observed, null)), float(auc(rank_sums(own, sample.case, units), units)[0, 0]),
                (int((shows == 1).sum()), int((shows == 0).sum())))


def divergence_of(sample: Sample, choice: Choice):
    """The statistic of any units, those of the sample or shuffled ones."""
    return partial(divergence, histograms(sample.responses, sample.case, choice.bins), smoothing=choice.smoothing)


def ask_family(sample: Sample, choice: Choice, tell: Tell) -> pd.DataFrame:
    """p of every filter's divergence (F, A) by its own chance, over all filters and units at once."""
    kl = divergence_of(sample, choice)
    observed = kl(sample.units).numpy()
    null = null_of(kl, sample.units, sample, choice, tell)
    return pd.DataFrame(family_wise(observed, null).cell_p, columns=sample.units.columns)


def null_of(statistic, units: pd.DataFrame, sample: Sample, choice: Choice, tell: Tell) -> np.ndarray:
    """The chapter's null: units shuffled among cases, of which neutral ones never get one."""
    done = 0

    def told(shuffled: torch.Tensor) -> torch.Tensor:
        nonlocal done
        tell("shuffles", done, choice.shuffles)
        done += len(shuffled)
        return statistic(shuffled)

    return permutation_null(told, units, sample.is_neutral, choice.shuffles, np.random.default_rng(choice.seed),
                            progress=False)
