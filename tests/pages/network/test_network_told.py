"""First filters, of numbers that are known."""
from types import SimpleNamespace

import numpy as np

from fer_lib.pages.network.first_filters import glue_filters, mosaic, on_smoothness


def test_a_mosaic_has_every_filter_in_its_place():
    filters = np.ones((64, 5, 5))
    filters[19], filters[20, 0, 0] = -1., 2.                        # row 2, columns 3 and 4
    picture = mosaic(filters)
    assert picture.shape == (8 * 39, 8 * 39, 2)
    tiles, there = picture.reshape(8, 39, 8, 39, 2).swapaxes(1, 2).transpose(4, 0, 1, 2, 3)
    assert (tiles[2, 3, 2:-2, 2:-2] == 0).all() and (tiles[2, 2, 2:-2, 2:-2] == 1).all()
    assert (tiles[2, 4, 2:9, 2:9] == 1).all() and tiles[2, 4, 9, 9] == .75
    assert (there[:, :, 2:-2, 2:-2] == 1).all() and there.sum() == 64 * 35 ** 2, "between them is the page's ground"


def test_filters_in_numbers(glued):
    glue_filters(np.array([1., .5]), np.array([.25, .25]), 1.1, {"before": -.034, "after": .2}, np.array([-.5, .1, 0]),
                 SimpleNamespace(folder=SimpleNamespace(name="a run")))
    shown = {name.removeprefix("network_"): (record["display"], record["n"]) for name, record in glued.items()}
    assert shown == {"filters_alike": ("0.75", 2), "filters_alike_chance": ("0.25", 2), "filters_growth": ("1.1", 2),
                     "smoothness_before": ("−0.03", 2), "smoothness_after": ("0.20", 2),
                     "smoothness_by_chance": ("0.10", 3), "shuffles": ("3", None)}
    assert "are more alike after training" in on_smoothness(True) and "has not" in on_smoothness(False)
