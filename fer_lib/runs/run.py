"""A run's folder: what is in it, written whole, and read only where it is what was written.

    run = read_run("book/results/runs/synthetic-96-cnn_ad-fold0-seed1-e7268787")
    run.network, run.history, run.metrics["test"]["accuracy"], run.provenance

config.json finds it (data set, recipe, fold, seed); history.csv has a row for each evaluation; metrics.json judges the
checkpoint that was chosen; weights.safetensors; provenance.json says what made it, and has the digest of each file. It
is compared and never searched for, or an edited line would orphan a day of training.
"""
import hashlib
import io
import json
import re
import shutil
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
import torch
from safetensors.torch import load, save

from ..datasets import ABOUT_UNITS, FaceDataset
from ..datasets.relabelled import OTHER_LABELS, with_labels_of
from ..network import ZeroBiasCNN, untrained
from ..system.files import about, sync_folder, write_whole
from ..system.paths import run_folder
from ..training import Recipe, stream
from .provenance import MACHINE, seen, surroundings, with_version

FORMAT = 1                      # of the folder; another one is an error
WEIGHTS, PROVENANCE = "weights.safetensors", "provenance.json"
TEXTS = "config.json", "metrics.json", "history.csv"
# Fields of the recipe that came later. A configuration has them only where a training differs from those of before, and
# they are as `Recipe` has them by default where it has not: so runs of before are found, and read.
LATER = "rescale", "decay_biases", "replacement"
ANEW = "Delete the folder to train it again, or take a copy of it that is whole."


@dataclass(frozen=True, eq=False)
class Run:
    """A trained run, as its folder has it."""
    folder: Path
    config: dict                # format, dataset, classes, recipe, fold, seed
    history: pd.DataFrame       # a row for each evaluation, see `train`
    metrics: dict               # step, k, steps, settled; train (not in older ones), validation, test: see `evaluate`
    provenance: dict            # see `surroundings`, with date, seconds, the files' digests and its own

    @property
    def recipe(self) -> Recipe:
        return Recipe(**self.config["recipe"])

    @property
    def as_released(self) -> bool:
        """Was it trained as the authors' code trains? See `unlike_released`."""
        return not self.unlike_released

    @property
    def unlike_released(self) -> list[str]:
        return unlike_released(self.recipe)

    @property
    def pixels(self) -> int | None:
        """Side of the images that it was trained on."""
        return self.config["dataset"]["parameters"].get("size")

    @property
    def has_weights(self) -> bool:
        return (self.folder / WEIGHTS).exists()

    @property
    def is_sealed(self) -> bool:
        """Does it hold the digest of each of its files? Those that were made before there were digests do not."""
        return "digest" in self.provenance

    @cached_property
    def network(self) -> ZeroBiasCNN:
        """With the weights of the chosen checkpoint, in evaluation mode. ValueError where the file is damaged."""
        path = self.folder / WEIGHTS
        if not self.has_weights:
            raise FileNotFoundError(f"{path}: this run is kept without its weights, as numbers only")
        data = undamaged(path, self.provenance["files"][WEIGHTS])
        with torch.device("meta"):                  # shapes only: no random numbers are drawn
            network = ZeroBiasCNN(self.config["classes"], bias=self.recipe.bias)
        network.load_state_dict({name: value.float() for name, value in load(data).items()}, assign=True)
        return network.to(memory_format=torch.channels_last).eval()         # as in training, to the last bit

    @cached_property
    def untrained(self) -> ZeroBiasCNN:
        """With the weights that the training began with."""
        recipe, seed = self.recipe, stream(self.config["seed"], self.config["fold"])
        return untrained(self.config["classes"], recipe.initialisation, k=recipe.k, seed=seed, bias=recipe.bias)

    @property
    def loaded_with(self) -> dict:
        """Arguments of load_dataset, besides the set's name, that give its faces with their true labels."""
        return {name: value for name, value in self.config["dataset"]["parameters"].items() if name not in OTHER_LABELS}

    @property
    def labels(self) -> str:
        """What it was told to learn: "expressions", or, relabelled, "shuffled" or "identity"."""
        other = [name for name in OTHER_LABELS if name in self.config["dataset"]["parameters"]]
        return " ".join(other) or "expressions"

    def as_trained(self, faces: FaceDataset) -> FaceDataset:
        """The faces as the run was told to see them. faces: with their true labels. Of a run on identity: those images
        that its fold trains on, and who they show. ValueError where that is not known."""
        return with_labels_of(faces, self.config["dataset"]["parameters"])

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
        found = [f"{name} {str(made.get(name))[:12]}, here {str(value)[:12]}" for name, value in compared.items()
                 if made.get(name) != value and (here or name not in MACHINE)]
        return found + ["more than one machine"] * bool(here and made.get("moved"))

    def origin(self, faces: FaceDataset) -> str:
        """Some lines to print: which run it is, what made it, and what has changed since."""
        made, config = self.provenance, self.config
        lines = [f"{self.recipe.variant} on {config['dataset']['name']}, {self.pixels} pixels, "
                 f"fold {config['fold']}, seed {config['seed']}, k = {self.metrics['k']:.3f}; the checkpoint at step "
                 f"{self.metrics['step']:,} of {self.metrics['steps']:,}.",
                 f"Made {made['date']} on {made['device']} ({made['processor']}), {made['precision']}, torch "
                 f"{made['torch']}, in {made['seconds'] / 60:.0f} minutes."]
        if not self.is_of(faces):
            return "\n".join([*lines, f"It was not trained on these faces: {faces!r}."])
        changed = self.changes(faces)
        return "\n".join([*lines, f"CHANGED since: {'; '.join(changed)}." if changed
                          else "Faces, code and versions are the same as then."])


