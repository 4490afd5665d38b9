"""All sections' numbers in a sentence each."""
import numpy as np
import pandas as pd
from IPython.display import Markdown

from ...analysis.chance import LEVEL, FamilyWise
from ...analysis.specificity import Specificity
from ..markup import percent
from .about import About
from .use import most_removed


def tests_in_words(tests: dict[str, FamilyWise], about: About) -> list[str]:
    filters = {name: (test.filter_p <= LEVEL).sum() for name, test in tests.items()}
    lines = [f"{filters['divergence']} of {len(about.responsive)} filters have a unit beyond chance by divergence, "
             f"{filters['AUC']} by AUC; 5 % would be {LEVEL * len(about.responsive):.0f}."]
    if inside := tests.get("AUC, within expressions"):
        lines.append(f"Within expressions, {filters['AUC, within expressions']} by AUC; "
                     f"{(inside.cell_p <= LEVEL).any(0).sum()} of the {inside.z.shape[1]} units that can be tested so "
                     "have a filter.")
    return lines


def filters_in_words(won: np.ndarray, auc: np.ndarray, line: np.ndarray, off: Specificity | None,
                     about: About) -> list[str]:
    """won: (F, A) combinations of choices that a unit wins; of each filter (F,) its held-out AUC, and what that has to
    exceed; off: on the probe set."""
    combinations = won[0].sum()
    most, beyond = (won.max(1) / combinations)[about.responsive], (auc > line)[about.responsive].mean()
    lines = [f"A filter's unit wins in {percent(np.median(most))} of {combinations} analyses (median).",
             f"On held-out subjects the median AUC is {np.median(auc[about.responsive]):.2f}; {percent(beyond)} of "
             "filters are beyond chance."]
    if off:
        lines.append(f"On units one by one, {np.median(off.auc):.2f}; {percent(off.same)} keep their winner "
                     f"(by chance {percent(off.guess)}).")
    return lines


def units_in_words(special: pd.DataFrame, p: float, use: pd.DataFrame) -> list[str]:
    means = special.mean()
    rotated = ("" if means.isna()["best of rotated"] else
               f"the best of rotated channels {means['best of rotated']:.2f} (p = {p:.2g}), ")
    lines = [f"The best filter for a unit reaches {means['best filter']:.2f} (mean over units), {rotated}all together "
             f"{means['all filters']:.2f}."]
    if len(use):
        counts = most_removed(use)["counts"]
        lines.append("Taking out the filters of a unit costs the expressions that need it more probability than chance "
                     f"for {counts.sum()} of {len(counts)} units.")
    return lines


def as_list(*lines: str) -> Markdown:
    return Markdown("\n".join(f"- {line}" for line in lines))
