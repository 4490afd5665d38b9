"""Random mixtures of filters: as many, of the same maps, and others than the filters."""
import numpy as np
import torch

from fer_lib.analysis.responses import responses
from fer_lib.analysis.rotations import with_rotated
from fer_lib.network import untrained
from fer_lib.preprocessing import see

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 1, 16, 16), np.uint8)


def test_the_first_are_the_filters_and_the_others_mix_their_maps():
    network = untrained(8, "fan-in", k=1., seed=0).eval()
    answers, mixed = with_rotated(network, IMAGES, "subtractive", 2, seed=3, progress=False)
    alone = responses(network, IMAGES, progress=False)
    np.testing.assert_allclose(answers.strongest, alone.strongest, rtol=1e-6)
    np.testing.assert_array_equal(answers.row, alone.row)
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        maps = network.conv3_responses(see(torch.from_numpy(IMAGES), "subtractive")).flatten(2)
    for found in mixed:
        turn = torch.linalg.qr(torch.randn(256, 256, generator=generator))[0]
        np.testing.assert_allclose(found, (turn @ maps).amax(2), rtol=1e-4, atol=1e-6)
    assert not np.allclose(mixed[0], mixed[1])


def test_there_may_be_none():
    answers, mixed = with_rotated(untrained(8, seed=0), IMAGES, "subtractive", 0, progress=False)
    assert answers.strongest.shape == answers.column.shape == (3, 256) and mixed == []
