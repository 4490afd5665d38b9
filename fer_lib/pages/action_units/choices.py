"""How much a filter's winner depends on the choices of the analysis."""
import numpy as np
import pandas as pd
from IPython.display import display

from ...analysis.multiverse import stays
from ..markup import folded, percent, styled
from ..notebooks import glue
from .about import About


def show_choices(choices: dict[str, list], combinations: pd.DataFrame, winners: np.ndarray, won: np.ndarray,
                 winner: np.ndarray, about: About):
    """A row for each choice, and one for each filter that is shown.

    winners: (C, F) by combination; won: (F, A), how many of them each unit wins; winner: (F,) names in the charts.
    """
    most = (won.max(1) / len(winners))[about.responsive]
    steady = (most >= .9).mean()
    glue("au_combinations", len(combinations), source="combinations of the choices of this section")
    glue("au_most_median", np.median(most), n=len(most), display=percent(np.median(most)),
         source=f"{about.run}: share of combinations in which a filter's most frequent winner wins, median of filters")
    glue("au_steady", steady, n=len(most), display=percent(steady),
         source=f"{about.run}: filters with the same winner in nine of ten combinations or more")
    of_responsive = winners[:, about.responsive]
    display(styled(pd.DataFrame({
        "choice": list(choices), "values": [", ".join(map(str, values)) for values in choices.values()],
        "winner stays": [percent(stays(of_responsive, combinations, name)) for name in choices]})).hide(axis="index"))
    display(folded("The filters of the bar charts", styled(pd.DataFrame([
        {"filter": f"conv3:{f}", "winner above": winner[f]} | usual_winners(won[f], about.units)
        for f in about.shown])).hide(axis="index")))


def usual_winners(won: np.ndarray, units: list[str]) -> dict[str, str]:
    """Of a filter's votes (A,) the most, as a share, and up to three more."""
    shares = won / won.sum()
    return {"most frequent winner": units[won.argmax()], "in": percent(shares.max()),
            "others": ", ".join(f"{units[u]} {percent(shares[u])}" for u in np.argsort(-won)[1:4] if won[u])}
