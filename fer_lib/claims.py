"""A claim on a page: its verdict by the rules, and the numbers behind it, for prose, for results.json and as a table.

    tell("recognition_verdict_variants", rules()["variants"].judge(table), table)
"""
import math
import re

import pandas as pd
from IPython.display import Markdown, display

from .analysis.comparisons import Effect, seed_means
from .analysis.rules import Comparison, Finding, Verdict
from .analysis.verdicts import NOT_TESTABLE
from .charts import INK
from .markup import styled
from .notebooks import glue, glue_verdict

STEPS = "steps to learn"            # a logarithm, which is shown as a ratio


def tell(name: str, verdict: Verdict, networks: pd.DataFrame) -> pd.DataFrame:
    """Glue the verdict as `name`, and the difference of each comparison as `name`_the_comparison; → a row for each.

    networks: the table that it was judged from, see `analysis.networks`.
    """
    before, of = known_before(networks)
    known = f"rule of {verdict.rule.date}; {before} of {of} networks were made before it"
    rows = []
    for what, finding in verdict.findings.items():
        row = told(finding)
        rows.append({"comparison": what} | row)
        if finding.effect:
            glue(f"{name}_{identifier(what)}", finding.effect.difference, n=finding.effect.n, display=row["difference"],
                 source=f"{finding.comparison.of}, {sides(finding.comparison)}, {finding.comparison.how}, 95 % "
                        f"interval; p = {row['p']} (Holm): {row['which is']}; {known}")
    why = "; ".join(f"{row['comparison']}: {row['difference']}, {row['which is']}" for row in rows)
    glue_verdict(name, verdict.word, n=verdict.n, source=f"n: folds or seeds; {why}; {known}")
    return pd.DataFrame(rows)


def show(name: str, verdict: Verdict, networks: pd.DataFrame):
    """`tell`, and put the verdict on the page: claim, word, how much was known before, and its comparisons."""
    comparisons, (before, of) = tell(name, verdict, networks), known_before(networks)
    display(Markdown(f"{verdict.rule.claim} **Verdict: {verdict.word}.** Rules of {verdict.rule.date}; {before} of the "
                     f"{of} networks were made before."), styled(comparisons).hide(axis="index"))


def beside(networks: pd.DataFrame, of: str, show: str = "{:.2f}") -> str:
    """Means over seeds of each kind, least to greatest, as "CNN 0.84 (0.82–0.86; 5 seeds), not trained …"."""
    rows = []
    for kind in INK:
        found = seed_means(networks[networks["kind"] == kind], of)
        if len(found):
            mean, least, most = (show.format(value) for value in (found.mean(), found.min(), found.max()))
            rows.append(f"{kind} {mean} ({least}–{most}; {len(found)} {'seed' if len(found) == 1 else 'seeds'})")
    return ", ".join(rows)


def known_before(networks: pd.DataFrame) -> tuple[int, int]:
    """How many of the trained networks of a table were made before the rules, and how many there are."""
    trained = networks.dropna(subset="run").drop_duplicates("run")
    return int(trained["known before"].sum()), len(trained)


def told(finding: Finding) -> dict:
    """A comparison in words: difference with its interval, units, p, what that is."""
    effect, of = finding.effect, finding.comparison
    if effect is None:
        return {"difference": "", "smallest that matters": smallest(of), "n": "", "p": "", "which is": NOT_TESTABLE}
    return {"difference": shown(effect, of), "smallest that matters": smallest(of),
            "n": f"{effect.n} {'folds' if 'fold' in of.how else 'seeds'}", "p": f"{finding.p:.2g}",
            "which is": finding.word}


def shown(effect: Effect, of: Comparison) -> str:
    """+2.5 [−2.4, +7.8]; of steps, how many times as many the other side needs, ×1.20 [1.05, 1.37]."""
    values = effect.difference, effect.low, effect.high
    if of.of == STEPS:
        return "×{:.2f} [{:.2f}, {:.2f}]".format(*map(math.exp, values))
    return with_interval(*values, digits=1 if of.smallest >= 1 else 2)


def with_interval(mean: float, low: float, high: float, digits: int = 1) -> str:
    """+2.5 [−2.4, +7.8]"""
    return f"{mean:+.{digits}f} [{low:+.{digits}f}, {high:+.{digits}f}]".replace("-", "−")


def smallest(of: Comparison) -> str:
    return f"×{math.exp(of.smallest):.2f}" if of.of == STEPS else f"{of.smallest:g}" if of.smallest else ""


def sides(of: Comparison) -> str:
    return f"{' and '.join(of.ours)} against {' and '.join(of.theirs)}"


def identifier(text: str) -> str:
    return re.sub(r"\W+", "_", text.lower()).strip("_")
