"""How long runs take: steps as they are measured here, operations as they are counted, many runs on many machines."""
import heapq
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import torch
from torch.utils.flop_counter import FlopCounterMode

from ..datasets import FaceDataset
from ..network import ZeroBiasCNN
from ..system.memory import kept_memory
from ..training import train
from .grid import Job
from .run import Run


def seconds_a_step(job: Job, faces: FaceDataset, device: str | None,
                   ready: Callable[[], None] = lambda: None) -> float:
    """Measured on a training that is broken off: steps that begin after the first five, for at least two seconds or
    until a hundred of them are done. ready: is waited for before the first of these, where others shall begin with it.
    OSError where it cannot be done."""
    # weights of any size take as long; these stay finite
    recipe = replace(job.recipe, steps=1000, every=1000, patience=None, rate=1e-4, initialisation="fan-in", k=1.)
    ticks: list[tuple[int, float]] = []

    class Enough(Exception):
        pass

    def tick(state):
        if state.step < 5:
            return
        if state.step == 5:
            ready()
        if state.step in (5, 10) or state.step % 20 == 0:
            if torch.cuda.is_available():           # steps are only asked for there: wait until they are done
                torch.cuda.synchronize()
            ticks.append((state.step, time.monotonic()))
            if len(ticks) > 1 and (ticks[-1][1] - ticks[0][1] >= 2 or state.step >= 105):
                raise Enough

    try:
        with kept_memory():
            train(faces, recipe, job.fold, job.seed, device=device, progress=False, after_step=tick)
    except Enough:
        (first, began), (last, ended) = ticks[0], ticks[-1]
        return (ended - began) / (last - first)
    except (RuntimeError, MemoryError) as error:            # of torch, mostly memory
        raise OSError(f"{job} cannot be trained here: {f'{error}'.splitlines()[0]}") from error
    raise AssertionError("a thousand steps were done")


def hours(seconds: float) -> str:
    return f"{seconds / 3600:.1f} hours" if seconds > 5400 else f"{seconds / 60:.1f} minutes"


def makespan(seconds: Sequence[float], machines: int) -> float:
    """Seconds until the last of some runs is done, that are dealt to machines as they become free, longest first."""
    free = [0.] * machines
    for second in sorted(seconds, reverse=True):
        heapq.heappush(free, heapq.heappop(free) + second)
    return max(free)


def flop_of_a_step(size: int, batch: int = 64) -> int:
    """Operations of forward and backward pass, as PyTorch counts them."""
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        ZeroBiasCNN()(torch.empty(batch, 1, size, size)).sum().backward()
    return counter.get_total_flops()


def usual_steps(runs: Iterable[Run]) -> dict[int, list[int]]:
    """Of runs that might end early, after how many steps they did, by the size of their faces."""
    found = {}
    for run in runs:
        if run.recipe.patience:
            found.setdefault(run.config["dataset"]["parameters"]["size"], []).append(run.metrics["steps"])
    return found


def likely_steps(job: Job, usual: dict[int, list[int]]) -> float | None:
    """Steps of a job, if it ends as those of its size did, or as those of the other size where there are none; None
    where there are neither."""
    if not job.recipe.patience:
        return job.recipe.steps
    of_size = usual.get(job.faces.get("size", 96)) or [steps for ended in usual.values() for steps in ended]
    return min(job.recipe.steps, statistics.mean(of_size)) if of_size else None
