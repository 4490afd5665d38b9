"""The chapter `filters`: its way back to the pixels against another one and by hand; and on small sets."""
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from captum.attr import NeuronDeconvolution, NeuronGradient, NeuronGuidedBackprop
from layouts import SMALL, write
from torch import nn

from fer_lib import Recipe, ZeroBiasCNN, load_dataset, load_or_train
from fer_lib.analysis.seeds import compare
from fer_lib.analysis.verdicts import VERDICTS
from fer_lib.controls import shuffle_labels
from fer_lib.faces import ACTION_UNITS
from fer_lib.network import initialise
from fer_lib.notebooks import definitions
from fer_lib.responses import Responses, responses

CHAPTER = definitions("filters", FIELD=np.array([-14, 18]), often=.1)
FEW = {"filters": 3, "top": 2, "energy_images": 0, "others": 1}


class TwoLayers(nn.Module):
    """x and -x after a ReLU, then 2×2 weights on each."""

    def __init__(self):
        super().__init__()
        self.conv1, self.relu1, self.conv3 = nn.Conv2d(1, 2, 1, bias=False), nn.ReLU(), nn.Conv2d(2, 1, 2, bias=False)
        self.conv1.weight.data[:, 0, 0, 0] = torch.tensor([1., -1.])
        self.conv3.weight.data[0] = torch.tensor([[[1., -2.], [3., 4.]], [[-1., 1.], [2., -1.]]])

    def forward(self, x):
        return self.conv3(self.relu1(self.conv1(x)))


@pytest.mark.parametrize(("method", "middle"), [
    # x = [[5, -1], [2, -3]] below the unit: where x > 0 the first channel is on, elsewhere the second
    (NeuronGradient, [[1., -1.], [3., 1.]]),                    # -1 times 1, and -1 times -1
    (NeuronGuidedBackprop, [[1., -1.], [3., 0.]]),              # without the weight of -1
    (NeuronDeconvolution, [[1., -1.], [1., 4.]])])              # positive weights of both channels, on or off
def test_a_picture_of_four_by_four_pixels_worked_out_by_hand(method, middle):
    x = torch.full((1, 1, 4, 4), 7.)
    x[0, 0, 1:3, 1:3] = torch.tensor([[5., -1.], [2., -3.]])
    expected = np.zeros((1, 4, 4))
    expected[0, 1:3, 1:3] = middle
    np.testing.assert_array_equal(CHAPTER["back"](method, TwoLayers(), x, [0], [1], [1]), expected)


@pytest.fixture(scope="module")
def network():
    made = ZeroBiasCNN(8).eval()
    initialise(made, "fan-in", k=1., seed=1)
    return made


class GuidedReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient * (gradient > 0) * (x > 0)


def guided_by_hand(network, x):
    """The maps of conv3, with a ReLU that is written out."""
    maps = network.pool1(GuidedReLU.apply(network.conv1(x)))
    return network.conv3(network.pool2(GuidedReLU.apply(network.conv2(maps))))


def guided_by_hooks(network, x):
    """The same with the network's own ReLUs, and hooks on them."""
    def positive(maps):
        maps.register_hook(lambda gradient: gradient.clamp(min=0))      # of the ReLU's output
        return maps

    maps = network.pool1(positive(network.relu1(network.conv1(x))))
    return network.conv3(network.pool2(positive(network.relu2(network.conv2(maps)))))


@pytest.mark.parametrize("conv3", [guided_by_hand, guided_by_hooks])
def test_captum_goes_back_as_another_implementation_does(network, conv3):
    x = torch.randn(40, 1, 48, 48, generator=torch.Generator().manual_seed(0))      # more than a batch
    rng = np.random.default_rng(0)
    filters, rows, columns = rng.integers(256, size=40), rng.integers(12, size=40), rng.integers(12, size=40)
    found = CHAPTER["back"](NeuronGuidedBackprop, network, x, filters, rows, columns)

    leaf = x.clone().requires_grad_()
    conv3(network, leaf)[torch.arange(40), filters, rows, columns].sum().backward()
    np.testing.assert_allclose(found, leaf.grad[:, 0].numpy(), atol=1e-6)
    assert np.abs(found).max() > 1e-3 and not np.allclose(
        found, CHAPTER["back"](NeuronGradient, network, x, filters, rows, columns), atol=1e-4)


