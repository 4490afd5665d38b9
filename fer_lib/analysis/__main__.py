"""Train, measure and verify the networks that the verdicts rest on.

    python -m fer_lib.analysis queue book/parameters/evidence.yml --store book/results --root fer2013=~/fer2013
    python -m fer_lib.analysis queue book/parameters/evidence.yml --store book/results --status
    python -m fer_lib.analysis measure book/results/runs        # runs with weights that are not measured yet
    python -m fer_lib.analysis verify                           # measure again, and compare
"""
import argparse
import os
import sys
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path

from ..runs.arguments import address, count, device, missing_device, sets
from ..runs.grid import failures_in_words, load, read_jobs
from ..runs.run import Run
from ..runs.store import make_writable
from ..runs.throughput import AT_ONCE, against_goal, on_gpu, processes_for, together
from ..runs.verify import book_stores, runs_of
from ..system.console import command, folder_argument, path_argument, progress_bar, say
from .measures import differences, measure, read_measures, write_measures
from .queue import ABSENT, DONE, changed_of, grid_of, hours_left, probe_of, size_of, standing, table, train_and_measure


def queue(given):
    """Train and measure all runs of a list; on a GPU then the paper's grid at 96 pixels, too."""
    gpu = not given.scheduler and on_gpu(given.device)
    grid = given.grid or given.list.with_name("paper.yml")
    lists = {given.list: read_jobs(given.list)}
    if given.grid or (gpu and grid.exists()):
        lists[grid] = grid_of(grid)
    found = []
    for path, jobs in lists.items():
        of_list = [standing(job, given.store, given.sources) for job in
                   progress_bar(jobs, "looking for runs", unit=" runs")]
        say(f"{path}\n{table(of_list).to_string(index=False)}")
        found.append(of_list)
    standings = list(chain.from_iterable(found))
    left, absent = hours_left(*found), sorted({each.job.faces["name"] for each in standings if each.what == ABSENT})
    for name in absent:
        say(f"left out: the runs on {name}, which need --root {name}=FOLDER or --data FILE")
    if left is not None:
        say(f"about {left:.1f} hours left, at the pace of the runs that are done")
    if given.status:
        return
    make_writable(given.store)
    to_do = [each.job for each in standings if each.what not in (DONE, ABSENT)]
    processes_of = partial(processes_for, asked=given.processes, gpu=gpu, cores=os.cpu_count() or 1)
    if not given.scheduler and (gpu or given.grid or given.processes):
        for size, job in {size_of(job): job for job in to_do}.items():
            seconds = together(job, given.sources, given.device, processes_of(size))
            say(against_goal(size, seconds, processes_of(size)))
    outcomes = train_and_measure(to_do, given.store, given.sources, scheduler=given.scheduler, device=given.device,
                                 processes_of=processes_of)
    if failed := failures_in_words(outcomes):
        print(failed, file=sys.stderr)
        sys.exit(1)


def measure_all(given):
    """Measure the runs of some stores that have weights and no measures yet."""
    runs = [run for run in stored(given.store) if run.has_weights and read_measures(run) is None]
    for run in progress_bar(runs, "networks", unit=" networks"):
        if reason := why_not(run, given.sources):
            say(f"{run.folder.name}: {reason}")
            continue
        write_measures(run, measured_now(run, given.sources))
        say(f"{run.folder.parent.name}/{run.folder.name}: measured")


def verify_all(given):
    """Measure again what has been measured, and compare."""
    wrong = 0
    known = [(run, kept) for run in stored(given.store) if (kept := read_measures(run)) is not None]
    for run, kept in progress_bar(known, "networks", unit=" networks"):
        outcome = "kept without its weights" if not run.has_weights else why_not(run, given.sources)
        if not outcome:
            found = differences(kept, measured_now(run, given.sources))
            wrong += bool(found)
            outcome = "WRONG: " + "; ".join(found) if found else "the same"
        say(f"{run.folder.parent.name}/{run.folder.name}: {outcome}")
    say(f"{len(known)} networks were measured; {wrong} of them measure otherwise now")
    if wrong:
        sys.exit(1)


def stored(stores: list[Path]) -> Iterator[Run]:
    for store in stores or book_stores():
        yield from runs_of(store)


def why_not(run: Run, sources: dict[str, str]) -> str:
    """Why a run cannot be measured here, if it cannot."""
    name = run.config["dataset"]["name"]
    return "" if name in ("synthetic", *sources) or name == "fer2013" else (
        f"not measured: {name} needs --root {name}=FOLDER or --data FILE")


def measured_now(run: Run, sources: dict[str, str]) -> dict:
    name, size = run.config["dataset"]["name"], run.config["dataset"]["parameters"]["size"]
    faces = load({"name": name} | run.loaded_with, sources) if name in ("synthetic", *sources) else None
    return measure(run, probe_of(size, sources), faces, changed_of(size))


@command
def main(arguments: list[str] | None = None):
    parser = argparse.ArgumentParser(prog="python -m fer_lib.analysis", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    subparser = commands.add_parser("queue", parents=[sets], help=queue.__doc__,
                                    description=f"{queue.__doc__} It may be stopped at any time: the same command goes "
                                                "on.")
    subparser.add_argument("list", type=path_argument, help="a .yml file, such as book/parameters/evidence.yml")
    subparser.add_argument("--store", type=folder_argument, required=True, help="folder of the groups of runs")
    subparser.add_argument("--status", action="store_true", help="only say what is done, begun and to come")
    subparser.add_argument("--device", type=device, help="cpu or cuda (default: cuda where there is one)")
    subparser.add_argument("--scheduler", type=address, metavar="tcp://HOST:PORT", help="of a Dask cluster")
    subparser.add_argument("--processes", type=count, metavar="N", help="so many networks of 48 pixels at once "
                           f"(default: on a GPU one for each core, at most {AT_ONCE}; else 1)")
    subparser.add_argument("--grid", type=path_argument, metavar="LIST", help="a list whose runs at 96 pixels come "
                           "after, in the group `runs` (default: on a GPU, paper.yml beside the list, if it is there)")
    subparser.set_defaults(do=queue)
    for name, do in (("measure", measure_all), ("verify", verify_all)):
        subparser = commands.add_parser(name, parents=[sets], help=do.__doc__, description=do.__doc__)
        subparser.add_argument("store", type=folder_argument, nargs="*", help="folders of runs (default: the book's)")
        subparser.set_defaults(do=do)
    given = parser.parse_args(arguments)
    if not getattr(given, "scheduler", None) and (missing := missing_device(getattr(given, "device", None))):
        parser.error(f"argument --device: {missing}")
    given.do(given)


if __name__ == "__main__":
    main()
