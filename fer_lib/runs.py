"""What a trained run is on disk: find it, or train it and keep it.

    run = load_or_train(faces, Recipe.released(augment=True, dropout=True), fold=0, seed=0)
    run.network, run.history, run.metrics["test"]["accuracy"], run.provenance

A run is a folder: config.json, which finds it (data set, recipe, fold, seed); history.csv, a row for each evaluation;
metrics.json, its chosen checkpoint judged; weights.safetensors; provenance.json, what it was made with. The last is
compared and never searched for, or an edited line would orphan a day of training. A run is whole or absent: a training
that was killed has left a checkpoint beside, from which the next one goes on to the same bits.

    python -m fer_lib.runs book/parameters/paper.yml --store DIR     # all runs of a list: command.py
"""
import datetime
import hashlib
import json
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
import torch
from filelock import FileLock, Timeout
from safetensors.torch import load_file, save_file

from .checkpoints import read_checkpoint, write_checkpoint
from .controls import shuffle_labels
from .datasets import ABOUT_UNITS, FaceDataset
from .datasets.cache import cache_folder
from .evaluation import evaluate, settled
from .memory import kept_memory
from .network import ZeroBiasCNN, initialise
from .provenance import MACHINE, surroundings, with_version
from .training import Recipe, State, best_precision, stream, train

FORMAT = 1                      # of the folder; another one is an error
STORED = Path(__file__).parents[1] / "book/results/runs"        # the book's own


@dataclass(frozen=True, eq=False)
class Run:
    """A trained run, as its folder has it."""
    folder: Path
    config: dict                # format, dataset, classes, recipe, fold, seed
    history: pd.DataFrame       # a row for each evaluation, see `train`
    metrics: dict               # step, k, steps, settled; validation and test as from `evaluate`
    provenance: dict            # see `surroundings`, with date, seconds and the digest of the weights

    @property
    def recipe(self) -> Recipe:
        return Recipe(**self.config["recipe"])

    @property
    def as_released(self) -> bool:
        """Was it trained as the authors' code trains? Free are D, A, biases, length and the scale of first weights."""
        free = ("augment", "dropout", "bias", "steps", "every", "patience", "k")
        return self.recipe == Recipe.released(**{name: getattr(self.recipe, name) for name in free})

    @property
    def has_weights(self) -> bool:
        return (self.folder / "weights.safetensors").exists()

    @cached_property
    def network(self) -> ZeroBiasCNN:
        """With the weights of the chosen checkpoint, in evaluation mode. ValueError where the file is damaged."""
        path = self.folder / "weights.safetensors"
        if not self.has_weights:
            raise FileNotFoundError(f"{path}: this run is kept without its weights, as numbers only")
        if hashlib.sha256(path.read_bytes()).hexdigest() != self.provenance["weights"]:
            raise ValueError(f"{path} is damaged: it is not what was written. Delete the folder to train it again.")
        with torch.device("meta"):                  # shapes only: no random numbers are drawn
            network = ZeroBiasCNN(self.config["classes"], bias=self.recipe.bias)
        network.load_state_dict({name: value.float() for name, value in load_file(path).items()}, assign=True)
        return network.to(memory_format=torch.channels_last).eval()         # as in training, to the last bit

    @cached_property
    def untrained(self) -> ZeroBiasCNN:
        """With the weights that the training began with."""
        network, seed = ZeroBiasCNN(self.config["classes"], bias=self.recipe.bias), self.config["seed"]
        initialise(network, self.recipe.initialisation, k=self.recipe.k, seed=stream(seed, self.config["fold"]))
        return network.to(memory_format=torch.channels_last).eval()

    @property
    def loaded_with(self) -> dict:
        """Arguments of load_dataset, besides the set's name, that give its faces with their true labels."""
        return {name: value for name, value in self.config["dataset"]["parameters"].items() if name != "shuffled"}

    def as_trained(self, faces: FaceDataset) -> FaceDataset:
        """The faces with the labels that the run was trained on: the true ones, or those that were dealt to it."""
        dealt = self.config["dataset"]["parameters"].get("shuffled")
        return faces if dealt is None else shuffle_labels(faces, dealt)

    def is_of(self, faces: FaceDataset) -> bool:
        """Was it trained on this set, loaded with these parameters? Its pixels may have changed: see `changes`."""
        same = configuration(faces, self.recipe, self.config["fold"], self.config["seed"])
        return all(self.config[name] == same[name] for name in ("dataset", "classes"))

    def changes(self, faces: FaceDataset, here: dict | None = None) -> list[str]:
        """What is not as it was when the run was made, as "torch 2.13.0, here 2.14.0"; [] if it would come out again.

        here: as from `surroundings`, to compare the machine, too: another one changes the last bits.
        """
        made = self.provenance
        compared = here or surroundings(faces, "cpu", made["precision"])
        return [f"{name} {str(made.get(name))[:12]}, here {str(value)[:12]}" for name, value in compared.items()
                if made.get(name) != value and (here or name not in MACHINE)]

    def origin(self, faces: FaceDataset) -> str:
        """Some lines to print: which run it is, what made it, and what has changed since."""
        made, of = self.provenance, self.config
        lines = [f"{self.recipe.variant} on {of['dataset']['name']}, {of['dataset']['parameters'].get('size')} pixels, "
                 f"fold {of['fold']}, seed {of['seed']}, k = {self.metrics['k']:.3f}; the checkpoint at step "
                 f"{self.metrics['step']:,} of {self.metrics['steps']:,}.",
                 f"Made {made['date']} on {made['device']} ({made['processor']}), {made['precision']}, torch "
                 f"{made['torch']}, in {made['seconds'] / 60:.0f} minutes."]
        if not self.is_of(faces):
            return "\n".join([*lines, f"It was not trained on these faces: {faces!r}."])
        changed = self.changes(faces)
        return "\n".join([*lines, f"CHANGED since: {'; '.join(changed)}." if changed
                          else "Faces, code and versions are the same as then."])


