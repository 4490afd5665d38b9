import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fer_lib import faces as drawn
from fer_lib.datasets import EXPRESSIONS, SIX, load_dataset, synthetic
from fer_lib.datasets.synthetic import intensity_table, sample

ROOT = Path(__file__).parents[2]
SMALL = {"subjects": 6, "sequences": 10}
TINY = {"subjects": 2, "sequences": 2, "progress": False}

pytestmark = pytest.mark.filterwarnings("ignore:(synthetic|ck_plus). not one image")


@pytest.fixture(scope="module")
def small():
    return load_dataset("synthetic", **SMALL, cache=False, progress=False)


# What a small twin holds


def test_a_neutral_frame_and_three_of_the_expression(small):
    assert repr(small) == ("<synthetic: 40 images of 96×96, 6 subjects, 10 sequences, 8 classes, "
                           "21 action units>")
    assert small.images.shape == (40, 1, 96, 96) and small.images.dtype == np.uint8
    labels = small.labels.reshape(10, 4)
    assert (labels[:, 0] == EXPRESSIONS.index("neutral")).all() and (labels[:, 1:] == labels[:, 3:]).all()
    assert small.counts.to_dict() == {"neutral": 10, "anger": 3, "contempt": 3, "disgust": 6, "fear": 3, "happy": 6,
                                      "sadness": 3, "surprise": 6}
    assert (small.sequences.reshape(10, 4) == small.sequences[::4, None]).all()
    assert [name.split("_")[0] for name in small.sequences] == small.subjects.tolist()


def test_action_units_of_every_frame_are_known_and_fit_their_intensities(small):
    assert list(small.action_units) == list(small.intensities) == list(drawn.ACTION_UNITS)
    assert not small.action_units.isna().any(axis=None) and small.intensities.max(axis=None) <= 1
    assert ((small.intensities > 0) == (small.action_units == 1)).all(axis=None)
    neutral = small.labels == 0
    assert not small.action_units[neutral].any(axis=None) and small.action_units[~neutral].any(axis=1).all()
    rising = small.intensities.to_numpy().reshape(10, 4, -1)
    assert (np.diff(rising, axis=1) >= 0).all()
    assert (small.action_units.to_numpy().reshape(10, 4, -1)[:, 1:].std(1) == 0).all()
    assert small.action_units["AU12"][small.labels == EXPRESSIONS.index("happy")].all()


def test_the_pictures_are_those_of_the_frames(small):
    people, frames = sample(**SMALL)
    for k in (0, 7, 39):
        picture = drawn.render_frame(people[frames[k].subject], frames[k])
        assert (small.images[k, 0] == picture).all()
    assert small.subjects.tolist() == [people[frame.subject].name for frame in frames]


def test_intensity_is_that_of_the_side_that_shows_more():
    _, (frame, *_) = drawn.draw_twin(1, 1)
    units = [{"AU12L": .5, "AU12R": .75, "AU14R": .25, "AU1": 1.0}, {}]
    table = intensity_table([type(frame)(0, "", "", shown, frame.shot) for shown in units])
    assert table.iloc[0][["AU12", "AU14", "AU1", "AU2"]].tolist() == [.75, .25, 1.0, 0]
    assert table.iloc[1].tolist() == [0] * 21 and table.dtypes.eq("float32").all()


def test_it_says_what_made_it(small):
    assert small.version == synthetic.VERSION == f"generator {drawn.GENERATOR_VERSION}"
    assert small.parameters == {"subjects": 6, "sequences": 10, "seed": 0, "furrows": 1.0, "part": "labelled",
                                "size": 96, "classes": None}
    assert not small.report and small.files is None


def test_no_subject_is_in_two_parts_of_a_fold(small):
    for fold in range(6):
        parts = [set(small.subjects[index]) for index in small.split(fold)]
        assert not set.intersection(*parts) and parts[2] == {f"S{fold + 1:03d}"}


# Options


