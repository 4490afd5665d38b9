"""What every stored network is asked, and where the answers are kept: `analysis.json` in its run's folder.

    measured = measure(run, probe, faces, changed)  # of the network, and of the one with its first weights
    write_measures(run, measured)
    named(run, faces)                               # what it names the images of its test fold, now or then

All networks are asked the same: on drawn people whom none has seen (`probe`, and `changed` pictures of them); how many
of its training images it names as it was told to; and, where the set that it was trained on has action units, on that.
The answers are numbers of whole networks, since a verdict's unit is the network: rules.yml says what each is. They stay
when the weights are removed, and hold the weights' digest.
"""
import datetime
import json
import warnings
from collections.abc import Iterator

import numpy as np

from ..datasets import EXPRESSIONS, FaceDataset
from ..evaluation import evaluate, predict
from ..network import ZeroBiasCNN
from ..runs.provenance import surroundings
from ..runs.run import WEIGHTS, Run, as_json, seal_of
from ..system.files import write_whole
from . import units_of_set
from .intervened import intervened
from .interventions import criteria_effect, unit_effects
from .likeness import likeness
from .places import places, strays
from .probe import against_rest, all_by_halves, best_by_halves, without_faint
from .regions import energy_within, gain, regions
from .responses import Responses
from .rotations import with_rotated

FORMAT = 2                          # 2: with what a network makes of changed pictures
FILE = "analysis.json"
SAME, NEAR = 1e-5, .05              # how far numbers may differ on the same machine and faces, and on others
ALLOWED = .05                       # rank correlation above chance, see rules.yml
ROTATIONS = 5                       # of the filters, at random: the same for every network
NAMED, COMMONEST = "names its training images", "commonest label"


def measure(run: Run, probe: FaceDataset, faces: FaceDataset | None = None, changed: FaceDataset | None = None) -> dict:
    """Of a run with weights: {"trained": …, "before": the same with its first weights, "n": …, "made": …}, in JSON; of
    one on expressions, where its faces are given, "named", too: what it names each image of its test fold.

    probe: of the run's size, see `probe.py`; units fainter than FAINTEST are left out. faces: what it was trained on,
    with the true labels; without them what can be asked on drawn people only. changed: the part `changes`, in the size
    of the run; without it nothing is asked of it. ValueError where sizes differ.
    """
    whole, how, fold = probe, run.recipe.normalisation, run.config["fold"]
    probe = without_faint(whole)
    trained, of_trained = answers(run.network, how, fold, probe, faces)
    before, _ = answers(run.untrained, how, fold, probe, faces)
    trained |= intervened(run.network, how, whole, changed)
    before |= intervened(run.untrained, how, whole, changed)
    learned = memorisation(run, faces) if faces else {}
    alike, by_chance = likeness(run.network, run.untrained, of_trained, probe.images, how, cases=probe.subjects)
    found = {"trained": trained | learned | {"likeness": alike, "likeness by chance": by_chance,
                                   "likeness, most allowed": by_chance + ALLOWED}, "before": before,
             "n": {"people": len(set(probe.subjects)), "images": len(probe), "rotations": ROTATIONS},
             "made": surroundings(probe, "cpu", "float32") | {
                 "date": f"{datetime.date.today()}", "format": FORMAT, "weights": run.provenance["files"][WEIGHTS],
                 "of": faces.fingerprint if faces else None}}
    if faces and run.labels == "expressions":
        found["named"] = named(run, faces).tolist()
    return json.loads(json.dumps(found, default=float), parse_float=as_exact_as_float32,
                      parse_constant=lambda _: None)            # NaN is null


def as_exact_as_float32(number: str) -> float:
    """The digits that networks compute with; more would be half of a file."""
    return float(f"{float(number):.7g}")


def answers(network: ZeroBiasCNN, normalisation: str, fold: int, probe: FaceDataset,
            faces: FaceDataset | None) -> tuple[dict, Responses]:
    """What one network answers, and its responses to the probe set."""
    of_probe, mixed = with_rotated(network, probe.images, normalisation, ROTATIONS, progress=False)
    one_by_one = against_rest(probe, of_probe.strongest)
    best, masks = best_by_halves(one_by_one), regions(probe.images.shape[-1])
    rotated = [best_by_halves(against_rest(probe, mixture))["AUC"].mean() for mixture in mixed]
    found = {"best filter": best["AUC"].mean(), "best filter, rotated": np.mean(rotated),
             "all filters": all_by_halves(one_by_one).mean(),
             "units": best["AUC"].to_dict(), "filters": best["filter"].astype(int).to_dict(),
             "silent": int((of_probe.strongest.max(0) == 0).sum()), "strays": strays(places(of_probe)),
             "gain": gain(energy_within(network, of_probe, probe.images, masks, normalisation), masks)}
    if set(network.class_names) <= set(EXPRESSIONS):            # not of people
        change = unit_effects(network, probe, normalisation)
        found |= {"criteria": criteria_effect(change), "effects": change.to_dict("index")}
    if faces is not None and faces.action_units is not None:
        found |= units_of_set.answers(network, normalisation, faces, fold, probe, of_probe.strongest)
    return found, of_probe


