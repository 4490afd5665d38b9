"""Where filters look, by hand on small arrays; and Captum's way back against the rule, by hand."""
import numpy as np
import pytest
import torch
from captum.attr import NeuronGradient

from fer_lib import ZeroBiasCNN
from fer_lib.analysis.attribution import FIELD, crop, guided, to_pixels
from fer_lib.analysis.likeness import another, likeness, rank_correlation
from fer_lib.analysis.places import places, strays, strongest_images
from fer_lib.analysis.regions import energy_within, gain, regions, share_within
from fer_lib.network import initialise
from fer_lib.responses import Responses, responses


def network_of(seed: int = 0) -> ZeroBiasCNN:
    network = ZeroBiasCNN(4).eval()
    initialise(network, "fan-in", k=1., seed=seed)
    return network


IMAGES = np.random.default_rng(0).integers(0, 256, (12, 1, 48, 48), dtype=np.uint8)


def test_of_each_case_the_strongest_image():
    strongest = np.array([[.1, 5], [.9, 5], [.8, 1], [.2, 0]], np.float32)
    assert strongest_images(strongest, 2).tolist() == [[1, 2], [0, 1]], "of equal ones the earlier"
    assert strongest_images(strongest, 2, np.array(["a", "b", "b", "c"])).tolist() == [[1, 3], [0, 1]]
    assert strongest_images(strongest, 9, np.array([0, 0, 1, 1])).tolist() == [[1, 2], [0, 2]], "there are two cases"


def test_the_place_of_the_strongest_tenth():
    strong = np.zeros((20, 2), np.float32)
    strong[3, 0], strong[7, 0] = 2., 1.
    row, column = np.zeros((20, 2), np.int16), np.full((20, 2), 5, np.int16)
    row[3, 0], row[7, 0] = 2, 4
    table = places(Responses(strong, row, column), often=.1)
    assert table.loc[0, ["row", "column"]].tolist() == [4 * 3 + 1.5, 4 * 5 + 1.5]
    assert table.loc[0, ["row sd", "column sd", "images"]].tolist() == [4, 0, 2]
    assert np.isnan(table.loc[1, "row"]) and table.loc[1, "images"] == 0, "it never responds"
    assert strays(table) == 4


def test_a_neuron_sees_its_field_and_nothing_else():
    x = torch.randn(1, 1, 48, 48, generator=torch.Generator().manual_seed(0))
    picture = to_pixels(NeuronGradient, network_of(), x, [3], [6], [5])[0]
    rows, columns = (np.flatnonzero(picture.any(axis)) for axis in (1, 0))
    assert rows[0] >= 24 + FIELD[0] and rows[-1] < 24 + FIELD[1]
    assert columns[0] >= 20 + FIELD[0] and columns[-1] < 20 + FIELD[1]
    field = crop(picture, 6, 5)
    assert field.shape == (32, 32) and np.isclose(np.abs(field).sum(), np.abs(picture).sum())
    assert np.isnan(crop(picture, 0, 0)[:14]).all() and not np.isnan(crop(picture, 0, 0)[14:, 14:]).any()


def test_guided_backpropagation_is_the_rule_applied_by_hand():
    network, x = network_of(1), torch.randn(3, 1, 24, 24, generator=torch.Generator().manual_seed(1))
    filters, rows, columns = [7, 2, 9], [1, 2, 3], [3, 0, 2]
    found = guided(network, x, filters, rows, columns)

    class Guided(torch.autograd.Function):
        @staticmethod
        def forward(ctx, value):
            ctx.save_for_backward(value)
            return value.relu()

        @staticmethod
        def backward(ctx, above):
            return above.clamp(min=0) * (ctx.saved_tensors[0] > 0)

    inputs = x.clone().requires_grad_()
    hidden = network.pool1(Guided.apply(network.conv1(inputs)))
    hidden = network.pool2(Guided.apply(network.conv2(hidden)))
    network.conv3(hidden)[torch.arange(3), filters, rows, columns].sum().backward()
    np.testing.assert_allclose(found, inputs.grad[:, 0].numpy(), atol=1e-6)
    assert found.shape == (3, 24, 24) and guided(network, x[:0], [], [], []).shape == (0, 24, 24)
    assert not network.relu1._forward_hooks and not network.relu1._backward_hooks, "Captum leaves nothing behind"


def test_many_images_are_answered_as_few_are():
    network, x = network_of(), torch.randn(40, 1, 48, 48, generator=torch.Generator().manual_seed(2))
    every = guided(network, x, range(40), [5] * 40, [6] * 40)
    np.testing.assert_allclose(every[35:], guided(network, x[35:], range(35, 40), [5] * 5, [6] * 5), atol=1e-6)


def test_shares_and_gain_by_hand():
    squares = np.zeros((2, 4, 4), np.float32)
    squares[0, 0, 0], squares[0, 3, 3] = 3., 1.
    masks = {"corner": np.zeros((4, 4), bool), "all": np.ones((4, 4), bool)}
    masks["corner"][:2, :2] = True
    within = share_within(squares, np.stack(list(masks.values())))
    assert within.tolist() == [[.75, 1], [0, 0]], "an empty picture has nothing anywhere"
    assert gain(within[:1], masks) == np.median([.75 / .25, 1])


def test_energy_of_filters_that_respond():
    network = network_of()
    network.conv3.weight.data[5] = 0                # never
    answers = responses(network, IMAGES, progress=False)
    everywhere = {"all": np.ones((48, 48), bool), "none": np.zeros((48, 48), bool)}
    within, on = energy_within(network, answers, IMAGES, everywhere, each=2), (answers.strongest.max(0) > 0).sum()
    assert within.shape == (on, 2) and on < 256
    np.testing.assert_allclose(within, [[1, 0]] * on, atol=1e-5)


def test_where_a_unit_moves_a_face():
    masks = regions(48, people=1)
    rows = {unit: np.flatnonzero(mask.any(1)).mean() for unit, mask in masks.items()}
    assert rows["AU1"] < rows["AU9"] < rows["AU12"] < rows["AU26"], "brow, nose, mouth, jaw"
    assert all(0 < mask.mean() < .6 for mask in masks.values())


def test_pictures_are_as_alike_as_their_networks():
    network = network_of()
    answers = responses(network, IMAGES, progress=False)
    same, by_chance = likeness(network, network, answers, IMAGES, filters=4, each=2)
    assert same == pytest.approx(1) and by_chance < .6
    other, _ = likeness(network, network_of(9), answers, IMAGES, filters=4, each=2)
    assert by_chance - .2 < other < 1
    silent = Responses(np.zeros((12, 256), np.float32), answers.row, answers.column)
    assert np.isnan(likeness(network, network, silent, IMAGES)).all()


def test_rank_correlation_of_what_both_see():
    picture = np.arange(64.).reshape(8, 8)
    assert rank_correlation(picture, -picture) == pytest.approx(1), "absolute values"
    assert rank_correlation(picture, np.zeros((8, 8))) == 0
    beyond = np.where(np.arange(8)[:, None] < 3, np.nan, picture)
    assert np.isnan(rank_correlation(beyond, picture))


def test_another_filter_in_another_image():
    which, where = np.array([1, 1, 2, 2]), np.array([0, 1, 0, 1])
    assert another(which, where, np.random.default_rng(0)).tolist() == [3, 2, 1, 0]
    assert another(np.zeros(2, int), np.array([0, 1]), np.random.default_rng(0)).tolist() == [0, 1]
