"""The paper's network, which was asked the same: what the book has stored of it, by kind."""
import pandas as pd

from ...analysis.effects import read_parts, tables
from ...analysis.networks import UNTRAINED, table_of
from ...runs.store import stored_runs
from ..notebooks import RESULTS

STORE = RESULTS / "controls"
TRAINED = "CNN+AD"
KINDS = {TRAINED: "the paper’s network, trained on drawn faces", UNTRAINED: "the paper’s network, not trained"}
NUMBERS = {"best filter": "best", "best filter, rotated": "rotated", "all filters": "all",
           "share that keep their unit": "kept", "kept by chance": "kept_by_chance", "criteria": "criteria"}


def paper_units() -> pd.DataFrame:
    """AUC of the best filter for each unit (rows), mean over the networks of each kind (columns); no column of a kind
    that is not stored here."""
    table = tables(read_parts(STORE), "units")
    return table.pivot_table(index="first", columns="kind", values="value").reindex(
        columns=[kind for kind in KINDS if kind in set(table["kind"])])


def paper_numbers() -> pd.DataFrame:
    """NUMBERS by their short names, and `networks`, how many there are: of each kind (rows) that is stored here."""
    if not STORE.exists():
        return pd.DataFrame(columns=[*NUMBERS.values(), "networks"])
    table = table_of(stored_runs(STORE), STORE.name).reindex(columns=["kind", *NUMBERS]).rename(columns=NUMBERS)
    counted = table.groupby("kind").mean().assign(networks=table.groupby("kind").size())
    return counted.reindex([kind for kind in KINDS if kind in counted.index])
