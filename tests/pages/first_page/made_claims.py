"""Tables of networks of which a claim comes out as a test says."""
import pandas as pd

from fer_lib.analysis.rules import PAIR, rules

SEEDS = range(1, 6)
UNLIKE = .001                       # by which networks of neighbouring seeds differ
COLUMNS = "group", "set", "kind", "seed", "fold", "run", "known before"


def of_kinds(group: str, measured: dict[str, dict[str, float]]) -> pd.DataFrame:
    """Networks of five seeds. measured: {column: {kind: mean over seeds}}."""
    kinds = list(dict.fromkeys(kind for of in measured.values() for kind in of))
    return pd.DataFrame([
        {"group": group, "set": "synthetic", "kind": kind, "seed": seed, "fold": 0, "run": f"{kind} {seed}",
         "known before": False} | {
            column: of[kind] + UNLIKE * (seed - 3) for column, of in measured.items() if kind in of}
        for kind in kinds for seed in SEEDS], columns=None if kinds else COLUMNS)


def all_ahead(claim: str, ahead: dict[str, float], base: float = .6) -> pd.DataFrame:
    """Of a claim of one group. ahead: by how many smallest effects a comparison is; the same for those that measure the
    same."""
    measured = {}
    for name, by in ahead.items():
        comparison = rules()[claim].comparisons[name]
        own = measured.setdefault(comparison.of, {})
        step = (comparison.smallest or .05) * by * (-1 if comparison.less else 1)
        own |= dict.fromkeys(comparison.ours, base + step)
        if comparison.how == PAIR:
            other = measured.setdefault(f"{comparison.of}, {comparison.theirs[0]}", {})
            other |= dict.fromkeys(comparison.ours, base)
        else:
            own |= dict.fromkeys(comparison.theirs, base)
    return of_kinds(rules()[claim].comparisons[next(iter(ahead))].group, measured)
