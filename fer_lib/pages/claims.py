"""A claim on a page: its verdict by the rules, and the numbers behind it, for prose, for results.json and as a table.

    glue_comparisons("recognition_verdict_variants", rules()["variants"].judge(table), table)
"""
import math
import re

import pandas as pd
from IPython.display import Markdown, display

from ..analysis.comparisons import Effect, seed_means
from ..analysis.networks import UNTRAINED
from ..analysis.rules import FOLD, SEED, Comparison, Finding, Verdict
from ..analysis.words import INCONCLUSIVE, NO_DIFFERENCE, NOT, NOT_TESTABLE, PARTLY, SUPPORTED
from .markup import folded, styled
from .notebooks import glue, glue_verdict
from .numbers import how_many, typeset
from .wanting import wanting

STEPS = "steps to learn"            # a logarithm, which is shown as a ratio
# Of a comparison, in this order: a telephone shows the first few, and what decides must be among them
SHOWN = ["comparison", "which is", "difference", "n", "p", "smallest that matters", "networks"]
# Classes of book/_ext/static/pages.css, which has the colours and signs
LABELS = {SUPPORTED: "supported", PARTLY: "partly", NOT: "not", NO_DIFFERENCE: "no-difference",
          INCONCLUSIVE: "inconclusive", NOT_TESTABLE: "not-testable"}


def verdict_label(word: str, said: str = "") -> str:
    """A verdict as HTML, for a table or in Markdown: on a page of the book a coloured label with a sign before it.
    said: what stands in it, where that is not the verdict's own word. KeyError for a word that is no verdict."""
    return f'<span class="verdict verdict-{LABELS[word]}">{said or word}</span>'


def glue_comparisons(name: str, verdict: Verdict, networks: pd.DataFrame) -> pd.DataFrame:
    """Glue the verdict as `name`, and the difference of each comparison as `name`_the_comparison; → a row for each.

    networks: the table that it was judged from, see `analysis.networks`. The first page shows what is kept here of
    every claim, and asks nothing itself, so that it cannot say anything else: see `first_page.found`.
    """
    before, total = count_known_before(compared(verdict, networks))
    known = f"rule of {verdict.rule.date}; {before} of {total} networks were made by then"
    rows = []
    for what, finding in verdict.findings.items():
        row = finding_in_words(finding)
        rows.append({"comparison": what} | row)
        if finding.effect:
            glue(f"{name}_{identifier(what)}", finding.effect.difference, n=finding.effect.n, display=row["difference"],
                 source=f"{finding.comparison.of}, {sides(finding.comparison)}, {finding.comparison.how}, 95 % "
                        f"interval; p = {row['p']} (Holm): {row['which is']}; {known}",
                 more={"claim": verdict.rule.name, "comparison": what} | record_of(finding, networks))
    why = "; ".join(f"{row['comparison']}: {row['difference']}, {row['which is']}" for row in rows)
    glue_verdict(name, verdict.word, n=verdict.n, source=f"n: folds or seeds; {why}; {known}",
                 more={"claim": verdict.rule.name, "wanting": wanting(verdict, networks)})
    return pd.DataFrame(rows)


def record_of(finding: Finding, networks: pd.DataFrame) -> dict:
    """What a comparison's record says besides its difference: 95 % interval, p (Holm) and word; where networks are
    compared by seed, the mean of either side, too."""
    effect, comparison = finding.effect, finding.comparison
    either = {"ours": comparison.ours, "theirs": comparison.theirs} if comparison.how == SEED else {}
    own = networks[networks["group"] == comparison.group]
    return {"interval": [float(effect.low), float(effect.high)], "p": float(finding.p), "word": finding.word} | {
        side: float(seed_means(own[own["kind"].isin(kinds)], comparison.of).mean()) for side, kinds in either.items()}


def show_verdict(name: str, verdict: Verdict, networks: pd.DataFrame):
    """`glue_comparisons`, and put the verdict on the page: claim, word, known before or what is wanting; folded, its
    comparisons, and of each the kinds of networks on either side."""
    asked = {what: finding.comparison for what, finding in verdict.findings.items()}
    compared = glue_comparisons(name, verdict, networks).assign(
        comparison=[what + " (essential)" * comparison.essential for what, comparison in asked.items()],
        networks=list(map(sides, asked.values())))
    display(Markdown(f"**Claim:** {verdict.rule.claim} **Verdict:** {verdict_label(verdict.word)} by the rules of "
                     f"{verdict.rule.date}{what_is_more(verdict, networks)}."),
            folded("What was compared", styled(compared[SHOWN]).hide(axis="index"), "compared"))


