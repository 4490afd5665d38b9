"""A torch module's layer, asked: what a hook keeps, and the book's own network."""
import numpy as np
import pytest
import torch
from made_networks import Small, Tokens
from torch import nn

from fer_lib import load_dataset
from fer_lib.analysis.measures import read_measures
from fer_lib.analysis.probe import without_faint
from fer_lib.pages.notebooks import RESULTS
from fer_lib.pages.report.asking import ask
from fer_lib.pages.report.drawn import asked_faces, shown_at
from fer_lib.pages.report.outputs import as_maps, images_axis
from fer_lib.pages.report.sources import Seen, as_network, found
from fer_lib.pages.report.units_shown import units_shown
from fer_lib.pages.report.view import View
from fer_lib.preprocessing import local_contrast_normalise
from fer_lib.runs.store import read_run

FACES = asked_faces().probe.images[:7]


def asked(thing, **seen):
    seen = Seen(**seen)
    return as_network(found(thing, seen), seen)


@pytest.mark.parametrize("pool", ["max", "mean"])
def test_a_layer_of_a_module_with_biases(pool):
    module = Small(3).train()
    module.first.eval()
    module.second.bias.data -= 1.
    network = asked(module, layer="second", size=40, channels=3, mean=(.5, .4, .3), std=(.2,), pool=pool, batch=3)
    answers = ask(network, FACES, rotations=2, progress=False)
    x = torch.from_numpy(shown_at(FACES, 40)).float() / 255
    x = (x.expand(-1, 3, -1, -1) - torch.tensor([.5, .4, .3])[:, None, None]) / .2
    with torch.no_grad():
        maps = module.second(module.relu(module.first(x))).flatten(2)
    expected = maps.amax(2) if pool == "max" else maps.mean(2)
    assert np.allclose(answers.responses, expected, atol=1e-5) and answers.responses.shape == (7, 8)
    assert (expected < 0).any(), "not after the ReLU"
    assert [mixture.shape for mixture in answers.mixed] == [(7, 8)] * 2
    if pool == "mean":                              # a mixture of means is the mean of mixtures
        assert np.allclose(np.linalg.norm(answers.mixed[0], axis=1), np.linalg.norm(expected, axis=1), atol=1e-5)
    assert module.training and module.dropout.training and not module.first.training, "it is as it was"
    assert not module.second._forward_hooks and answers.points is None


