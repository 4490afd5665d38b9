"""How fast is a training step, and what does the faster arithmetic do to the result?

    python benchmarks/training.py                   # everything; or some of: step rate accuracy

prints its tables and writes them into benchmarks/results.md. Everything runs on the processor, never on a GPU.

step: the loop that an ordinary user would write (`plain_step`) against `fer_lib.train` as `load_or_train` calls it, in
the machine's best precision and in float32. CNN+AD on fold 0 of the twin, batch 64. rate: how near the whole step comes
to the rate at which the library multiplies matrices, and to the processor's own limit (limit.py). Both from rounds in
which everything takes its turn, and ratios are taken within a round, so that a machine that gets slower or faster
meanwhile changes none; of the limit, the best of all rounds counts. accuracy: CNN trained on the same folds in float32
and in bfloat16, and in fresh processes with the same and another number of threads.
"""
import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from functools import partial
from itertools import islice, product
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from limit import fma_rate, matrix_rate, shown, why_not
from report import RESULTS, machine, markdown, report
from safetensors.torch import load_file, save_file
from scipy.ndimage import uniform_filter
from skimage.transform import AffineTransform, EuclideanTransform, warp
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, Dataset, RandomSampler
from torch.utils.flop_counter import FlopCounterMode
from tqdm import tqdm

from fer_lib import FaceDataset, Recipe, ZeroBiasCNN, evaluate, load_dataset, train
from fer_lib.network import initialise
from fer_lib.system.memory import kept_memory
from fer_lib.system.precision import best_precision

SIZES, BATCH = (96, 48), 64
PARTS = "step", "rate", "accuracy"
OF_WHAT = ("Of the whole step: augment, normalise, forward, backward, update. Goal: 80 % of the matrix product. That "
           "is the library's, which a step may surpass; what all cores do in registers is the processor's.")


class PlainFaces(Dataset):
    """The training images one by one, as scikit-image and SciPy see them: `augment` and the subtractive
    `local_contrast_normalise` of fer_lib.preprocessing, same ranges, same borders."""

    def __init__(self, faces: FaceDataset):
        train = faces.split(0).train
        self.images, self.labels = faces.images[train, 0].astype(np.float32) / 127.5, faces.labels[train]

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, i: int) -> tuple[torch.Tensor, int]:
        image, draw = self.images[i], np.random.uniform
        if draw() < .5:
            image = image[:, ::-1]
        width, half = draw(.7, 1.4), len(image) / 2
        move = AffineTransform(scale=width, rotation=np.radians(draw(-5, 5)),
                               translation=half * (1 - width) * draw(-1, 1, size=2))
        to_centre = EuclideanTransform(translation=(.5 - half, .5 - half))
        image = warp(image, to_centre + move + to_centre.inverse, order=1)
        image = image ** draw(.25, 4) * draw(.7, 1.4) + draw(-.1, .1)
        image = 2 * (image - image.min()) / max(image.max() - image.min(), 1e-9)
        image = image - uniform_filter(image, 5, mode="constant")
        return torch.from_numpy(image[None].astype(np.float32)), int(self.labels[i])