def what_is_more(verdict: Verdict, networks: pd.DataFrame) -> str:
    """After a verdict: what is wanting; or, of the networks that it rests on, how many are as old as the rules."""
    if verdict.word == NOT_TESTABLE and (lacks := wanting(verdict, networks)):
        return f". There are {lacks}"
    return f"; {older_than_rules(*count_known_before(compared(verdict, networks)))}"


def older_than_rules(before: int, total: int) -> str:
    """What follows the date of the rules on a page, of `count_known_before`."""
    if not total:
        return "no networks are judged"
    return (f"{before} of the {total} networks are no younger, so their numbers may have been known" if before else
            f"all {total} networks are younger")


def glue_means(prefix: str, networks: pd.DataFrame, digits: dict[str, int], what: str):
    """Glue the mean of each column, with so many digits, for each kind of networks, as prefix_column_kind."""
    for kind, of_kind in networks.groupby("kind"):
        read = f", of analysis.json in {', '.join(sorted(set(of_kind['group'])))}" if "group" in of_kind else ""
        for name, decimals in digits.items():
            own = of_kind[name].dropna()
            if len(own):
                glue(f"{prefix}_{identifier(name)}_{identifier(kind)}", own.mean(), n=len(own),
                     display=typeset(own.mean(), f".{decimals}f"),
                     source=f"{what}, {kind}: {name}, see fer_lib/analysis/rules.yml; mean of networks{read}")


def compared(verdict: Verdict, networks: pd.DataFrame) -> pd.DataFrame:
    """Those of the trained networks that the verdict rests on: of a comparison by fold, those that have a partner."""
    found = [networks[:0]]
    for comparison in (finding.comparison for finding in verdict.findings.values()):
        own = networks[(networks["group"] == comparison.group) & networks["kind"].ne(UNTRAINED)]
        ours, theirs = (own[own["kind"].isin(kinds)] for kinds in (comparison.ours, comparison.theirs))
        if comparison.how == FOLD:
            pairs = [pd.MultiIndex.from_frame(side[["fold", "seed"]]) for side in (ours, theirs)]
            ours, theirs = ours[pairs[0].isin(pairs[1])], theirs[pairs[1].isin(pairs[0])]
        found += [ours, theirs]
    return pd.concat(found).drop_duplicates("run")


def count_known_before(networks: pd.DataFrame) -> tuple[int, int]:
    """How many of the trained networks of a table were made before the rules or on their day, and how many it has."""
    trained = networks.dropna(subset="run").drop_duplicates("run")
    return int(trained["known before"].sum()), len(trained)


def finding_in_words(finding: Finding) -> dict:
    """A comparison in words: difference with its interval, units, p, what that is."""
    effect, comparison = finding.effect, finding.comparison
    smallest = smallest_effect(comparison)
    if effect is None:
        return {"difference": "", "smallest that matters": smallest, "n": "", "p": "", "which is": NOT_TESTABLE}
    return {"difference": effect_in_words(effect, comparison), "smallest that matters": smallest,
            "n": how_many(effect.n, "fold" if "fold" in comparison.how else "seed"), "p": f"{finding.p:.2g}",
            "which is": finding.word}


def effect_in_words(effect: Effect, comparison: Comparison) -> str:
    """+2.5 [−2.4, +7.8]; of steps, how many times as many the other side needs, ×1.20 [1.05, 1.37]."""
    values = effect.difference, effect.low, effect.high
    if comparison.of == STEPS:
        return "×{:.2f} [{:.2f}, {:.2f}]".format(*map(math.exp, values))
    return with_interval(*values, digits=1 if comparison.smallest >= 1 else 2)


def with_interval(mean: float, low: float, high: float, digits: int = 1) -> str:
    """+2.5 [−2.4, +7.8]"""
    mean, low, high = (typeset(value, f"+.{digits}f") for value in (mean, low, high))
    return f"{mean} [{low}, {high}]"


def smallest_effect(comparison: Comparison) -> str:
    if comparison.of == STEPS:
        return f"×{math.exp(comparison.smallest):.2f}"
    return f"{comparison.smallest:g}" if comparison.smallest else ""


def sides(comparison: Comparison) -> str:
    return f"{' and '.join(comparison.ours)} against {' and '.join(comparison.theirs)}"


def identifier(text: str) -> str:
    return re.sub(r"\W+", "_", text.lower()).strip("_")
