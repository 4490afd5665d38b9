"""The networks that the verdicts rest on: a list of runs, trained in its order, measured, and kept as numbers.

A run is done when it is trained and measured. Its weights stay only where the list says so, and go after they have been
measured; one that was kept as numbers before is not trained again for it. What was stopped, at whatever point, goes on
with the same command. See grid.py for what a list holds; `group` is the folder of the store that a run lies in.

On a GPU the list is gone through in several processes at once where networks are small, its pace is told beside its
goal (runs/throughput.py), and the paper's grid at its own size follows.
"""
import itertools
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pandas as pd

from ..datasets import FaceDataset
from ..datasets.published import SIDES
from ..runs.checkpoints import read_checkpoint
from ..runs.grid import Job, Outcome, load, read_jobs, train_all
from ..runs.run import Run, configuration, folder_name, read_run
from ..runs.run import partial as in_progress
from ..system.console import say
from .measures import measure, read_measures, write_measures

DONE, MEASURE, BEGUN, TO_COME, ABSENT = "done", "to be measured", "begun", "to come", "set not here"


@dataclass(frozen=True)
class Standing:
    """How far a job is."""
    job: Job
    what: str                       # one of the words above
    steps: int = 0                  # that are trained
    run: Run | None = None          # where it is there


def standing(job: Job, store: Path, sources: dict[str, str], measured_groups: Container[str] | None = None) -> Standing:
    """Without changing anything. measured_groups: see `train_and_measure`. ValueError for a run or a checkpoint that is
    damaged."""
    if job.faces["name"] != "synthetic" and job.faces["name"] not in sources:
        return Standing(job, ABSENT)
    folder = group_folder(store, job) / folder_name(configuration(job.load(sources), job.recipe, job.fold, job.seed))
    if (folder / "config.json").exists():
        run = read_run(folder)
        asked = not is_measured(job, measured_groups) or is_asked(job, run, sources)
        if run.has_weights:
            return Standing(job, DONE if asked else MEASURE, run.metrics["steps"], run)
        if asked and not job.keep_weights:
            return Standing(job, DONE, run.metrics["steps"], run)
    checkpoint = in_progress(folder) / "checkpoint.safetensors"
    steps = read_checkpoint(checkpoint).state.step if checkpoint.exists() else 0
    return Standing(job, BEGUN if steps else TO_COME, steps)


def group_folder(store: Path, job: Job) -> Path:
    return store / job.group if job.group else store


def table(standings: list[Standing]) -> pd.DataFrame:
    """What is done and to come, a row for each item of the list."""
    rows = []
    for item, own in itertools.groupby(standings, lambda each: each.job.item):
        of_item = list(own)
        counts = pd.Series([each.what for each in of_item]).value_counts()
        steps = [each.steps for each in of_item if each.run]
        first = of_item[0].job
        rows.append({"item": item, "group": first.group or "", "kind": f"{first}".rsplit(", fold", 1)[0],
                     "runs": len(of_item), "done": counts.get(DONE, 0), "to measure": counts.get(MEASURE, 0),
                     "begun": ", ".join(f"fold {each.job.fold} seed {each.job.seed} at {each.steps:,}"
                                        for each in of_item if each.what == BEGUN),
                     "to come": counts.get(TO_COME, 0) + counts.get(ABSENT, 0),
                     "steps": f"{sum(steps) / len(steps):,.0f}" if steps else ""})
    return pd.DataFrame(rows)


def hours_left(*lists: list[Standing]) -> float | None:
    """Hours that what is to come takes, at the mean pace of the runs of its size that are done, and as long as those of
    its item were; where none is, as the longest that it may be. None where no run of a size is done. Lists count their
    items each by itself."""
    standings = [(f"{number} {each.job.item}", each) for number, of_list in enumerate(lists) for each in of_list]
    done = pd.DataFrame([{"size": size_of(each.job), "item": item, "steps": each.steps,
                          "pace": each.run.provenance["seconds"] / each.steps} for item, each in standings if each.run],
                        columns=["size", "item", "steps", "pace"])
    pace, length = done.groupby("size")["pace"].mean(), done.groupby("item")["steps"].mean()
    seconds = 0.
    for item, each in standings:
        if each.what in (BEGUN, TO_COME):
            if size_of(each.job) not in pace:
                return None
            steps = length.get(item, each.job.recipe.steps) - each.steps
            seconds += max(0., steps) * pace[size_of(each.job)]
    return seconds / 3600


def size_of(job: Job) -> int:
    return job.faces.get("size", 96)


def train_and_measure(jobs: list[Job], store: Path, sources: dict[str, str], *, scheduler: str | None = None,
                      device: str | None = None, measured_groups: Container[str] | None = None,
                      processes_of: Callable[[int], int] = lambda size: 1, progress: bool = True) -> list[Outcome]:
    """Every job that is not done yet, in the list's order, on this machine or on a cluster → what became of each.
    measured_groups: whose runs are measured; None: all. processes_of: how many networks of a size are trained at once.
    """
    outcomes = []
    for (group, size), own in itertools.groupby(jobs, lambda job: (job.group, size_of(job))):
        group_jobs = list(own)
        say(f"{group or store.name}: {len(group_jobs)} runs")
        after = partial(measured, sources=sources) if is_measured(group_jobs[0], measured_groups) else None
        outcomes += train_all(group_jobs, scheduler, store=group_folder(store, group_jobs[0]), half=True, device=device,
                              sources=sources, after=after, processes=processes_of(size), progress=progress)
    return outcomes


def grid_of(path: Path) -> list[Job]:
    """The runs at the paper's own size of a list such as paper.yml, as members of the group that verdicts look in."""
    return [replace(job, group="runs") for job in read_jobs(path) if size_of(job) >= 96]


def is_measured(job: Job, groups: Container[str] | None) -> bool:
    return groups is None or job.group in groups


def is_asked(job: Job, run: Run, sources: dict[str, str]) -> bool:
    """Has a run been measured? Where it has its weights: on these faces, with the action units that are known now."""
    found = read_measures(run)
    return found is not None and (not run.has_weights or found["made"].get("of") in (
        None, load(job.faces, sources).fingerprint))


def measured(job: Job, run: Run, *, sources: dict[str, str]):
    """Measure a run, if that has not been done."""
    if not is_asked(job, run, sources):
        say(f"asking {run.folder.name} what it knows")
        size = size_of(job)
        write_measures(run, measure(run, probe_of(size, sources), load(job.faces, sources), changed_of(size)))


def probe_of(size: int, sources: dict[str, str]) -> FaceDataset:
    """The people who are asked of every network, whatever it was trained on."""
    return load({"name": "synthetic", "part": "probe", "size": size}, {
        name: where for name, where in sources.items() if name != "synthetic"})


def changed_of(size: int) -> FaceDataset | None:
    """Changed pictures of some of these people, in the size that they are published in; else None."""
    return load({"name": "synthetic", "part": "changes", "size": size}, {}) if size == SIDES["changes"] else None
