"""Many runs: those of a list, one after the other here, or on all machines of a Dask cluster.

    train_all(read_jobs(Path("book/parameters/paper.yml")), store="runs")       # or __main__.py, which says how long

A list is a .yml file of items: `faces`, arguments of load_dataset; `recipe`, released, paper or quick, and `changes` in
it; `folds` and `seeds`; `shuffled: true` for labels dealt anew by each seed, or `identity: true` for the people that a
fold trains on as classes (relabelled.py); `trial: 3000` for a short run first, which stands if it is at chance;
`weights`, false or those that are kept: a list of folds, or {folds: […], seeds: […]}, of which one may be left out;
`group`, what it is evidence for (book/parameters/evidence.yml), which changes no run. Runs that are among the book's
or in the store already are not made again, but for those without the weights that are wanted now; one that stopped
goes on.
"""
import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import product
from pathlib import Path

import numpy as np

from ..datasets import ABOUT_UNITS, FaceDataset, load_dataset, load_file
from ..datasets.relabelled import OTHER_LABELS, kind_in_words, label_identities, shuffle_labels
from ..system.console import progress_bar, say
from ..system.paths import expand
from ..training import Recipe
from .cluster import on_cluster
from .lists import DEFAULTS, OWN_DEFAULTS, check, read_items, tidy
from .processes import on_processes
from .run import WEIGHTS
from .store import Run, load_or_train

MOST_SAID = 20                          # mistakes of a list
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
    identity: bool = False              # the people that the fold trains on are the classes
    group: str | None = None            # one of lists.GROUPS: what the run is evidence for

    def __str__(self) -> str:
        size, classes = self.faces.get("size", 96), self.faces.get("classes")
        return (f"{self.faces['name']} {size}{f', {classes} classes' * bool(classes)}, {self.kind}, "
                f"fold {self.fold}, seed {self.seed}")

    @property
    def kind(self) -> str:
        return kind_in_words(self.recipe.variant, [name for name in OTHER_LABELS if getattr(self, name)])

    def load(self, sources: dict[str, str]) -> FaceDataset:
        """The faces to train on; sources: where each set lies, a folder or a file of `python -m fer_lib.datasets`."""
        faces = load(self.faces, sources)
        if self.identity:
            return label_identities(faces, self.fold)
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


def read_jobs(path: Path | str) -> list[Job]:
    """The jobs of a list, in its order. OSError where it cannot be read; ValueError, a line for each mistake, with the
    file, the item and what is wrong."""
    path, jobs, wrong, first = expand(path, "a list"), [], [], {}
    for number, item in enumerate(read_items(path), 1):
        try:
            check(item)
            for job in jobs_of(**item):
                if (before := first.setdefault(same_run(job), number)) != number:
                    raise ValueError(f"fold {job.fold}, seed {job.seed} is the same run as in item {before}")
                jobs.append(replace(job, item=number))
        except ValueError as error:
            wrong += [f"{path}, item {number}: {line}" for line in f"{error}".splitlines()]
    if wrong:
        more = len(wrong) - MOST_SAID
        raise ValueError("\n".join([*wrong[:MOST_SAID], *([f"and {more} more"] if more > 0 else [])]))
    return jobs


def jobs_of(faces: dict, recipe: str = "released", changes: dict | None = None, folds: Iterable[int] = (0,),
            seeds: Iterable[int] = (0,), shuffled: bool = False, trial: int | None = None,
            weights: bool | Iterable[int] | dict = True, identity: bool = False, group: str | None = None) -> list[Job]:
    """The jobs of one item. ValueError, a line for each mistake."""
    folds, seeds, weights = (list(value) if isinstance(value, Iterable) and not isinstance(value, str | dict) else value
                             for value in (folds, seeds, weights))      # a range, say; a text is none of characters
    check({"faces": faces, "recipe": recipe, "changes": changes, "folds": folds, "seeds": seeds, "shuffled": shuffled,
           "trial": trial, "weights": weights, "identity": identity, "group": group})
    made = getattr(Recipe, recipe)(**changes or {})
    if trial and trial > made.steps:
        raise ValueError(f"trial must not be above the recipe's steps, {made.steps:,}, as {trial:,} is")
    if shuffled and identity:
        raise ValueError("identity must be false where shuffled is true: a network has labels of one kind")
    if identity and not (OWN_DEFAULTS[faces["name"]] | faces).get("identities", True):
        raise ValueError("identity must be false where faces.identities is: then people are not known")
    kept = weights if isinstance(weights, dict) else {} if weights is True else {"folds": weights or []}
    for what, among in (("folds", folds), ("seeds", seeds)):
        if strange := sorted({*kept.get(what, ())} - {*among}):
            raise ValueError(f"weights must be of {what} among {among}, not {strange[0]}")
    return [Job(tidy(faces), made, int(fold), int(seed), shuffled, trial, identity=identity, group=group,
                keep_weights=fold in kept.get("folds", folds) and seed in kept.get("seeds", seeds))
            for fold, seed in product(folds, seeds)]


