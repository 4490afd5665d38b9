from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fer_lib.datasets.synthetic import intensity_table
from fer_lib.faces import ACTION_UNITS, draw_people, draw_probe, draw_twin
from fer_lib.faces.sampling import (
    COUNTS,
    FREQUENCY,
    assign_subjects,
    conflicts,
    draw_apex,
    draw_units,
    in_proportion,
    meets_criteria,
)

# How often each unit occurs in the labelled sequences of CK+, typed once more (AU11 and AU21 are left out)
TABLE = """
               1    2    4    5    6    7    9   10   12   14   15   16   17   18   20   23   24   25   26   27
    anger      0    0  .89  .13  .18  .71  .07  .04  .02  .16  .07  .02  .87  .09    0  .80  .73    0    0    0
    contempt .06  .06  .06    0    0    0    0    0  .28  .94  .22    0  .28    0    0  .06  .11    0    0    0
    disgust    0    0  .61    0  .31  .56  .98  .12  .03  .03  .03    0  .68    0    0  .03  .12  .15    0    0
    fear     .88  .40  .84  .64  .12  .24    0  .16  .08  .20    0  .16  .12    0    1    0    0  .92  .12    0
    happy      0    0    0    0  .96  .10    0    0  .97    0    0  .06    0    0  .01    0    0  .97  .07    0
    sadness  .93  .25  .82    0    0  .04    0    0    0    0  .82    0  .96  .07    0  .11  .04    0  .04    0
    surprise .98  .98  .01  .84    0    0    0  .02  .04  .01  .01  .04    0    0  .01  .01    0  .99  .12  .87
"""
numbers, *rows = [line.split() for line in TABLE.strip().splitlines()]
CK_PLUS = pd.DataFrame([row[1:] for row in rows], [row[0] for row in rows], [f"AU{n}" for n in numbers]).astype(float)
CK_PLUS_COUNTS = {"anger": 45, "contempt": 18, "disgust": 59, "fear": 25, "happy": 69, "sadness": 28, "surprise": 83}


def units_of(frame):
    return {unit.rstrip("LR") for unit in frame.action_units}


def apexes(frames):
    """Expression and set of units of each sequence."""
    return [(frame.label, units_of(frame)) for frame in frames[3::4]]


def is_one(emotion, units):
    """CK+'s criteria as the twin reads them, written once more."""
    match emotion:
        case "anger":
            return "AU23" in units or "AU24" in units
        case "contempt":
            return "AU14" in units
        case "disgust":
            return "AU9" in units or "AU10" in units
        case "fear":
            return "AU20" in units and ("AU1" in units or "AU4" in units)
        case "happy":
            return "AU12" in units
        case "sadness":
            return sum(unit in units for unit in ("AU1", "AU4", "AU15")) >= 2
        case "surprise":
            return ("AU1" in units and "AU2" in units) or "AU5" in units


def is_possible(units):
    parted, pressed = units & {"AU25", "AU26", "AU27"}, units & {"AU23", "AU24"}
    return not (parted and pressed) and not {"AU26", "AU27"} <= units and ("AU25" in units or not parted)


# The twin


def test_the_twin_has_ck_plus_counts(twin):
    people, frames = twin
    assert (len(people), len(frames)) == (118, 1308) and len({frame.sequence for frame in frames}) == 327
    assert {frame.subject for frame in frames} == set(range(118))
    assert Counter(frame.label for frame in frames[3::4]) == COUNTS == CK_PLUS_COUNTS
    assert Counter(frame.label for frame in frames) == {"neutral": 327} | {k: 3 * n for k, n in COUNTS.items()}


def test_sequences_have_names_of_their_subjects_and_lie_together(twin):
    people, frames = twin
    for k in range(0, len(frames), 4):
        four = frames[k:k + 4]
        assert len({frame.sequence for frame in four}) == len({frame.subject for frame in four}) == 1
        assert four[0].sequence.rpartition("_")[0] == people[four[0].subject].name
        assert [frame.label == "neutral" for frame in four] == [True, False, False, False]
    names = [frame.sequence for frame in frames[::4]]
    assert names == sorted(set(names))                              # in the order in which they lie on a disk


def test_the_frequencies_are_those_of_ck_plus():
    assert {emotion: {unit: shares[unit] for unit in CK_PLUS} for emotion, shares in FREQUENCY.items()} == {
        emotion: dict(row) for emotion, row in CK_PLUS.iterrows()}
    assert all(list(shares) == list(CK_PLUS) for shares in FREQUENCY.values())


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_each_units_share_in_each_expression_is_within_a_tenth_of_ck_plus(seed):
    shown = apexes(draw_twin(seed=seed)[1])
    shares = pd.DataFrame({emotion: {unit: np.mean([unit in units for label, units in shown if label == emotion])
                                     for unit in CK_PLUS} for emotion in COUNTS}).T
    assert ((shares - CK_PLUS).abs() <= .10).all(axis=None), (shares - CK_PLUS).abs().stack().idxmax()
    assert ((shares - CK_PLUS).abs() <= .05).to_numpy().mean() > .95
    assert set().union(*(units for _, units in shown)) <= set(CK_PLUS)      # nothing that CK+ was not coded for


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_sequence_meets_its_criteria_and_can_be_shown_by_one_face(seed):
    shown = apexes(draw_twin(seed=seed)[1])
    assert [units for emotion, units in shown if not is_one(emotion, units)] == []
    assert [units for _, units in shown if not is_possible(units)] == []