@pytest.fixture
def drawn_blank(monkeypatch):
    """Faces are not drawn, but grey: pixels known without waiting. Returns what was asked for."""
    asked = []

    def render_frames(people, frames, **options):
        asked.append(options)
        return np.stack([np.add.outer(np.arange(96), np.arange(96)).astype(np.uint8) + np.uint8(k % 60)
                         for k in range(len(frames))])

    monkeypatch.setattr(drawn, "render_frames", render_frames)
    return asked


def test_six_classes_keep_the_folds_and_48_pixels_are_means(drawn_blank):
    eight = load_dataset("synthetic", **SMALL)
    six = load_dataset("synthetic", **SMALL, classes=6, size=48)
    kept = np.isin(eight.labels, [EXPRESSIONS.index(name) for name in SIX])
    assert len(drawn_blank) == 1                            # the second is the first one's copy
    assert six.classes == SIX and (six.folds == eight.folds[kept]).all() and len(six) == kept.sum() == 27
    assert [SIX[label] for label in six.labels] == [EXPRESSIONS[label] for label in eight.labels[kept]]
    pixels = eight.images[kept].astype(int)
    means = (pixels[..., ::2, ::2] + pixels[..., 1::2, ::2] + pixels[..., ::2, 1::2] + pixels[..., 1::2, 1::2] + 2) // 4
    assert (six.images == means).all()
    pd.testing.assert_frame_equal(six.action_units, eight.action_units[kept].reset_index(drop=True))


def test_the_default_twin_has_ck_plus_counts(drawn_blank):
    faces = load_dataset("synthetic")
    assert faces.counts.to_dict() == {"neutral": 327, "anger": 135, "contempt": 54, "disgust": 177, "fear": 75,
                                      "happy": 207, "sadness": 84, "surprise": 249}
    assert len(set(faces.subjects)) == 118 and len(set(faces.sequences)) == 327 and faces.folds.shape == (1308, 10)


def test_the_probe_set_has_units_and_no_label(drawn_blank):
    probe = load_dataset("synthetic", part="probe", subjects=1)
    assert probe.classes == () and set(probe.labels) == {-1} and set(probe.subjects) == {"P001"}
    assert len(set(probe.sequences)) == len(probe) == 125 and (probe.action_units.sum(axis=1) <= 2).all()
    alone = probe.intensities[probe.action_units.sum(axis=1) == 1]
    for unit in drawn.ACTION_UNITS:
        assert sorted(alone[unit][alone[unit] > 0]) == pytest.approx([.2, .4, .6, .8, 1.0])
    assert len(load_dataset("synthetic", part="probe")) == 1500


def test_another_seed_is_another_set_and_furrows_are_handed_on(drawn_blank):
    one, other, bare = (load_dataset("synthetic", **SMALL, **options) for options in ({}, {"seed": 1}, {"furrows": 0}))
    assert [asked["furrows"] for asked in drawn_blank] == [1, 1, 0]
    assert one.action_units.shape == other.action_units.shape and not one.intensities.equals(other.intensities)
    assert bare.intensities.equals(one.intensities) and bare.parameters["furrows"] == 0


def test_furrows_are_paint_and_leave_neutral_faces_alone():
    painted, bare = (load_dataset("synthetic", **TINY, furrows=furrows, cache=False) for furrows in (1, 0))
    same = (painted.images == bare.images).all((1, 2, 3))
    assert same.tolist() == [True, False, False, False] * 2 and painted.labels.tolist() == bare.labels.tolist()


@pytest.mark.parametrize("options, error, message", [
    ({"root": "somewhere"}, ValueError, "comes with the book, from no folder: leave out root='.*somewhere'"),
    ({"furrows": -.5}, ValueError, "furrows must be 0 or more, not -0.5"),
    ({"furrows": float("nan")}, ValueError, "furrows must be 0 or more, not nan"),
    ({"part": "probe", "sequences": 5}, ValueError, "sequences is for the twin"),
    ({"part": "probe", "subjects": 0}, ValueError, "subjects must be 1 or more, not 0"),
    ({"part": "training"}, ValueError, "synthetic has no part 'training', only labelled, probe"),
    ({"subjects": 9, "sequences": 8}, ValueError, "sequences at least as many, not 9 and 8"),
    ({"sequences": 100}, ValueError, "not 118 and 100"),
    ({"part": "probe", "classes": 6}, ValueError, "has no images labelled"),
    ({"padding": .1}, TypeError, "synthetic has no option padding.* It has: subjects=None, sequences=None, seed=0"),
])
def test_options_that_do_not_go_together_are_errors(drawn_blank, options, error, message):
    with pytest.raises(error, match=message):
        load_dataset("synthetic", **options)


