"""Is each action unit visible in the synthetic faces, and are they too easy for a network?

    python benchmarks/twin.py               # all; or one: visibility (10 minutes on 2 cores), network (6), earlier (3)

writes book/results/twin.json, which the chapter `data` shows.

Visibility: each unit alone at full intensity against the neutral face, with the twin's own nuisance, told apart by a
linear classifier of HOG features (8 orientations, 8×8 cells, 2×2 blocks) that is trained on 120 people and tested on 60
others; with the painted furrows and without them. Difficulty: the paper's network without dropout and augmentation,
trained on the twin until it fits. The linear baseline of difficulty is in the chapter. Earlier methods:
those of the chapter `recognition`, on all folds, for the verdict that stands beside other faces'.
"""
import argparse
import json
import platform
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import numpy as np
import sklearn
import torch
from joblib import Parallel, delayed
from skimage.feature import hog
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from fer_lib import FaceDataset, Recipe, evaluate, load_dataset, train
from fer_lib.analysis.baselines import accuracy_of, methods, tune
from fer_lib.datasets.cache import digest
from fer_lib.datasets.synthetic import DRAWN_BY
from fer_lib.faces import ACTION_UNITS, GENERATOR_VERSION, Frame, render_frames
from fer_lib.faces.population import draw_subject
from fer_lib.faces.sampling import draw_session, moment
from fer_lib.training import TRAINING_VERSION

RESULT = Path(__file__).parents[1] / "book/results/twin.json"


def units_alone(subjects: int, seed: int, units: Iterable[str]) -> tuple[list, list[Frame], list[str]]:
    """People of the twin's population who are not in it, each neutral ("") and with every unit alone."""
    people, frames, shown = [], [], []
    for i in range(subjects):
        rng = np.random.default_rng([seed, 6, i])
        people.append(draw_subject(f"V{i + 1:03d}", rng))
        session = draw_session(rng)
        for unit in ("", *units):
            frames.append(Frame(i, "", "", {unit: 1.} if unit else {}, **moment(session, rng)))
            shown.append(unit)
    return people, frames, shown


def visibility(train: int = 120, test: int = 60, *, furrows: float = 1., seed: int = 0,
               units: Iterable[str] = tuple(ACTION_UNITS)) -> dict[str, float]:
    """AUC of each unit against neutral, on the people who were not trained on."""
    people, frames, shown = units_alone(train + test, seed, units)
    pictures = render_frames(people, frames, furrows=furrows)
    features = np.stack(Parallel(-1)(delayed(hog)(picture, 8, (8, 8), (2, 2)) for picture in pictures))
    shown, trained_on = np.array(shown), np.array([frame.subject for frame in frames]) < train
    auc = {}
    for unit in units:
        pair = np.isin(shown, (unit, ""))
        model = LogisticRegression(max_iter=2000).fit(features[pair & trained_on], shown[pair & trained_on] == unit)
        score = model.decision_function(features[pair & ~trained_on])
        auc[unit] = float(roc_auc_score(shown[pair & ~trained_on] == unit, score))
    return auc


def network_accuracy(faces: FaceDataset, fold: int, *, steps: int = 600, seed: int = 0) -> dict:
    """Test accuracy of the paper's network after `steps`, at the checkpoint chosen on validation, and its last loss."""
    recipe = Recipe.quick(steps=steps, every=50)
    network, history = train(faces, recipe, fold, seed)
    measured = evaluate(network, faces, faces.split(fold).test, recipe.normalisation)
    return {"fold": fold, "seed": seed, "steps": steps, "last_training_loss": float(history["loss"].iloc[-1]),
            "test_accuracy": measured["accuracy"], "test_images": measured["images"]}


def provenance() -> dict:
    return {"command": "python benchmarks/twin.py", "date": f"{date.today()}", "generator": GENERATOR_VERSION,
            "faces": digest(DRAWN_BY, contents=True), "machine": platform.machine(),
            "python": platform.python_version(), "numpy": np.__version__, "torch": torch.__version__.split("+")[0],
            "scikit-learn": sklearn.__version__}


def measure_visibility() -> dict:
    return {"people": {"train": 120, "test": 60},
            "auc": {f"{furrows:g}": visibility(furrows=furrows) for furrows in (1., 0.)}}


def measure_network() -> dict:
    twin = load_dataset("synthetic", size=48)
    return {"size": 48, "twin": twin.fingerprint, "training_version": TRAINING_VERSION,
            "runs": [network_accuracy(twin, fold) for fold in range(2)]}


def measure_earlier() -> dict:
    """Test accuracy of earlier methods, by method and fold, as the chapter `recognition` tries them."""
    twin = load_dataset("synthetic", size=48)
    pixels, folds, found = twin.images[:, 0] / np.float32(255), range(twin.folds.shape[1]), {}
    for name, method in methods(twin, folds).items():
        x = method.features(pixels)
        tried = {fold: tune(method, x, twin.labels, twin.split(fold)) for fold in folds}
        found[name] = {fold: accuracy_of(tried, twin, fold) for fold in folds}
    return {"size": 48, "twin": twin.fingerprint, "accuracy": found}


def main():
    measures = {"visibility": measure_visibility, "network": measure_network, "earlier": measure_earlier}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("measure", nargs="?", choices=list(measures), help="default: all")
    only = parser.parse_args().measure
    result = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
    for name in [only] if only else measures:
        made, started = provenance(), time.monotonic()      # of the code as it is when the measurement begins
        result[name] = measures[name]() | {"provenance": made | {"seconds": round(time.monotonic() - started)}}
        RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        print(json.dumps({name: result[name]}, indent=1))


if __name__ == "__main__":
    main()
