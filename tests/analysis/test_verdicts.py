"""The words for a claim, and that what was not tested never helps it."""
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_lib.analysis.verdicts import (
    AHEAD,
    BEHIND,
    INCONCLUSIVE,
    NO_DIFFERENCE,
    NOT,
    NOT_TESTABLE,
    PARTLY,
    SUPPORTED,
    VERDICTS,
    difference,
    facts_in_words,
    verdict_of_comparisons,
    verdict_of_facts,
    word_of,
)

ORDER = {NOT: 0, PARTLY: 1, SUPPORTED: 2}
NAN = float("nan")


@pytest.mark.parametrize(("facts", "essential", "word"), [
    ((True, True, True), 2, SUPPORTED), ((True, True, False), 2, PARTLY), ((True, True, None), 2, PARTLY),
    ((True, False, True), 2, NOT), ((True, None, True), 2, NOT_TESTABLE), ((None, False, True), 2, NOT),
    ((True, None, None), 1, PARTLY), ((False, None, None), 0, NOT), ((None, None, None), 0, NOT_TESTABLE),
    ((None, None, True), 0, PARTLY), ((False, False, True), 0, PARTLY), ((False, False), 0, NOT),
    ((), 0, NOT_TESTABLE), ((None,), 1, NOT_TESTABLE)])
def test_the_word_for_facts(facts, essential, word):
    by_name = {str(i): fact for i, fact in enumerate(facts)}
    assert verdict_of_facts(by_name, list(by_name)[:essential]) == word


def better(one: str, other: str) -> bool:
    """Does a word claim more than another?"""
    return ORDER.get(one, -1) > ORDER.get(other, -1)


FACTS = st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=7)


@given(FACTS, st.data())
def test_what_was_not_tested_never_helps(facts, data):
    essential = data.draw(st.sets(st.integers(0, len(facts) - 1)))
    place = data.draw(st.integers(0, len(facts) - 1))

    def word(fact):
        return verdict_of_facts({i: fact if i == place else other for i, other in enumerate(facts)}, essential)

    assert not better(word(None), word(True))
    assert not better(word(None), word(False)) or word(None) == NOT_TESTABLE
    assert not better(word(False), word(True)) or word(True) == NOT_TESTABLE


def test_an_essential_fact_must_be_among_the_facts():
    with pytest.raises(KeyError):
        verdict_of_facts({"a": True}, ["b"])


def test_a_claim_that_is_one_fact():
    assert [word_of(fact) for fact in (True, False, None)] == [SUPPORTED, NOT, NOT_TESTABLE]
    assert facts_in_words({"a": True, "b": False, "c": None}) == ["a: yes", "b: no", "c: not testable here"]


@pytest.mark.parametrize(("low", "high", "word"), [
    (.1, 9, AHEAD), (.1, .5, AHEAD), (-9, -.1, BEHIND), (-1, 1, NO_DIFFERENCE), (-2, 2, NO_DIFFERENCE),
    (-1, 2.1, INCONCLUSIVE), (-2.1, 1, INCONCLUSIVE), (-30, 40, INCONCLUSIVE), (0, 0, NO_DIFFERENCE),
    (0, 3, INCONCLUSIVE), (NAN, NAN, None), (NAN, 1, None)])
def test_the_word_for_a_difference(low, high, word):
    assert difference(low, high) == word


@given(st.floats(-50, 50), st.floats(0, 50))
def test_a_difference_turned_around_says_the_opposite(low, width):
    turned = {AHEAD: BEHIND, BEHIND: AHEAD}
    word = difference(low, low + width)
    assert difference(-(low + width), -low) == turned.get(word, word)


WORDS = [AHEAD, BEHIND, INCONCLUSIVE, NO_DIFFERENCE, None]


@pytest.mark.parametrize(("words", "word"), [
    ([AHEAD, AHEAD], SUPPORTED), ([AHEAD, INCONCLUSIVE], PARTLY), ([AHEAD, NO_DIFFERENCE], PARTLY),
    ([AHEAD, BEHIND], NOT), ([None, BEHIND], NOT), ([AHEAD, None], NOT_TESTABLE), ([INCONCLUSIVE, None], NOT_TESTABLE),
    ([INCONCLUSIVE] * 3, INCONCLUSIVE), ([NO_DIFFERENCE] * 2, NO_DIFFERENCE),
    ([NO_DIFFERENCE, INCONCLUSIVE], INCONCLUSIVE), ([], NOT_TESTABLE)])
def test_the_word_for_comparisons(words, word):
    assert verdict_of_comparisons(words) == word


def test_a_comparison_that_was_not_made_never_helps():
    for rest in product(WORDS, repeat=2):
        without = verdict_of_comparisons([*rest, None])
        for made in WORDS:
            assert not better(without, verdict_of_comparisons([*rest, made])) or without == NOT_TESTABLE


def test_every_word_has_its_number():
    found = {verdict_of_facts(dict(enumerate(facts))) for facts in product([True, False, None], repeat=2)}
    found |= {verdict_of_comparisons(words) for words in product(WORDS, repeat=2)}
    assert found == set(VERDICTS) and len(VERDICTS) == 6
    assert [VERDICTS[word] for word in (SUPPORTED, PARTLY, NOT)] == [1, .5, 0]
