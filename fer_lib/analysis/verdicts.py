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


def facts_in_words(facts: Mapping[str, bool | None]) -> list[str]:
    """What became of each fact that a verdict rests on."""
    words = {True: "yes", False: "no", None: NOT_TESTABLE}
    return [f"{fact}: {words[holds]}" for fact, holds in facts.items()]
