"""The rule of every verdict, as rules.yml states it, and what follows from it for a table of networks.

    rules()["variants"].judge(networks).word        # "partly supported"

A table of networks (DataFrame) has a row for each: `group`, `kind`, `fold`, `seed`, and a column for each quantity that
a rule names (`measures.py` makes it of stored runs). rules.yml says in words what is decided here.
"""
import datetime
import math
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from ..datasets import FaceDataset
from .comparisons import Effect, by_seed, holm, paired_by_fold, paired_by_seed
from .words import AHEAD, BEHIND, INCONCLUSIVE, NO_DIFFERENCE, NOT, NOT_TESTABLE, PARTLY, SUPPORTED

FILE = Path(__file__).with_name("rules.yml")
FOLD, SEED, PAIR = "paired by fold", "by seed", "paired by seed"
TEN = 10                            # folds, for which rules.yml has test_to_train


@dataclass(frozen=True)
class Comparison:
    """Ours against theirs: two kinds of networks, or two numbers of the same networks."""
    of: str                         # what was measured: a column of the table
    ours: tuple[str, ...]           # kinds
    theirs: tuple[str, ...]         # kinds; of two numbers of a network the other's column is "of, theirs"
    how: str
    group: str                      # of runs
    smallest: float                 # the smallest effect that matters, in the units of `of`
    less: bool = False              # is it better if it is less?
    essential: bool = False

    def effect(self, networks: pd.DataFrame, test_to_train: float) -> Effect | None:
        """The difference that the claim says is above zero, whichever way it is measured; None where it cannot be."""
        own = networks[networks["group"] == self.group] if "group" in networks else networks
        if self.of not in own:
            return None
        if self.how == FOLD:
            found = paired_by_fold(own, self.of, self.ours, self.theirs, test_to_train)
        elif self.how == SEED:
            found = by_seed(own, self.of, self.ours, self.theirs)
        else:
            other_column = f"{self.of}, {self.theirs[0]}"
            found = paired_by_seed(own, self.of, self.ours, other_column) if other_column in own else None
        return found.turned if found and self.less else found


@dataclass(frozen=True)
class Finding:
    """What became of a comparison."""
    comparison: Comparison
    effect: Effect | None           # None where it could not be made
    p: float                        # corrected for all comparisons of the claim (Holm); NaN where it could not be made
    word: str | None                # ahead, behind, no meaningful difference, inconclusive; None as `effect` is


@dataclass(frozen=True)
class Verdict:
    word: str                       # one of VERDICTS
    findings: dict[str, Finding]    # by comparison
    rule: "Rule"

    @property
    def n(self) -> int:
        """Units, folds or seeds, of the comparison that has fewest."""
        return min((finding.effect.n for finding in self.findings.values() if finding.effect), default=0)


@dataclass(frozen=True)
class Rule:
    """Of one claim."""
    name: str                       # of the claim, in rules.yml
    claim: str
    by: str                         # the paper, or this book
    comparisons: dict[str, Comparison]
    date: datetime.date             # of the rules: see `known_before`
    level: float
    test_to_train: float            # with ten folds
    equal: bool = False             # does the claim say that there is no difference?

    def on(self, faces: FaceDataset) -> "Rule":
        """The same for networks of these faces: where they have not ten folds, test/train is that of their own."""
        splits = [] if faces.folds is None else [faces.split(fold) for fold in range(faces.folds.shape[1])]
        ratios = [len(split.test) / len(split.train) for split in splits if len(split.train)]
        return self if len(splits) == TEN or not ratios else replace(self, test_to_train=float(np.mean(ratios)))

    def judge(self, networks: pd.DataFrame) -> Verdict:
        effects = {name: self.possible(comparison.effect(networks, self.test_to_train))
                   for name, comparison in self.comparisons.items()}
        corrected = holm(effect.p if effect else math.nan for effect in effects.values())
        findings = {name: Finding(self.comparisons[name], effect, p, self.word(self.comparisons[name], effect, p))
                    for (name, effect), p in zip(effects.items(), corrected, strict=True)}
        follow = follows_of_equals if self.equal else follows
        return Verdict(follow(list(findings.values())), findings, self)

    def possible(self, effect: Effect | None) -> Effect | None:
        """None, too, if of so few units no result at all could be told from chance."""
        return effect if effect and self.can_tell(effect.least_p) else None

    def can_tell(self, least_p: float) -> bool:
        """Could a comparison whose p is no smaller than this be told from chance, corrected for all of the claim?"""
        return least_p * len(self.comparisons) <= self.level + 1e-9

    def word(self, comparison: Comparison, effect: Effect | None, p: float) -> str | None:
        if effect is None:
            return None
        if -comparison.smallest <= effect.low and effect.high <= comparison.smallest and comparison.smallest:
            return NO_DIFFERENCE
        if p > self.level:
            return INCONCLUSIVE
        return AHEAD if effect.difference > 0 else BEHIND


def follows(findings: list[Finding]) -> str:
    """The verdict of a claim from the words of its comparisons."""
    words = [finding.word for finding in findings]
    essential = [finding.word for finding in findings if finding.comparison.essential]
    decisive = essential or words
    if BEHIND in decisive or NO_DIFFERENCE in essential:
        return NOT
    if None in decisive or not words:
        return NOT_TESTABLE
    if set(words) == {AHEAD}:
        return SUPPORTED
    if INCONCLUSIVE in essential:
        return INCONCLUSIVE
    if AHEAD in words:
        return PARTLY
    return NO_DIFFERENCE if set(words) == {NO_DIFFERENCE} else INCONCLUSIVE


def follows_of_equals(findings: list[Finding]) -> str:
    """The verdict of a claim that there is no difference."""
    words = {finding.word for finding in findings}
    if words & {AHEAD, BEHIND}:
        return NOT
    if None in words or not words:
        return NOT_TESTABLE
    return SUPPORTED if words == {NO_DIFFERENCE} else INCONCLUSIVE


@cache
def stated() -> dict:
    """rules.yml as it stands, read once: tables of networks and measures ask for parts of it again and again."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


@cache
def rules() -> dict[str, Rule]:
    """Every claim's rule, by name. ValueError where rules.yml names something that there is not."""
    smallest, measured = stated()["smallest"], stated()["measured"]

    def comparison(name: str, of: str, ours: list[str], theirs: list[str], how: str, group: str, **more) -> Comparison:
        quantity = measured.get(of, of)
        if how not in (FOLD, SEED, PAIR) or quantity not in smallest:
            raise ValueError(f"{FILE.name}, {name}: there is no comparison {how!r} of {of!r}")
        return Comparison(of, tuple(ours), tuple(theirs), how, group, float(smallest[quantity]), **more)

    return {key: Rule(key, claim["claim"], claim["by"],
                      {name: comparison(name, **({"group": claim.get("group")} | about))
                       for name, about in claim["comparisons"].items()},
                      stated()["date"], stated()["level"], stated()["test_to_train"], claim.get("equal", False))
            for key, claim in stated()["claims"].items()}


def known_before(made: dict) -> bool:
    """Was a run, by its provenance, made before the rules were, or on their day? Its numbers may have been known."""
    return datetime.date.fromisoformat(made["date"]) <= stated()["date"]
