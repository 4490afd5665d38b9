"""Do a network's filters know the action units of the set that it was trained on? Numbers of the whole network.

Chosen on people who were trained on, scored on others (`selection.py`); and whether filters keep the unit that they
were given where units come one by one (`specificity.py`).
"""
import numpy as np

from ..datasets import FaceDataset
from ..network import ZeroBiasCNN
from .chance import critical_value, p_value
from .responses import responses
from .samples import comparable_in_both, enough, known_and_new, parts_of, sample_of
from .selection import best_filters, choose_units, score_units
from .specificity import one_by_one, other_people

LEAST, LEAST_HELD_OUT = 5, 3        # cases with a unit, and without, that it needs to be looked at
SHUFFLES = 200


def answers(network: ZeroBiasCNN, normalisation: str, faces: FaceDataset, fold: int, probe: FaceDataset,
            of_probe: np.ndarray) -> dict:
    """faces: with action units; of_probe: responses (images, F) to the probe set. {} where every unit is too rare."""
    parts = parts_of(faces, fold)
    both, train = (parts["train"], parts["held out"]), parts["train"]
    strongest = responses(network, faces.images, normalisation, progress=False).strongest
    known, new = known_and_new(faces, strongest, both)
    often = enough(known, LEAST) & enough(new, LEAST_HELD_OUT)
    units = list(often.index[often])
    if not units:
        return {}
    known, new = known.with_units(units), new.with_units(units)
    rng = np.random.default_rng(0)
    unit, sign = choose_units(known, SHUFFLES, rng)
    auc, null = score_units(new, unit, sign, SHUFFLES, rng)
    responsive = strongest[train].max(0) > strongest[train].min(0)
    found = {"held-out AUC": np.median(auc[responsive]),
             "held-out p": p_value(np.median(auc[responsive]), np.median(null[:, responsive], 1)),
             "beyond chance": (auc > critical_value(null))[responsive].mean(), "responsive": int(responsive.sum())}
    if inside := comparable_in_both(known, new, LEAST, LEAST_HELD_OUT):
        score, _ = best_filters(known.with_units(inside), new.with_units(inside), within=True)
        found["AUC within expressions"] = score.mean()
    strangers = other_people(probe.subjects, None if faces.subjects is None else faces.subjects[train])
    shows = np.flatnonzero(strangers) if strangers is not None else []
    kept = len(shows) and one_by_one(sample_of(probe, of_probe, shows), units, unit, sign, responsive, LEAST, rng)
    if kept:
        found |= {"share that keep their unit": kept.same, "kept by chance": kept.guess}
    return found