def unlike_released(recipe: Recipe) -> list[str]:
    """Fields in which a recipe differs from the authors' code; free are D, A, biases, length and the scale of first
    weights."""
    free, own = ("augment", "dropout", "bias", "steps", "every", "patience", "k"), asdict(recipe)
    return [name for name, value in asdict(Recipe.released()).items() if name not in free and own[name] != value]


def read_run(folder: Path | str) -> Run:
    """The run in a folder; its weights are read when `network` is asked for.

    ValueError where it is none, or a file of it is not what was written; OSError where one cannot be read.
    """
    folder = run_folder(folder)
    made = as_today(read_json(folder / PROVENANCE))
    if made.get("digest") != seal_of(made) and not made.pop("unsealed", False):
        raise ValueError(f"{folder / PROVENANCE} is damaged: it is not what was written. {ANEW}")
    config, metrics, history = (undamaged(folder / name, made["files"].get(name)) for name in TEXTS)
    try:
        config, metrics, history = json.loads(config), json.loads(metrics), pd.read_csv(io.BytesIO(history))
    except ValueError as error:                     # JSON's and pandas' errors are ValueErrors
        raise ValueError(f"{folder} is not a whole run ({error}). {ANEW}") from error
    if not isinstance(config, dict) or config.get("format") != FORMAT:
        found = config.get("format") if isinstance(config, dict) else config
        raise ValueError(f"{folder} is a run of format {found}; this version of fer_lib reads {FORMAT}. {ANEW} Or use "
                         "the version that made it.")
    if not isinstance(metrics, dict) or not metrics.keys() >= {"validation", "test"}:
        raise ValueError(f"{folder} is not a whole run (metrics.json does not judge it). {ANEW}")
    return Run(folder, config, history, metrics, made)


def read_json(path: Path) -> dict:
    try:
        found = json.loads(path.read_bytes())
        if not isinstance(found, dict):
            raise ValueError(f"it holds {str(found)[:40]}")
    except (FileNotFoundError, ValueError) as error:
        raise ValueError(f"{path.parent} is not a whole run ({path.name}: {error}). {ANEW}") from error
    return found


