"""Runs that nobody trained, with numbers that a test can foresee."""
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

from fer_lib import Recipe
from fer_lib.datasets import Split

CLASSES = "happy", "sad"


def run_of(variant: str, fold: int, seed: int = 0, share: float = 50., *, settled: bool = True, pixels: int = 48,
           weights: bool = True, test: dict | None = None, **recipe) -> SimpleNamespace:
    """A run of a variant whose accuracy on test is so many per cent. test: more about its test images."""
    recipe = Recipe.released(augment="A" in variant, dropout=variant.endswith("D"), bias="biases" in variant, **recipe)
    history = pd.DataFrame({"step": [10, 20, 30], "loss": [2., .5, .1], "validation_accuracy": [.2, .9, .4],
                            "validation_loss": [1., 1., 1.], "test_accuracy": [.3, .5, .8], "test_loss": [1., 1., 1.]})
    return SimpleNamespace(
        recipe=recipe, folder=Path(f"{variant}-{fold}"), labels="expressions", history=history, pixels=pixels,
        as_released=recipe.initialisation == "released", has_weights=weights,
        provenance={"date": "2026-01-01", "processor": "abacus", "precision": "float32", "torch": "2.13.0",
                    "device": "cpu", "seconds": 90., "training_version": 1},
        config={"fold": fold, "seed": seed, "classes": list(CLASSES),
                "dataset": {"name": "toy", "parameters": {"size": pixels}}},
        metrics={"settled": settled, "k": .9, "steps": 30,
                 "test": {"accuracy": share / 100, "n": 10, "images": 30} | (test or {})})


def faces_of(labels=(0, 0, 1, 1), *, subjects=None, cases=None, action_units: pd.DataFrame | None = None,
             name: str = "toy") -> SimpleNamespace:
    """Faces, all of which every fold trains on, is judged on and is tested on."""
    every = np.arange(len(labels))
    return SimpleNamespace(
        name=name, images=np.zeros((len(labels), 1, 8, 8), np.uint8), labels=np.array(labels), classes=CLASSES,
        subjects=None if subjects is None else np.array(subjects), cases=every if cases is None else np.array(cases),
        action_units=action_units, split=lambda fold: Split(every, every, every))