def hooks(network) -> int:
    return sum(len(getattr(module, kind)) for module in network.modules()
               for kind in ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks"))


@pytest.mark.parametrize("method", [NeuronGradient, NeuronGuidedBackprop, NeuronDeconvolution])
def test_its_hooks_are_gone_also_after_an_error(network, method):
    x = torch.zeros(2, 1, 16, 16)
    CHAPTER["back"](method, network, x, [0, 1], [0, 0], [0, 0])
    assert not hooks(network)
    with pytest.raises(IndexError):
        CHAPTER["back"](method, network, x, [0, 1], [0, 99], [0, 0])
    assert not hooks(network)


def test_a_crop_is_what_the_unit_sees(network):
    x = torch.rand(1, 1, 48, 48, generator=torch.Generator().manual_seed(1))
    for row, column in ((6, 5), (0, 11)):
        seen = CHAPTER["back"](NeuronGradient, network, x, [3], [row], [column])[0]
        rows, columns = (np.flatnonzero(np.abs(seen).sum(axis)) for axis in (1, 0))
        place = [CHAPTER["crop"](pixels, row, column) for pixels in np.indices((48, 48))]
        assert place[0].shape == (32, 32)
        assert (np.nanmin(place[0]), np.nanmax(place[0])) == (rows.min(), rows.max())
        assert (np.nanmin(place[1]), np.nanmax(place[1])) == (columns.min(), columns.max())


def test_likeness_and_share_have_their_extremes():
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 32, 32))
    one[:5] = np.nan                                            # beyond the border
    assert CHAPTER["likeness"](one, one) == pytest.approx((1, 1)) == CHAPTER["likeness"](one, -3 * one)
    assert abs(CHAPTER["likeness"](one, other)[1]) < .1
    face = rng.normal(size=(32, 32))
    edges = face - np.roll(face, 1, axis=1)
    edges[:, 0] = np.nan                                        # where the roll comes around
    assert CHAPTER["explained"](edges, face) == pytest.approx(1), "a filter of two weights"
    assert CHAPTER["explained"](other, face) < .1
    one[:28] = np.nan
    assert np.isnan(CHAPTER["likeness"](one, other)).all(), "four rows are too few for a similarity"


def test_a_picture_is_compared_with_one_of_another_filter_in_another_image():
    which, where = np.array([0, 0, 1, 1, 2, 2]), np.array([5, 6, 5, 6, 5, 7])
    found = CHAPTER["another"](which, where, np.random.default_rng(0))
    assert (which[found] != which).all() and (where[found] != where).all()


def test_the_strongest_images_of_a_filter_are_of_different_sequences():
    answers = Responses(np.array([[1., 9.], [5., 0.], [4., 8.], [3., 7.]]), None, None)
    strongest = definitions("filters", images=np.array([0, 2, 4, 6]), faces=SimpleNamespace(
        sequences=np.array(["a", "", "b", "", "b", "", "c"])))["strongest_images"]
    assert strongest(answers, 2).tolist() == [[1, 3], [0, 2]], "the third image is of the second one's sequence"


def test_how_far_a_neuron_strays_worked_out_by_hand():
    strongest = np.zeros((40, 2), np.float32)
    strongest[:4] = [[1, 1], [1, 1], [1, 1], [1, 1]]            # the tenth that the filters respond to most
    row, column = np.full((40, 2), 9), np.full((40, 2), 3)      # elsewhere: plays no part
    row[:4, 0], column[:4, 0] = [0, 0, 2, 2], [5, 5, 5, 5]      # 4 pixels above or below its mean
    row[:4, 1], column[:4, 1] = [1, 1, 1, 1], [0, 6, 0, 6]      # 12 to either side
    placed = CHAPTER["positions"](Responses(strongest, row, column))
    assert placed["row"].tolist() == [5.5, 5.5] and placed["column"].tolist() == [21.5, 13.5]
    assert placed["row sd"].tolist() == [4, 0] and placed["column sd"].tolist() == [0, 12]
    assert CHAPTER["spread_of"](placed) == 8, "the median of 4 and 12"


