"""How well a filter tells its unit on people who had no part in choosing it."""
import numpy as np
import pandas as pd
from IPython.display import display

from ...analysis.chance import p_value
from ...analysis.samples import Sample
from ...faces.action_units import name_of
from ..example_network import glue_filters, of_unit
from ..interactive import filter_nulls
from ..markup import percent, styled
from ..notebooks import glue
from .about import About


def show_held_out(new: Sample, unit: np.ndarray, sign: np.ndarray, auc: np.ndarray, null: np.ndarray,
                  line: np.ndarray, held_out: list[str], about: About):
    """Any filter's AUC beside its chance, for the reader to turn to, and a row for each filter that is shown.

    Of each filter (F,): the number of its unit, its direction, its AUC, and what that has to exceed; null: (R, F).
    """
    beyond, median = (auc > line)[about.responsive].mean(), np.median(auc[about.responsive])     # p ≤ .05, by rank
    p = p_value(median, np.median(null[:, about.responsive], 1))
    glue("au_held_out", median, n=about.n, display=f"{median:.2f}",
         source=f"{about.run}: AUC of a filter's unit on held-out subjects, median of filters")
    glue("au_beyond", beyond, n=about.n, display=percent(beyond),
         source=f"{about.run}: filters whose held-out AUC is beyond chance, p of at most .05")
    glue("au_held_out_p", p, n=len(null), display=f"{p:.2g}",
         source="share of shuffles whose median over filters is as large")
    glue("au_new_cases", len(new.units), source=f"{about.faces!r}, {' and '.join(held_out)}, without neutral frames")
    glue("au_new_people", len(set(new.people)) if new.people is not None else float("nan"), source="people in these")
    names = [about.units[u] for u in unit]
    said = [f"{name}, {name_of(name).lower()}: {'more' if more > 0 else 'less'} response with it"
            for name, more in zip(names, sign, strict=True)]
    display(filter_nulls(auc, null, line, p_value(auc, null), said, first=int(about.shown[0])))
    display(styled(pd.DataFrame([
        {"filter": f"conv3:{f}", "unit": names[f], "name": name_of(names[f]),
         "direction": "more" if sign[f] > 0 else "less", "held-out AUC": auc[f], "95 % of chance": line[f]}
        for f in about.shown])).format(precision=2).hide(axis="index"))


def explain_filters(unit: np.ndarray, sign: np.ndarray, auc: np.ndarray, about: About):
    """Keep what the page says of a filter that a reader points at; arguments as above."""
    train = about.faces.split(about.trained.config["fold"]).train
    said = [of_unit(about.units[u], *known) for u, *known in zip(unit, sign, auc, strict=True)]
    glue_filters(about.trained, about.faces.select(train), about.in_training, said)
