"""The rules as they are stated, and what follows from them for tables of networks."""
import datetime
from itertools import product

import numpy as np
import pandas as pd
import pytest
from training_faces import toy

from fer_lib.analysis import rules as module
from fer_lib.analysis.rules import Comparison, Finding, follows, follows_of_equals, known_before, rules
from fer_lib.analysis.words import (
    AHEAD,
    BEHIND,
    INCONCLUSIVE,
    NO_DIFFERENCE,
    NOT,
    NOT_TESTABLE,
    PARTLY,
    SUPPORTED,
    VERDICTS,
)

WORDS = [AHEAD, BEHIND, INCONCLUSIVE, NO_DIFFERENCE, None]
ORDER = {NOT: 0, PARTLY: 1, SUPPORTED: 2}


def finding(word, essential=False) -> Finding:
    return Finding(Comparison("accuracy", ("a",), ("b",), "by seed", "runs", 2., essential=essential), None, 0., word)


def word_of(*words, essential=()) -> str:
    return follows([finding(word, i in essential) for i, word in enumerate(words)])


def grid(**points) -> pd.DataFrame:
    """Networks of ten folds: {variant: points ahead of CNN}, with a little noise."""
    rng, noise = np.random.default_rng(0), {}
    rows = []
    for kind, ahead in {"CNN": 0, **points}.items():
        for fold in range(10):
            noise.setdefault(fold, rng.normal(0, 3))
            rows.append({"group": "runs", "kind": kind, "fold": fold, "seed": 1,
                         "accuracy": 80 + noise[fold] + ahead + rng.normal(0, .5)})
    return pd.DataFrame(rows)


def test_every_claim_has_a_rule_with_a_smallest_effect_and_a_date():
    found = rules()
    assert {"biases", "variants", "earlier", "parts", "units", "photographs", "identity", "interventions",
            "differences"} == found.keys()
    for rule in found.values():
        assert rule.claim.endswith(".") and rule.by in ("the paper", "this book")
        assert rule.date >= datetime.date(2026, 11, 27) and rule.comparisons
        for each in rule.comparisons.values():
            assert each.ours and each.theirs and each.group and each.smallest >= 0


@pytest.mark.parametrize(("words", "essential", "verdict"), [
    ([AHEAD, AHEAD], (), SUPPORTED), ([AHEAD, INCONCLUSIVE], (), PARTLY), ([AHEAD, NO_DIFFERENCE], (), PARTLY),
    ([AHEAD, BEHIND], (), NOT), ([None, BEHIND], (), NOT), ([AHEAD, None], (), NOT_TESTABLE),
    ([INCONCLUSIVE, NO_DIFFERENCE], (), INCONCLUSIVE), ([NO_DIFFERENCE] * 2, (), NO_DIFFERENCE), ([], (), NOT_TESTABLE),
    ([AHEAD, BEHIND], (0,), PARTLY), ([AHEAD, None], (0,), PARTLY), ([BEHIND, AHEAD], (0,), NOT),
    ([NO_DIFFERENCE, AHEAD], (0,), NOT), ([INCONCLUSIVE, AHEAD], (0,), INCONCLUSIVE),
    ([None, AHEAD], (0,), NOT_TESTABLE), ([AHEAD, AHEAD], (0,), SUPPORTED)])
def test_the_verdict_from_words(words, essential, verdict):
    assert word_of(*words, essential=essential) == verdict


@pytest.mark.parametrize(("words", "verdict"), [
    ([NO_DIFFERENCE] * 2, SUPPORTED), ([AHEAD] * 2, NOT), ([NO_DIFFERENCE, AHEAD], NOT), ([NO_DIFFERENCE, BEHIND], NOT),
    ([None, BEHIND], NOT), ([None, NO_DIFFERENCE], NOT_TESTABLE), ([NO_DIFFERENCE, INCONCLUSIVE], INCONCLUSIVE),
    ([], NOT_TESTABLE)])
def test_the_verdict_of_a_claim_that_two_things_are_equal(words, verdict):
    assert follows_of_equals([finding(word) for word in words]) == verdict


def test_text_and_code_are_not_the_same_where_the_text_is_better():
    kinds = [theirs for one in rules()["differences"].comparisons.values() for theirs in one.ours]
    table = grid(**{"as released": 0} | dict.fromkeys(kinds, 9)).assign(group="differences")
    assert rules()["differences"].judge(table).word == NOT
    same = grid(**{"as released": 0} | dict.fromkeys(kinds, 0)).assign(group="differences")
    assert rules()["differences"].judge(same).word == SUPPORTED


