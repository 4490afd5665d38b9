"""How long do a thousand shuffles of the action units take, and in how much memory?

    python benchmarks/null.py                   # 256 filters, 20 units, 1,000 shuffles
    python benchmarks/null.py --shuffles 100    # fewer

The functions of `fer_lib.analysis` that the chapter on action units calls, both statistics (divergence and AUC), with
all that comes before: bins, ranks, and z and p after. Beside them the loop that an ordinary user would write, one cell
after the other with SciPy, for as many shuffles as a few seconds allow; the ratio is per shuffle. Responses and units
are random numbers, in the numbers of frames and cases of the twin's training part. Memory is the peak of the process
(resident set).
"""
import argparse
import time

import numpy as np
import torch
from report import machine, markdown, peak_memory, report
from scipy.stats import entropy, mannwhitneyu

from fer_lib.analysis import auc, divergence, family_wise, histograms, permutation_null, rank_sums

CASES, FRAMES, BINS = 262, 3, 20


def study(shuffles: int, filters: int, units: int) -> tuple[float, float]:
    """Seconds of both statistics and their nulls as the chapter computes them; MB of the process."""
    answers, case, coded, rng = some_data(filters, units)
    torch.ones(512, 512) @ torch.ones(512, 512)         # threads started
    began = time.perf_counter()
    counts, sums = histograms(answers, case, BINS), rank_sums(answers, case)
    for statistic, two_sided in ((lambda units: divergence(counts, units, .5), False),
                                 (lambda units: auc(sums, units), True)):
        null = permutation_null(statistic, coded, None, shuffles, rng)
        family_wise(statistic(coded).numpy(), null, two_sided)
    return time.perf_counter() - began, peak_memory()


def some_data(filters: int, units: int):
    """Responses of frames (N, F) that are alike within a case, the case of each (N,), units of the cases (S, A)."""
    rng = np.random.default_rng(0)
    case = np.repeat(np.arange(CASES), FRAMES)
    answers = rng.gamma(2, size=(CASES, filters))[case] + .1 * rng.random((len(case), filters))
    return answers, case, (rng.random((CASES, units)) < .2).astype(np.float32), rng


def plain_loop(filters: int, units: int, seconds: float = 5.) -> float:
    """Seconds that a shuffle takes filter by filter and unit by unit."""
    answers, case, coded, rng = some_data(filters, units)
    done, began = 0, time.perf_counter()
    for f in np.tile(np.arange(filters), 1000):
        shown = coded[rng.permutation(CASES)][case] == 1
        edges = np.linspace(answers[:, f].min(), answers[:, f].max(), BINS + 1)
        for unit in range(units):
            with_it, without = answers[shown[:, unit], f], answers[~shown[:, unit], f]
            entropy(np.histogram(with_it, edges)[0] + .5, np.histogram(without, edges)[0] + .5)
            mannwhitneyu(with_it, without, method="asymptotic")
        done += 1
        if time.perf_counter() - began > seconds:
            break
    return (time.perf_counter() - began) / done * filters


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shuffles", type=int, default=1000, help="(default: %(default)s)")
    parser.add_argument("--filters", type=int, default=256, help="(default: %(default)s)")
    parser.add_argument("--units", type=int, default=20, help="(default: %(default)s)")
    given = parser.parse_args()
    seconds, memory = study(**vars(given))
    loop = plain_loop(given.filters, given.units) * given.shuffles
    rows = [["as the chapter does it", seconds, f"{memory:,.0f}", 1.],
            ["cell by cell with SciPy, from a few seconds of it", loop, "", loop / seconds]]
    report("null", f"*{machine()}; {given.filters} filters, {given.units} units, {given.shuffles:,} shuffles, "
           f"divergence and AUC.*\n\n{markdown(('', 'seconds', 'MB', 'times as long'), rows)}\n\n"
           "Goals for 256 filters, 20 units and 1,000 shuffles: 60 s and 2,000 MB.")


if __name__ == "__main__":
    main()
