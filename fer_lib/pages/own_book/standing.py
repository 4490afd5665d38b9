"""How much of a plan is done, how long the rest takes on this machine, and what of it the disk needs: printed."""
import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import torch

from ...analysis.networks import DIFFERENCES
from ...analysis.queue import ABSENT, DONE, MEASURE, Standing, size_of, standing
from ...datasets import Split
from ...runs.estimate import hours, likely_steps, usual_steps
from ...runs.grid import Job
from ...runs.run import unlike_released
from ...runs.store import STORED, stored_runs
from ...runs.throughput import processes_here, together
from ...system.console import progress_bar, say
from ...system.files import nearest
from ...system.precision import best_device, best_precision
from ..numbers import span
from .plan import DIFFERENCES as ONE_THING
from .plan import Plan

WEIGHTS = 3 << 20                   # bytes of a network that stays
UNDER_WAY = 64 << 20                # of a checkpoint, and of what is written before it replaces the old one
PAGES = 250 << 20                   # of the pages, with what the chapters' cache keeps
ASKED = 150                         # steps of 48 pixels that take as long as it takes to ask a network with drawn faces


@dataclass(frozen=True)
class Progress:
    standings: list[Standing]

    @property
    def to_do(self) -> list[Job]:
        return [each.job for each in self.standings if each.what not in (DONE, ABSENT)]

    @property
    def done(self) -> int:
        return sum(each.what == DONE for each in self.standings)


def progress_of(plan: Plan, store: Path, sources: dict[str, str]) -> Progress:
    """ValueError for a run or a checkpoint that is damaged."""
    found = [standing(job, store, sources, plan.measured)
             for job in progress_bar(plan.jobs, "looking for networks", unit=" networks", delay=2)]
    return Progress(found)


def table(progress: Progress) -> pd.DataFrame:
    """A row for each kind of network: what, how many, done, begun, and steps of each at most."""
    rows = []
    for number in dict.fromkeys(each.job.item for each in progress.standings):
        own = [each for each in progress.standings if each.job.item == number]
        job = own[0].job
        folds, seeds = sorted({each.job.fold for each in own}), sorted({each.job.seed for each in own})
        steps = f"{'≤ ' * bool(job.recipe.patience)}{job.recipe.steps:,}"
        rows.append({"for": job.group, "network": kind(job), "pixels": size_of(job), "folds": span(folds),
                     "seeds": span(seeds), "networks": len(own), "steps": steps,
                     "done": sum(each.what == DONE for each in own),
                     "begun": sum(each.steps > 0 and each.what not in (DONE, MEASURE) for each in own)})
    return pd.DataFrame(rows)


def kind(job: Job) -> str:
    return job.kind + differs(job)


def differs(job: Job) -> str:
    """Of a run that is in the group of differences, what differs."""
    if job.group != ONE_THING:
        return ""
    return "".join(f", {DIFFERENCES[name]}" for name in unlike_released(job.recipe) if name in DIFFERENCES)


def seconds_left(progress: Progress, plan: Plan, sources: dict[str, str], device: str | None) -> tuple[float, dict]:
    """Of what is to do, if trainings that may end early do so as the book's did; and seconds of a step by size, of as
    many networks at once as are trained here, measured now. OSError where a step cannot be made."""
    usual, asking = usual_steps(stored_runs(STORED)), 0.
    jobs = {size_of(each.job): each.job for each in progress.standings if each.what not in (DONE, ABSENT, MEASURE)}
    rates = {size: together(job, sources, device, processes_here(size, device)) for size, job in jobs.items()}
    total = 0.
    for each in progress.standings:
        if each.what in (DONE, ABSENT):
            continue
        split = each.job.load(sources).split(each.job.fold)
        if plan.measured is None or each.job.group in plan.measured:
            asking += ASKED + in_steps(len(split.train) + len(split.test), each.job, device)
        if each.what != MEASURE:
            steps = likely_steps(each.job, usual) or each.job.recipe.steps
            judging = in_steps(images_judged(split, steps / each.job.recipe.every), each.job, device)
            total += max(0., steps - each.steps + judging) * rates[size_of(each.job)]
    return total + asking * rates.get(48, next(iter(rates.values()), 0.)), rates


def images_judged(split: Split, evaluations: float) -> float:
    """Images that a training looks at without learning: held-out ones at each evaluation, all at the end."""
    held_out = len(split.validation) + len(split.test)
    return held_out * (evaluations + 1) + len(split.train)


def in_steps(images: float, job: Job, device: str | None) -> float:
    """Images are judged in float32: a forward pass is a third of a step, if that is in float32, too, and else about as
    long as a whole one."""
    share = 1 / 3 if best_precision(best_device(device)) == torch.float32 else 1.
    return images / job.recipe.batch * share


def check_disk(progress: Progress, store: Path, output: Path):
    """OSError where a disk is too full for what is to come, before hours go into it."""
    kept = sum(each.job.keep_weights for each in progress.standings if each.what != DONE)
    store_needs = WEIGHTS * kept + UNDER_WAY * bool(progress.to_do)
    for place, needed, what in ((store, store_needs, "--store"), (output, PAGES, "--output")):
        free = shutil.disk_usage(nearest(place)).free
        if free < needed:
            raise OSError(f"{place}: {free >> 20:,} MB are free, and {needed >> 20:,} MB are needed; free some space, "
                          f"or name another place by {what}")


def announce(plan: Plan, progress: Progress, store: Path, sources: dict[str, str], device: str | None,
             scheduler: str | None):
    """Print the plan: what, how many, what of it is done, how long on this machine, where it is kept."""
    say(table(progress).to_string(index=False))
    for why in dict.fromkeys(plan.cannot.values()):
        claims = ", ".join(name for name, reason in plan.cannot.items() if reason == why)
        say(f"not testable: {claims}. {why}")
    say(f"The networks are kept in {store}; to remove them, delete that folder.")
    to_do = len(progress.to_do)
    if not to_do:
        say(f"All {progress.done} networks are trained and measured.")
        return
    if scheduler:
        say(f"{progress.done} networks are done, {to_do} are to come, on the workers of {scheduler}.")
        return
    seconds, rates = seconds_left(progress, plan, sources, device)
    pace = ", ".join(f"{rate:.3f} s a step of {size} pixels" for size, rate in rates.items())
    say(f"{progress.done} networks are done, {to_do} are to come: about {hours(seconds)} on this machine"
        + f" ({pace}, measured now)" * bool(pace) + ". It may be stopped at any time: the same command goes on.")
