"""Many runs: those of a list, one after the other here, or on all machines of a Dask cluster.

    train_all(read_jobs(Path("book/parameters/paper.yml")), store="runs")       # or command.py, which says how long

A list is a .yml file of items: `faces`, arguments of load_dataset; `recipe`, released, paper or quick, and `changes` in
it; `folds` and `seeds`; `shuffled: true` for labels dealt anew by each seed; `trial: 3000` for a short run first, which
stands if it is at chance; `weights`, false or the folds whose weights are kept. Runs that are among the book's or in
the store already are not made again, but for those without the weights that are wanted now; one that stopped goes on.
"""
import json
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import product
from pathlib import Path

import numpy as np
import yaml
from tqdm import tqdm

from .controls import shuffle_labels
from .datasets import LOADERS, FaceDataset, load_dataset, load_file
from .runs import Run, load_or_train
from .training import Recipe

RECIPES = "released", "paper", "quick"
ONE_AT_A_TIME = threading.Lock()        # in a process, whose random state a training uses; a worker may have threads


@dataclass(frozen=True)
class Job:
    """One run to make."""
    faces: dict                         # arguments of load_dataset
    recipe: Recipe
    fold: int = 0
    seed: int = 0
    shuffled: bool = False              # labels dealt anew by the seed
    trial: int | None = None            # so many steps first: if they end at chance, they are the result
    keep_weights: bool = True
    item: int = 0                       # of the list, counted from 1

    def __str__(self) -> str:
        size, classes = self.faces.get("size", 96), self.faces.get("classes")
        return (f"{self.faces['name']} {size}{f', {classes} classes' * bool(classes)}, {self.recipe.variant}"
                + ", shuffled labels" * self.shuffled + f", fold {self.fold}, seed {self.seed}")

    def load(self, sources: dict[str, str]) -> FaceDataset:
        """The faces to train on; sources: where each set lies, a folder or a file of `python -m fer_lib.datasets`."""
        faces = load(self.faces, sources)
        return shuffle_labels(faces, self.seed) if self.shuffled else faces


def load(asked: dict, sources: dict[str, str]) -> FaceDataset:
    """load_dataset(**asked), from where the sources say that the set lies."""
    return loaded(json.dumps(asked, sort_keys=True), sources.get(asked["name"]))


@cache                                  # few sets are trained on, again and again
def loaded(asked: str, source: str | None) -> FaceDataset:
    asked = json.loads(asked)
    if source and Path(source).suffix == ".npz":
        return load_file(source, **asked)
    return load_dataset(root=source, **asked)


@dataclass
class Outcome:
    """What became of a job: a run, or the reason why there is none."""
    job: Job
    run: Path | None = None
    accuracy: float = float("nan")      # on test
    steps: int = 0                      # that it was trained for
    seconds: float = 0.                 # that this took, on the machine that made it
    failed: str = ""


def read_jobs(path: Path) -> list[Job]:
    """The jobs of a list, in its order. ValueError names the file and the item that is wrong."""
    try:
        items = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(f"{path} is not YAML: {error}") from error
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ValueError(f"{path} must be a list of items, as book/parameters/paper.yml is")
    jobs = []
    for number, item in enumerate(items, 1):
        try:
            jobs += [replace(job, item=number) for job in jobs_of(**item)]
        except (TypeError, ValueError) as error:
            raise ValueError(f"{path}, item {number}: {error}") from error
    return jobs


def jobs_of(faces: dict, recipe: str = "released", changes: dict | None = None, folds: Iterable[int] = (0,),
            seeds: Iterable[int] = (0,), shuffled: bool = False, trial: int | None = None,
            weights: bool | list[int] = True) -> list[Job]:
    """The jobs of one item."""
    if recipe not in RECIPES:
        raise ValueError(f"there is no recipe {recipe!r}, only {', '.join(RECIPES)}")
    if not isinstance(faces, dict) or faces.get("name") not in LOADERS:
        raise ValueError(f"faces must have a name, one of {', '.join(LOADERS)}, not {faces!r}")
    made = getattr(Recipe, recipe)(**changes or {})
    return [Job(faces, made, fold, seed, shuffled, trial,
                keep_weights=weights if isinstance(weights, bool) else fold in weights)
            for fold, seed in product(folds, seeds)]


