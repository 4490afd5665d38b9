"""The answer follows from the verdicts, and changes with them."""
import pandas as pd
import pytest
from made_claims import of_kinds

from fer_lib.analysis.words import INCONCLUSIVE, NOT, NOT_TESTABLE, PARTLY, SUPPORTED, VERDICTS
from fer_lib.pages.first_page.answer import ANSWERS, QUESTIONS, answer
from fer_lib.pages.first_page.found import found

KINDS = {"CNN+AD": .75, "CNN": .75, "not trained": .6}
# Of networks on shuffled labels, and of rotated filters
CASES = {SUPPORTED: (.6, .7), PARTLY: (.6, .7499), NOT: (.9, .7), INCONCLUSIVE: (None, .7)}


def photographs(shuffled: float | None, rotated: float):
    """With networks on shuffled labels that are as good as said; None: as unlike each other as the others."""
    networks = of_kinds("photographs", {"best filter": KINDS | {"CNN, shuffled labels": shuffled or .7},
                                        "best filter, rotated": dict.fromkeys(KINDS, rotated)})
    if shuffled is None:
        networks.loc[networks["kind"] == "CNN, shuffled labels", "best filter"] = [.55, .60, .85, .90, .65]
    return networks


@pytest.mark.parametrize("word", CASES)
def test_a_line_follows_from_its_verdict(judged, word):
    lines = answer(found(judged(photographs=photographs(*CASES[word]))))
    line = lines[list(QUESTIONS).index("photographs")]
    assert line.claim.word == word
    assert line.text.startswith(f"Learned from photographs: {ANSWERS[word]}. The best filter for a unit picks ")
    assert "75 times in 100 (CNN+AD and CNN; untrained 60)" in line.text


def test_what_is_not_known_is_said_with_what_is_wanting(judged):
    networks = photographs(.6, .7)
    of_photographs = networks[networks["kind"] != "CNN, shuffled labels"]
    line = answer(found(judged(photographs=of_photographs)))[1]
    assert line.claim.word == NOT_TESTABLE
    assert line.text == ("Learned from photographs: not known yet. There are no networks trained on photographs of the "
                         "kind CNN, shuffled labels. The best filter for a unit picks the drawn face that shows it 75 "
                         "times in 100 (CNN+AD and CNN; untrained 60).")


def test_what_is_wanting_is_said_once(judged):
    kinds = {"CNN+AD": 20., "CNN": 20., "not trained": -.2, "CNN, shuffled labels": 2.}
    networks = of_kinds("controls", {"criteria": kinds, "best filter": kinds})
    lines = answer(found(judged(photographs=networks, interventions=networks)))
    assert lines[1].claim.lacks == lines[2].claim.lacks != ""
    assert lines[1].claim.lacks in lines[1].why and lines[2].why.startswith("For the same reason.")


def test_use_is_told_of_photographs_where_they_were_asked(judged):
    kinds = {"CNN+AD": 20., "CNN": 20., "not trained": -.2, "CNN, shuffled labels": 2.}
    of_twin, of_photographs = of_kinds("controls", {"criteria": kinds}), of_kinds("photographs", {"criteria": kinds})
    told = [answer(found(judged(interventions=networks)))[2].text for networks in (
        of_twin, pd.concat([of_twin, of_photographs], ignore_index=True))]
    moves = "on average a unit of CK+’s criteria raises its expression’s probability 20 points more than other units do"
    assert told == [f"Used as in CK+’s criteria: {said}, {moves} (untrained 0)." for said in (
        "not known yet. There are no networks trained on photographs. In networks of drawings",
        "yes. In networks of photographs")]


def test_without_any_chapter_nothing_is_known():
    assert [line.answer for line in answer(found([]))] == ["not known yet"] * 3


def test_every_verdict_has_an_answer_of_its_own():
    assert set(ANSWERS) == set(VERDICTS) and len(set(ANSWERS.values())) == len(VERDICTS)
