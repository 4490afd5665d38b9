"""What a claim lacks that cannot be tested here, in a few words: networks of which kinds, how many there are, and how
many it takes.

    wanting(rules()["identity"].judge(table), table)    # "no networks trained on drawn faces of the kind CNN, …"
"""
from collections.abc import Iterator
from itertools import count

import pandas as pd

from ..analysis.comparisons import LEAST, least_rank_sum_p
from ..analysis.rules import FOLD, PAIR, SEED, Comparison, Rule, Verdict
from .about import CALLED

GROUPS = {"runs": "of all folds", "photographs": "trained on photographs",
          "differences": "in which one thing differs"}
FEW = 2                             # sides that are named; of more it is said how many
Side = tuple[str, ...]              # of a comparison: kinds of networks


def wanting(verdict: Verdict, networks: pd.DataFrame) -> str:
    """Of the comparisons that could not be made; "" where all were. networks: the table that was judged."""
    lacking: dict[str, dict[Side, tuple[int, int]]] = {}
    for finding in verdict.findings.values():
        if finding.effect is None:
            of_group = lacking.setdefault(finding.comparison.group, {})
            for side, there, needed in short_of(finding.comparison, verdict.rule, networks):
                before = of_group.get(side, (there, needed))
                of_group[side] = min(there, before[0]), max(needed, before[1])
    unit = "folds" if all(finding.comparison.how == FOLD for finding in verdict.findings.values()) else "seeds"
    return "; ".join(in_words(group, sides, unit, networks) for group, sides in lacking.items())


def short_of(comparison: Comparison, rule: Rule, networks: pd.DataFrame) -> Iterator[tuple[Side, int, int]]:
    """Sides with fewer folds or seeds than a comparison takes, or, where none is short of that, the sides with fewest:
    too few for any result to be told from chance. With each, how many there are, and how many it takes as the other
    side stands."""
    own = networks[networks["group"] == comparison.group]
    measured = own.dropna(subset=comparison.of) if comparison.of in own else own[:0]
    sides = (comparison.ours,) if comparison.how == PAIR else (comparison.ours, comparison.theirs)
    unit = "fold" if comparison.how == FOLD else "seed"
    there = {side: measured.loc[measured["kind"].isin(side), unit].nunique() for side in sides}
    line = max(LEAST - 1, min(there.values()))
    for side, found in there.items():
        if found <= line:
            beside = max(LEAST, *there.values()) if comparison.how == SEED else None
            yield side, found, needed(beside, rule)


def needed(beside: int | None, rule: Rule) -> int:
    """Seeds of a side so that some result could be told from chance against `beside` seeds of the other, corrected for
    all comparisons of the rule (see `comparisons.by_seed`); None: folds, or pairs, which have no other side."""
    if beside is None:
        return LEAST
    return next(n for n in count(LEAST) if rule.can_tell(least_rank_sum_p(n, beside)))


def in_words(group: str, sides: dict[Side, tuple[int, int]], unit: str, networks: pd.DataFrame) -> str:
    """sides: how many folds or seeds of each were measured, and how many it takes."""
    of_group = trained_on(group, networks)
    kinds = list(dict.fromkeys(kind for side in sides for kind in side))
    if not ((networks["group"] == group) & networks["kind"].isin(kinds)).any():
        return f"no networks {of_group}" + f" of the kind {', '.join(kinds)}" * (len(kinds) <= FEW)
    named = ", ".join(f"{' and '.join(side)} ({found} of {takes} {unit})" for side, (found, takes) in sides.items())
    return f"too few measured networks {of_group}" + f": {named}" * (len(sides) <= FEW)


def trained_on(group: str, networks: pd.DataFrame) -> str:
    """What the group's networks have in common; of controls, whose faces they learned from."""
    if group != "controls":
        return GROUPS.get(group, group)
    own = networks.loc[networks["group"] == group, "set"].unique()
    return "of these faces" if len(own) != 1 else f"trained on {CALLED.get(own[0], 'drawn faces')}"
