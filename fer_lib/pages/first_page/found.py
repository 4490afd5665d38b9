"""What became of each claim, from the records that the chapters' `glue_comparisons` left.

    found(records)["units"].word            # "supported"

The first page has nothing else to say about claims.
"""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ...analysis.measures import ALLOWED
from ...analysis.rules import FOLD, Comparison, Rule, rules
from ...analysis.words import NOT_TESTABLE
from ..numbers import how_many

NOT_ASKED = "no stored networks that could answer it"       # no chapter asks them
MARGINS = {"likeness": ALLOWED}     # of what has no smallest effect in the rules: it stands in what is compared with


@dataclass(frozen=True)
class Compared:
    """A comparison that was made."""
    name: str
    comparison: Comparison
    difference: float               # in the units of what was measured, above zero where it is as the claim says
    low: float                      # 95 % interval
    high: float
    n: int                          # folds or seeds
    p: float                        # of the comparisons of a claim, corrected together (Holm)
    word: str                       # ahead, behind, no meaningful difference, inconclusive
    display: str                    # the difference with its interval, in its own units
    ours: float | None = None       # what was measured, mean of either side, where networks are compared by seed
    theirs: float | None = None

    @property
    def in_smallest(self) -> tuple[float, float, float]:
        """Difference and interval in units of the smallest effect that matters."""
        unit = self.comparison.smallest or MARGINS[self.comparison.of]
        return self.difference / unit, self.low / unit, self.high / unit

    @property
    def units(self) -> str:
        """5 seeds"""
        return how_many(self.n, "fold" if self.comparison.how == FOLD else "seed")


@dataclass(frozen=True)
class Found:
    """Of one claim."""
    rule: Rule
    word: str                       # the verdict
    wanting: str                    # what it lacks where it is not testable
    chapter: str | None             # that judged it; None: none has
    compared: dict[str, Compared]   # the comparisons that were made, in the order of the rules
    why: str = ""                   # it is not testable, where these faces cannot answer it: a sentence

    @property
    def lacks(self) -> str:
        """Why it is not testable, in a sentence; "" where it is."""
        return (self.why or f"There are {self.wanting}.") if self.word == NOT_TESTABLE else ""

    @property
    def least(self) -> Compared | None:
        """The comparison that speaks least for the claim, by the smallest effect that matters; None where none was
        made."""
        return min(self.compared.values(), key=lambda one: one.in_smallest[0], default=None)


def found(records: Iterable[dict], cannot: Mapping[str, str] | None = None) -> dict[str, Found]:
    """Of every claim of the rules, in their order; one that no chapter has judged is not testable here.

    records: of `glue`, each with its `chapter`, as they stand in results.json. ValueError where one is about a claim or
    a comparison that the rules do not have, and where two chapters judge the same claim. cannot: of claims that these
    faces cannot answer, why, in a sentence.
    """
    verdicts: dict[str, dict] = {}
    compared: dict[str, dict[str, Compared]] = {}
    for record in records:
        if (name := record.get("claim")) is None:
            continue
        if name not in rules() or (what := record.get("comparison")) not in {None, *rules()[name].comparisons}:
            raise ValueError(f"{record['chapter']}: {record['name']} is about {name}, {record.get('comparison')!r}, "
                             "which the rules do not have")
        if what is not None:
            compared.setdefault(name, {})[what] = compared_of(record, rules()[name].comparisons[what])
        elif (other := verdicts.setdefault(name, record)) is not record:
            raise ValueError(f"{other['chapter']} and {record['chapter']} both judge the claim {name!r}")
    all_found = {name: found_of(rule, verdicts.get(name), compared.get(name, {})) for name, rule in rules().items()}
    return {name: replace(one, why=(cannot or {}).get(name, "") if one.word == NOT_TESTABLE else "")
            for name, one in all_found.items()}


def compared_of(record: dict, comparison: Comparison) -> Compared:
    low, high = record["interval"]
    return Compared(record["comparison"], comparison, record["value"], low, high, record["n"], record["p"],
                    record["word"], record["display"], record.get("ours"), record.get("theirs"))


def found_of(rule: Rule, verdict: dict | None, compared: dict[str, Compared]) -> Found:
    in_order = {name: compared[name] for name in rule.comparisons if name in compared}
    if verdict is None:
        return Found(rule, NOT_TESTABLE, NOT_ASKED, None, in_order)
    return Found(rule, verdict["display"], verdict["wanting"], verdict["chapter"], in_order)
