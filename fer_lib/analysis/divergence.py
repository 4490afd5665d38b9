"""How much the distribution of a filter's response differs where an action unit is present (section 5 of the paper).

The Kullback–Leibler divergence of two histograms, P of frames with the unit and Q of those without, in nats:
D(P‖Q) = Σ P log (P/Q). It is computed for all filters and units at once, since a null of a thousand shuffles needs it a
thousand times.

    counts = histograms(sample.responses, sample.case, bins=20)
    divergence(counts, sample.units, smoothing=.5)              # (F, A)
"""
import numpy as np
import torch

from .samples import as_tensor


def histograms(responses: np.ndarray, case: np.ndarray, bins: int) -> torch.Tensor:
    """Frames of each case in each bin (S, F, bins) float32, of responses (N, F) and the case of each frame (N,).

    The bins are of equal width between a filter's smallest and largest response, whatever unit is looked at; one whose
    responses are all equal has them in the first.
    """
    low, high = responses.min(0), responses.max(0)
    place = ((responses - low) / np.where(high > low, high - low, 1) * bins).astype(int).clip(0, bins - 1)
    counts = np.zeros((case.max() + 1, responses.shape[1], bins), np.float32)
    np.add.at(counts, (case[:, None], np.arange(responses.shape[1]), place), 1)
    return torch.from_numpy(counts)


def divergence(counts: torch.Tensor, units, smoothing: float, reverse: bool = False) -> torch.Tensor:
    """D(with‖without) of each filter and unit in nats: counts (S, F, B), units (…, S, A) → (…, F, A) float32.

    smoothing: what is added to each bin's count, so that an empty bin is not an infinite divergence (.5: Jeffreys).
    reverse: D(without‖with). Cases that are not coded for a unit (NaN) are left out for it.
    """
    units, flat = as_tensor(units), counts.flatten(1)
    missing = units.isnan()

    def frames(which: torch.Tensor) -> torch.Tensor:
        return (which.transpose(-1, -2) @ flat).unflatten(-1, counts.shape[1:])             # (…, A, F, B)

    shows = frames(units.nan_to_num())
    coded = frames((~missing).float()) if missing.any() else counts.sum(0)
    p, q = shows + smoothing, coded - shows + smoothing
    p, q = p / p.sum(-1, keepdim=True), q / q.sum(-1, keepdim=True)
    p, q = (q, p) if reverse else (p, q)
    return (p * (p / q).log()).sum(-1).transpose(-1, -2)