def load_or_train(faces: FaceDataset, recipe: Recipe, fold: int = 0, seed: int = 0, *, store: Path | str | None = None,
                  fresh: bool = False, half: bool = False, device: str | None = None,
                  precision: torch.dtype | None = None, keep_weights: bool = True, progress: bool = True) -> Run:
    """The run of this data set, recipe, fold and seed: the book's, where the book has it, whatever `store` holds; else
    that in `store`; else trained now and kept there.

    store: a folder, by default in the user's cache (FER_LIB_CACHE). fresh: not the book's, and only a run that was made
    with this code, these faces and versions, on such a machine; one that is found but was not is trained again.
    Otherwise it is used, and a warning says what has changed. half: if trained now, keep the weights as float16, in
    which they are judged; keep_weights=False: only their digest. A run that was kept so is trained again, and replaced,
    when it is asked for with its weights. Of two processes that want the same run one trains and the other waits.
    Errors as in `train`, ValueError for a folder that is damaged or from another version, and OSError where `store`
    cannot be written.
    """
    config = configuration(faces, recipe, fold, seed)
    store = Path(store) if store else cache_folder() / "runs"
    name = folder_name(config)
    if not fresh and (folder := find(name, STORED, weights=keep_weights)):
        return said(read_run(folder), faces)
    device, precision, here = made_here(faces, device, precision)
    folder = store / name
    with alone(folder):
        if find(name, store, weights=keep_weights):
            run = read_run(folder)
            if not fresh or not run.changes(faces, here):
                shutil.rmtree(partial(folder), ignore_errors=True)      # left by one that was killed at its very end
                return said(run, faces)
        checkpoint = partial(folder) / "checkpoint.safetensors"
        checkpoint.parent.mkdir(exist_ok=True)
        state = read_checkpoint(checkpoint, here) or State()
        with kept_memory():
            network, history = train(faces, recipe, fold, seed, device=device, precision=precision, state=state,
                                     save=lambda state: write_checkpoint(checkpoint, state, here), progress=progress)
        network = network.half().float() if half else network
        weights = {key: (value.half() if half else value).contiguous() for key, value in network.state_dict().items()}
        split = faces.split(fold)
        metrics = {"step": state.best_step, "steps": state.step, "k": state.k,
                   "settled": settled(history, len(faces.classes))}
        metrics |= {part: evaluate(network, faces, index, recipe.normalisation)
                    for part, index in split._asdict().items() if part != "train" and len(index)}
        here |= {"date": f"{datetime.date.today()}", "seconds": round(state.seconds, 1)}
        write_run(folder, config, history, metrics, here, weights, keep_weights)
    return read_run(folder)


def find(name: str, *stores: Path, weights: bool) -> Path | None:
    """The folder of a run in the first of these stores that has it; with weights, one kept as numbers only is none."""
    for folder in (store / name for store in stores):
        if (folder / "weights.safetensors" if weights else folder).exists():
            return folder
    return None


def made_here(faces: FaceDataset, device: str | None = None,
              precision: torch.dtype | None = None) -> tuple[str, torch.dtype, dict]:
    """Device and precision that a run is made with unless told otherwise, and its `surroundings` then."""
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    precision = precision or best_precision(device)
    return device, precision, surroundings(faces, device, str(precision).removeprefix("torch."))


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """While it lasts no other process makes this run. OSError where its store cannot be written."""
    lock = FileLock(folder.with_name(f"{folder.name}.lock"))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            held = lock.acquire(timeout=0)
        except Timeout:
            print(f"{folder.name} is being trained by another process: waiting for it", flush=True)
            held = lock.acquire()
    except (OSError, NotImplementedError) as error:     # read-only, or a network disk without locks
        raise OSError(f"no run can be kept in {folder.parent} (FER_LIB_CACHE or store= can name another folder): "
                      f"{error}") from error
    with held:              # not `with lock`, which would take it a second time and give it back once
        yield


