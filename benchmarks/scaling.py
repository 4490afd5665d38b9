"""Do two workers make twice as many runs as one?

    python benchmarks/scaling.py            # 5 minutes on 2 cores

The same short runs three ways: by `train_all` here on one thread, on a Dask cluster of one worker, and of two, each a
process with one thread; 48 pixels, CNN. Workers have loaded the library and the faces before the clock starts. Writes
its part of results.md, and book/results/scaling.json, which the chapter `scale` shows.
"""
import argparse
import json
import os
import tempfile
import time
from datetime import date
from pathlib import Path

import torch
from distributed import LocalCluster
from report import machine, markdown, report

from fer_lib.runs.grid import Job, train_all
from fer_lib.training import Recipe

RESULT = Path(__file__).parents[1] / "book/results/scaling.json"
FACES = {"name": "synthetic", "size": 48}


def jobs(number: int, steps: int) -> list[Job]:
    return [Job(FACES, Recipe.quick(steps=steps, every=steps), seed=seed) for seed in range(number)]


def seconds(workers: int, number: int, steps: int) -> float:
    """Of all runs, on so many workers; 0: in this process."""
    with tempfile.TemporaryDirectory() as folder:
        if not workers:
            return timed(number, steps, folder, None)
        with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster:
            return timed(number, steps, folder, cluster.scheduler_address, workers)


def timed(number: int, steps: int, folder: str, address: str | None, workers: int = 1) -> float:
    train_all(jobs(4 * workers, 1), address, store=f"{folder}/first", progress=False)       # loads what is needed
    began = time.perf_counter()
    made = train_all(jobs(number, steps), address, store=f"{folder}/store", progress=False)
    if failed := [one.failed for one in made if one.failed]:
        raise SystemExit(f"{len(failed)} runs failed: {failed[0]}")
    return time.perf_counter() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=8, help="(default: %(default)s)")
    parser.add_argument("--steps", type=int, default=40, help="of each run (default: %(default)s)")
    given = parser.parse_args()
    torch.set_num_threads(1)                    # as Dask sets its workers
    took = {name: seconds(workers, given.runs, given.steps) for name, workers in
            (("here, without Dask", 0), ("1 worker", 1), ("2 workers", 2))}
    one = took["1 worker"]
    rows = [[name, second, given.runs * given.steps * 64 / second, one / second] for name, second in took.items()]
    report("scaling", f"*{machine()}; {given.runs} runs of {given.steps} steps, 48 pixels, one thread each.*\n\n"
           f"{markdown(('', 'seconds', 'images/s', 'times as fast as 1 worker'), rows)}")
    RESULT.write_text(json.dumps({
        "runs": given.runs, "steps": given.steps, "size": FACES["size"], "seconds": took, "made": {
            "date": f"{date.today()}", "processor": torch.cpu.get_capabilities().get("cpu_name"),
            "cores": os.cpu_count(), "torch": torch.__version__.split("+")[0]}}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
