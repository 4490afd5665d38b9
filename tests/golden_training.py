"""What a few steps of training give, so that a test notices when they change: ``python tests/golden_training.py``.

It rewrites golden_training.json: histories, metrics, and of each layer's weights how far they have moved, beside the
TRAINING_VERSION that trained them; in float32 on one thread, since other precisions and threads add in another order.
"""
import json
from pathlib import Path

import torch
from training_faces import toy

from fer_lib.evaluation import evaluate, settled
from fer_lib.network import ZeroBiasCNN, initialise
from fer_lib.training import TRAINING_VERSION, Recipe, stream, train

FILE = Path(__file__).with_suffix(".json")
REWRITE = ("If a training is meant to give other numbers now, raise TRAINING_VERSION in fer_lib/training.py and run: "
           "python tests/golden_training.py")
# Relative: of losses; of the norm of a layer's weights and of how far they moved; of that along a random direction, by
# how far they moved. Other processors, as played by ATEN_CPU_CAPABILITY=default and ONEDNN_MAX_CPU_ISA=SSE41, differ by
# 7e-4, 1.2e-3 and .025 at most: twelve steps with a high rate enlarge the last bit.
TOLERANCE = {"history": 5e-3, "layers": 5e-3, "direction": .08}
LENGTH = {"batch": 8, "steps": 12, "every": 4}
RECIPES = {
    "as released": Recipe.released(**LENGTH),
    "CNN+AD": Recipe.quick(**LENGTH, augment=True, dropout=True),
    "biases, full normalisation": Recipe.quick(**LENGTH, bias=True, normalisation="full", decay=.1, momentum=.5),
    "the text's": Recipe.paper(**LENGTH, augment=True, selection="test"),
    "ends early": Recipe.quick(batch=8, steps=60, every=2, rate=.03, patience=4),
    "without the rescaling": Recipe.quick(**LENGTH, augment=True, rescale=False),
    "decay of weights only": Recipe.quick(**LENGTH, bias=True, decay=.1, decay_biases=False),
    "epochs": Recipe.quick(**LENGTH, replacement=False),
}


def measured(recipe: Recipe) -> dict:
    """A short training in numbers: (fold 3, seed 7), judged on test."""
    faces, fold, seed = toy(), 3, 7
    network, history = train(faces, recipe, fold, seed, precision=torch.float32, device="cpu", progress=False)
    first = ZeroBiasCNN(len(faces.classes), bias=recipe.bias)
    k = initialise(first, recipe.initialisation, k=recipe.k, seed=stream(seed, fold))
    layers = {}
    for (name, weight), begun in zip(network.named_parameters(), first.parameters(), strict=True):
        moved = (weight - begun).detach().double().flatten()
        direction = torch.randn(len(moved), generator=torch.Generator().manual_seed(0)).double()
        layers[name] = [weight.detach().double().norm().item(), moved.norm().item(), (moved @ direction).item()]
    return {"k": k, "history": history.to_dict("list"), "layers": layers,
            "settled": settled(history, len(faces.classes)),
            "test": evaluate(network, faces, faces.split(fold).test, recipe.normalisation)}


def write():
    torch.set_num_threads(1)
    runs = {name: measured(recipe) for name, recipe in RECIPES.items()}
    FILE.write_text(json.dumps({"training_version": TRAINING_VERSION, "runs": runs}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
    print(f"{FILE.name}: {len(RECIPES)} short trainings of version {TRAINING_VERSION}")