def write_run(folder: Path, config: dict, history: pd.DataFrame, metrics: dict, provenance: dict,
              weights: dict[str, torch.Tensor], keep_weights: bool = True):
    """Written whole beside and renamed, over one that was made with something else; the checkpoint goes last."""
    writing = partial(folder) / "whole"
    shutil.rmtree(writing, ignore_errors=True)
    writing.mkdir(parents=True)
    save_file(weights, writing / "weights.safetensors")
    provenance = provenance | {"weights": hashlib.sha256((writing / "weights.safetensors").read_bytes()).hexdigest()}
    if not keep_weights:
        (writing / "weights.safetensors").unlink()
    history.to_csv(writing / "history.csv", index=False)
    for name, value in (("config", config), ("metrics", metrics), ("provenance", provenance)):
        (writing / f"{name}.json").write_text(json.dumps(value, indent=1) + "\n")
    if folder.exists():                             # renamed, too, so that a kill does not leave a part of it
        shutil.rmtree(partial(folder) / "old", ignore_errors=True)
        folder.rename(partial(folder) / "old")
    writing.rename(folder)
    shutil.rmtree(partial(folder))


def read_run(folder: Path | str) -> Run:
    """The run in a folder; its weights are read when `network` is asked for. ValueError where it is not one."""
    folder = Path(folder)
    try:
        texts = {name: json.loads((folder / f"{name}.json").read_text())
                 for name in ("config", "metrics", "provenance")}
        history = pd.read_csv(folder / "history.csv")
    except (OSError, ValueError) as error:          # JSON's and pandas' errors are ValueErrors
        raise ValueError(f"{folder} is not a whole run ({error}). Delete it to train it again.") from error
    if texts["config"].get("format") != FORMAT:
        raise ValueError(f"{folder} is a run of format {texts['config'].get('format')}; this version of fer_lib reads "
                         f"{FORMAT}. Delete it to train it again, or use the version that made it.")
    texts["provenance"] = with_version(texts["provenance"])
    return Run(folder, history=history, **texts)


def stored_runs(folder: Path | str = STORED) -> list[Run]:
    """All runs of a folder, by name."""
    return [read_run(path.parent) for path in sorted(Path(folder).glob("*/config.json"))]


def stored_run(variant: str = "CNN+AD", fold: int = 0, dataset: str = "synthetic", size: int = 96) -> Run:
    """The book's run of a variant, trained as released on true labels of all classes, with its weights.
    FileNotFoundError, which says how to train it, if there is none."""
    for run in stored_runs(STORED):
        name, of = run.config["dataset"]["name"], run.config["dataset"]["parameters"]
        if (run.recipe.variant, run.config["fold"], name, of.get("size")) == (variant, fold, dataset, size) and (
                run.as_released and run.has_weights and not of.get("classes") and "shuffled" not in of):
            return run
    raise FileNotFoundError(f"{STORED} holds no run of {variant} on {dataset}, fold {fold}, {size} pixels, as released "
                            "and with its weights. To train those of the book:\n  python -m fer_lib.runs "
                            f"book/parameters/paper.yml --store {STORED} --half\nOr name the folder of another run.")


def run_for(faces: FaceDataset, folder: Path | str | None = None, **changes) -> Run:
    """The run that a chapter looks at: that in `folder`; or, of drawn faces, the book's CNN+AD; or CNN+AD trained on
    these faces, as released but for `changes`."""
    if folder:
        return read_run(folder)
    if faces.name == "synthetic":
        return stored_run(size=faces.images.shape[-1])
    return load_or_train(faces, Recipe.released(augment=True, dropout=True, **changes))


def said(run: Run, faces: FaceDataset) -> Run:
    if changed := run.changes(faces):
        warnings.warn(f"{run.folder.name} was made with {'; '.join(changed)}", stacklevel=3)
    return run


def configuration(faces: FaceDataset, recipe: Recipe, fold: int, seed: int) -> dict:
    """What finds a run, in JSON's types."""
    dataset = {"name": faces.name, "version": faces.version, "parameters": faces.parameters | {
        option: None for option in ABOUT_UNITS if option in faces.parameters}}      # as without: it trains on no unit
    numbers = {name: float(value) for name in ("rate", "momentum", "decay", "k")       # 1 and 1.0 are the same
               if (value := getattr(recipe, name)) is not None}
    config = {"format": FORMAT, "dataset": dataset, "classes": faces.classes, "recipe": asdict(recipe) | numbers,
              "fold": int(fold), "seed": int(seed)}
    return json.loads(json.dumps(config, default=str))


def folder_name(config: dict) -> str:
    key = hashlib.sha256(json.dumps(config, sort_keys=True).encode()).hexdigest()[:8]
    variant = Recipe(**config["recipe"]).variant.lower().replace("+", "_").replace(" ", "_")
    size = config["dataset"]["parameters"].get("size", "")
    return f"{config['dataset']['name']}-{size}-{variant}-fold{config['fold']}-seed{config['seed']}-{key}"


def partial(folder: Path) -> Path:
    """Where a run lies while it is made."""
    return folder.with_name(folder.name + ".partial")


if __name__ == "__main__":
    from .command import main

    main()