def plain_step(faces: FaceDataset, steps: int, workers: int) -> float:
    """Seconds a step of the ordinary loop: float32, NCHW, augmented image by image, the loss read at every step.

    The first `steps` steps warm up and fill the loader's queue, as many again are measured."""
    data = PlainFaces(faces)
    endless = RandomSampler(data, replacement=True, num_samples=10 ** 9)    # as `train` draws, and it never runs dry
    loader = DataLoader(data, BATCH, sampler=endless, num_workers=workers, persistent_workers=workers > 0)
    network, ticks = ZeroBiasCNN(len(faces.classes), dropout=.5).train(), []
    initialise(network, "fan-in", k=1.)
    optimizer = torch.optim.SGD(network.parameters(), .01, .9, weight_decay=1e-5)
    for images, labels in islice(loader, 2 * steps):
        loss = cross_entropy(network(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss.item()
        ticks.append(time.perf_counter())
    return (ticks[-1] - ticks[-1 - steps]) / steps


def library_step(faces: FaceDataset, steps: int, precision: str) -> float:
    """Seconds a step of `train`, called as `load_or_train` does.

    The first `steps` steps warm up, as many again are measured; the evaluation comes one step later, on two images."""
    split, ticks = faces.split(0), []
    faces = faces.select(np.concatenate([split.train, split.validation[:1], split.test[:1]]))
    recipe = Recipe.quick(augment=True, dropout=True, batch=BATCH, steps=2 * steps + 1, every=2 * steps + 1)
    with kept_memory():
        train(faces, recipe, device="cpu", precision=getattr(torch, precision), progress=False,
              after_step=lambda state: state.step % steps or ticks.append(time.perf_counter()))
    return (ticks[1] - ticks[0]) / steps


def step_flop(size: int, classes: int = 8) -> int:
    """FLOP of a training step, a multiplication and an addition being 2.

    A layer multiplies each of its weights once at each place where it is applied: a convolution at every pixel of its
    output (zeros beyond the border included, as is usual), a dense layer once. The gradient of its weights costs the
    same again, and so does that of its input, which conv1, being first, does not need. The rest (augmentation,
    normalisation, ReLU, pooling, the update) takes time and is not counted.
    """
    network = ZeroBiasCNN(classes).to("meta")       # shapes without numbers
    places = {"conv1": size ** 2, "conv2": size ** 2 // 4, "conv3": size ** 2 // 16, "fc": 1, "output": 1}
    forward = {layer: 2 * BATCH * n * getattr(network, layer).weight.numel() for layer, n in places.items()}
    flop = 3 * sum(forward.values()) - forward["conv1"]
    with FlopCounterMode(display=False) as counter:
        network(torch.empty(BATCH, 1, size, size, device="meta")).sum().backward()
    assert abs(counter.get_total_flops() / flop - 1) < .01, f"PyTorch counts {counter.get_total_flops()}, not {flop}"
    return flop


def measure_rounds(rounds: int, steps: int, plain: bool) -> dict[int, pd.DataFrame]:
    """By size of the faces, a row for each round: seconds a step of each loop, GFLOP/s of products and at most."""
    default = str(best_precision("cpu")).removeprefix("torch.")
    turns = {}
    for size in SIZES:
        faces = load_dataset("synthetic", size=size, progress=False)
        for workers in (0, 2) if plain else ():
            turns[size, f"ordinary, {workers} workers"] = partial(plain_step, faces, steps, workers)
        for precision in dict.fromkeys([default, "float32"]):       # only one where there is no bfloat16
            turns[size, f"limit, {precision}"] = partial(fma_rate, precision)
            turns[size, f"matrix, {precision}"] = partial(matrix_rate, precision)
            turns[size, f"fer_lib, {precision}"] = partial(library_step, faces, steps, precision)
    bar = tqdm(list(product(range(rounds), turns)), desc="step, rate", unit="turn")
    values = pd.Series({(i, *turn): turns[turn]() for i, turn in bar})
    return {size: values.xs(size, level=1).unstack(sort=False) for size in SIZES}


def step_table(measured: dict[int, pd.DataFrame]) -> str:
    rows = []
    for size, table in measured.items():
        ordinary = table.filter(like="ordinary").median().idxmin()      # the better one
        for loop, seconds in table.filter(regex="ordinary|fer_lib").items():
            ratio = table[ordinary] / seconds
            rows.append([f"{size}×{size}", loop, seconds.median(), BATCH / seconds.median(), ratio.median(),
                         ratio.min(), ratio.max()])
    header = "faces", "loop", "s a step", "images/s", "times the better ordinary loop's speed", "least", "greatest"
    return markdown(header, rows) + ("\n\nThe ordinary loops are in float32. Goals at 96×96: 2.5 times their speed "
                                     "where the processor has bfloat16, and no less than it in float32.")


def rate_table(measured: dict[int, pd.DataFrame]) -> str:
    rows = []
    for size, table in measured.items():
        flop = step_flop(size) / 1e9
        for loop, seconds in table.filter(like="fer_lib").items():
            precision = loop.removeprefix("fer_lib, ")
            machine = table[f"matrix, {precision}"]
            share = 100 * flop / seconds / machine
            limit = table[f"limit, {precision}"].max()          # NaN where it was not measured
            rows.append([f"{size}×{size}", precision, flop, flop / seconds.median(), machine.median(), share.median(),
                         share.min(), share.max(), shown(limit), shown(100 * flop / seconds.median() / limit)])
    header = ("faces", "precision", "GFLOP a step", "GFLOP/s", "of a 2048×2048 matrix product", "share, %", "least",
              "greatest", "of all cores' fused multiply-adds", "share, %")
    reasons = [f"{name}: the limit was not measured; {why_not(name)}." for name in dict.fromkeys(row[1] for row in rows)
               if why_not(name)]
    return "\n\n".join([markdown(header, rows), OF_WHAT, *reasons])


def train_one(fold: int, seed: int, precision: str, threads: int, steps: int, weights: str) -> float:
    """Train CNN in this process → test accuracy in %; the weights after the last step go into the file `weights`."""
    torch.set_num_threads(threads)
    faces, ends = load_dataset("synthetic", size=48, progress=False), []
    recipe = Recipe.quick(steps=steps, every=max(1, steps // 6))
    network, _ = train(faces, recipe, fold, seed, device="cpu", precision=getattr(torch, precision), progress=False,
                       save=ends.append, save_every=math.inf)
    save_file({layer: value.contiguous() for layer, value in ends[-1].weights.items()}, weights)
    return 100 * evaluate(network, faces, faces.split(fold).test, recipe.normalisation)["accuracy"]


def accuracy_tables(folds: list[int], seeds: list[int], steps: int) -> str:
    runs, threads = list(product(folds, seeds)), torch.get_num_threads()
    jobs = {(run, precision): (precision, threads) for run in runs for precision in ("float32", "bfloat16")}
    jobs |= {(runs[0], "the same again"): ("bfloat16", threads), (runs[0], "1 thread"): ("bfloat16", 1)}
    accuracy, weights = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/weights.safetensors"
        for job, (precision, n) in tqdm(jobs.items(), desc="accuracy", unit="training"):
            command = [sys.executable, __file__, "--one", json.dumps([*job[0], precision, n, steps, file])]
            accuracy[job] = float(subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout)
            weights[job] = torch.cat([value.flatten() for _, value in sorted(load_file(file).items())])

    table = pd.DataFrame([[accuracy[run, precision] for precision in ("float32", "bfloat16")] for run in runs],
                         [f"fold {fold}, seed {seed}" for fold, seed in runs], ["float32", "bfloat16"])
    table["difference"] = table["bfloat16"] - table["float32"]
    table.loc["mean"], table.loc["standard deviation"] = table.mean(), table.std()
    header = f"CNN, 48×48, {steps} steps", "float32: test accuracy, %", "bfloat16, %", "difference, points"
    judged = markdown(header, table.reset_index().values.tolist())

    rows, first = [], weights[runs[0], "bfloat16"]
    for what in ("the same again", "1 thread", "float32"):
        off = weights[runs[0], what] - first
        rows.append([what, "no" if off.any() else "yes", off.abs().max().item(), (off.norm() / first.norm()).item(),
                     accuracy[runs[0], "bfloat16"], accuracy[runs[0], what]])
    header = (f"bfloat16, {threads} threads, {table.index[0]}, against", "weights bit-identical", "largest difference",
              "norm of the difference / of the weights", "its test accuracy, %", "the other's, %")
    return (f"{judged}\n\nOf the checkpoint that is best on validation; every evaluation is in float32.\n\n"
            f"{markdown(header, rows)}\n\nWeights after the last step; every training in a process of its own.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=f"{', '.join(PARTS)} (default: all)")
    parser.add_argument("--rounds", type=int, default=5, help="of step and rate (default: %(default)s)")
    parser.add_argument("--steps", type=int, default=8, help="in each turn of a round (default: %(default)s)")
    parser.add_argument("--folds", type=int, nargs="+", default=[0, 1, 2], help="of accuracy (default: 0 1 2)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="of accuracy (default: 0)")
    parser.add_argument("--training-steps", type=int, default=240, help="of accuracy (default: %(default)s)")
    parser.add_argument("--into", type=Path, default=RESULTS, help="the file that gets the tables")
    parser.add_argument("--one", type=json.loads, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(train_one(*given.one))
        return
    parts = given.parts or PARTS
    if unknown := set(parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(unknown)}, only {', '.join(PARTS)}")
    if "step" in parts or "rate" in parts:
        measured = measure_rounds(given.rounds, given.steps, plain="step" in parts)
        rounds = f"*{machine()}; medians of {given.rounds} rounds, {given.steps} steps in each.*\n\n"
        for part, table in (("step", step_table), ("rate", rate_table)):
            if part in parts:
                report(part, rounds + table(measured), given.into)
    if "accuracy" in parts:
        tables = accuracy_tables(given.folds, given.seeds, given.training_steps)
        report("accuracy", f"*{machine()}.*\n\n{tables}", given.into)


if __name__ == "__main__":
    main()
