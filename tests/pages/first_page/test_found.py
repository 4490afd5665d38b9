"""What chapters leave of a claim comes to the first page whole, and nothing else does."""
import json

import pytest
from made_claims import all_ahead, of_kinds

from fer_lib.analysis.rules import rules
from fer_lib.analysis.words import NOT_TESTABLE
from fer_lib.pages.first_page.found import NOT_ASKED, found

KINDS = {"CNN+AD": .75, "CNN": .75, "not trained": .6, "CNN, shuffled labels": .65}
HELD_OUT = of_kinds("controls", {"held-out AUC": KINDS})
NAMES = ["held out, above no training", "held out, above shuffled labels"]


def test_a_claim_is_what_its_chapter_found(judged):
    verdict = rules()["units"].judge(HELD_OUT)
    claim = found(json.loads(json.dumps(judged(units=HELD_OUT))))["units"]
    assert (claim.word, claim.chapter, claim.rule) == (verdict.word, "chapter_of_units", verdict.rule)
    assert list(claim.compared) == NAMES
    for name, one in claim.compared.items():
        finding = verdict.findings[name]
        assert (one.difference, one.low, one.high) == pytest.approx(finding.effect[:3])
        assert (one.word, one.n, one.units) == (finding.word, 5, "5 seeds")
    assert claim.compared["held out, above no training"].ours == pytest.approx(.75, abs=1e-6)
    assert claim.compared["held out, above no training"].theirs == pytest.approx(.60, abs=1e-6)


def test_effects_are_in_units_of_the_smallest_that_matters(judged):
    claim = found(judged(units=HELD_OUT))["units"]
    assert [round(one.in_smallest[0], 6) for one in claim.compared.values()] == [3., 2.]
    assert claim.least.name == "held out, above shuffled labels"


def test_what_stands_in_its_own_margin_is_drawn_in_units_of_that(judged):
    """The rules allow pictures a likeness of .05 above chance, and ask for no more."""
    claim = found(judged(parts=all_ahead("parts", {"pictures that random filters do not give": -4.})))["parts"]
    (one,) = claim.compared.values()
    assert one.comparison.smallest == 0 and one.in_smallest[0] == pytest.approx(-4, abs=.1)


def test_what_no_chapter_judges_is_not_testable_here(judged):
    claims = found([{"name": "images", "value": 3}])
    assert list(claims) == list(rules())
    assert {(claim.word, claim.wanting, claim.chapter, claim.least) for claim in claims.values()} == {
        (NOT_TESTABLE, NOT_ASKED, None, None)}


def test_two_chapters_cannot_judge_the_same_claim(judged):
    records = judged(units=HELD_OUT)
    with pytest.raises(ValueError, match="chapter_of_units and other both judge the claim 'units'"):
        found([*records, *(record | {"chapter": "other"} for record in records)])


@pytest.mark.parametrize("other", [{"claim": "beauty"}, {"comparison": "by the moon"}])
def test_a_claim_that_the_rules_do_not_have(judged, other):
    record = judged(units=HELD_OUT)[0]
    with pytest.raises(ValueError, match="which the rules do not have"):
        found([record | other])
