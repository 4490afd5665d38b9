"""`python -m fer_lib.runs LIST.yml`: what there is to do, how long it takes, and doing it.

    python -m fer_lib.runs book/parameters/paper.yml --store DIR [--data twin.npz] [--device cuda] [--scheduler tcp://…]

Lists are described in grid.py. Needs no more than what fer_lib itself depends on, if the sets come as files.
"""
import argparse
import statistics
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from ..datasets import FaceDataset
from ..datasets.cache import cache_folder
from ..system.console import command, folder_argument, path_argument, say, sentence
from ..training import trainable_split
from . import store as runs
from .arguments import address, device, missing_device, sets
from .checkpoints import read_checkpoint
from .estimate import hours, seconds_a_step
from .grid import Job, at_chance, failures_in_words, read_jobs, train_all, trial_recipe
from .store import configuration, find, folder_name, made_here, make_writable, partial, read_run, stored_runs


@dataclass
class Plan:
    """Jobs by what there is of them, among the book's runs or in the store."""
    there: list[Job] = field(default_factory=list)
    to_do: list[Job] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)          # still to train, at most, of each in `to_do`
    begun: int = 0                                          # of these, that a checkpoint goes on from
    left_out: Counter = field(default_factory=Counter)      # set that lies nowhere → jobs


def plan(jobs: list[Job], store: Path, sources: dict[str, str], device: str | None = None) -> Plan:
    """Load every set and look where `load_or_train` will. ValueError, a line each, names the items whose set, fold or
    recipe cannot be.
    """
    found, wrong = Plan(), {}                       # item → why it cannot be
    for job in jobs:
        name = job.faces["name"]
        if name != "synthetic" and name not in sources:
            found.left_out[name] += 1
            continue
        if job.item in wrong:                       # in one of its folds: the others wait for it
            continue
        try:
            faces = job.load(sources)
            trainable_split(faces, job.recipe, job.fold)
        except (TypeError, ValueError, OSError, ImportError) as error:
            wrong[job.item] = f"item {job.item}: {sentence(error)}"
            continue
        name = folder_name(configuration(faces, job.recipe, job.fold, job.seed))
        if find(name, runs.STORED, store, weights=job.keep_weights) or stopped_by_trial(job, faces, store):
            found.there.append(job)
        else:
            done = steps_done(store / name, faces, device)
            found.begun += done > 0
            found.to_do.append(job)
            found.steps.append(job.recipe.steps - done)
    if wrong:
        raise ValueError("\n".join(wrong.values()))
    return found


def stopped_by_trial(job: Job, faces: FaceDataset, store: Path) -> bool:
    if not job.trial:
        return False
    name = folder_name(configuration(faces, trial_recipe(job), job.fold, job.seed))
    short = find(name, runs.STORED, store, weights=job.keep_weights)
    return short is not None and at_chance(read_run(short), faces)


def steps_done(folder: Path, faces: FaceDataset, device: str | None) -> int:
    """Steps of the checkpoint that a stopped run goes on from; 0 where it starts anew."""
    checkpoint = partial(folder) / "checkpoint.safetensors"
    if not checkpoint.exists():
        return 0
    _, _, here = made_here(faces, device)
    try:
        found = read_checkpoint(checkpoint)
    except ValueError:                              # the run says it when it starts
        return 0
    return found.state.step if found.fits(here) else 0


def announce(found: Plan, store: Path, sources: dict[str, str], device: str | None, scheduler: str | None):
    """Print what will be done, and how long that takes."""
    say(f"{len(found.to_do)} runs to make, {len(found.there)} already in {store} or among the book's"
          + f", {found.begun} to go on from a checkpoint" * bool(found.begun))
    for name, number in found.left_out.items():
        say(f"left out: {number} runs on {name}, which needs --root {name}=FOLDER or --data FILE")
    if not found.to_do:
        return
    if scheduler:
        say(f"at most {sum(found.steps):,} steps in all, on the workers of {scheduler}")
        return
    by_size = {job.faces.get("size", 96): job for job in found.to_do}
    rates = {size: seconds_a_step(job, job.load(sources), device) for size, job in by_size.items()}
    remaining = list(zip(found.to_do, found.steps, strict=True))
    longest = sum(steps * rates[job.faces.get("size", 96)] for job, steps in remaining)
    say("; ".join(f"{size} pixels: {rate:.3f} s a step" for size, rate in rates.items())
          + f". At most {hours(longest)}, if every run takes all its steps.")
    ended = [run.metrics["steps"] for run in stored_runs(store) if run.recipe.patience]
    if ended and any(job.recipe.patience for job in found.to_do):
        usual = statistics.mean(ended)
        expected = sum((min(steps, usual) if job.recipe.patience else steps) * rates[job.faces.get("size", 96)]
                       for job, steps in remaining)
        say(f"The {len(ended)} runs of this store that may end early did so after {usual:,.0f} steps on average; "
              f"if these do, {hours(expected)}. A run that draws a small k (scale of first weights) lasts longer.")


@command
def main(arguments: list[str] | None = None):
    parser = argparse.ArgumentParser(prog="python -m fer_lib.runs", parents=[sets], description="Train all runs of a "
                                     "list, those that are not there yet. It may be stopped at any time: the same "
                                     "command goes on.")
    parser.add_argument("list", type=path_argument, help="a .yml file, such as book/parameters/paper.yml")
    parser.add_argument("--store", type=folder_argument, help="folder of the runs (default: in your cache)")
    parser.add_argument("--half", action="store_true", help="keep the weights as float16, half as large")
    parser.add_argument("--device", type=device, help="cpu or cuda (default: cuda where there is one)")
    parser.add_argument("--scheduler", type=address, metavar="tcp://HOST:PORT",
                        help="of a Dask cluster, whose workers make the runs")
    parser.add_argument("--dry-run", action="store_true", help="only say what there is to do, and how long it takes")
    given = parser.parse_args(arguments)
    if not given.scheduler and (missing := missing_device(given.device)):
        parser.error(f"argument --device: {missing}")
    store, jobs = given.store or cache_folder() / "runs", read_jobs(given.list)
    try:
        found = plan(jobs, store, given.sources, given.device)
    except ValueError as error:
        raise ValueError("\n".join(f"{given.list}, {line}" if line.startswith("item ") else line
                                   for line in f"{error}".splitlines())) from error
    if found.to_do and not (given.scheduler or given.dry_run):
        make_writable(store)
    announce(found, store, given.sources, given.device, given.scheduler)
    if given.dry_run:
        return
    try:
        outcomes = train_all([*found.there, *found.to_do], given.scheduler, store=store, half=given.half,
                             device=given.device, sources=given.sources)
    except KeyboardInterrupt:
        parser.exit(130, "\nStopped. The same command goes on from the last checkpoint.\n")
    if failed := failures_in_words(outcomes):
        parser.exit(1, f"\n{failed}\n")


if __name__ == "__main__":
    main()