def train_all(jobs: list[Job], scheduler: str | None = None, *, store: Path | str | None = None, half: bool = False,
              device: str | None = None, sources: dict[str, str] | None = None, progress: bool = True) -> list[Outcome]:
    """Every job's run, made where it is not in the store yet → what became of each, in the jobs' order.

    scheduler: a Dask scheduler's address, "tcp://…:8786"; its workers see `store` and `sources` under the same paths.
    Without one the runs are made here, one after the other. A run that fails does not stop the others. Of a worker that
    dies another takes over the runs, each from its last checkpoint. sources: see `Job.load`; half, device: see
    `load_or_train`. OSError where no scheduler answers.
    """
    work = partial(make, store=store, half=half, device=device, sources=sources or {})
    outcomes: list[Outcome | None] = [None] * len(jobs)
    with tqdm(total=len(jobs), desc="runs", unit="run", disable=not progress) as bar:
        made = here(jobs, work, progress) if scheduler is None else on_cluster(jobs, work, scheduler)
        for number, outcome in made:
            outcomes[number] = outcome
            bar.update()
            if progress:
                tqdm.write(told(outcome), file=sys.stdout)
    return outcomes


def here(jobs: list[Job], work, progress: bool):
    for number, job in enumerate(jobs):
        yield number, work(job, progress=progress)


def on_cluster(jobs: list[Job], work, scheduler: str):
    try:
        from distributed import Client, as_completed
    except ModuleNotFoundError as error:
        raise ImportError("a cluster needs Dask: install fer_lib with its extra [cluster]") from error
    with Client(scheduler, timeout=30) as client:
        futures = {client.submit(work, job, pure=False): number for number, job in enumerate(jobs)}
        for future in as_completed(list(futures)):
            number, error = futures[future], future.exception()     # of Dask itself: `make` raises none
            yield number, Outcome(jobs[number], failed=f"{type(error).__name__}: {error}") if error else future.result()


def make(job: Job, *, store: Path | str | None, half: bool, device: str | None, sources: dict[str, str],
         progress: bool = False) -> Outcome:
    """Make one run, or say why it failed."""
    options = {"store": store, "half": half, "device": device, "keep_weights": job.keep_weights, "progress": progress}
    try:
        with ONE_AT_A_TIME:
            faces = job.load(sources)
            if job.trial:
                run = load_or_train(faces, tried(job), job.fold, job.seed, **options)
                if at_chance(run, faces):
                    return finished(job, run)
            return finished(job, load_or_train(faces, job.recipe, job.fold, job.seed, **options))
    except Exception as error:              # whatever it is, the others go on, and this one is listed at the end
        return Outcome(job, failed=f"{type(error).__name__}: {error}")


def tried(job: Job) -> Recipe:
    return replace(job.recipe, steps=job.trial, patience=None)


def at_chance(run: Run, faces: FaceDataset) -> bool:
    """Is its accuracy on validation not above what naming the commonest class gives (95 % interval)?"""
    labels = faces.labels[faces.split(run.config["fold"]).validation]
    return run.metrics["validation"]["interval"][0] <= np.bincount(labels).max() / len(labels)


def finished(job: Job, run: Run) -> Outcome:
    return Outcome(job, run.folder, run.metrics["test"]["accuracy"], run.metrics["steps"], run.provenance["seconds"])


def told(outcome: Outcome) -> str:
    if outcome.failed:
        return f"FAILED {outcome.job}: {outcome.failed}"
    return f"{outcome.run}: {outcome.accuracy:.1%} after {outcome.steps:,} steps, {outcome.seconds / 60:.0f} min"
