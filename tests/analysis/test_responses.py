"""What conv3 answers, against its maps looked at one by one."""
import numpy as np
import pytest
import torch
from training_faces import toy

from fer_lib.analysis.responses import BATCH, responses
from fer_lib.network import ZeroBiasCNN, initialise
from fer_lib.preprocessing import local_contrast_normalise, scale


@pytest.fixture(scope="module")
def network():
    made = ZeroBiasCNN(4).eval()
    initialise(made, "fan-in", k=1., seed=3)
    return made


@pytest.mark.parametrize("how", ["subtractive", "full"])
def test_the_maximum_of_each_map_and_where_it_is(network, how):
    images = toy(people=BATCH // 4 + 1).images                  # more than a batch
    found = responses(network, images, how, progress=False)
    assert found.strongest.shape == found.row.shape == found.column.shape == (len(images), 256)
    for i in (0, 5, len(images) - 1):
        with torch.no_grad():
            maps = network.conv3_responses(local_contrast_normalise(scale(torch.from_numpy(images[i:i + 1])), how))[0]
        for f in (0, 42, 255):
            assert found.strongest[i, f] == pytest.approx(maps[f].max().item(), rel=1e-5)
            assert maps[f, found.row[i, f], found.column[i, f]].item() == pytest.approx(maps[f].max().item(), rel=1e-5)


def test_directions_are_mixtures_of_the_channels(network):
    images = toy().images
    plain = responses(network, images, progress=False)
    same = responses(network, images, directions=torch.eye(256), progress=False)
    np.testing.assert_allclose(same.strongest, plain.strongest, rtol=1e-6)
    weights = torch.zeros(2, 256)
    weights[0, 7], weights[1, [7, 9]] = 2., 1.
    mixed = responses(network, images, directions=weights, progress=False).strongest
    np.testing.assert_allclose(mixed[:, 0], 2 * plain.strongest[:, 7], rtol=1e-6)
    assert (mixed[:, 1] <= plain.strongest[:, 7] + plain.strongest[:, 9] + 1e-6).all(), "not at the same unit, maybe"
    assert (mixed[:, 1] >= np.maximum(plain.strongest[:, 7], plain.strongest[:, 9]) - 1e-6).all()


def test_a_filter_without_a_response_has_none(network):
    silent = ZeroBiasCNN(4).eval()
    silent.load_state_dict(network.state_dict())
    with torch.no_grad():
        silent.conv3.weight[3] = 0
    found = responses(silent, toy().images, progress=False)
    assert not found.strongest[:, 3].any() and not found.row[:, 3].any()


def test_images_of_another_shape_are_refused(network):
    with pytest.raises(ValueError, match=r"must be \(N, 1, S, S\)"):
        responses(network, np.zeros((2, 1, 20, 20), np.uint8), progress=False)
