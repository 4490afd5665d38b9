"""Fresh weights: what is drawn anew, what is not, and that a report goes on without them."""
import torch
from made_networks import Tokens
from torch import nn

from fer_lib.pages.report.asking import ask
from fer_lib.pages.report.drawn import asked_faces
from fer_lib.pages.report.fresh import fresh_copy
from fer_lib.pages.report.sources import Seen, found, fresh_network

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
