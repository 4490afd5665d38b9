"""The words for what becomes of a claim, six, and of a comparison. `rules.py` says how they follow."""
import math

SUPPORTED, PARTLY, NOT = "supported", "partly supported", "not supported"
NO_DIFFERENCE = "no meaningful difference"      # tested, and whatever difference there is, is too small to matter
INCONCLUSIVE = "inconclusive"                   # tested, and what was measured is too little to say which way
NOT_TESTABLE = "not testable here"
# Each with its number in results.json: 1 for the claim, 0 against it, none where it says nothing of the two
VERDICTS = {SUPPORTED: 1., PARTLY: .5, NOT: 0., NO_DIFFERENCE: math.nan, INCONCLUSIVE: math.nan, NOT_TESTABLE: math.nan}

AHEAD, BEHIND = "ahead", "behind"               # of two that are compared, the one that the claim favours
