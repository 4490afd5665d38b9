"""What a claim lacks that cannot be tested."""
import re

import pandas as pd
import pytest

from fer_lib.analysis.rules import rules
from fer_lib.pages.wanting import wanting


def networks(of: str, group: str, unit: str, trained_on="synthetic", **counts) -> pd.DataFrame:
    rows = [{"group": group, "set": trained_on, "kind": kind.replace("_", " "), "fold": 0, "seed": 1, of: .5 + .1 * i}
            | {unit: i} for kind, count in counts.items() for i in range(count)]
    return pd.DataFrame(rows, columns=["group", "set", "kind", "fold", "seed", of])


@pytest.mark.parametrize(("claim", "table", "said"), [
    ("photographs", networks("best filter", "photographs", "seed"), "no networks trained on photographs"),
    ("identity", networks("best filter", "controls", "seed", CNN=5),
     "no networks trained on drawn faces of the kind CNN, identities"),
    ("identity", networks("best filter", "controls", "seed", CNN=5, **{"CNN, identities": 2}),
     "too few measured networks trained on drawn faces: CNN, identities (2 of 3 seeds)"),
    ("identity", networks("best filter", "controls", "seed", "ck48", CNN=5, **{"CNN, identities": 2}),
     "too few measured networks trained on CK+48: CNN, identities (2 of 3 seeds)"),
    ("identity", networks("best filter", "controls", "seed"),
     "no networks of these faces of the kind CNN, CNN, identities"),
    ("biases", networks("accuracy", "runs", "fold", CNN=3, CNN_with_biases=1),
     "too few measured networks of all folds: CNN with biases (0 of 3 folds), CNN (0 of 3 folds)"),
    ("earlier", networks("accuracy", "runs", "fold"),
     "no networks of all folds of the kind CNN+AD, best earlier method"),
])
def test_it_is_said_in_a_few_words(claim, table, said):
    assert wanting(rules()[claim].judge(table), table) == said


def test_of_enough_for_an_interval_but_not_for_p():
    """Three seeds a side never give a p of .05."""
    table = networks("best filter", "controls", "seed", CNN=4, **{"CNN, identities": 3})
    assert wanting(rules()["identity"].judge(table), table) == (
        "too few measured networks trained on drawn faces: CNN, identities (3 of 4 seeds)")


@pytest.mark.parametrize("ours", [3, 4, 5, 6, 9])
def test_it_says_as_many_as_it_takes(ours):
    """With so many more seeds the claim is testable, with one fewer it is not."""
    def with_seeds(seeds):
        kinds = {"CNN+AD": ours, "CNN": 3, "CNN, shuffled labels": seeds, "not trained": 10}
        table = networks("best filter", "photographs", "seed", **kinds).assign(**{"best filter, rotated": 0.})
        return rules()["photographs"].judge(table), table

    said = re.fullmatch(r"too few measured networks trained on photographs: CNN, shuffled labels \(1 of (\d+) seeds\)",
                        wanting(*with_seeds(1)))
    enough, few = (with_seeds(int(said[1]) - missing)[0].findings["above shuffled labels"] for missing in (0, 1))
    assert enough.effect is not None and few.effect is None


def test_nothing_is_wanting_where_all_was_compared():
    table = networks("best filter", "controls", "seed", CNN=5, **{"CNN, identities": 5})
    assert wanting(rules()["identity"].judge(table), table) == ""