def undamaged(path: Path, expected: str | None) -> bytes:
    """What is in a file, if it has the digest that is expected (None: none is known)."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ValueError(f"{path.parent} is not a whole run ({path.name} is missing). {ANEW}") from error
    if expected and hashlib.sha256(data).hexdigest() != expected:
        raise ValueError(f"{path} is damaged: it is not what was written. {ANEW}")
    return data


def as_today(made: dict) -> dict:
    """The provenance of an older run in today's form: `unsealed`, since of its files only the weights have a digest."""
    if "code" not in made or "digest" in made:
        return made
    made = with_version(made)
    return {name: value for name, value in made.items() if name != "weights"} | {
        "files": {WEIGHTS: made.get("weights")}, "unsealed": True}


def seal_of(made: dict) -> str:
    """SHA-256 of a provenance without its own digest."""
    rest = {name: value for name, value in made.items() if name != "digest"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def sealed(made: dict, files: dict[str, bytes]) -> dict:
    """A provenance with the digest of each file, and then its own. Weights that are no longer there keep theirs."""
    digests = made.get("files", {}) | {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    made = {name: value for name, value in made.items() if name not in ("digest", "unsealed")} | {"files": digests}
    return made | {"digest": seal_of(made)}


def write_run(folder: Path, config: dict, history: pd.DataFrame, metrics: dict, made: dict,
              weights: dict[str, torch.Tensor], keep_weights: bool = True):
    """Written whole beside and renamed, over one that was made with something else; the checkpoint goes last. OSError
    names what could not be written; then everything is as it was."""
    files = {"config.json": as_json(config), "metrics.json": as_json(metrics),
             "history.csv": history.to_csv(index=False).encode(), WEIGHTS: save(weights)}
    files[PROVENANCE] = as_json(sealed(made, files))
    writing, old = partial(folder) / "whole", partial(folder) / "old"
    try:
        shutil.rmtree(writing, ignore_errors=True)
        writing.mkdir(parents=True)
        for name, data in files.items():
            if name != WEIGHTS or keep_weights:
                write_whole(writing / name, data)
        if folder.exists():                         # renamed, too, so that a kill does not leave a part of it
            shutil.rmtree(old, ignore_errors=True)
            folder.rename(old)
        writing.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise about(error, writing) from error
    shutil.rmtree(partial(folder))


def as_json(value: dict) -> bytes:
    """A list of numbers is a line: a confusion matrix of a hundred people has ten thousand."""
    def in_a_line(numbers: re.Match) -> str:
        return f"[{' '.join(numbers[0][1:-1].split())}]"

    text = re.sub(r'\[\n[^][{}"]*\]', in_a_line, json.dumps(value, indent=1))
    return f"{text}\n".encode()


def configuration(faces: FaceDataset, recipe: Recipe, fold: int, seed: int) -> dict:
    """What finds a run, in JSON's types."""
    dataset = {"name": faces.name, "version": faces.version, "parameters": faces.parameters | {
        option: None for option in ABOUT_UNITS if option in faces.parameters}}      # as without: it trains on no unit
    if not faces.version:                           # then neither name nor parameters say which faces these are
        dataset["fingerprint"] = seen(faces)
    config = {"format": FORMAT, "dataset": dataset, "classes": faces.classes, "recipe": recorded(recipe),
              "fold": int(fold), "seed": int(seed)}
    return json.loads(json.dumps(config, default=str))


def recorded(recipe: Recipe) -> dict:
    """A recipe in a configuration: what it is by default is left out of what came later; 1 and 1.0 are the same."""
    fields, default = asdict(recipe), asdict(Recipe())
    numbers = {name: float(fields[name]) for name in ("rate", "momentum", "decay", "k") if fields[name] is not None}
    return {name: value for name, value in (fields | numbers).items() if name not in LATER or value != default[name]}


def folder_name(config: dict) -> str:
    key = hashlib.sha256(json.dumps(config, sort_keys=True).encode()).hexdigest()[:8]
    variant = Recipe(**config["recipe"]).variant.lower().replace("+", "_").replace(" ", "_")
    size = config["dataset"]["parameters"].get("size", "")
    return f"{config['dataset']['name']}-{size}-{variant}-fold{config['fold']}-seed{config['seed']}-{key}"


def partial(folder: Path) -> Path:
    """Where a run lies while it is made."""
    return folder.with_name(folder.name + ".partial")
