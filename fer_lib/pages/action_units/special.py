"""The best filter for a unit beside random mixtures of filters, all filters together, and filters before training."""
from collections.abc import Sequence

import numpy as np
import pandas as pd
from IPython.display import display

from ...analysis.chance import p_value
from ...analysis.samples import Sample
from ..markup import folded, styled
from ..notebooks import glue
from .about import About

KEYS = {"best filter": "filter", "best of rotated": "rotated", "all filters": "all",
        "untrained, best": "untrained_filter", "untrained, all": "untrained_all"}


def show_special(special: pd.DataFrame, mixed: pd.DataFrame, new: Sample, filters: np.ndarray,
                 testable: Sequence[str], about: About) -> float:
    """A row for each unit, and the means glued → p of the network among its rotations (NaN without any).

    special: held-out AUC (A, a column for each of KEYS); mixed: that of the best of rotated channels (rotations, A);
    new: whom they were scored on; filters: (A,) which is the best; testable: units that can be told from their
    expressions.
    """
    rotations, special = len(mixed), special.dropna(axis=1, how="all")
    p = p_value(special["best filter"].mean(), mixed.mean(axis=1).to_numpy()) if rotations else np.nan
    table = pd.DataFrame({"sequences": (new.units == 1).sum(), "filter": [f"conv3:{f}" for f in filters]})
    within = np.where(table.index.isin(testable), "testable", "not testable")
    shown = table.join(special).assign(**{"within expressions": within})
    display(folded("Every unit", styled(shown).format(precision=2)))
    for name, key in KEYS.items():
        if name in special:
            glue(f"au_single_{key}", special[name].mean(), n=len(special), display=f"{special[name].mean():.2f}",
                 source=f"{about.run}: held-out AUC, {name}, mean over units")
    if rotations:
        glue("au_special_units", (special["best filter"] > special["best of rotated"]).sum(), n=len(special),
             source=f"{about.run}: units whose best filter has a larger held-out AUC than the best rotated channel, on "
                    "average")
    glue("au_special_p", p, n=rotations, display=f"{p:.2g}",
         source="share of the rotations, and of the network as it is, whose mean over units is as large as that of the "
                "network as it is")
    return float(p)
