"""How well a network names expressions, and how sure one can be of that.

    measured = evaluate(network, faces, faces.split(0).test)
    measured["accuracy"], measured["interval"], measured["recall"]["happy"]
"""
import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from torch.nn.functional import cross_entropy

from .datasets import FaceDataset
from .network import ZeroBiasCNN
from .preprocessing import see
from .system.console import progress_bar
from .system.precision import exact_float32

BATCH = 128
# Of a guesser's loss, below which something has been learned: who names classes by their frequency alone is at nine
# tenths or more. Not lower, since on photographs, whose labels people agree with in two of three cases, the loss of
# CNN+AD levels out at two thirds.
LEARNED = .8


@torch.no_grad()
@exact_float32()
def predict(network: ZeroBiasCNN, images: np.ndarray | torch.Tensor, normalisation: str = "subtractive",
            progress: str | None = None) -> torch.Tensor:
    """(N, 1, S, S) uint8, or floats in [0, 2] → logits (N, classes) float32 on the CPU, without dropout.

    In float32 whatever the training used, so that two machines agree. progress: what a bar calls the work, which there
    is of many images. NaN images are a ValueError.
    """
    device, training = network.output.weight.device, network.training
    network.eval()
    logits = [torch.empty(0, network.classes)]
    try:
        with progress_bar(desc=progress, total=len(images), progress=progress is not None, unit=" images",
                          delay=5) as bar:
            for piece in torch.as_tensor(images).split(BATCH):
                if len(piece):
                    logits.append(network(see(piece.to(device), normalisation)).cpu())
                bar.update(len(piece))
    finally:
        network.train(training)
    return torch.cat(logits)


def outputs_of(network: ZeroBiasCNN, classes: Sequence[str]) -> np.ndarray:
    """Which output of the network stands for each of these classes, by name → (classes,) int64.

    A network without names has these in this order, if it has as many outputs. ValueError for a class that it does not
    know.
    """
    if network.class_names is None:
        if network.classes != len(classes):
            raise ValueError(f"the network has {network.classes} outputs without names, which cannot be told to be "
                             f"{', '.join(classes)}: make it with ZeroBiasCNN(classes=names)")
        return np.arange(len(classes))
    if unknown := [name for name in classes if name not in network.class_names]:
        raise ValueError(f"the network knows {', '.join(network.class_names)}, but not {', '.join(unknown)}: "
                         "take the faces of classes that it knows (load_dataset(…, classes=6), or `select`)")
    return np.array([network.class_names.index(name) for name in classes])


def accuracy_and_loss(logits: torch.Tensor, labels: np.ndarray) -> tuple[float, float]:
    """How often the largest of logits (N, classes) is the label (N,), and mean cross-entropy in nats; NaN if N = 0."""
    true = torch.from_numpy(labels)
    return (logits.argmax(1) == true).double().mean().item(), cross_entropy(logits.double(), true).item()


def evaluate(network: ZeroBiasCNN, faces: FaceDataset, index: np.ndarray, normalisation: str = "subtractive",
             progress: str | None = None) -> dict:
    """What the network makes of the images at `index` (positions or a mask), in JSON's types.

    accuracy, loss (nats), images; interval, Wilson's at 95 % on n observations, where n counts those that are
    independent (`FaceDataset.cases`); recall by class, None where no image shows it; confusion, images by true class
    (rows, in the set's order) and named class (columns, in the same order; then those that only the network knows).
    A network of more classes may name any of them. progress: see `predict`. ValueError for an empty index, a set
    without labels, a network that does not know the set's classes (`outputs_of`).
    """
    labels = faces.labels[index]
    if not faces.classes:
        raise ValueError(f"{faces.name} has no expression labels to compare with (a probe set?)")
    if not len(labels):
        raise ValueError(f"{faces.name}: no images to evaluate on")
    known = outputs_of(network, faces.classes)
    columns = [*known, *np.setdiff1d(np.arange(network.classes), known)]
    logits = predict(network, faces.images[index], normalisation, progress)[:, columns]
    accuracy, loss = accuracy_and_loss(logits, labels)
    n = len(np.unique(faces.cases[index]))
    confusion = np.zeros((len(faces.classes), network.classes), int)
    np.add.at(confusion, (labels, logits.argmax(1).numpy()), 1)
    recall = {name: float(row[i] / row.sum()) if row.sum() else None
              for i, (name, row) in enumerate(zip(faces.classes, confusion, strict=True))}
    return {"accuracy": accuracy, "interval": list(wilson(accuracy, n)), "n": n, "images": len(labels), "loss": loss,
            "recall": recall, "confusion": confusion.tolist()}


def wilson(share: float, n: int, z: float = 1.959964) -> tuple[float, float]:
    """Wilson's score interval of a share observed in n independent cases, by default at 95 % (Wilson 1927)."""
    centre, spread = share + z * z / (2 * n), z * math.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    return max(0., (centre - spread) / (1 + z * z / n)), min(1., (centre + spread) / (1 + z * z / n))


def chosen(history: pd.DataFrame, part: str = "validation") -> pd.Series:
    """The row whose accuracy on `part` is highest; of equal ones the lowest loss decides, then the earliest step."""
    by = [f"{part}_accuracy", f"{part}_loss", "step"]
    return history.sort_values(by, ascending=[False, True, True]).iloc[0]


def settled(history: pd.DataFrame, classes: int) -> bool:
    """Has the training loss flattened? Only then does an accuracy say anything about a recipe.

    It has when its mean over the last fifth of the steps is below LEARNED of a guesser's, ln(classes), and less than
    0.05 below its mean over the fifth before (a loss that rises passes); with at least ten evaluations.
    """
    if len(history) < 10:
        return False
    fifth = len(history) // 5
    before, last = history["loss"].iloc[-2 * fifth:-fifth].mean(), history["loss"].iloc[-fifth:].mean()
    return bool(last < LEARNED * math.log(classes) and before - last < .05)
