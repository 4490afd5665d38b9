"""First filters and the summary, of numbers that are known."""
from types import SimpleNamespace

import numpy as np
import torch

from fer_lib import ZeroBiasCNN
from fer_lib.pages.network.first_filters import glue_filters, mosaic, on_smoothness
from fer_lib.pages.network.summary import summary


def test_a_mosaic_has_every_filter_in_its_place():
    filters = np.ones((64, 5, 5))
    filters[19], filters[20, 0, 0] = -1., 2.                        # row 2, columns 3 and 4
    picture = mosaic(filters)
    assert picture.shape == (8 * 39, 8 * 39)
    tiles = picture.reshape(8, 39, 8, 39).swapaxes(1, 2)
    assert (tiles[2, 3, 2:-2, 2:-2] == 0).all() and (tiles[2, 2] == 1).all()
    assert (tiles[2, 4, 2:9, 2:9] == 1).all() and tiles[2, 4, 9, 9] == .75
    assert (tiles[2, 3, :2] == 1).all() and (tiles[2, 3, :, -2:] == 1).all()


def test_filters_in_numbers(glued):
    glue_filters(np.array([1., .5]), np.array([.25, .25]), 1.1, {"before": -.034, "after": .2}, np.array([-.5, .1, 0]),
                 SimpleNamespace(folder=SimpleNamespace(name="a run")))
    shown = {name.removeprefix("network_"): (record["display"], record["n"]) for name, record in glued.items()}
    assert shown == {"filters_alike": ("0.75", 2), "filters_alike_chance": ("0.25", 2), "filters_growth": ("1.1", 2),
                     "smoothness_before": ("−0.03", 2), "smoothness_after": ("0.20", 2),
                     "smoothness_by_chance": ("0.10", 3), "shuffles": ("3", None)}
    assert "beyond chance" in on_smoothness(True) and "has not" in on_smoothness(False)


def test_the_summary():
    lines = summary(ZeroBiasCNN(8), 32, torch.tensor([0., 0.]), .73, .988, .164).splitlines()
    assert len(lines) == 4 and all(line.startswith("- ") for line in lines)
    assert "1,335,508 parameters at 8 classes; biases in the convolutions would be 448 more" in lines[0]
    assert "33 % of the width of a face of 96 and 67 % of one of 48" in lines[1]
    assert "(largest difference: 0); with biases as PyTorch draws them they depart from it by 73 %" in lines[2]
    assert lines[3].endswith("by 0.99 (chance: 0.16)")
