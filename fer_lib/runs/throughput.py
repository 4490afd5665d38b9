"""How many networks are trained at once, one of 96 pixels or several of 48; and how fast, against what a GPU should
reach."""
import os
from collections.abc import Callable
from functools import partial

from ..system.precision import best_device
from ..training import Recipe
from .estimate import seconds_a_step
from .grid import Job
from .processes import at_the_same_time

GOALS = {96: .003, 48: .0006}           # seconds a step, of all processes together, by the size of the faces
WHOLE_RUN = {96: 95.}                   # seconds that a run of all steps may take
AT_ONCE = 8                             # processes where launching a step's kernels takes longer than they do
ON_CPU = 4                              # processes: with them, training takes no more memory than the chapters do


def on_gpu(device: str | None) -> bool:
    """Does a training that is told this device take a GPU?"""
    return best_device(device) != "cpu"


def processes_for(size: int, asked: int | None, gpu: bool, cores: int) -> int:
    """How many networks of a size are trained at once: what was asked for, for those that are small; else on a GPU as
    many as there are cores to launch kernels, up to AT_ONCE. One of the paper's size keeps a GPU busy by itself."""
    if size >= 96:
        return 1
    return asked or (max(1, min(AT_ONCE, cores)) if gpu else 1)


def processes_here(size: int, device: str | None) -> int:
    """How many networks of a size are trained at once on this machine where nobody says. On a CPU, too, several small
    ones: a network's threads wait for each other."""
    gpu, cores = on_gpu(device), os.cpu_count() or 1
    return processes_for(size, None if gpu else min(ON_CPU, cores), gpu, cores)


def together(job: Job, sources: dict[str, str], device: str | None, processes: int) -> float:
    """Seconds a step of so many trainings at once: the steps of all are counted. OSError where it cannot be done."""
    if processes == 1:
        return seconds_a_step(job, job.load(sources), device)
    job.load(sources)                   # once: what is decoded then lies in the cache for all
    try:
        each = at_the_same_time(partial(timed, job=job, sources=sources, device=device), processes)
    except RuntimeError as error:
        raise OSError(f"{processes} networks at once cannot be trained here: {error}") from error
    return 1 / sum(1 / seconds for seconds in each)


def timed(ready: Callable[[], None], *, job: Job, sources: dict[str, str], device: str | None) -> float:
    return seconds_a_step(job, job.load(sources), device, ready)


def against_goal(size: int, seconds: float, processes: int) -> str:
    """A line: a step's time, and a run's of all steps, each beside its goal."""
    steps = Recipe().steps
    rows = [f"{1000 * seconds:.2f} ms a step{beside(1000 * seconds, 1000 * GOALS.get(size, 0), 'ms')}"]
    if size in WHOLE_RUN:
        rows.append(f"{steps * seconds:,.0f} s a run of {steps:,}{beside(steps * seconds, WHOLE_RUN[size], 's')}")
    return (f"{size} pixels, " + f"{processes} networks at once, " * (processes > 1)
            + "the first 100 steps: " + ", ".join(rows))


def beside(value: float, goal: float, unit: str) -> str:
    return f" (goal {goal:g} {unit}: {'reached' if value <= goal else 'missed'})" if goal else ""
