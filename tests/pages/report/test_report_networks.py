"""The two networks to begin with, and the command lines at their head."""
import re

import pytest
import torch

from fer_lib.pages.notebooks import BOOK
from fer_lib.pages.report.asking import ask
from fer_lib.pages.report.drawn import asked_faces
from fer_lib.pages.report.sources import Seen, as_network, found, fresh_network

NETWORKS = {"resnet18": ("layer3", 3, 256, 11.2), "vision_transformer": ("blocks.3", 1, 192, 2.7)}


@pytest.mark.parametrize("name", NETWORKS)
def test_it_can_be_asked_as_its_head_says(name):
    layer, channels, filters, millions = NETWORKS[name]
    path = BOOK / f"networks/{name}.py"
    (named,) = re.findall(r"report (\S+) --layer (\S+)", path.read_text(encoding="utf-8"))
    assert named == (f"book/networks/{name}.py:network", layer)
    seen = Seen(layer=layer, channels=channels, size=96)
    source = found(f"{path}:network", seen)
    assert sum(weight.numel() for weight in source.thing.parameters()) / 1e6 == pytest.approx(millions, abs=.05)
    assert source.thing.eval()(torch.rand(2, channels, 96, 96)).shape == (2, 7)
    fresh, why_not = fresh_network(source, None, seen, 0)
    assert not why_not
    own, other = (ask(one, asked_faces().probe.images[:3], progress=False).responses
                  for one in (as_network(source, seen), fresh))
    assert own.shape == other.shape == (3, filters) and (own != other).mean() > .9
