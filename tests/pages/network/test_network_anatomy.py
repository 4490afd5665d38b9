"""The network drawn, its table, and what a conv3 unit sees of a face."""
import io
import re
from base64 import b64decode
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from fer_lib import ZeroBiasCNN
from fer_lib.analysis.layers import outputs
from fer_lib.pages.network.anatomy import about, drawn, layer_table, sheets
from fer_lib.pages.network.fields import framed, framed_faces, glue_fields


def pictures(page: str) -> list[np.ndarray]:
    return [np.asarray(Image.open(io.BytesIO(b64decode(data)))) for data in re.findall(r"base64,([^\"]+)", page)]


def test_every_layer_has_a_line():
    network = ZeroBiasCNN(8).eval()
    with torch.no_grad():
        page = drawn(network, outputs(network, torch.rand(1, 1, 16, 16)), "a < b").data
    lines = re.findall(r"<b>(\w+)</b> ([\d×]+)<br>", page)
    assert lines == [("input", "1×16×16"), ("conv1", "64×16×16"), ("pool1", "64×8×8"), ("conv2", "128×8×8"),
                     ("pool2", "128×4×4"), ("conv3", "256×4×4"), ("pool3", "256×2×2"), ("fc", "300"), ("output", "8")]
    assert "the face, a &lt; b normalisation" in page and page.count("no biases, ReLU") == 3
    assert "819,200 parameters" in page and page.count("parameters") == 5
    assert page.count("→ ") == 8 and page.startswith('<div style="display:grid')


def test_a_layer_in_words():
    assert about(nn.Conv2d(1, 2, 3)) == "3×3 convolution, biases"
    assert about(nn.Conv2d(1, 2, 5, bias=False)) == "5×5 convolution, no biases"
    assert about(nn.MaxPool2d(2)) == "maximum of 2×2"
    with pytest.raises(ValueError, match="nothing is known of Tanh"):
        about(nn.Tanh())


def test_the_maps_with_the_highest_mean_are_drawn():
    maps = torch.zeros(16, 4, 4)
    maps[5, 0, 0], maps[9, 1:] = 1., 1.                             # 16 maps: two are shown
    faint, strong = pictures(sheets(maps, "maps"))
    assert faint[0, 0] == 0 and faint[1:].min() == 255              # black is the strongest response
    assert (strong[1:] == 0).all() and (strong[0] == 255).all()


def test_of_a_face_grey_is_zero():
    face = torch.zeros(1, 8, 8)
    face[0, :4], face[0, 4:, 4:] = 1., -1.
    (shown,) = pictures(sheets(face, "input"))
    assert (shown[0, 0], shown[7, 0], shown[7, 7]) == (255, 128, 0)


def test_the_table_has_both_sizes_and_all_parameters(glued):
    table = layer_table(SimpleNamespace(network=ZeroBiasCNN(6).eval(), folder=SimpleNamespace(name="a run")))
    shown = table.data
    assert shown.loc["conv3", ["at 96", "at 48"]].tolist() == ["256×24×24", "256×12×12"]
    assert shown.at["all", "parameters"] == shown["parameters"][:-1].sum() == 1_334_906
    assert shown["share"][:-1].sum() == pytest.approx(1) and "relu1" not in shown.index
    assert {name: record["value"] for name, record in glued.items()} == {
        "network_parameters": 1_334_906, "network_classes": 6, "network_conv3_share": 819_200 / 1_334_906}
    assert glued["network_classes"]["source"] == "a run" and glued["network_conv3_share"]["display"] == "61 %"


def test_widths_by_both_routes(glued):
    glue_fields({"network's input": (24, 24), "face, full": (32, 31)}, n=4)
    assert {name: (record["value"], record["n"]) for name, record in glued.items()} == {
        "network_field": (24, None), "network_field_by_gradient": (24, 4), "network_field_full": (32, None),
        "network_field_full_by_gradient": (31, 4), "network_field_of_96": (.25, None),
        "network_field_of_48": (.5, None)}
    assert glued["network_field_of_96"]["display"] == "25 %"


def test_a_frame_surrounds_what_is_seen():
    large = framed(np.full((48, 48), 128, np.uint8), 10, 19)        # 8 pixels for each: 80 to 159
    assert large.shape == (384, 384) and set(np.unique(large)) == {0, 128, 255}
    assert large[100, 78:88].tolist() == [128] * 2 + [0] * 3 + [255] * 3 + [128] * 2
    assert large[152:162, 100].tolist() == [128] * 2 + [255] * 3 + [0] * 3 + [128] * 2
    assert (large == 0).sum() == 80 ** 2 - 74 ** 2 and (large == 255).sum() == 74 ** 2 - 68 ** 2


def test_a_face_of_each_size():
    page = framed_faces(np.zeros((1, 1, 96, 96), np.uint8), {96: (30, 65), 48: (6, 41)}).data
    assert "96 pixels: 36 of 96" in page and "48 pixels: 36 of 48" in page and page.count("alt=") == 2