@pytest.mark.parametrize("size", [48, 96])
def test_the_gradient_within_regions_is_a_share_of_all(network, size):
    pixels = np.random.default_rng(0).integers(256, size=(6, 1, size, size), dtype=np.uint8)
    chapter = definitions("filters", images=np.arange(6), faces=SimpleNamespace(sequences=None), energy_images=1)
    answers = responses(network, pixels, progress=False)
    on, best = np.flatnonzero(answers.strongest.max(0)), answers.strongest.argmax(0)
    row, column = (of[best[on], on] for of in (answers.row, answers.column))
    left = np.indices((size, size))[1] < size // 2
    first = np.abs(np.indices((size, size)) - 4 * np.array([row[0], column[0]])[:, None, None] - 1.5).max(0) < 16
    regions = {"all": np.ones_like(left), "left": left, "right": ~left, "field": first}
    within = chapter["energy_within"](network, answers, pixels, regions, "subtractive")
    assert within.shape == (len(on), 4) and within[:, 0] == pytest.approx(1)
    assert within[:, 1] + within[:, 2] == pytest.approx(1) and within[0, 3] == pytest.approx(1)
    inside, outside = 4 * column + 17 < size // 2, 4 * column - 14 >= size // 2         # fields wholly in one half
    assert inside.any() and outside.any()
    assert within[inside, 1] == pytest.approx(1) and within[outside, 1] == pytest.approx(0)


def test_a_gradient_spread_evenly_is_no_gain():
    area_of, gain_of = CHAPTER["area_of"], CHAPTER["gain_of"]
    area = area_of({"a": np.eye(4, dtype=bool), "b": np.ones((4, 4), bool), "c": np.eye(4)[:, [0]] * np.ones(4) > 0})
    assert area.tolist() == [.25, 1, .25]
    assert gain_of(np.tile(area, (5, 1)), area) == 1
    assert gain_of(np.array([[.5, 1, .25], [1, 1, .75]]), area) == 2, "of 3, 1 and 2"


def test_regions_overlap_by_what_they_share():
    overlap, halves = CHAPTER["overlap"], np.indices((4, 4))[0] // 2
    one, other = halves == 0, np.indices((4, 4))[0] < 3         # 8 pixels of 12
    assert overlap([one, other]) == pytest.approx(2 / 3) and overlap([halves == 0, halves == 1]) == 0
    assert overlap([one, other, one.copy()]) == 1


def test_regions_are_the_same_places_at_any_size():
    find = definitions("filters", people=1, seed=0)["regions"]
    large, small = find(96), find(48)
    assert list(large) == list(small) == list(ACTION_UNITS)
    for unit, mask in large.items():
        assert mask.shape == (96, 96) and small[unit].shape == (48, 48)
        centre, of_small = (np.argwhere(some).mean(0) / len(some) for some in (mask, small[unit]))
        assert centre == pytest.approx(of_small, abs=.06), unit
    rows = {unit: np.nonzero(large[unit])[0].mean() for unit in ("AU1", "AU12")}
    assert rows["AU1"] < 48 < rows["AU12"], "a brow above, a mouth below"


def test_one_network_says_no_but_never_yes():
    told = [CHAPTER["tested_on"](seeds) for seeds in (0, 1, 3)]
    assert told == ["no network", "one seed only", "3 seeds"]
    fresh = [1.] * 5
    elsewhere = {"apart": compare([3., 2, 2], fresh), "among": compare([3., 2, 1], fresh), "few": compare([2.], fresh)}
    also = definitions("filters", elsewhere=elsewhere)["also_elsewhere"]
    assert [also(True, key) for key in ("apart", "among", "few", "none")] == [True, False, None, None]
    assert not any(also(False, key) for key in elsewhere) and also(False, "none") is False


