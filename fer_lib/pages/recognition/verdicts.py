"""Which variant is ahead, in words."""
from collections.abc import Iterable, Sequence

import matplotlib.pyplot as plt
import pandas as pd

from ...analysis.comparisons import LEAST, paired_by_fold
from ...analysis.networks import table_of
from ...analysis.rules import rules
from ...runs.run import Run
from ..charts import VARIANTS, dots_by_kind
from ..claims import with_interval


def orders(live: Sequence[Run], stored_at: dict[int, list[Run]]) -> list[str]:
    """Of the live runs and of the stored ones of each size."""
    return [order_of_variants(live, "Live"),
            *(order_of_variants(runs, f"Stored, {pixels} pixels") for pixels, runs in stored_at.items())]


def order_of_variants(runs: Sequence[Run], where: str) -> str:
    """Each variant against CNN, by folds, or why there is no order."""
    unsettled = sorted({run.recipe.variant for run in runs if not run.metrics["settled"]})
    if not runs:
        return f"**{where}: no runs, no verdict.**"
    if unsettled:
        return (f"**{where}: no verdict.** {', '.join(unsettled)}: the training has not settled; with more steps the "
                "order may be another.")
    table = table_of(runs)
    ahead = {name: paired_by_fold(table, "accuracy", [name], ["CNN"], rules()["variants"].test_to_train)
             for name in sorted({run.recipe.variant for run in runs} - {"CNN"})}
    leads = [f"{name} {with_interval(*effect[:3])} ({effect.n} folds)" for name, effect in ahead.items() if effect]
    if not leads:
        return f"**{where}: no order.** The runs have settled, but no variant shares {LEAST} folds with CNN."
    return f"**{where}**, points ahead of CNN (95 % interval over folds): {', '.join(leads)}."


def show_dots(judged: pd.DataFrame):
    """A dot for each network of a variant, by its accuracy (points), if there are any."""
    own = judged[judged["kind"].isin(VARIANTS)]
    if len(own):
        dots_by_kind(own, {"accuracy": "accuracy on test, per cent"}, ink=VARIANTS, width=4.8)
        plt.show()


def summary(orders: Iterable[str], compared: pd.DataFrame, deciding: int | None) -> str:
    """The page in a few lines: orders of stored variants where there are any, and how far the networks are ahead of the
    best method.

    compared: a table of `live_and_stored`, with the columns of `bootstrap.against`.
    """
    orders = list(orders)
    lines = [text for text in orders if text.startswith("**Stored")] or orders
    for row in compared.to_dict("records"):
        if (row["run"], row["pixels"]) == ("stored", deciding) and row["network"] in ("CNN", "CNN+AD"):
            ahead = with_interval(row["points"], row["from"], row["to"])
            lines.append(f"{row['network']} against {row['against']}: {ahead} points ({row['folds']} "
                         f"{'fold' if row['folds'] == 1 else 'folds'}, {row['pixels']} pixels, by cases).")
    return "\n".join(f"- {line}" for line in lines)
