"""Chosen on some people, scored on others: a unit for each filter, and a filter for each unit.

Whatever is chosen is the best of many, and looks good where it was chosen. So `known` is what a choice may see, and
`new` are cases of other people, on whom it is scored.
"""
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tqdm import tqdm

from .chance import family_wise, permutation_null
from .divergence import divergence, histograms
from .ranks import auc, rank_sums, sample_auc, signed
from .samples import Sample


def choose_units(known: Sample, repeats: int, rng: np.random.Generator, *, bins: int = 20, smoothing: float = .5,
                 reverse: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Of each filter the unit with the largest divergence by its own chance → its number (F,), and the sign (F,) of its
    AUC − ½.

    repeats: shuffles of the units, among neutral frames and among others each; bins, smoothing and reverse: see
    `divergence`.
    """
    counts = histograms(known.responses, known.case, bins)
    null = permutation_null(lambda units: divergence(counts, units, smoothing, reverse), known.units.to_numpy(),
                            known.is_neutral, repeats, rng)
    unit = family_wise(divergence(counts, known.units, smoothing, reverse).numpy(), null).z.argmax(1)
    return unit, np.where(sample_auc(known)[np.arange(len(unit)), unit] < .5, -1, 1)


def score_units(new: Sample, unit: np.ndarray, sign: np.ndarray, repeats: int,
                rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """AUC of each filter for its unit (F,), in its direction (F,) → (F,), and with the units shuffled (repeats, F)."""
    def of_chosen(every):
        return signed(every[..., np.arange(len(unit)), unit], sign)

    sums = rank_sums(new.responses, new.case, new.units)
    null = permutation_null(lambda units: auc(sums, units), new.units.to_numpy(), new.is_neutral, repeats, rng)
    return of_chosen(auc(sums, new.units).numpy()), of_chosen(null)


def best_filters(known: Sample, new: Sample, within: bool = False) -> tuple[pd.Series, np.ndarray]:
    """Of each unit the filter whose AUC on `known` is furthest from ½ → its AUC on `new`, in that direction, by unit
    (A,); which filter it is (A,).

    within: frames are compared only with others of the same expression, so that a filter that knows the expression and
    nothing more is a guess.
    """
    known_auc, new_auc = (sample_auc(sample, sample.labels if within else None) for sample in (known, new))
    filters, sign = furthest(known_auc)
    scores = signed(new_auc[filters, np.arange(len(filters))], sign)
    return pd.Series(scores, index=known.units.columns), filters


def furthest(auc: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each unit the filter whose AUC, of (F, A), is furthest from ½ → which it is (A,), and the sign of its AUC − ½
    (A,)."""
    filters = np.nan_to_num(np.abs(auc - .5)).argmax(0)
    return filters, np.sign(auc[filters, np.arange(len(filters))] - .5)


def linear_probe(known: Sample, new: Sample) -> pd.Series:
    """AUC on `new` of a logistic regression on all filters, fitted to `known`, for each unit; frames that are coded for
    it only. Either needs cases with the unit and without."""
    found = {}
    for unit in tqdm(list(known.units), "linear probes", delay=2):
        model = make_pipeline(StandardScaler(), LogisticRegression(C=.01, class_weight="balanced", max_iter=2000))
        (x, y), (others, true) = (coded_frames(sample, unit) for sample in (known, new))
        model.fit(x, y)
        found[unit] = roc_auc_score(true, model.decision_function(others))
    return pd.Series(found)


def coded_frames(sample: Sample, unit: str) -> tuple[np.ndarray, np.ndarray]:
    """Responses (n, F) of the frames that are coded for a unit, and whether they show it (n,)."""
    shows = sample.units[unit].to_numpy()[sample.case]
    coded = ~np.isnan(shows)
    return sample.responses[coded], shows[coded]
