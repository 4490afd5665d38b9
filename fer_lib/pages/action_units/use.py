"""What expressions lose when the filters of a unit that they need are taken out."""
from collections.abc import Sequence

import numpy as np
import pandas as pd
from IPython.display import display

from ..markup import folded, percent, styled
from ..notebooks import glue
from ..numbers import typeset
from .about import About

LOSSES = "they lose", "others lose", "chance"


def show_use(use: pd.DataFrame, removed: list[int], draws: int, needed: float, true: np.ndarray, held_out: list[str],
             about: About):
    """A row for each unit, and columns for each number of filters that is taken out.

    use: see `beyond_chance`; draws: random sets for comparison; needed: share of an expression's
    sequences that show a unit; true: labels of the images that were asked.
    """
    glue("au_draws", draws, source="parameter of this chapter")
    glue("au_needed", needed, source="parameter of this chapter", display=percent(needed))
    glue("au_use_images", len(true), source=f"{about.faces!r}, {' and '.join(held_out)}")
    if not len(use):
        print("no expression needs any of these units by the rule of the parameters")
        return
    wide = side_by_side(use, removed, about.faces.classes)
    display(folded("What each unit's expressions lose", styled(wide).format(lambda share: typeset(100 * share, "+.1f"))
                   .format("{:.2f}", subset=[(k, "q") for k in removed])))
    at_most, stand_out = most_removed(use), use[use["counts"]]
    glue("au_used", at_most["counts"].sum(), n=len(at_most),
         source=f"{about.run}: units whose {max(removed)} filters cost the expressions that need them more probability "
                f"than {draws} random sets of like filters, false discovery rate of at most .05 over all units and "
                "sizes of sets")
    largest = at_most.loc[at_most["counts"], "they lose"].max() if at_most["counts"].any() else 0.
    glue("au_used_most", largest, n=len(true), display=f"{100 * largest:.0f}",
         source=f"{about.run}: the largest loss among these, points of probability")
    glue("au_removed", max(removed), source="parameter of this chapter")
    glue("au_used_of", len(at_most), source="units that an expression with held-out images needs")
    print("; ".join(f"{k} taken out: " + (", ".join(stand_out["unit"][stand_out["removed"] == k]) or "none")
                    for k in removed))


def side_by_side(use: pd.DataFrame, removed: list[int], classes: Sequence[str]) -> pd.DataFrame:
    """A row for each unit, in their order, and under each number of filters what is lost, and q."""
    use = use.assign(**{"needed by": [", ".join(classes[label] for label in own) for own in use["needed by"]]})
    wide = use.pivot(index=["unit", "needed by"], columns="removed", values=[*LOSSES, "q"])
    wide = wide.swaplevel(axis=1)[[(k, what) for k in removed for what in (*LOSSES, "q")]]
    wide = wide.reindex(list(dict.fromkeys(zip(use["unit"], use["needed by"], strict=True))))
    wide.columns = wide.columns.set_names([None, None])
    return wide


def most_removed(use: pd.DataFrame) -> pd.DataFrame:
    """The rows of the largest sets."""
    return use[use["removed"] == use["removed"].max()]
