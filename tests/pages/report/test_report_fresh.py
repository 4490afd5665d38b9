"""Fresh weights: what is drawn anew, what is not, and that a report goes on without them."""
import pytest
import torch
from made_networks import Small, Tokens
from torch import nn

from fer_lib.pages.report.asking import ask
from fer_lib.pages.report.drawn import asked_faces
from fer_lib.pages.report.fresh import fresh_copy
from fer_lib.pages.report.sources import Seen, as_network, found, fresh_network

FACES = asked_faces().probe.images[:7]


def test_fresh_weights_are_the_same_for_a_seed_and_others_for_another():
    module = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
    module(torch.rand(4, 1, 8, 8))                  # the running mean is another now
    before = torch.get_rng_state()
    (one, _), (same, _), (other, _) = (fresh_copy(module, seed) for seed in (0, 0, 1))
    assert torch.equal(before, torch.get_rng_state())
    assert torch.equal(one[0].weight, same[0].weight) and not torch.equal(one[0].weight, other[0].weight)
    assert not torch.equal(one[0].weight, module[0].weight) and not one[1].running_mean.any()


def test_weights_that_the_seed_itself_draws_are_drawn_again():
    """Of a network that nobody has trained, made under the seed that is taken for fresh weights."""
    with torch.random.fork_rng([]):
        torch.manual_seed(0)
        module = nn.LSTM(4, 3)
    copy, why_not = fresh_copy(module, seed=0)
    assert not why_not and not torch.equal(copy.weight_ih_l0, module.weight_ih_l0)


def test_what_cannot_be_initialised_anew_is_said():
    copy, why_not = fresh_copy(Tokens())
    assert copy is None and why_not.startswith("token cannot be initialised anew")
    seen = Seen(layer="block.inside", size=32)
    source = found(Tokens(), seen)
    network, why_not = fresh_network(source, None, seen, 0)
    assert network is None and "--fresh can name a function that makes one" in why_not
    network, _ = fresh_network(source, Tokens, seen, 0)
    assert ask(network, FACES, progress=False).responses.shape == (7, 6)


class FrozenNorm(nn.Module):
    """A normalisation whose weights are buffers, which nothing initialises."""

    def __init__(self, channels: int):
        super().__init__()
        self.register_buffer("weight", torch.rand(channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.weight[:, None, None]


class Drawn(FrozenNorm):
    """The same, which draws them itself."""

    def reset_parameters(self):
        self.weight.uniform_()


class Kept(FrozenNorm):
    """And where nothing has to be drawn."""

    def reset_parameters(self):
        pass


def small_with(part: nn.Module) -> Small:
    module = Small()
    module.second = nn.Sequential(module.second, part)
    return module


def test_weights_in_buffers_are_not_taken_for_fresh():
    copy, why_not = fresh_copy(small_with(FrozenNorm(8)))
    assert copy is None and why_not.startswith("second.1.weight cannot be initialised anew") and "reset_para" in why_not
    module = small_with(Drawn(8))
    copy, kept = fresh_copy(module)
    assert not kept and not torch.equal(copy.second[1].weight, module.second[1].weight)


def test_buffers_that_stay_are_named():
    seen = Seen(layer="second", size=40)
    source = found(small_with(Kept(8)), seen)
    network, kept = fresh_network(source, None, seen, 0)
    assert network is not None and kept == "kept as it was, since it is no parameter: second.1.weight"


def test_buffers_that_no_file_of_weights_holds_have_learned_nothing():
    module = Small()
    module.register_buffer("grid", torch.rand(4), persistent=False)
    copy, kept = fresh_copy(module)
    assert copy is not None and kept == ""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kinds, name", [({nn.Linear}, "output._packed_params._packed_params"),
                                         ({nn.Conv2d, nn.Linear}, "first.weight")])
def test_a_quantised_network_is_not_taken_for_fresh(kinds, name):
    from torch.ao import quantization
    if nn.Conv2d in kinds:
        module = quantization.QuantWrapper(Small().eval())
        module.qconfig, name = quantization.default_qconfig, f"module.{name}"
        quantization.prepare(module, inplace=True)(torch.rand(2, 1, 40, 40))
        quantization.convert(module, inplace=True)
        assert not list(module.parameters())
    else:
        module = quantization.quantize_dynamic(Small(), kinds)
    copy, why_not = fresh_copy(module)
    assert copy is None and name in why_not


def test_a_network_of_which_nothing_is_drawn():
    copy, why_not = fresh_copy(nn.Sequential(nn.BatchNorm2d(3), nn.ReLU()))
    assert copy is None and why_not == "no weight of it was drawn anew"


class WantsArgument(Kept):
    def reset_parameters(self, gain):
        pass


class Fails(Kept):
    def reset_parameters(self):
        raise RuntimeError("not implemented\nfor 'Half'")


@pytest.mark.parametrize("part, said", [
    (Fails(8), "reset_parameters() of second.1 fails (RuntimeError: not implemented for 'Half')"),
    (WantsArgument(8), "reset_parameters() of second.1 fails (TypeError: WantsArgument.reset_parameters() missing 1")])
def test_a_report_goes_on_where_weights_cannot_be_drawn(part, said):
    seen = Seen(layer="first", size=40)
    network, why_not = fresh_network(found(small_with(part), seen), None, seen, 0)
    assert network is None and why_not.startswith(said) and "--fresh can name" in why_not


class Attentive(Small):
    """It keeps what it looked at, for a picture."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.attention = self.first(x).softmax(1)
        return super().forward(x)


def test_a_network_that_keeps_what_it_made_is_asked_with_fresh_weights():
    seen = Seen(layer="second", size=40)
    source = found(Attentive(), seen)
    as_network(source, seen)
    network, why_not = fresh_network(source, None, seen, 0)
    assert network is not None and not why_not


def test_what_cannot_be_copied_says_why():
    module = Attentive()
    module(torch.rand(2, 1, 40, 40))                # with gradients, before it was asked
    copy, why_not = fresh_copy(module)
    assert copy is None and why_not.startswith("it cannot be copied (RuntimeError: Only Tensors created explicitly")