@given(st.sampled_from(sorted(COUNTS)), st.sets(st.sampled_from(list(ACTION_UNITS))))
def test_criteria_and_conflicts_are_read_as_written_here(emotion, units):
    assert meets_criteria(emotion, units) == is_one(emotion, units)
    # a dropped jaw parts the lips by itself and is given AU25 when units have been dealt
    assert (conflicts(units) == 0) == is_possible(units | {"AU25"} if "AU26" in units else units)


def test_neutral_frames_have_no_units_and_the_others_rise_to_the_apex(twin):
    for k in range(0, len(twin[1]), 4):
        neutral, *rising = (frame.action_units for frame in twin[1][k:k + 4])
        assert neutral == {} and rising[0].keys() == rising[1].keys() == rising[2].keys() != set()
        for unit, apex in rising[2].items():
            assert 0 < .75 * apex < rising[0][unit] < rising[1][unit] < apex <= 1


def test_each_picture_of_a_sequence_is_a_moment_of_one_session(twin):
    frames = twin[1]
    assert len({frame.shot.seed for frame in frames}) == len(frames)
    for k in range(0, len(frames), 4):
        shots = [frame.shot for frame in frames[k:k + 4]]
        for same in ("light", "key", "ambient", "fill", "exposure", "background", "sensor_noise", "blur"):
            assert len({getattr(shot, same) for shot in shots}) == 1
        assert len({shot.yaw for shot in shots}) == 4 and np.std([shot.yaw for shot in shots]) < .025
    lights = {frame.shot.light for frame in frames}
    assert len(lights) == 327


def test_the_halves_of_a_face_differ_a_little_and_contempt_is_mostly_one_sided():
    apex = draw_twin(60, 600, seed=3)[1][3::4]
    dimples = [{unit[-1] for unit in frame.action_units if unit.startswith("AU14")} for frame in apex
               if frame.label == "contempt"]
    one_sided = np.mean([len(sides) == 1 for sides in dimples])
    assert len(dimples) == 33 and one_sided == pytest.approx(.8, abs=.22)       # three standard deviations
    assert {"L"} in dimples and {"R"} in dimples
    leans = [frame.action_units["AU12L"] - frame.action_units["AU12R"] for frame in apex if frame.label == "happy"]
    assert 0 < np.std(leans) < .12 and abs(np.mean(leans)) < .03


def test_apexes_are_strong_as_posed_expressions_are(twin):
    strongest = intensity_table(twin[1][3::4]).to_numpy()
    shown = strongest[strongest > 0]
    assert shown.min() >= .5 * .8 and np.median(shown) > .8 and (shown == 1).mean() < .6


def test_a_face_that_moves_more_shows_more():
    people = sorted(draw_people(60), key=lambda person: person.expressiveness)
    quiet, lively = ([sum(draw_apex("happy", {"AU12", "AU25"}, person, np.random.default_rng(seed)).values())
                      for seed in range(20)] for person in (people[0], people[-1]))
    assert np.mean(quiet) < np.mean(lively)


def test_the_same_seed_gives_the_same_twin_and_another_seed_other_people(twin):
    again, other = draw_twin(), draw_twin(seed=1)
    assert again[1] == twin[1] and [vars(s) for s in again[0]] == [vars(s) for s in twin[0]]
    assert not {frame.shot.seed for frame in other[1]} & {frame.shot.seed for frame in twin[1]}
    assert not {s.expressiveness for s in other[0]} & {s.expressiveness for s in twin[0]}


def test_a_larger_set_begins_with_the_same_people():
    assert [vars(s) for s in draw_people(9)[:4]] == [vars(s) for s in draw_people(4)]


@pytest.mark.parametrize("subjects, sequences", [(1, 1), (1, 20), (20, 20), (118, 118), (200, 1000)])
def test_other_sizes_in_ck_plus_proportions(subjects, sequences):
    people, frames = draw_twin(subjects, sequences, seed=4)
    counts = Counter(frame.label for frame in frames[3::4])
    assert len(people) == subjects and len(frames) == 4 * sequences
    assert {frame.subject for frame in frames} == set(range(subjects))
    assert all(abs(counts[emotion] - n * sequences / 327) < 1 for emotion, n in COUNTS.items())
    assert all(is_one(*sequence) and is_possible(sequence[1]) for sequence in apexes(frames))


