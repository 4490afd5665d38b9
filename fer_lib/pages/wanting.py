"""What a claim lacks that cannot be tested here, in a few words: networks of which kinds, and how many there are.

    wanting(rules()["identity"].judge(table), table)    # "no networks trained on drawn faces of the kind CNN, …"
"""
from collections.abc import Iterator

import pandas as pd

from ..analysis.comparisons import LEAST
from ..analysis.rules import FOLD, PAIR, Comparison, Verdict
from .numbers import how_many

GROUPS = {"runs": "of all folds", "controls": "trained on drawn faces", "photographs": "trained on photographs",
          "differences": "in which one thing differs"}
FEW = 2                             # kinds that are named; of more it is said how many


def wanting(verdict: Verdict, networks: pd.DataFrame) -> str:
    """Of the comparisons that could not be made; "" where all were. networks: the table that was judged."""
    lacking: dict[str, dict[str, int]] = {}
    for finding in verdict.findings.values():
        if finding.effect is None:
            of_group = lacking.setdefault(finding.comparison.group, {})
            for kind, count in short_of(finding.comparison, networks):
                of_group[kind] = min(count, of_group.get(kind, count))
    unit = "fold" if all(finding.comparison.how == FOLD for finding in verdict.findings.values()) else "seed"
    return "; ".join(in_words(group, kinds, unit, networks) for group, kinds in lacking.items())


def short_of(comparison: Comparison, networks: pd.DataFrame) -> Iterator[tuple[str, int]]:
    """Kinds of which there are fewer folds or seeds than a comparison takes, or, where none is short of that, the
    kinds of which there are fewest: too few for any result to be told from chance."""
    own = networks[networks["group"] == comparison.group]
    measured = own.dropna(subset=comparison.of) if comparison.of in own else own[:0]
    kinds = comparison.ours if comparison.how == PAIR else (*comparison.ours, *comparison.theirs)
    unit = "fold" if comparison.how == FOLD else "seed"
    there = {kind: measured.loc[measured["kind"] == kind, unit].nunique() for kind in kinds}
    line = max(LEAST - 1, min(there.values()))
    yield from ((kind, count) for kind, count in there.items() if count <= line)


def in_words(group: str, kinds: dict[str, int], unit: str, networks: pd.DataFrame) -> str:
    """kinds: how many folds or seeds of each were measured."""
    of_group = GROUPS.get(group, group)
    if not ((networks["group"] == group) & networks["kind"].isin(kinds)).any():
        return f"no networks {of_group}" + f" of the kind {', '.join(kinds)}" * (len(kinds) <= FEW)
    named = ", ".join(f"{kind} ({f'{count} of {LEAST} {unit}s' if count < LEAST else how_many(count, unit)})"
                      for kind, count in kinds.items())             # LEAST are needed
    return f"too few measured networks {of_group}" + f": {named}" * (len(kinds) <= FEW)
