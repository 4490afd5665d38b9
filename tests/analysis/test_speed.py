"""Faster: what is known between evaluations, of runs that never got there, and of several seeds."""
from types import SimpleNamespace

import pandas as pd
import pytest

from fer_lib.analysis.speed import Reached, agreed, sooner, sooner_on_every_fold, steps_until
from fer_lib.analysis.verdicts import AHEAD, BEHIND, INCONCLUSIVE

NEVER = float("inf")
LEVEL = 1.


def history(*losses, every=10) -> pd.DataFrame:
    return pd.DataFrame({"step": [every * (1 + i) for i in range(len(losses))], "loss": losses})


def test_a_loss_is_known_at_evaluations_only():
    assert steps_until(history(2, .5, .1), LEVEL) == (10, 20) and steps_until(history(.5), LEVEL) == (0, 10)
    assert steps_until(history(2, 1, 1.5), LEVEL) == (30, NEVER)
    assert str(Reached(10, 2000)) == "2,000 steps" and str(Reached(1500, NEVER)) == "not within 1,500 steps"


@pytest.mark.parametrize(("ours", "theirs", "word"), [
    (Reached(10, 20), Reached(20, 30), AHEAD), (Reached(20, 30), Reached(10, 20), BEHIND),
    (Reached(10, 20), Reached(10, 20), INCONCLUSIVE),
    (Reached(10, 20), Reached(15, 25), INCONCLUSIVE),           # less than an evaluation apart
    (Reached(10, 20), Reached(30, NEVER), AHEAD), (Reached(30, NEVER), Reached(10, 20), BEHIND),
    (Reached(40, 50), Reached(30, NEVER), INCONCLUSIVE),        # that run ended before
    (Reached(30, NEVER), Reached(90, NEVER), None)])
def test_which_of_two_was_sooner(ours, theirs, word):
    assert sooner(ours, theirs) == word
    assert sooner(theirs, ours) == {AHEAD: BEHIND, BEHIND: AHEAD}.get(word, word)


@pytest.mark.parametrize(("words", "word"), [
    ([AHEAD, AHEAD], AHEAD), ([AHEAD, BEHIND], INCONCLUSIVE), ([AHEAD, INCONCLUSIVE], INCONCLUSIVE),
    ([AHEAD, None], None), ([BEHIND, None], None), ([INCONCLUSIVE, None], INCONCLUSIVE), ([None], None), ([], None),
    ([AHEAD, BEHIND, None], INCONCLUSIVE)])
def test_several_have_to_agree(words, word):
    assert agreed(words) == word


FAST, SLOW, AT_NO_TIME = (2, .5, .1), (2, 1.5, .1), (2, 2, 2)


def runs(variant, *folds, seeds=(0,)) -> list:
    """A run for each fold and seed; folds: losses, or a list of them, seed by seed."""
    by_seed = [of_fold if isinstance(of_fold, list) else [of_fold] for of_fold in folds]
    return [SimpleNamespace(recipe=SimpleNamespace(variant=variant), config={"fold": fold, "seed": seed},
                            history=history(*losses))
            for fold, of_fold in enumerate(by_seed) for seed, losses in zip(seeds, of_fold, strict=True)]


def word(ours, theirs) -> str | None:
    return sooner_on_every_fold([*ours, *theirs], "CNN", "CNN with biases", LEVEL)[0]


def test_every_fold_has_to_agree():
    plain = runs("CNN", FAST, FAST, FAST)
    assert word(plain, runs("CNN with biases", SLOW, SLOW, SLOW)) == AHEAD
    assert word(runs("CNN", SLOW, SLOW, SLOW), runs("CNN with biases", FAST, FAST, FAST)) == BEHIND
    assert word(plain, runs("CNN with biases", SLOW, SLOW, FAST)) == INCONCLUSIVE
    assert word(plain, runs("CNN with biases", SLOW, SLOW)) is None, "two folds are too few"
    assert word(plain, []) is None


def test_never_is_longer_than_the_run():
    plain, never = runs("CNN", FAST, FAST, FAST), runs("CNN with biases", SLOW, SLOW, AT_NO_TIME)
    assert word(plain, never) == AHEAD
    assert word(runs("CNN", AT_NO_TIME, AT_NO_TIME, AT_NO_TIME), runs("CNN with biases", FAST, FAST, FAST)) == BEHIND
    neither = runs("CNN", FAST, FAST, AT_NO_TIME)
    assert word(neither, never) is None, "of the third fold nothing is known"
    assert word(runs("CNN", *[FAST] * 3, AT_NO_TIME), runs("CNN with biases", *[SLOW] * 3, AT_NO_TIME)) is None
    assert word(runs("CNN", FAST, FAST, SLOW, AT_NO_TIME),
                runs("CNN with biases", SLOW, SLOW, FAST, AT_NO_TIME)) == INCONCLUSIVE


def test_of_several_seeds_all_count():
    plain = runs("CNN", *[[FAST, FAST]] * 3, seeds=(0, 1))
    assert word(plain, runs("CNN with biases", *[[SLOW, SLOW]] * 3, seeds=(0, 1))) == AHEAD
    for one, other in ((SLOW, FAST), (FAST, SLOW)):             # whichever comes last
        assert word(plain, runs("CNN with biases", *[[one, other]] * 3, seeds=(0, 1))) == INCONCLUSIVE
    some = [*plain, *runs("CNN with biases", SLOW, SLOW, SLOW)]
    found, pairs = sooner_on_every_fold(some, "CNN", "CNN with biases", LEVEL)
    assert found == AHEAD and len(pairs) == 3, "only the seed that both have"
