"""Frames, cases and units of a sample; what is not coded is not absent."""
import numpy as np
import pandas as pd
import pytest
from made_samples import made_sample

from fer_lib.analysis import sample_of
from fer_lib.analysis.samples import (
    comparable,
    comparable_in_both,
    enough,
    known_and_new,
    parts_of,
    unit_shares,
    usable_units,
)
from fer_lib.datasets import FaceDataset

NAN = np.nan


def faces(labels, units, sequences, classes=("neutral", "fear", "happy"), people=None) -> FaceDataset:
    return FaceDataset("made", np.zeros((len(labels), 1, 4, 4), np.uint8), labels, classes, subjects=people,
                       sequences=list(sequences), action_units=pd.DataFrame(units, columns=["AU1", "AU12"]))


CODED = [[NAN, NAN], [1, 0], [1, 0], [0, NAN], [0, 1], [0, 1], [NAN, NAN]]


def test_frames_cases_and_units():
    made = faces([0, 1, 1, 0, 2, 2, 1], CODED, "aaabbbc", people=list("AAABBBC"))
    responses = np.arange(7.)[:, None]
    sample = sample_of(made, responses, np.arange(7))
    assert sample.responses[:, 0].tolist() == [1, 2, 4, 5], "neither neutral frames nor the one that nobody coded"
    assert sample.case.tolist() == [0, 0, 1, 1] and sample.people.tolist() == ["A", "B"]
    assert sample.units.to_numpy().tolist() == [[1, 0], [0, 1]] and sample.labels.tolist() == [1, 2]
    assert sample.frame_units["AU12"].tolist() == [0, 0, 1, 1]
    last = sample_of(made, responses, np.arange(7), peak_only=True, units=["AU12"])
    assert last.responses[:, 0].tolist() == [2, 5] and last.units["AU12"].tolist() == [0, 1]
    everything = sample_of(made, responses, np.arange(7), neutral=True)
    assert len(everything.units) == 4 and everything.is_neutral.sum() == 2
    assert everything.units[everything.is_neutral].to_numpy().sum() == 0, "they show nothing, coded or not"
    assert sample_of(made, responses, np.arange(7), units=[]).units.shape == (2, 0)


def test_what_no_frame_of_a_case_is_coded_for_is_not_known():
    units = [[1, NAN], [1, NAN], [0, 0], [NAN, 1], [NAN, NAN], [0, NAN]]
    sample = sample_of(faces([1] * 6, units, "aabbcd"), np.zeros((6, 1)), np.arange(6))
    assert sample.case.tolist() == [0, 0, 1, 1, 2], "the frame that nobody coded at all is left out"
    np.testing.assert_array_equal(sample.units, [[1, NAN], [0, 1], [0, NAN]])


def test_a_probe_set_has_neither_classes_nor_neutral_frames():
    made = faces([-1] * 7, CODED, "aaabbbc", classes=())
    sample = sample_of(made, np.zeros((7, 1)), np.arange(7))
    assert sample.case.tolist() == [0, 0, 1, 1, 1] and sample.units["AU12"].tolist() == [0, 1]
    assert sample.people is None and not sample.is_neutral.any()
    assert len(sample_of(made, np.zeros((7, 1)), np.arange(1)).units) == 0, "nobody coded this one"


def test_only_coded_cases_count():
    units = [[1, 1], [1, NAN], [1, NAN], [0, 0], [0, NAN], [0, NAN]]
    sample = made_sample(np.zeros((6, 1)), units, labels=[0, 0, 0, 0, 0, 1])
    assert enough(sample, 3).tolist() == [True, False] and enough(sample, 1).all() and not enough(sample, 4).any()
    assert comparable(sample, 2).tolist() == [True, False] and comparable(sample, 1).all()
    assert not comparable(sample, 3).any(), "only two of the first expression lack AU1"
    shares = unit_shares(sample)
    assert shares.loc[0].tolist() == [.6, .5] and shares.at[1, "AU1"] == 0 and np.isnan(shares.at[1, "AU2"])


def test_a_unit_that_the_set_does_not_have_is_not_coded():
    sample = made_sample(np.zeros((2, 1)), [[1], [0]]).with_units(["AU9", "AU1"])
    assert sample.units["AU9"].isna().all() and sample.units["AU1"].tolist() == [1, 0] and not enough(sample, 1)["AU9"]


def test_a_unit_that_is_asked_for_must_be_there():
    with pytest.raises(KeyError):
        sample_of(faces([1], [[1, 0]], "a"), np.zeros((1, 1)), np.arange(1), units=["AU9"])


def test_a_choice_sees_who_was_trained_on_and_is_scored_on_others():
    people = np.array([f"{i:02}" for i in range(20)])
    made = faces([2] * 20, [[i % 2, 1] for i in range(20)], [f"s{i:02}" for i in range(20)], people=people)
    parts, split = parts_of(made, 0), made.split(0)
    assert sorted([*parts["train"], *parts["held out"]]) == parts["all"].tolist() == list(range(20))
    assert (np.diff(parts["held out"]) > 0).all() and parts["train"].tolist() == split.train.tolist()
    assert parts_of(made, 0, ["test"])["held out"].tolist() == sorted(split.test)
    known, new = known_and_new(made, np.arange(20.)[:, None], (parts["train"], parts["held out"]), ["AU1"])
    assert known.responses[:, 0].tolist() == parts["train"].tolist() and list(known.units) == ["AU1"]
    assert new.people.tolist() == people[parts["held out"]].tolist()


def test_what_can_be_compared_can_be_in_either_part():
    one = made_sample(np.zeros((4, 1)), [[1, 1], [0, 1], [1, 0], [0, 0]])
    other = made_sample(np.zeros((2, 1)), [[1, 1], [0, 1]])
    assert comparable_in_both(one, one, 2, 2) == ["AU1", "AU2"] and comparable_in_both(one, other, 2, 1) == ["AU1"]
    assert comparable_in_both(one, other, 2, 2) == []
    assert comparable_in_both(one.with_units([]), other.with_units([]), 1, 1) == []


def test_a_set_of_too_rare_units_is_refused():
    often = pd.Series({"AU1": False, "AU2": True})
    assert usable_units("<a set>", often, 5, 3) == ["AU2"]
    with pytest.raises(ValueError, match="no action unit is shown and not shown by 5 sequences to train on and 3 held"):
        usable_units("<a set>", often & False, 5, 3)