@pytest.mark.parametrize("subjects, sequences", [(0, 5), (-1, 5), (6, 5), (1, 0)])
def test_a_size_that_cannot_be_is_an_error(subjects, sequences):
    with pytest.raises(ValueError, match=f"subjects must be 1 or more and sequences .* not {subjects} and {sequences}"):
        draw_twin(subjects, sequences)


def test_what_cannot_be_dealt_is_said(monkeypatch):
    monkeypatch.setitem(FREQUENCY, "fear", FREQUENCY["fear"] | {"AU20": 0.0})
    with pytest.raises(ValueError, match="the action units of fear cannot be dealt to 5 sequences"):
        draw_units("fear", 5, np.random.default_rng(0))


# Numbers in proportion, and who shows what


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 500), min_size=1, max_size=8), st.integers(0, 2000))
def test_in_proportion_adds_up_and_rounds_each_share(shares, total):
    parts = in_proportion(shares, total)
    assert sum(parts.values()) == total and parts.keys() == shares.keys()
    for name, share in shares.items():
        assert abs(parts[name] - share * total / sum(shares.values())) < 1


def test_in_proportion_by_hand():
    assert in_proportion({"a": 1, "b": 1, "c": 1}, 4) in ({"a": 2, "b": 1, "c": 1},)
    assert in_proportion({"a": 5, "b": 3, "c": 2}, 7) == {"a": 4, "b": 2, "c": 1}       # 3.5, 2.1, 1.4
    assert in_proportion(COUNTS, 327) == COUNTS


@given(st.data(), st.lists(st.integers(0, 12), min_size=1, max_size=5).filter(any), st.integers(0, 99))
@settings(max_examples=60)
def test_everybody_has_a_sequence_and_nobody_twice_the_same_before_all_have_it(data, sizes, seed):
    counts = {f"e{k}": size for k, size in enumerate(sizes)}
    subjects = data.draw(st.integers(1, sum(sizes)))
    pairs = assign_subjects(counts, subjects, np.random.default_rng(seed))
    assert {who for who, _ in pairs} == set(range(subjects)) and pairs == sorted(pairs, key=lambda pair: pair[0])
    assert Counter(emotion for _, emotion in pairs) == {emotion: size for emotion, size in counts.items() if size}
    for emotion in counts:
        times = [pairs.count((who, emotion)) for who in range(subjects)]
        assert max(times) <= 1 + min(times)


# The probe set


def test_the_probe_shows_each_unit_alone_at_five_intensities_pairs_and_neutrals(probe):
    people, frames = probe
    assert len(people) == 12 and len(frames) <= 1500
    for who in range(12):
        own = [frame.action_units for frame in frames if frame.subject == who]
        alone = Counter((unit, round(level, 6)) for units in own if len(units) == 1 for unit, level in units.items())
        assert alone == dict.fromkeys(((unit, level) for unit in ACTION_UNITS for level in (.2, .4, .6, .8, 1.0)), 1)
        pairs = [units for units in own if len(units) == 2]
        assert sum(not units for units in own) >= 3 and len(pairs) >= 10 and max(map(len, own)) == 2
        assert len({frozenset(pair) for pair in pairs}) > 8
        assert all(.5 <= level <= 1 for pair in pairs for level in pair.values())
        for pair in pairs:          # a dropped jaw parts the lips without being told
            assert is_possible(pair.keys() | ({"AU25"} if pair.keys() & {"AU26", "AU27"} else set()))


def test_probe_frames_have_no_label_and_a_sequence_each(probe):
    people, frames = probe
    assert {frame.label for frame in frames} == {""} and len({frame.sequence for frame in frames}) == len(frames)
    assert all(frame.sequence.startswith(people[frame.subject].name + "_") for frame in frames)
    assert len({frame.shot.light for frame in frames}) == 12


def test_nobody_of_the_probe_is_in_the_twin(probe, twin):
    def person(subject):
        return subject.age, subject.ancestry, tuple(subject.changes.values()), subject.look

    assert not {s.name for s in probe[0]} & {s.name for s in twin[0]}
    assert not {person(s) for s in probe[0]} & {person(s) for s in draw_people(500)}


def test_the_probe_has_its_size_and_its_seed(probe):
    people, frames = draw_probe(2)
    assert len(people) == 2 and frames == probe[1][:len(frames)] and len(frames) == len(probe[1]) // 6
    assert {s.age for s in draw_probe(2, seed=1)[0]}.isdisjoint(s.age for s in probe[0] if s.age > 18)
    for subjects in (0, -3):
        with pytest.raises(ValueError, match=f"subjects must be 1 or more, not {subjects}"):
            draw_probe(subjects)
