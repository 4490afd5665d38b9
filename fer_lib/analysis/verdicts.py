"""What becomes of a claim: six words, and the rules by which they follow from what was measured.

One principle: what was not tested (None) never helps a claim. The word then says so, or is no better than it would be
had the test gone against the claim.
"""
import math
from collections.abc import Iterable, Mapping

SUPPORTED, PARTLY, NOT = "supported", "partly supported", "not supported"
NO_DIFFERENCE = "no meaningful difference"      # tested, and whatever difference there is, is too small to matter
INCONCLUSIVE = "inconclusive"                   # tested, and what was measured is too little to say which way
NOT_TESTABLE = "not testable here"
# Each with its number in results.json: 1 for the claim, 0 against it, none where it says nothing of the two
VERDICTS = {SUPPORTED: 1., PARTLY: .5, NOT: 0., NO_DIFFERENCE: math.nan, INCONCLUSIVE: math.nan, NOT_TESTABLE: math.nan}

AHEAD, BEHIND = "ahead", "behind"               # of two that are compared, the one that the claim favours
SMALLEST_EFFECT = 2.                            # points of accuracy; less is no difference that matters


def verdict_of_facts(facts: Mapping[str, bool | None], essential: Iterable[str] = ()) -> str:
    """The word for a claim that says that some facts hold: True, False, None where it could not be tested.

    essential: those without which the claim says nothing. One of them wanting: not supported; untested: not testable
    here. Else all true: supported; some true, whatever the others: partly supported; none: not supported, and not
    testable here if nothing was tested. KeyError for an essential fact that is not among the facts.
    """
    needed, found = [facts[name] for name in essential], list(facts.values())
    if False in needed:
        return NOT
    if None in needed or all(fact is None for fact in found):
        return NOT_TESTABLE
    return SUPPORTED if all(found) else PARTLY if any(found) else NOT


def word_of(fact: bool | None) -> str:
    """The word for a claim that is one fact."""
    return verdict_of_facts({"it": fact})


def difference(low: float, high: float, smallest: float = SMALLEST_EFFECT) -> str | None:
    """The word for a difference of which an interval is known, low to high, in the units of `smallest`.

    Ahead, behind: the interval lies on one side of zero. No meaningful difference: it holds zero and lies within
    ±smallest. Inconclusive: it holds zero and reaches beyond. None without an interval (NaN).
    """
    if math.isnan(low) or math.isnan(high):
        return None
    if low > 0 or high < 0:
        return AHEAD if low > 0 else BEHIND
    return NO_DIFFERENCE if -smallest <= low and high <= smallest else INCONCLUSIVE


def verdict_of_comparisons(words: Iterable[str | None]) -> str:
    """The word for a claim that says that every one of some comparisons is ahead; each a word of `difference`, None
    where it could not be made.

    One behind: not supported. Else one not made, or none at all: not testable here. All ahead: supported; some:
    partly supported; none: inconclusive, or, where all say so, no meaningful difference.
    """
    words = list(words)
    if BEHIND in words:
        return NOT
    if None in words or not words:
        return NOT_TESTABLE
    if AHEAD in words:
        return SUPPORTED if set(words) == {AHEAD} else PARTLY
    return NO_DIFFERENCE if set(words) == {NO_DIFFERENCE} else INCONCLUSIVE


def facts_in_words(facts: Mapping[str, bool | None]) -> list[str]:
    """What became of each fact that a verdict rests on."""
    words = {True: "yes", False: "no", None: NOT_TESTABLE}
    return [f"{fact}: {words[holds]}" for fact, holds in facts.items()]
