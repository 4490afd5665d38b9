"""Train one of the two networks on the drawn faces, as it was done for the chapter `your_network`.

    python book/networks/train.py resnet18 resnet18.safetensors                         # two minutes of one core
    python book/networks/train.py vision_transformer vision_transformer.safetensors     # three

Fold 0 of the twin, another view of each face each time, AdamW with a rate that rises and falls, and the weights of the
last step: nothing is chosen by accuracy, so that on people held out it is what it is. Beside the weights stands how
they were made, as JSON.
"""
import argparse
import json
import time
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from resnet18 import ResNet18
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy
from vision_transformer import VisionTransformer

from fer_lib import load_dataset
from fer_lib.evaluation import wilson
from fer_lib.preprocessing import scale, warp
from fer_lib.system.console import progress_bar
from fer_lib.system.precision import best_precision

# 37 tokens a face: with patches of 8 pixels a step takes four times as long
NETWORKS = {"resnet18": ResNet18, "vision_transformer": partial(VisionTransformer, patch=16)}
EPOCHS = {"resnet18": 12, "vision_transformer": 28}
# How far views of a face go. A transformer has to learn where things are, and a thousand faces are few: with views as
# far as the other's, patches of 12 pixels and 20 epochs it named 38 % of held-out faces.
REACH = {"resnet18": 1., "vision_transformer": .3}
BATCH, RATE, DECAY, FOLD = 32, 1e-3, .05, 0             # the rate is the largest of the cycle
MEAN, STD = .5, .25                 # of grey levels in [0, 1]: a report has to be told, too


def seen(images: torch.Tensor, channels: int) -> torch.Tensor:
    """(N, 1, S, S) in [0, 2] → (N, channels, S, S), less the mean, by the deviation."""
    return ((images / 2 - MEAN) / STD).expand(-1, channels, -1, -1)


def views(x: torch.Tensor, generator: torch.Generator, reach: float) -> torch.Tensor:
    """Another view of each face: mirrored or not; and, where reach is 1, turned by up to 5°, 0.9 to 1.1 times as large,
    moved by up to 5 pixels."""
    u = torch.rand(5, len(x), generator=generator)
    angle, larger, moved = reach * (u[0] - .5) / 6, reach * .2 * (u[1] - .5), reach * .2 * (u[2:4] - .5)
    return warp(x, angle, 1 + larger, moved, u[4] < .5)


def train(name: str, epochs: int, seed: int = 0) -> tuple[torch.nn.Module, dict]:
    """The network, and how it was made."""
    torch.manual_seed(seed)
    faces = load_dataset("synthetic", progress=False)
    split, began = faces.split(FOLD), time.monotonic()
    network = NETWORKS[name](len(faces.classes)).to(memory_format=torch.channels_last)
    channels = next(network.children()).in_channels
    steps = epochs * (len(split.train) // BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=.2)
    generator, precision = torch.Generator().manual_seed(seed), best_precision()
    bar = progress_bar(desc=name, total=steps, unit=" steps", progress=True)
    with bar:
        while schedule.last_epoch < steps:
            order = split.train[torch.randperm(len(split.train), generator=generator).numpy()]
            for batch in order[:len(order) // BATCH * BATCH].reshape(-1, BATCH):
                x = views(scale(torch.from_numpy(faces.images[batch])), generator, REACH[name])
                x = seen(x, channels)
                with torch.autocast("cpu", precision, enabled=precision != torch.float32):
                    logits = network(x.contiguous(memory_format=torch.channels_last))
                loss = cross_entropy(logits.float(), torch.from_numpy(faces.labels[batch]))
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(network.parameters(), 1.)
                optimizer.step()
                schedule.step()
                bar.update()
            bar.set_postfix(loss=f"{loss:.3f}")
    accuracy = {part: correct(network, faces, getattr(split, part), channels) for part in ("train", "test")}
    n = len(np.unique(faces.cases[split.test]))
    return network, {
        "network": name, "classes": list(faces.classes), "seed": seed, "steps": steps, "batch": BATCH,
        "epochs": epochs, "reach": REACH[name], "rate": RATE, "decay": DECAY, "mean": MEAN, "std": STD,
        "channels": channels,
        "faces": f"{faces.name}, {len(split.train)} of fold {FOLD}, {faces.fingerprint[:12]}",
        "accuracy": accuracy, "interval": wilson(accuracy["test"], n), "n": n,
        "seconds": round(time.monotonic() - began), "core_seconds": round(time.process_time()),
        "precision": f"{precision}".removeprefix("torch."), "torch": version("torch")}


@torch.no_grad()
def correct(network: torch.nn.Module, faces, index: np.ndarray, channels: int) -> float:
    """Share of these faces that it names rightly."""
    network.eval()
    pieces = torch.from_numpy(faces.images[index]).split(64)
    named = torch.cat([network(seen(scale(piece), channels)).argmax(1) for piece in pieces])
    return float((named.numpy() == faces.labels[index]).mean())


def main():
    parser = argparse.ArgumentParser(description="Train one of the two networks on the drawn faces.")
    parser.add_argument("network", choices=NETWORKS)
    parser.add_argument("out", type=Path, help="file for its weights, .safetensors; a .json is written beside it")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    network, made = train(asked.network, asked.epochs or EPOCHS[asked.network], asked.seed)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: value.contiguous() for name, value in network.state_dict().items()}, asked.out)
    asked.out.with_suffix(".json").write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    print(f"{asked.network}: {made['accuracy']['test']:.1%} of {made['n']} held out, {asked.out}")


if __name__ == "__main__":
    main()