# The cache


def never(*_, **__):
    raise AssertionError("was drawn although a copy is there")


def test_the_second_load_draws_nothing(own_cache, monkeypatch):
    first = load_dataset("synthetic", **TINY)
    monkeypatch.setattr(drawn, "render_frames", never)
    second = load_dataset("synthetic", **TINY)
    assert second.fingerprint == first.fingerprint and second.version == first.version
    assert load_dataset("synthetic", **TINY, size=48).images.shape == (8, 1, 48, 48)
    for options in ({"seed": 1}, {"furrows": .5}, {"cache": False}, {"part": "probe", "sequences": None}):
        with pytest.raises(AssertionError, match="although"):
            load_dataset("synthetic", **TINY | options)


def test_what_made_the_pixels_decides_whether_a_copy_is_read(drawn_blank, monkeypatch, tmp_path):
    def draws():
        before = len(drawn_blank)
        load_dataset("synthetic", **TINY)
        return len(drawn_blank) - before

    assert {path.name for path in synthetic.MADE_FROM} >= {
        "head.npz", *(path.name for path in Path(drawn.__file__).parent.glob("*.py"))}
    assert (draws(), draws()) == (1, 0)
    for changed in ("paint.py", "head.npz"):
        edited = shutil.copy(Path(drawn.__file__).with_name(changed), tmp_path)
        with open(edited, "ab") as file:
            file.write(b"\n")
        with monkeypatch.context() as patch:
            patch.setattr(synthetic, "MADE_FROM", [Path(edited) if path.name == changed else path
                                                   for path in synthetic.MADE_FROM])
            assert (draws(), draws()) == (1, 0), changed
        assert draws() == 0
    monkeypatch.setattr(synthetic, "VERSION", "generator 999")
    assert (draws(), draws()) == (1, 0)


# All of it


@pytest.mark.slow
def test_the_whole_twin_as_it_is_loaded():
    faces = load_dataset("synthetic")
    assert repr(faces) == "<synthetic: 1,308 images of 96×96, 118 subjects, 327 sequences, 8 classes, 21 action units>"
    flat = faces.images.reshape(len(faces), -1)
    assert len(np.unique(flat, axis=0)) == 1308                     # no picture occurs twice
    assert 70 < flat.mean() < 190 and flat.std(1).min() > 20        # no picture is empty
    apart = flat[::4].astype(float) - flat[3::4]
    assert np.abs(apart).mean(1).min() > 2.5                        # the apex differs from neutral by more than noise
    for fold in range(10):
        split = faces.split(fold)
        assert len(set(faces.subjects[split.test])) in (11, 12) and set(faces.labels[split.train]) == set(range(8))
        assert len(set(faces.labels[split.test])) >= 7              # fear is rare: 25 sequences in ten folds


@pytest.mark.slow
def test_units_are_as_visible_as_the_stored_measurement_says(monkeypatch):
    """`benchmarks/twin.py` for some of its units, the least visible one among them: the same people, drawn anew."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import twin

    stored = json.loads((ROOT / "book/results/twin.json").read_text(encoding="utf-8"))["visibility"]
    assert stored["people"] == {"train": 120, "test": 60}
    units = ("AU4", "AU15", "AU16", "AU17")
    for furrows, known in stored["auc"].items():
        measured = twin.visibility(furrows=float(furrows), units=units)
        print(furrows, measured, {unit: known[unit] for unit in units})
        assert measured == pytest.approx({unit: known[unit] for unit in units}, abs=.03)
