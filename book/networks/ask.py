"""The reports behind the chapter `your_network`: two networks that are not the paper's, and two of the paper's that are
stored here, asked the same. Their numbers go to book/results/networks, with how each was made; weights do not.

    python book/networks/ask.py resnet18 resnet18.safetensors               # what train.py wrote
    python book/networks/ask.py vision_transformer vision_transformer.safetensors
    python book/networks/ask.py cnn_ad
    python book/networks/ask.py photographs

A network of your own needs no such file: `python -m fer_lib.pages report` has it all.
"""
import argparse
import json
from functools import partial
from pathlib import Path

import torch
from resnet18 import ResNet18
from safetensors.torch import load_file
from vision_transformer import VisionTransformer

from fer_lib.analysis.networks import with_weights
from fer_lib.network import initialise
from fer_lib.pages import report
from fer_lib.pages.notebooks import RESULTS
from fer_lib.preprocessing import see
from fer_lib.runs.run import Run, read_run
from fer_lib.runs.store import stored_run

STORE = RESULTS / "networks"
MADE = {"resnet18": (ResNet18, "layer3"), "vision_transformer": (partial(VisionTransformer, patch=16), "blocks.3")}
TITLES = {"resnet18": "ResNet-18", "vision_transformer": "a small vision transformer",
          "cnn_ad": "the paper’s network", "photographs": "the paper’s network, trained on photographs"}


class AsItSees(torch.nn.Module):
    """The paper's network behind what it is shown: grey faces (N, 1, S, S) in [0, 1]."""

    def __init__(self, run: Run):
        super().__init__()
        self.network, self.run = run.network, run

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.network(see(2 * x, self.run.recipe.normalisation))

    def reset_parameters(self):
        """First weights by its own rule, and of its own scale."""
        seed = int(torch.randint(2 ** 31, ()))
        initialise(self.network, self.run.recipe.initialisation, k=self.run.metrics["k"], seed=seed)

    def __deepcopy__(self, memo) -> "AsItSees":
        """Another one with the same weights: a run is read-only, and its network is one object."""
        return AsItSees(read_run(self.run.folder))


def of_weights(name: str, weights: Path, **options) -> dict:
    """Of one that train.py made."""
    network, layer = MADE[name]
    made = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
    module = network(len(made["classes"]))
    module.load_state_dict(load_file(weights))
    found = report(module, layer=layer, title=TITLES[name], channels=made["channels"], mean=made["mean"],
                   std=made["std"], classes=made["classes"], **options).found
    return found | {"trained": made}


def run_of(name: str) -> Run:
    return stored_run() if name == "cnn_ad" else with_weights(RESULTS / "photographs")


def of_run(name: str, **options) -> dict:
    """Of one that is stored here."""
    run = run_of(name)
    found = report(AsItSees(run), layer="network.relu3", title=TITLES[name], size=run.pixels,
                   classes=run.config["classes"], **options).found
    test = run.metrics["test"]
    return found | {"trained": {
        "network": run.recipe.variant, "run": run.folder.name, "classes": run.config["classes"],
        "seed": run.config["seed"], "steps": run.metrics["steps"], "faces": run.config["dataset"]["name"],
        "accuracy": {"test": test["accuracy"]}, "interval": test["interval"], "n": test["n"]}}


def main():
    parser = argparse.ArgumentParser(description="Ask a network, and keep its numbers for the book.")
    parser.add_argument("network", choices=TITLES)
    parser.add_argument("weights", type=Path, nargs="?", help="of resnet18 and vision_transformer: what train.py wrote")
    asked = parser.parse_args()
    if (asked.network in MADE) != (asked.weights is not None):
        parser.error(f"{asked.network} is asked {'with' if asked.network in MADE else 'without'} a file of weights")
    found = of_weights(asked.network, asked.weights) if asked.weights else of_run(asked.network)
    STORE.mkdir(exist_ok=True)
    path = STORE / f"{asked.network}.json"
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    print(*found["answer"], path, sep="\n")


if __name__ == "__main__":
    main()