def same_run(job: Job) -> tuple:
    """Equal for two jobs that ask for the same run, whatever they say of it that changes none."""
    faces = DEFAULTS | OWN_DEFAULTS[job.faces["name"]] | job.faces
    options = sorted((name, value) for name, value in faces.items() if name not in ABOUT_UNITS)
    return (*options, job.recipe, job.fold, job.seed, job.shuffled, job.identity, job.trial)


def train_all(jobs: list[Job], scheduler: str | None = None, *, store: Path | str | None = None, half: bool = False,
              device: str | None = None, sources: dict[str, str] | None = None,
              after: Callable[[Job, Run], None] | None = None, processes: int = 1,
              progress: bool = True) -> list[Outcome]:
    """Every job's run, made where it is not in the store yet → what became of each, in the jobs' order.

    scheduler: a Dask scheduler's address, `tcp://…:8786`; its workers see `store` and `sources` under the same paths.
    Without one the runs are made here, one after the other, or in so many `processes` at once. A run that fails does
    not stop the others. Of a worker that dies another takes over the runs, each from its last checkpoint. sources: see
    `Job.load`; half, device: see `load_or_train`; after: called with each job and its run, where that was made; it sees
    the weights, also of a job that does not keep them: they go when it returns. ValueError for a path or an address
    that is none, OSError where no scheduler answers.
    """
    store = None if store is None else expand(store, "store")       # here: a worker may have another home
    sources = {name: str(expand(where)) for name, where in (sources or {}).items()}
    work = partial(make, store=store, half=half, device=device, sources=sources, after=after)
    outcomes: list[Outcome | None] = [None] * len(jobs)
    with progress_bar(desc="runs", total=len(jobs), unit=" runs", progress=progress) as bar:
        if scheduler is not None:
            made = on_cluster(work, jobs, scheduler)
        else:
            work = partial(work, progress=progress)
            made = on_processes(work, jobs, processes) if processes > 1 else enumerate(map(work, jobs))
        for number, outcome in made:
            if isinstance(outcome, Exception):          # of Dask itself, or of a process: `make` raises none
                outcome = Outcome(jobs[number], failed=f"{type(outcome).__name__}: {outcome}")
            outcomes[number] = outcome
            bar.update()
            if progress:
                say(outcome_in_words(outcome))
    return outcomes


def make(job: Job, *, store: Path | str | None, half: bool, device: str | None, sources: dict[str, str],
         after: Callable[[Job, Run], None] | None = None, progress: bool = False) -> Outcome:
    """Make one run, or say why it failed."""
    options = {"store": store, "half": half, "device": device, "keep_weights": job.keep_weights or after is not None,
               "progress": progress}
    try:
        with ONE_AT_A_TIME:
            faces = job.load(sources)
            if job.trial:
                run = load_or_train(faces, trial_recipe(job), job.fold, job.seed, **options)
            if not (job.trial and at_chance(run, faces)):
                run = load_or_train(faces, job.recipe, job.fold, job.seed, **options)
            if after:
                after(job, run)
                if not job.keep_weights:
                    (run.folder / WEIGHTS).unlink()
            return Outcome(job, run.folder, run.metrics["test"]["accuracy"], run.metrics["steps"],
                           run.provenance["seconds"])
    except Exception as error:              # whatever it is, the others go on, and this one is listed at the end
        return Outcome(job, failed=f"{type(error).__name__}: {error}")


def trial_recipe(job: Job) -> Recipe:
    return replace(job.recipe, steps=job.trial, patience=None)


def at_chance(run: Run, faces: FaceDataset) -> bool:
    """Is its accuracy on validation not above what naming the commonest class gives (95 % interval)?"""
    labels = faces.labels[faces.split(run.config["fold"]).validation]
    return run.metrics["validation"]["interval"][0] <= np.bincount(labels).max() / len(labels)


def failures_in_words(outcomes: list[Outcome]) -> str:
    """How many of them failed, and each of these; "" where none did."""
    failed = [outcome for outcome in outcomes if outcome.failed]
    head = f"{len(failed)} of {len(outcomes)} runs failed:"
    return "\n  ".join([head, *map(outcome_in_words, failed)]) if failed else ""


def outcome_in_words(outcome: Outcome) -> str:
    if outcome.failed:
        return f"FAILED {outcome.job}: {outcome.failed}"
    return f"{outcome.run}: {outcome.accuracy:.1%} after {outcome.steps:,} steps, {outcome.seconds / 60:.0f} min"
