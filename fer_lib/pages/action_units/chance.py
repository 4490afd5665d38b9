"""How many filters have a unit beyond chance, and how many units a filter."""
import numpy as np
import pandas as pd
from IPython.display import display

from ...analysis.chance import LEVEL, FamilyWise, can_reach
from ...analysis.samples import Sample
from ..markup import percent, styled
from ..notebooks import glue
from .about import About

KEYS = {"divergence": "kl", "AUC": "auc", "divergence, within expressions": "kl_within",
        "AUC, within expressions": "auc_within"}


def show_tests(tests: dict[str, FamilyWise], testable: list[str], sample: Sample, winner: np.ndarray,
               permutations: int, about: About):
    """A row for each test, by its name in KEYS.

    testable: units of those within expressions; sample: what was tested; winner: see `glue_rarest`.
    """
    display(styled(pd.DataFrame([row_of(name, test, testable if "within" in name else about.units)
                                 for name, test in tests.items()])).hide(axis="index"))
    if not can_reach(permutations):
        print(f"{permutations} shuffles are too few: no p can be as small as .05, so nothing above is tested")
    print("cannot be tested within expressions:",
          ", ".join(unit for unit in about.units if unit not in testable) or "none")
    for name, test in tests.items():
        glue(f"au_filters_{KEYS[name]}", (test.filter_p <= LEVEL).sum(), n=len(about.responsive),
             source=f"{about.run}: filters whose largest {name} is beyond chance, p of at most .05 over units, "
                    f"{permutations} shuffles")
        glue(f"au_units_{KEYS[name]}", (test.cell_p <= LEVEL).any(0).sum(), n=test.z.shape[1],
             source=f"{about.run}: units with a filter whose {name} is beyond chance, p of at most .05 over all "
                    "filters and units")
    glue_rarest(sample, winner, tests["divergence"], about)
    glue("au_units_testable", len(testable), source=f"{about.faces!r}: units that can be tested within an expression")
    glue("au_units", len(about.units), source=f"{about.faces!r}: units with enough sequences")


def row_of(name: str, test: FamilyWise, units: list[str]) -> dict:
    cells = test.cell_p <= LEVEL
    found = [unit for unit, any_filter in zip(units, cells.any(0), strict=True) if any_filter]
    return {"test": name, "units": len(units), "filters with a unit": int((test.filter_p <= LEVEL).sum()),
            "cells": int(cells.sum()), "units with a filter": f"{len(found)}: {' '.join(unit[2:] for unit in found)}"}


def glue_rarest(sample: Sample, winner: np.ndarray, test: FamilyWise, about: About):
    """How often the rarest quarter of the units wins, by raw divergence (F,) names, and by its own chance."""
    standardised = np.array(about.units)[test.z.argmax(1)]
    rarest = sample.units.sum().sort_values().index[:max(1, len(about.units) // 4)]
    for name, share, what in (
            ("raw_agrees", standardised == winner,
             "whose winner is the same before and after measuring each cell by its own chance"),
            ("rare_raw", np.isin(winner, rarest), "won by the rarest quarter of the units, raw divergence"),
            ("rare_standardised", np.isin(standardised, rarest),
             "won by the rarest quarter of the units, divergence by its own chance")):
        mean = share[about.responsive].mean()
        glue(f"au_{name}", mean, n=about.n, display=percent(mean), source=f"{about.run}: filters {what}")
    glue("au_rare", len(rarest), n=len(about.units), source="units in the rarest quarter of those looked at")
