"""How many multiply-adds does the processor make at most, and how many of them does the library's matrix product?

    python benchmarks/limit.py

prints a table, and writes it into benchmarks/results.md; some seconds. limit.c, which a C compiler (CC, or cc) builds
for this processor, does nothing but fused multiply-adds in registers on all cores. A share of these is one of the
silicon's; a share of the matrix product, as in `rate`, is one of the library's. A piece takes half a millisecond, so
that on a busy machine some are left alone, and the best counts. A matrix product takes too long for that: it is
measured only where most pieces are nearly as fast as the best one.
"""
import argparse
import math
import os
import shlex
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

import numpy as np
import torch
from report import RESULTS, machine, markdown, report

from fer_lib.system.precision import best_precision

SOURCE = Path(__file__).with_suffix(".c")
FLAGS = "-O3", "-march=native", "-ffp-contract=fast", "-pthread"
UNDISTURBED = .9            # of the best piece's rate
QUIET = .5                  # share of pieces that are


class NotMeasured(Exception):
    """Why, in words for below a table."""


def compiler() -> list[str]:
    return shlex.split(os.environ.get("CC") or "cc")


@cache
def built(flags: tuple[str, ...] = FLAGS) -> tempfile.TemporaryDirectory:
    """The folder of the program `limit`, which is there as long as this process."""
    folder = tempfile.TemporaryDirectory()
    command = [*compiler(), *flags, "-o", f"{folder.name}/limit", str(SOURCE)]
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace")
    except OSError:
        raise NotMeasured(f"there is no compiler `{command[0]}`") from None
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if "error" in line] or [f"`{command[0]}` failed"]
        raise NotMeasured(f"limit.c could not be built: {errors[0].strip()}")
    return folder


def pieces(what: str, threads: int, times: int, flags: tuple[str, ...] = FLAGS) -> np.ndarray:
    """(times,) FLOP/s of all threads (float32, bfloat16), or cycles a second (clock)."""
    if what == "bfloat16" and torch.cpu.get_capabilities().get("amx_bf16"):
        raise NotMeasured("this processor multiplies bfloat16 in tiles, faster than in the vectors that limit.c knows")
    command = [f"{built(flags).name}/limit", what, str(threads), str(times)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise NotMeasured(done.stderr.strip() or f"limit.c ended with {done.returncode}")
    return np.array(done.stdout.split(), float)


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def fma_rate(precision: str, times: int = 2000) -> float:
    """GFLOP/s of fused multiply-adds on all cores; NaN where it cannot be measured (`why_not` says why)."""
    return math.nan if why_not(precision) else pieces(precision, cores(), times).max() / 1e9


@cache
def why_not(precision: str) -> str:
    """Why the processor's limit cannot be measured; empty where it can."""
    try:
        pieces(precision, 1, 1)
    except NotMeasured as error:
        return str(error)
    return ""


def matrix_rate(precision: str, n: int = 2048, times: int = 10) -> float:
    """GFLOP/s of an n×n @ n×n product, the best of `times`."""
    a, b, out = (torch.randn(n, n).to(getattr(torch, precision)) for _ in range(3))
    ticks = [time.perf_counter()]
    for _ in range(times):
        torch.mm(a, b, out=out)
        ticks.append(time.perf_counter())
    return 2 * n ** 3 / np.diff(ticks).min() / 1e9


def shown(value: float) -> float | str:
    """A number for a table, or that there is none."""
    return "not measured" if math.isnan(value) else value


def limit_row(precision: str, times: int) -> list[str | float]:
    """The numbers of a precision: NaN where they could not be measured."""
    if why_not(precision):                              # a product without the instructions would take minutes
        able = precision == "float32" or best_precision("cpu") == torch.bfloat16
        return [precision, *[math.nan] * 3, matrix_rate(precision) if able else math.nan, math.nan]
    rates, clock = pieces(precision, cores(), times), pieces("clock", 1, times).max()
    best, undisturbed = rates.max(), np.mean(rates >= UNDISTURBED * rates.max())
    matrix = matrix_rate(precision) if undisturbed >= QUIET else math.nan
    return [precision, best / 1e9, best / clock / cores(), 100 * undisturbed, matrix, 100 * matrix * 1e9 / best]


def limit_table(rows: list[list[str | float]]) -> str:
    header = ("precision", "fused multiply-adds of all cores, GFLOP/s", "FLOP a core and cycle",
              "pieces undisturbed, %", "2048×2048 matrix product, GFLOP/s", "its share, %")
    below = [f"{row[0]}: not measured; {why_not(row[0])}." if math.isnan(row[1]) else
             f"The matrix product in {row[0]}: not measured; other processes were running."
             for row in rows if math.isnan(row[1]) or math.isnan(row[4])]
    table = markdown(header, [[name, *map(shown, numbers)] for name, *numbers in rows])
    how = "Best of short pieces, each on all cores at once; of the matrix product, the best of 10."
    return "\n\n".join([table, how, *below])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=5000, help="pieces of half a ms (default: %(default)s)")
    parser.add_argument("--into", type=Path, default=RESULTS, help="the file that gets the table")
    given = parser.parse_args()
    rows = [limit_row(precision, given.times) for precision in ("float32", "bfloat16")]
    vectors = torch.backends.cpu.get_cpu_capability()   # the same name may stand for several processors
    report("limit", f"*{machine()}; {vectors}, {given.times:,} pieces.*\n\n{limit_table(rows)}", given.into)


if __name__ == "__main__":
    main()
