"""The words for a claim, and that what was not tested never helps it."""
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_lib.analysis.verdicts import (
    NOT,
    NOT_TESTABLE,
    PARTLY,
    SUPPORTED,
    VERDICTS,
    facts_in_words,
    verdict_of_facts,
    word_of,
)

ORDER = {NOT: 0, PARTLY: 1, SUPPORTED: 2}


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


def test_every_word_has_its_number():
    found = {verdict_of_facts(dict(enumerate(facts))) for facts in product([True, False, None], repeat=2)}
    assert found < set(VERDICTS) and len(VERDICTS) == 6
    assert [VERDICTS[word] for word in (SUPPORTED, PARTLY, NOT)] == [1, .5, 0]
