"""A data set so small that a step of training takes milliseconds, and what the child processes of the tests run."""
import contextlib
import copy
import json
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from fer_lib.datasets import FaceDataset
from fer_lib.datasets.cache import write
from fer_lib.runs import store as runs
from fer_lib.runs.run import as_json, sealed
from fer_lib.training import Recipe, train

CLASSES = "neutral", "anger", "happy", "surprise"
QUICK = {"batch": 8, "steps": 20, "every": 5}
DROPOUT = Recipe.quick(**QUICK, dropout=True)           # of the one run in the fixture `store`
DECIDED = "weights.safetensors", "history.csv", "metrics.json"      # by the configuration and nothing else
FILES = {*DECIDED, "config.json", "provenance.json"}


def toy(name: str = "toy", *, people: int = 10, size: int = 16, seed: int = 0, **fields) -> FaceDataset:
    """Each of the people shows each class once, so that a fold tests on a tenth. Class c is noise in quadrant c and
    grey elsewhere, which is easily learned."""
    rng = np.random.default_rng(seed)
    labels = np.tile(np.arange(4), people)
    images = rng.integers(0, 256, (4 * people, 1, size, size), dtype=np.uint8)
    rows, columns = np.indices((size, size)) // (size // 2)
    images[(2 * rows + columns)[None, None] != labels[:, None, None, None]] = 128
    names = [f"s{i:02}" for i in range(people) for _ in CLASSES]
    given = {"images": images, "labels": labels, "classes": CLASSES, "subjects": names,
             "sequences": [f"{subject}_{label}" for subject, label in zip(names, labels, strict=True)],
             "parameters": {"size": size}}
    return FaceDataset(name, **given | fields)


def trained(faces=None, fold=0, seed=0, *, progress=False, precision=torch.float32, options=None, **fields):
    """A short training in float32, which every machine has."""
    return train(faces or toy(), Recipe.quick(**QUICK | fields), fold, seed, precision=precision, progress=progress,
                 **options or {})


def recorded(**arguments):
    """→ the network, its history, and the state at each step."""
    states = {}
    options = {"save": lambda state: states.update({state.step: copy.deepcopy(state)}), "save_every": 0.}
    return *trained(**arguments, options=options), states


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def toy_of_a_version(*args, **options) -> FaceDataset:
    """As from a loader: a run of it is found by its version, whatever the last bits of its faces are."""
    return toy(*args, **options).versioned("generator 0")


def changed_faces() -> FaceDataset:
    images = toy().images.copy()
    images[0, 0, 0, 0] ^= 1
    return toy_of_a_version(images=images)


class Killed(BaseException):
    """What no handler of errors takes."""


def found(store, faces=None, recipe=DROPOUT, fold=0, seed=0, **options):
    """What `load_or_train` finds; an error where it begins to train."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(runs, "train", never)
        return runs.load_or_train(faces or toy_of_a_version(), recipe, fold, seed, store=store, progress=False,
                                  **options)


def never(*_, **__):
    raise AssertionError("trained again")


def decided(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in DECIDED}


def toy_file(folder: Path) -> Path:
    """A toy set that calls itself the twin, in one file, as `python -m fer_lib.datasets` writes them."""
    write(path := folder / "toy.npz", toy("synthetic", size=48, parameters={"part": "labelled", "seed": 0}))
    return path


def seal_again(folder: Path, **changes):
    """The digests of a run's files as they are now, as who forges one would write them; changes: of its provenance."""
    made = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "provenance.json"}
    (folder / "provenance.json").write_bytes(as_json(sealed(made | changes, files)))


def unseal(folder: Path):
    """As a run was kept before there were digests and versions."""
    made = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    weights = made.pop("files")["weights.safetensors"]
    del made["digest"], made["training_version"]
    made |= {"code": "98347fdd1cd4e1181bb6c33c2d544d691b1f5e390fd6fed75b3fc0be1c562243", "weights": weights}
    (folder / "provenance.json").write_bytes(as_json(made))


def child(store: str, log: str, recipe: dict, *, size: int = 16, threads: int = 1, save_every: float = 30.,
          pause: float = 0.):
    """What a child process does: ask for a run of the toy set. The log says what it prints, when it begins to train,
    and what came out."""
    torch.set_num_threads(threads)
    train = runs.train

    def logged(*args, **options):
        print("training", flush=True)
        time.sleep(pause)
        return train(*args, **options, save_every=save_every)

    runs.train = logged
    with open(log, "a", encoding="utf-8") as file, contextlib.redirect_stdout(file):
        run = runs.load_or_train(toy(size=size), Recipe.quick(**recipe), store=store, progress=False)
        print(run.folder.name, run.metrics["test"]["loss"], flush=True)