def memorisation(run: Run, faces: FaceDataset) -> dict[str, float]:
    """Share of the images that it was trained on that a network names as it was told to, and share of the commonest of
    these labels, which a guesser would say."""
    as_trained = run.as_trained(faces)
    train = as_trained.split(run.config["fold"]).train
    said = f"{run.folder.name}, images that it was trained on"
    return {NAMED: evaluate(run.network, as_trained, train, run.recipe.normalisation, said)["accuracy"],
            COMMONEST: np.bincount(as_trained.labels[train]).max() / len(train)}


def named(run: Run, faces: FaceDataset) -> np.ndarray | None:
    """What a run names each image of its test fold, a position in its classes: by its weights, or as it was kept. None
    where there is neither. faces: what it was trained on."""
    if run.has_weights:
        images = faces.images[faces.split(run.config["fold"]).test]
        return predict(run.network, images, run.recipe.normalisation).argmax(1).numpy()
    kept = (read_measures(run) or {}).get("named")
    return None if kept is None else np.array(kept)


def write_measures(run: Run, measured: dict):
    """Kept beside the run's own files, whole or not at all, with a digest."""
    write_whole(run.folder / FILE, as_json(measured | {"digest": seal_of(measured)}))


def read_measures(run: Run) -> dict | None:
    """What was measured of the run as it is; None if nothing was, or of other weights, or, with a warning, by an older
    version that asked less. ValueError where the file is not what was written, or of a newer version."""
    path = run.folder / FILE
    if not path.exists():
        return None
    again = f"  python -m fer_lib.analysis measure {run.folder.parent}"
    try:
        found = json.loads(path.read_bytes())
        whole, made = found["digest"] == seal_of(found), found["made"]["format"]
    except (ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise ValueError(f"{path} is damaged: it is not what was written. Delete it, and measure again:\n{again}")
    if made > FORMAT:
        raise ValueError(f"{path} is of format {made}; this version of fer_lib reads {FORMAT}. Use the version that "
                         f"made it, or delete it, and measure again:\n{again}")
    if made < FORMAT:
        warnings.warn(f"{path} is of format {made}, and {FORMAT} asks more: it counts as not measured. With the "
                      f"weights at hand:\n{again}", stacklevel=2)
        return None
    return found if found["made"]["weights"] == run.provenance["files"][WEIGHTS] else None


def differences(stored: dict, now: dict) -> list[str]:
    """Which numbers are not what was stored, in words; those of a set that is not here are left out. On another machine
    another filter may be the best by a hair: then a number may be a twentieth off, and `filters` others."""
    unasked = () if now["made"].get("of") else (NAMED, COMMONEST)       # without the set that it was trained on
    same = all(stored["made"].get(name) == value for name, value in now["made"].items()
               if name != "date" and (name, value) != ("of", None))
    allowed, found = (SAME if same else NEAR), []
    for part in ("trained", "before"):
        old, new = dict(leaves(stored[part])), dict(leaves(now[part]))
        for name in sorted(old.keys() | new.keys()):
            old_value, new_value = old.get(name), new.get(name)
            if (name.startswith("filters ") and not same) or name in unasked:
                continue
            if old_value is None and new_value is None:
                continue
            if old_value is None or new_value is None or abs(old_value - new_value) > allowed * max(1., abs(old_value)):
                found.append(f"{part}, {name}: {formatted(new_value)}, stored {formatted(old_value)}")
    if stored.get("named") and now.get("named"):
        others = np.mean(np.not_equal(stored["named"], now["named"]))
        found += [f"{others:.1%} of the test images are named otherwise"] * bool(others > (0 if same else NEAR))
    return found


def formatted(value: float | None) -> str:
    return "none" if value is None else f"{value:.4g}"


def leaves(tree: dict, at: str = "") -> Iterator[tuple[str, float]]:
    for name, value in tree.items():
        yield from leaves(value, f"{at}{name} ") if isinstance(value, dict) else [(f"{at}{name}", value)]
