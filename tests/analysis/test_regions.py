"""Where units move a face, and how much of a filter's gradient lies there: by hand, and of known shares."""
import numpy as np
import pytest

from fer_lib import ZeroBiasCNN
from fer_lib.analysis.regions import (
    draw,
    energy_within,
    file_of,
    gain,
    overlap,
    read,
    regions,
    share_within,
    shares_of_picture,
    write,
)
from fer_lib.analysis.responses import Responses, responses
from fer_lib.faces import ACTION_UNITS
from fer_lib.network import initialise


@pytest.fixture(scope="module")
def network():
    made = ZeroBiasCNN(8).eval()
    initialise(made, "fan-in", k=1., seed=1)
    made.conv3.weight.data[50:] = 0                             # filters that never respond, since 256 take long
    return made


def faces(count: int, size: int = 48) -> np.ndarray:
    return np.random.default_rng(0).integers(256, size=(count, 1, size, size), dtype=np.uint8)


def test_shares_and_gain_by_hand():
    squares = np.zeros((2, 4, 4), np.float32)
    squares[0, 0, 0], squares[0, 3, 3] = 3., 1.
    masks = {"corner": np.zeros((4, 4), bool), "all": np.ones((4, 4), bool)}
    masks["corner"][:2, :2] = True
    within = share_within(squares, np.stack(list(masks.values())))
    assert within.tolist() == [[.75, 1], [0, 0]], "an empty picture has nothing anywhere"
    assert gain(within[:1], masks) == np.median([.75 / .25, 1])
    with pytest.raises(ValueError, match=r"masks of \(4, 4\) pixels do not lie on pictures of \(2, 8\)"):
        share_within(squares.reshape(2, 2, 8), np.stack(list(masks.values())))


def test_a_gradient_spread_evenly_is_no_gain():
    masks = {"a": np.eye(4, dtype=bool), "b": np.ones((4, 4), bool), "c": np.eye(4)[:, [0]] * np.ones(4) > 0}
    assert shares_of_picture(masks).tolist() == [.25, 1, .25]
    assert gain(np.tile(shares_of_picture(masks), (5, 1)), masks) == 1
    assert gain(np.array([[.5, 1, .25], [1, 1, .75]]), masks) == 2, "of 3, 1 and 2"


@pytest.mark.parametrize("size", [48, 96])
def test_the_gradient_within_regions_is_a_share_of_all(network, size):
    answers = responses(network, faces(6, size), progress=False)
    on, best = np.flatnonzero(answers.strongest.max(0)), answers.strongest.argmax(0)
    row, column = (of[best[on], on] for of in (answers.row, answers.column))
    left = np.indices((size, size))[1] < size // 2
    first = np.abs(np.indices((size, size)) - 4 * np.array([row[0], column[0]])[:, None, None] - 1.5).max(0) < 16
    masks = {"all": np.ones_like(left), "left": left, "right": ~left, "field": first}
    within = energy_within(network, answers, faces(6, size), masks, "subtractive")
    assert len(on) == 50 and within.shape == (50, 4) and within[:, 0] == pytest.approx(1)
    assert within[:, 1] + within[:, 2] == pytest.approx(1) and within[0, 3] == pytest.approx(1)
    inside, outside = 4 * column + 17 < size // 2, 4 * column - 14 >= size // 2         # fields wholly in one half
    assert inside.any() and outside.any()
    assert within[inside, 1] == pytest.approx(1) and within[outside, 1] == pytest.approx(0)


def test_of_each_case_a_filter_has_one_image(network):
    """Twice the same image is one image, if both are of one case."""
    once, masks = faces(3), {"top": np.indices((48, 48))[0] < 20}
    twice, of = np.repeat(once, 2, axis=0), np.repeat([0, 1, 2], 2)
    found = energy_within(network, responses(network, twice, progress=False), twice, masks, each=2, cases=of)
    expected = energy_within(network, responses(network, once, progress=False), once, masks, each=2)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    alone = energy_within(network, responses(network, twice, progress=False), twice, masks, each=2)
    assert np.abs(alone - expected).max() > .01, "otherwise the same image counts twice"


def test_a_network_that_never_responds_has_no_gain(network):
    silent = Responses(*(np.zeros((3, 256), kind) for kind in (np.float32, np.int16, np.int16)))
    masks = {"all": np.ones((48, 48), bool), "top": np.indices((48, 48))[0] < 20}
    within = energy_within(network, silent, faces(3), masks)
    assert within.shape == (0, 2) and np.isnan(gain(within, masks))


def test_answers_are_those_of_the_images(network):
    with pytest.raises(ValueError, match="2 images are not the 3 that were answered"):
        energy_within(network, responses(network, faces(3), progress=False), faces(2), {"a": np.ones((48, 48), bool)})


def test_regions_overlap_by_what_they_share():
    halves = np.indices((4, 4))[0] // 2
    one, other = halves == 0, np.indices((4, 4))[0] < 3         # 8 pixels of 12
    assert overlap({"a": one, "b": other}) == pytest.approx(2 / 3)
    assert overlap({"a": halves == 0, "b": halves == 1}) == 0
    assert overlap({"a": one, "b": other, "c": one.copy()}) == 1


def test_regions_are_the_same_places_at_any_size():
    large, small = regions(96), regions(48)
    assert list(large) == list(small) == list(ACTION_UNITS)
    for unit, mask in large.items():
        assert mask.shape == (96, 96) and small[unit].shape == (48, 48) and 0 < mask.mean() < .6
        centre, of_small = (np.argwhere(some).mean(0) / len(some) for some in (mask, small[unit]))
        assert centre == pytest.approx(of_small, abs=.06), unit
    rows = {unit: np.flatnonzero(mask.any(1)).mean() for unit, mask in small.items()}
    assert rows["AU1"] < rows["AU9"] < rows["AU12"] < rows["AU26"], "brow, nose, mouth, jaw"


def test_regions_are_drawn_once_and_nobody_changes_them():
    mask = regions(48, people=1)["AU12"]
    assert regions(48, people=1)["AU12"] is mask
    with pytest.raises(ValueError, match="read-only"):
        mask[:] = True


@pytest.mark.parametrize("size", [48, pytest.param(96, marks=pytest.mark.slow)])
@pytest.mark.parametrize("units", [("AU4", "AU12"), pytest.param(tuple(ACTION_UNITS), marks=pytest.mark.slow)])
def test_the_published_regions_are_those_that_are_drawn(size, units):
    """A grey level, which another processor may draw, moves a pixel at a border."""
    published = regions(size)
    assert list(published) == list(ACTION_UNITS)
    for unit, drawn in draw(size, units=units).items():
        assert (drawn != published[unit]).sum() <= drawn.sum() / 100, unit


def test_what_is_written_is_read(tmp_path):
    masks = {unit: np.random.default_rng(i).random((48, 48)) < .2 for i, unit in enumerate(ACTION_UNITS)}
    write(tmp_path / "masks.png", masks)
    again = read(tmp_path / "masks.png")
    assert list(again) == list(masks) and all((again[unit] == masks[unit]).all() for unit in masks)


def test_other_people_are_drawn():
    assert file_of(48).exists() and not file_of(32).exists()
    assert regions(32, people=1)["AU12"].shape == (32, 32)