class InPlace(Small):
    """`Small`, whose ReLU writes over what it is given; and so does what follows it."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.second(self.relu(self.first(x)))
        x += 1
        return self.output(self.relu(x).amax((2, 3)))


@pytest.mark.parametrize("layer", ["first", "second"])
def test_a_layer_s_output_is_what_it_was_before_others_wrote_over_it(layer):
    module, plain = InPlace().eval(), Small().eval()
    module.relu = nn.ReLU(inplace=True)
    for conv in (module.first, module.second):
        conv.bias.data -= 1
    plain.load_state_dict(module.state_dict())
    own, expected = (ask(asked(one, layer=layer, size=40), FACES, progress=False).responses for one in (module, plain))
    assert np.array_equal(own, expected) and (expected < 0).any()


def test_a_layer_that_is_run_twice_is_looked_at_the_last_time():
    network = asked(Small(), layer="relu", size=40)
    assert network.about["the layer is run"].startswith("2 times")
    assert ask(network, FACES, progress=False).responses.shape == (7, 8)


def test_probabilities_of_the_output():
    module = Small()
    network = asked(module, layer="second", size=40, classes=("anger", "happy", "other"))
    points = ask(network, FACES, progress=False).points
    with torch.no_grad():
        logits = module.eval()(View(40)(shown_at(FACES, 40)))
    assert np.allclose(points, 100 * logits.softmax(1), atol=1e-3) and np.allclose(points.sum(1), 100)
    whole = nn.Sequential(module, nn.Softmax(1))
    assert np.allclose(ask(asked(whole, layer="0.second", size=40, classes=("a", "happy", "c")), FACES,
                           progress=False).points, points, atol=1e-3), "probabilities stay as they are"
    module.class_names = ["anger", "happy", "other"]
    assert asked(module, layer="second", size=40).classes == ("anger", "happy", "other")


def test_of_several_outputs_that_with_a_column_for_each_class():
    class Heads(Small):
        def forward(self, x):
            logits = super().forward(x)
            return {"valence": logits[:, :2], "features": [logits.repeat(1, 3)], "heads": {"expression": logits}}

    module, plain = Heads().eval(), Small().eval()
    plain.load_state_dict(module.state_dict())
    own, expected = (ask(asked(one, layer="second", size=40, classes=("a", "b", "c")), FACES, progress=False)
                     for one in (module, plain))
    assert (own.points == expected.points).all() and (own.responses == expected.responses).all()
    with pytest.raises(ValueError, match=r"names 4 classes .* must be \(7, 4\); it is \(7, 2\)"):
        ask(asked(module, layer="second", size=40, classes=tuple("abcd")), FACES, progress=False)


def test_which_axis_is_which():
    tokens, maps, last = torch.rand(2, 5, 7), torch.rand(2, 7, 4, 4), torch.rand(2, 4, 4, 7)
    assert as_maps("x", torch.rand(2, 7)).shape == (2, 7, 1)
    assert torch.equal(as_maps("x", tokens), tokens.transpose(1, 2))
    assert torch.equal(as_maps("x", maps), maps.flatten(2))
    assert torch.equal(as_maps("x", last), last.permute(0, 3, 1, 2).flatten(2))
    assert torch.equal(as_maps("x", tokens.transpose(0, 1), 1), tokens.transpose(1, 2)), "tokens first"
    assert images_axis("x", [(2, 5, 7), (3, 5, 7)]) == 0 and images_axis("x", [(5, 2, 7), (5, 3, 7)]) == 1
    with pytest.raises(ValueError, match="no axis counts the images"):
        images_axis("x", [(5, 7), (5, 7)])


class Cube(nn.Module):
    """Maps of 5 filters over 5×5 positions, as they are, through a ReLU, and filters last, through a Linear."""

    def __init__(self):
        super().__init__()
        self.maps, self.relu, self.last = nn.Conv2d(1, 5, 8, 8), nn.ReLU(), nn.Linear(5, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(self.relu(self.maps(x)).permute(0, 2, 3, 1))


@pytest.mark.filterwarnings("error")
def test_a_layer_s_kind_says_which_axis_its_filters_are():
    module = Cube()
    maps, _ = asked(module, layer="maps", size=40).maps(shown_at(FACES[:3], 40))
    last, _ = asked(module, layer="last", size=40).maps(shown_at(FACES[:3], 40))
    with torch.no_grad():
        expected = module.maps(View(40)(shown_at(FACES[:3], 40)))
        assert torch.allclose(maps, expected.flatten(2))
        expected = module.last(module.relu(expected).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        assert torch.allclose(last, expected.flatten(2), atol=1e-6)


def test_filters_that_may_be_any_axis_are_warned_of():
    with pytest.warns(UserWarning, match=r"layer relu puts out \(2, 5, 5, 5\), .* taken to come first.*another size"):
        network = asked(Cube(), layer="relu", size=40)
    assert network.about["its filters"].startswith("taken to come first")
    assert "its filters" not in asked(Cube(), layer="relu", size=48).about


def test_tokens_are_positions():
    module = Tokens()
    network = asked(module, layer="block.inside", size=32)
    maps, _ = network.maps(shown_at(FACES[:2], 32))
    assert maps.shape == (2, 6, 17)
    with torch.no_grad():
        assert torch.allclose(maps, module(View(32)(shown_at(FACES[:2], 32)))["last"].permute(1, 2, 0))


def test_the_book_s_own_network_answers_what_is_stored_of_it():
    run = read_run(RESULTS / "controls/synthetic-48-cnn_ad-fold0-seed1-6e32bd66")

    class Seeing(nn.Module):
        def __init__(self):
            super().__init__()
            self.network = run.network

        def forward(self, x):
            return self.network(local_contrast_normalise(2 * x))

    stored = read_measures(run)["trained"]
    answers = ask(asked(Seeing(), layer="network.relu3", size=48, batch=64), asked_faces().probe.images, rotations=1,
                  progress=False)
    shown = units_shown(answers, asked_faces().probe, 19, np.random.default_rng(0), progress=False)
    assert shown.table["AUC"].to_dict() == pytest.approx(stored["units"], abs=.05)
    assert shown.table["AUC"].mean() == pytest.approx(stored["best filter"], abs=1e-3)
    assert shown.table["all"].mean() == pytest.approx(stored["all filters"], abs=1e-3)
    assert shown.rotated[0] == pytest.approx(stored["best filter, rotated"], abs=.03)


def test_faces_are_shown_in_the_size_that_is_asked_for():
    small = without_faint(load_dataset("synthetic", part="probe", size=48)).images[:7]
    assert np.array_equal(shown_at(FACES, 48), small) and np.array_equal(shown_at(FACES, 96), FACES)
    assert shown_at(FACES, 224).shape == (7, 1, 224, 224) and shown_at(FACES, 224).dtype == np.uint8
    assert abs(shown_at(FACES, 31).mean() - FACES.mean()) < 1
