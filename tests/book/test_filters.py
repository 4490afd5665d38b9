"""The chapter `filters`: its way back to the pixels against another one and by hand; and on small sets."""
import numpy as np
import pytest
import torch
from captum.attr import NeuronDeconvolution, NeuronGradient, NeuronGuidedBackprop
from layouts import write
from torch import nn

from fer_lib import Recipe, ZeroBiasCNN, load_or_train
from fer_lib.network import initialise
from fer_lib.notebooks import definitions

CHAPTER = definitions("filters", FIELD=np.array([-14, 18]))
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
    x = torch.randn(70, 1, 16, 16, generator=torch.Generator().manual_seed(0))      # more than a batch
    rng = np.random.default_rng(0)
    filters, rows, columns = rng.integers(256, size=70), rng.integers(4, size=70), rng.integers(4, size=70)
    found = CHAPTER["back"](NeuronGuidedBackprop, network, x, filters, rows, columns)

    leaf = x.clone().requires_grad_()
    conv3(network, leaf)[torch.arange(70), filters, rows, columns].sum().backward()
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


def test_the_verdict_follows_from_the_facts():
    for given, word in (((True, None, True), "held"), ((True, False, False), "held in part"),
                        ((False, None, False), "not held")):
        assert CHAPTER["verdict_of"](dict(zip("abc", given, strict=True))) == word


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


@pytest.mark.parametrize("name", ["ck_plus", "ck48", "tfd", "fer2013"])
def test_other_sets(run, twin, tmp_path, name):
    page, numbers = run("filters", **write(name, twin, tmp_path / "set"), size=48, **FEW,
                        training={"steps": 1, "every": 1, "batch": 8}, rule="mean")
    assert "Photographs, and what is computed back to their pixels, are not shown" in page
    assert "data:image" not in page and 'class="interactive"' not in page and "known of drawn faces only" in page
    assert numbers["filters_shown"] == 3
