"""Find a trained run, or train it and keep it.

    run = load_or_train(faces, Recipe.released(augment=True, dropout=True), fold=0, seed=0)
    run.network, run.history, run.metrics["test"]["accuracy"], run.provenance

A run (run.py) is whole or absent: a training that was killed has left a checkpoint beside, from which the next one
goes on to the same bits.

    python -m fer_lib.runs book/parameters/paper.yml --store DIR     # all runs of a list: __main__.py
"""
import datetime
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from filelock import FileLock, Timeout

from ..datasets import FaceDataset
from ..datasets.cache import cache_folder
from ..evaluation import evaluate, settled
from ..system.memory import kept_memory
from ..system.paths import expand
from ..system.precision import best_device, best_precision
from ..training import Recipe, State, train
from .checkpoints import Checkpoint, go_on_from, write_checkpoint
from .provenance import surroundings
from .run import WEIGHTS, Run, configuration, folder_name, partial, read_run, write_run

STORED = Path(__file__).parents[2] / "book/results/runs"        # the book's own


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
    Errors as in `train`, ValueError for a folder that is damaged or from another version (fresh: a warning, and
    it is trained again), and OSError where `store` cannot be written.
    """
    config = configuration(faces, recipe, fold, seed)
    store = cache_folder() / "runs" if store is None else expand(store, "store")
    name = folder_name(config)
    if not fresh and (folder := find(name, STORED, weights=keep_weights)):
        return warn_of_changes(read_run(folder), faces)
    device, precision, here = made_here(faces, device, precision)
    folder = store / name
    with alone(folder):
        if find(name, store, weights=keep_weights) and (run := usable(folder, faces, here if fresh else None)):
            shutil.rmtree(partial(folder), ignore_errors=True)          # left by one that was killed at its very end
            return warn_of_changes(run, faces)
        path = partial(folder) / "checkpoint.safetensors"
        path.parent.mkdir(exist_ok=True)
        begun = go_on_from(path, here, elsewhere=not fresh) or Checkpoint(State(), here)
        state, here = begun.state, begun.made_with
        with kept_memory() as give_back, on_threads(here["threads"]):
            def save(state: State):
                write_checkpoint(path, state, here, begun.moved)
                give_back()

            network, history = train(faces, recipe, fold, seed, device=device, precision=precision, state=state,
                                     save=save, progress=progress)
            network = network.half().float() if half else network
            judged = {part: evaluate(network, faces, index, recipe.normalisation,
                                     f"{name}, {part} images" if progress else None)
                      for part, index in faces.split(fold)._asdict().items() if len(index)}
        weights = {key: (value.half() if half else value).contiguous() for key, value in network.state_dict().items()}
        metrics = {"step": state.best_step, "steps": state.step, "k": state.k,
                   "settled": settled(history, len(faces.classes))} | judged
        here = here | {"date": f"{datetime.date.today()}", "seconds": round(state.seconds, 1)}
        here |= {"moved": begun.moved} if begun.moved else {}
        write_run(folder, config, history, metrics, here, weights, keep_weights)
    return read_run(folder)


def usable(folder: Path, faces: FaceDataset, here: dict | None) -> Run | None:
    """The run in a folder; with `here`, None unless it would come out again and is whole: then it is made anew."""
    try:
        run = read_run(folder)
        if here and run.has_weights:
            run.network             # noqa: B018  read now, while there is still something to be done about it
    except ValueError as error:
        if here is None:
            raise
        warnings.warn(f"{error} It is trained again now.", stacklevel=3)
        return None
    return None if here and run.changes(faces, here) else run


def find(name: str, *stores: Path, weights: bool) -> Path | None:
    """The folder of a run in the first of these stores that has it; with weights, one kept as numbers only is none."""
    for folder in (store / name for store in stores):
        if (folder / WEIGHTS if weights else folder).exists():
            return folder
    return None


def made_here(faces: FaceDataset, device: str | None = None,
              precision: torch.dtype | None = None) -> tuple[str, torch.dtype, dict]:
    """Device and precision that a run is made with unless told otherwise, and its `surroundings` then."""
    device = best_device(device)
    precision = precision or best_precision(device)
    return device, precision, surroundings(faces, device, str(precision).removeprefix("torch."))


@contextmanager
def on_threads(count: int | None) -> Iterator[None]:
    """Within it PyTorch has so many threads; None leaves them."""
    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


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


def stored_runs(folder: Path | str = STORED) -> list[Run]:
    """All runs of a folder, by name."""
    return [read_run(path.parent) for path in sorted(expand(folder).glob("*/config.json"))]


def stored_run(variant: str = "CNN+AD", fold: int = 0, dataset: str = "synthetic", size: int = 96) -> Run:
    """The book's run of a variant, trained as released on true labels of all classes, with its weights.
    FileNotFoundError, which says how to train it, if there is none."""
    for run in stored_runs(STORED):
        name, parameters = run.config["dataset"]["name"], run.config["dataset"]["parameters"]
        found = run.recipe.variant, run.config["fold"], name, parameters.get("size")
        if found == (variant, fold, dataset, size) and (
                run.as_released and run.has_weights and not parameters.get("classes") and run.labels == "expressions"):
            return run
    raise FileNotFoundError(f"{STORED} holds no run of {variant} on {dataset}, fold {fold}, {size} pixels, as released "
                            "and with its weights. To train those of the book:\n  python -m fer_lib.runs "
                            f"book/parameters/paper.yml --store {STORED} --half\nOr name the folder of another run.")


def run_for(faces: FaceDataset, folder: Path | str | None = None, **changes) -> Run:
    """The run that a chapter looks at: that in `folder`; or, of drawn faces, the book's CNN+AD; or CNN+AD trained on
    these faces, as released but for `changes`."""
    if folder is not None:
        return read_run(folder)
    if faces.name == "synthetic":
        return stored_run(size=faces.images.shape[-1])
    return load_or_train(faces, Recipe.released(augment=True, dropout=True, **changes))


def warn_of_changes(run: Run, faces: FaceDataset) -> Run:
    if changed := run.changes(faces):
        warnings.warn(f"{run.folder.name} was made with {'; '.join(changed)}", stacklevel=3)
    return run


def make_writable(store: Path):
    """OSError where no run could be kept, before hours go into one."""
    try:
        store.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=store):
            pass
    except OSError as error:
        raise OSError(f"no run can be kept in {store} (--store names another folder): {error.strerror}") from error
