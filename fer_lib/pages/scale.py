"""What the chapter `scale` shows: a list of runs, how long it takes on how many machines, and what breaks first."""
import time
from dataclasses import dataclass, replace

import pandas as pd
from pandas.io.formats.style import Styler

from ..datasets import FaceDataset
from ..evaluation import predict
from ..network import untrained
from ..runs.estimate import hours, likely_steps, makespan
from ..runs.grid import Job
from .markup import styled
from .notebooks import glue

MACHINES = 1, 8, 64


def size_of(job: Job) -> int:
    return job.faces.get("size", 96)


def grid_table(jobs: list[Job]) -> Styler:
    """A row for each item of a list, with its runs, folds and seeds."""
    grid = pd.DataFrame([
        {"item": job.item, "faces": f"{job.faces['name']}, {size_of(job)} pixels",
         "classes": job.faces.get("classes") or "all", "network": job.recipe.variant,
         "labels": "shuffled" if job.shuffled else "identity" if job.identity else "true", "rate": job.recipe.rate,
         "first weights": job.recipe.initialisation, "trial": job.trial or "", "fold": job.fold, "seed": job.seed,
         "steps at most": job.recipe.steps} for job in jobs])
    item = ["item", "faces", "classes", "network", "labels", "rate", "first weights", "trial"]
    table = grid.groupby(item, sort=False).agg(
        runs=("fold", "size"), folds=("fold", "nunique"), seeds=("seed", "nunique"), steps=("steps at most", "max"))
    shown = styled(table.reset_index().rename(columns={"steps": "steps at most"}))
    return shown.format({"rate": "{:g}", "steps at most": "{:,}"}).hide(axis="index")


def workers_table(took: dict[str, float]) -> Styler:
    """took: seconds by what made the runs, "1 worker" among them."""
    rows = [{"": name, "seconds": second, "times as fast as one worker": took["1 worker"] / second}
            for name, second in took.items()]
    return styled(pd.DataFrame(rows)).format(precision=2).hide(axis="index")


def times(jobs: list[Job], seconds: dict[str, dict[int, float]], usual: dict[int, list[int]]) -> Styler:
    """Time for all jobs on MACHINES of each kind. seconds: of a step, by machine and size; usual: see
    `estimate.usual_steps`."""
    lengths = {"every run takes all its steps": lambda job: job.recipe.steps,
               "runs that may end early do so as the stored ones did": lambda job: likely_steps(job, usual)}
    rows = []
    for machine, step in seconds.items():
        for length, steps in lengths.items():
            if step and all(steps(job) for job in jobs):
                each = [steps(job) * step[size_of(job)] for job in jobs]
                rows.append({"machine": machine, "if": length, **{f"{n}": makespan(each, n) for n in MACHINES}})
    return styled(pd.DataFrame(rows)).format(dict.fromkeys(map(str, MACHINES), hours)).hide(axis="index")


def steps_in_words(flop: dict[int, int], here: dict[int, float], assumed: dict[int, float], usual: dict[int, list[int]],
                   device: str, rate: float) -> str:
    """A line for each size: operations of a step, seconds measured on a device and assumed at a rate (TFLOP/s)."""
    lines = []
    for pixels, count in flop.items():
        ended = usual.get(pixels)
        lines.append(
            f"{pixels} pixels: {count / 1e9:.0f} GFLOP a step; "
            + (f"{here[pixels]:.3f} s on {device}; " if pixels in here else "")
            + f"{1000 * assumed[pixels]:.1f} ms at {rate:g} TFLOP/s"
            + (f"; stored runs that may end early did after {sum(ended) / len(ended):,.0f} steps (mean of {len(ended)})"
               if ended else ""))
    return "\n".join(lines)


@dataclass(frozen=True)
class ManyImages:
    """What training on so many images would cost, scaled up in proportion from what a set costs on this machine."""
    images: int
    gigabytes: float                # of pixels
    evaluating: float               # seconds of an evaluation of validation and test
    training: float                 # seconds of the steps between two
    hashing: float                  # seconds of a fingerprint
    every: int                      # steps between two evaluations

    @classmethod
    def like(cls, faces: FaceDataset, images: int, every: int, step: float) -> "ManyImages":
        """step: seconds of one, of as many images as usual."""
        began = time.perf_counter()
        replace(faces).fingerprint                          # noqa: B018, is computed when it is asked for
        hashed = time.perf_counter() - began
        network, images_timed = untrained(), faces.images[:128]
        predict(network, images_timed[:16])
        began = time.perf_counter()
        predict(network, images_timed)
        judged = (time.perf_counter() - began) / len(images_timed)
        split = faces.split(0)
        held_out = (len(split.validation) + len(split.test)) / len(faces)
        return cls(images, images * faces.images[0].nbytes / 1e9, judged * held_out * images, every * step,
                   hashed * images / len(faces), every)

    def glue(self, side: int):
        glue("scale_images", self.images, source="parameter of this chapter")
        glue("scale_evaluating", self.evaluating / self.training, display=f"{self.evaluating / self.training:.0f}",
             source="seconds of an evaluation of validation and test, by the seconds of the steps between two; on this "
                    "machine")
        glue("scale_gigabytes", self.gigabytes, display=f"{self.gigabytes:.0f} GB",
             source=f"{side}×{side} bytes an image")

    def table(self) -> Styler:
        return styled(pd.DataFrame([
            ("evaluation of validation and test", f"{self.evaluating / 60:,.0f} minutes each time; the {self.every} "
             f"steps between two take {self.training / 60:,.0f}", "judge on a fixed sample of them"),
            ("images in memory", f"{self.gigabytes:.0f} GB in every worker, and twice that while classes are chosen",
             "a memory-mapped array that workers on a node share"),
            ("the fingerprint of the pixels", f"{self.hashing:.0f} seconds, each time a run is looked up in a new "
             "process", "keep it beside the cached copy"),
            ("a step", "the same: it sees 64 images, however many there are", "none needed; more steps will be"),
        ], columns=["part", f"with {self.images:,} images", "what would help"])).hide(axis="index")