@pytest.fixture(scope="module")
def trained(twin, tmp_path_factory):
    """The folder of a run of CNN+AD on the twin."""
    recipe = Recipe.quick(augment=True, dropout=True, steps=1, every=1, batch=8)
    return load_or_train(twin, recipe, store=tmp_path_factory.mktemp("runs"), progress=False).folder


def test_the_twin(run, twin, trained, tmp_path):
    page, numbers = run("filters", **write("synthetic", twin, tmp_path), run=str(trained),
                        **FEW | {"energy_images": 1, "people": 1})
    assert page.count("guided backpropagation, image 1") == 3 + 3 and page.count('class="interactive"') == 1
    assert numbers["filters_field"] == 32 and numbers["filters_pictures"] == 6
    assert 0 < numbers["filters_explained_guided"] < 1
    assert numbers["filters_rank_before"] > numbers["filters_rank_chance"], "one step of training changes little"
    assert numbers["filters_untaught"] == 2 and page.count("Verdict: ") == 1
    assert numbers["filters_gain_trained"] > 0
    assert numbers["filters_gain_untaught_most"] >= numbers["filters_gain_before"]
    denser = numbers["filters_units_denser"]
    assert f"For {denser} of {len(ACTION_UNITS)} action units" in page and 0 < numbers["filters_regions_overlap"] <= 1
    exceptions = page.split("every network without; ")[1].split(". Nor")[0]
    assert exceptions.count("AU") == len(ACTION_UNITS) - denser
    assert "The book keeps no networks of 48 pixels for these faces" in page, "its own are of other faces"
    assert page.count("(one seed only): ") == 3 and "filters_other_spread_p" not in numbers
    assert page.count("one seed only): not testable here") + page.count("one seed only): no") >= 2, "never yes"


def test_other_trainings_are_counted(run, twin, stored, tmp_path):
    small, controls = load_dataset("synthetic", size=48, **SMALL, progress=False), stored.parent / "controls"
    for faces, seed, augment in ((small, 1, False), (small, 1, True), (shuffle_labels(small, 1), 1, False)):
        recipe = Recipe.quick(augment=augment, dropout=augment, steps=1, every=1, batch=8)
        made = load_or_train(faces, recipe, seed=seed, store=tmp_path / "made", progress=False).folder
        shutil.copytree(made, controls / made.name)
    page, numbers = run("filters", **write("synthetic", twin, tmp_path), run=str(made), size=48,     # any will do
                        **FEW | {"energy_images": 1, "people": 1, "fresh": 2})
    assert numbers["filters_other_trained"] == 2 == numbers["filters_other_fresh"], "shuffled labels are left out"
    for key in "spread", "gain":
        assert 1 / 3 - 1e-9 <= numbers[f"filters_other_{key}_p"] <= 1, "two networks of one seed are one finding"
    assert numbers["filters_other_spread_trained"] > 0 and numbers["filters_other_gain_fresh"] > 0
    assert page.count("(one seed only): ") == 3 and "means of 1 seed against these" in page
    assert VERDICTS["supported"] not in [numbers[f"filters_verdict_{key}"] for key in ("fixed", "moving")]


@pytest.mark.parametrize("name", ["ck_plus", "ck48", "tfd", "fer2013"])
def test_other_sets(run, twin, tmp_path, name):
    page, numbers = run("filters", **write(name, twin, tmp_path / "set"), size=48, **FEW,
                        training={"steps": 1, "every": 1, "batch": 8}, rule="mean")
    assert "Photographs, and what is computed back to their pixels, are not shown" in page
    assert "data:image" not in page and 'class="interactive"' not in page and "known of drawn faces only" in page
    assert numbers["filters_shown"] == 3
    assert "rests on one network only" in page and "(no network): not testable here" in page