def test_training_sets_overlap_as_those_of_the_set_do():
    rule = rules()["variants"]
    assert rule.on(toy()).test_to_train == 1 / 8, "of ten folds what is stated"
    five = np.array([[1] * 28 + [2] * 4 + [3] * 8] * 5, np.uint8).T     # 70, 10 and 20 per cent, as TFD's
    faces = toy(subjects=None, sequences=None, folds=five)
    assert rule.on(faces).test_to_train == pytest.approx(2 / 7)
    table = grid(**{"CNN+D": 4, "CNN+A": 5, "CNN+AD": 9})
    wide, narrow = (one.judge(table[table["fold"] < 5]).findings["both"].effect for one in (rule.on(faces), rule))
    wider = (wide.high - wide.low) / (narrow.high - narrow.low)
    assert wider == pytest.approx(((1 / 5 + 2 / 7) / (1 / 5 + 1 / 8)) ** .5)
    assert rule.on(toy(subjects=None, sequences=None)) == rule, "without folds nothing is trained"


def test_what_was_not_tested_never_helps():
    for first, second, essential in product(WORDS, WORDS, ((), (0,), (1,), (0, 1))):
        without = word_of(None, second, essential=essential)
        made = word_of(first, second, essential=essential)
        against = word_of(BEHIND, second, essential=essential)
        assert without in VERDICTS and made in VERDICTS
        if without in ORDER and first == AHEAD:
            assert ORDER[without] <= ORDER.get(made, 0)
        assert without == NOT_TESTABLE or ORDER.get(without, 0) <= ORDER.get(against, 0)


def test_each_helps_both_most():
    found = rules()["variants"].judge(grid(**{"CNN+D": 4, "CNN+A": 5, "CNN+AD": 9}))
    assert found.word == SUPPORTED and found.n == 10 and {one.word for one in found.findings.values()} == {AHEAD}
    some = rules()["variants"].judge(grid(**{"CNN+D": 0, "CNN+A": 5, "CNN+AD": 5}))
    words = {name: one.word for name, one in some.findings.items()}
    assert some.word == PARTLY and words["dropout"] == words["both, above augmentation"] == NO_DIFFERENCE
    assert words["augmentation"] == words["both"] == AHEAD
    nothing = rules()["variants"].judge(grid(**{"CNN+D": 0, "CNN+A": 0, "CNN+AD": 0}))
    assert nothing.word == NO_DIFFERENCE
    assert rules()["variants"].judge(grid(**{"CNN+D": -4, "CNN+A": 5, "CNN+AD": 9})).word == NOT


def test_a_variant_that_was_not_trained_leaves_the_claim_untestable():
    found = rules()["variants"].judge(grid(**{"CNN+D": 4, "CNN+A": 5}))
    assert found.word == NOT_TESTABLE and found.findings["both"].effect is None
    assert np.isnan(found.findings["both"].p)
    nothing = pd.DataFrame({"group": [], "kind": [], "fold": [], "seed": []})
    assert rules()["variants"].judge(nothing).word == NOT_TESTABLE


def seeds(name: str, group: str, **kinds) -> pd.DataFrame:
    return pd.DataFrame([{"group": group, "kind": kind, "fold": 0, "seed": seed, name: value}
                         for kind, values in kinds.items() for seed, value in enumerate(values, 1)])


def test_photographs_by_seed():
    high, low = [.85, .86, .87, .88, .89], [.64, .65, .66, .67, .68]
    table = seeds("best filter", "photographs", **{"CNN+AD": high, "not trained": low, "CNN, shuffled labels": low[:4]})
    table["best filter, rotated"] = table["best filter"] - .1 + .001 * table["seed"]
    found = rules()["photographs"].judge(table)
    assert found.word == SUPPORTED and found.n == 4
    assert found.findings["above no training"].p == pytest.approx(2 * 2 / 252)
    alone = rules()["photographs"].judge(table.drop(columns="best filter, rotated"))
    assert alone.word == PARTLY, "one that could not be made"
    few = table[table["seed"] <= 3]
    assert rules()["photographs"].judge(few).word == NOT_TESTABLE, "of three seeds against three no p can be .05"
    other = table.assign(group="controls")
    assert rules()["photographs"].judge(other).word == NOT_TESTABLE, "these are not its networks"


def test_what_is_better_if_it_is_less():
    table = seeds("strays", "controls", **{"CNN": [5.] * 3 + [5.2, 5.1], "not trained": [9, 9.1, 9.2, 9.3, 9.4],
                                          "CNN, shuffled labels": [8, 8.1, 8.2, 8.3, 8.4]})
    found = rules()["parts"].judge(table).findings
    assert found["places more fixed than without training"].word == AHEAD
    assert found["places more fixed than without training"].effect.difference > 3


def test_known_before_the_rules():
    day = rules()["units"].date
    assert known_before({"date": f"{day}"}) and not known_before({"date": f"{day + datetime.timedelta(1)}"})


def forget():
    for read in (module.stated, rules):
        read.cache_clear()


def test_a_rule_that_names_what_there_is_not(tmp_path, monkeypatch):
    text = module.FILE.read_text(encoding="utf-8").replace("of: strays", "of: straying", 1)
    monkeypatch.setattr(module, "FILE", tmp_path / "rules.yml")
    module.FILE.write_text(text, encoding="utf-8")
    forget()
    with pytest.raises(ValueError, match=r"rules.yml, places more fixed.*straying"):
        rules()
    monkeypatch.undo()
    forget()
    assert rules()
