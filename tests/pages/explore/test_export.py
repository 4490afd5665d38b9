"""The network in the browser's file is the one that was trained: probabilities, conv3, the way back to the pixels."""
import warnings

import numpy as np
import onnxruntime
import pytest
import torch
from captum.attr import NeuronGuidedBackprop

from fer_lib import ZeroBiasCNN, load_dataset
from fer_lib.analysis.responses import responses
from fer_lib.network import initialise
from fer_lib.pages.explore.export import network_file
from fer_lib.preprocessing import local_contrast_normalise, scale
from fer_lib.runs.store import stored_run


@pytest.fixture(scope="module")
def trained():
    """The book's network, and a session of its file."""
    network = stored_run().network
    return network, onnxruntime.InferenceSession(network_file(network))


def asked(session, pixels, filter=0, guided=False):
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, {"pixels": pixels.astype(np.float32)[None], "filter": np.array([filter]),
                                              "guided": np.array([guided])}), strict=True))


def captums(network, pixels, filter, unit):
    x = local_contrast_normalise(scale(torch.from_numpy(pixels)[None])).requires_grad_()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")                         # Captum announces its hooks
        return NeuronGuidedBackprop(network, network.conv3).attribute(x, (filter, *unit)).detach().numpy()


@pytest.mark.parametrize("count", [20, pytest.param(100, marks=pytest.mark.slow)])
def test_it_answers_faces_as_the_network_does(trained, count):
    network, session = trained
    faces = load_dataset("synthetic", progress=False)
    images = faces.images[np.random.default_rng(0).choice(len(faces), count, replace=False)]
    answers = responses(network, images, progress=False)
    with torch.no_grad():
        x = local_contrast_normalise(scale(torch.from_numpy(images)))
        probabilities = network(x).softmax(1).numpy()
    for i, image in enumerate(images):
        found = asked(session, image)
        np.testing.assert_allclose(found["probabilities"][0], probabilities[i], atol=1e-4)
        np.testing.assert_allclose(found["strongest"][0], answers.strongest[i], rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(found["seen"], x[i:i + 1].numpy(), atol=1e-5)
        assert found["gradient"].shape == (1, 1, 1, 1), "not asked for"
    assert len(network_file(network)) < 3e6


def test_the_way_back_is_captum_s(trained):
    network, session = trained
    faces = load_dataset("synthetic", progress=False)
    rng = np.random.default_rng(1)
    for i, f in zip(rng.choice(len(faces), 12, replace=False), rng.integers(256, size=12), strict=True):
        found = asked(session, faces.images[i], f, guided=True)
        unit = divmod(int(found["place"][0, f]), 24)
        expected = captums(network, faces.images[i], int(f), unit)
        np.testing.assert_allclose(found["gradient"], expected, atol=1e-5 * np.abs(expected).max())
        assert found["map"][0, 0][unit] == found["strongest"][0, f] == found["map"].max()


@pytest.mark.parametrize("picture", ["flat", "square", "noise"])
def test_ties_and_flat_patches(picture):
    """Where pixels are equal, the first of them is the maximum, on the way there and back."""
    pixels = np.full((1, 48, 48), 0, np.uint8)                  # 0 and 255 are exact in floats, and so are ties
    if picture == "square":
        pixels[:, 10:30, 12:40] = 255
    if picture == "noise":
        pixels = np.random.default_rng(0).integers(0, 256, pixels.shape, dtype=np.uint8)
    network = ZeroBiasCNN(6).eval()
    initialise(network, "fan-in", k=1.)
    network = network.half().float()
    session = onnxruntime.InferenceSession(network_file(network, size=48))
    for f in (0, 17, 255):
        found = asked(session, pixels, f, guided=True)
        expected = captums(network, pixels, f, divmod(int(found["place"][0, f]), 12))
        np.testing.assert_allclose(found["gradient"], expected, atol=1e-5 * max(np.abs(expected).max(), 1e-6))
    assert found["probabilities"].shape == (1, 6) and found["probabilities"].sum() == pytest.approx(1)


@pytest.mark.parametrize("network, how", [(ZeroBiasCNN(bias=True), "subtractive"), (ZeroBiasCNN(), "full")])
def test_what_is_not_exported_is_refused(network, how):
    with pytest.raises(ValueError, match="only networks without biases"):
        network_file(network, how)
