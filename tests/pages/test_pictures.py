import io
import re
from base64 import b64decode

import numpy as np
import pytest
from PIL import Image

from fer_lib.pages.pictures import face_grid, face_table, sprites

RAMP = np.arange(256, dtype=np.uint8).reshape(16, 16)


def pictures(page):
    """The pictures of a page, as arrays."""
    found = re.findall(r"data:image/png;base64,([^\"]+)", page.data)
    return [np.asarray(Image.open(io.BytesIO(b64decode(data)))) for data in found]


def test_pixels_arrive_as_they_are():
    page = face_grid([RAMP, RAMP / 255], ["bytes", "floats"])
    assert all((picture == RAMP).all() for picture in pictures(page))


def test_floats_outside_0_to_1_are_cut_off():
    assert pictures(face_grid([np.array([[-1., .5, 2.]])], [""]))[0].tolist() == [[0, 128, 255]]


def test_a_picture_may_be_transparent():
    seen = np.stack([RAMP, RAMP[::-1]], axis=-1)
    assert all((picture == seen).all() for picture in pictures(face_grid([seen, seen / 255], ["bytes", "floats"])))


def test_every_picture_says_what_it_shows():
    page = face_grid([RAMP, RAMP], ["AU1", "a < b & c"]).data
    assert re.findall(r'alt="([^"]*)"', page) == ["AU1", "a &lt; b &amp; c"]
    assert "<figcaption" in page and ">a &lt; b &amp; c</figcaption>" in page
    assert re.findall(r'alt="([^"]*)"', face_grid([RAMP], ["AU1"], alt=["a raised brow"]).data) == ["a raised brow"]


def test_a_caption_is_not_forgotten():
    with pytest.raises(ValueError):
        face_grid([RAMP, RAMP], ["only one"])


def test_a_table_has_heads_and_leaves_cells_empty():
    page = face_table({"S001": [RAMP, None], "S002": [RAMP, RAMP]}, ["anger", "fear"])
    assert re.findall(r"<th>(\w+)</th>", page.data) == ["anger", "fear", "S001", "S002"]
    assert re.findall(r'alt="([^"]*)"', page.data) == ["S001, anger", "S002, anger", "S002, fear"]
    assert page.data.count("<td></td>") == 1


def test_the_sheet_of_pictures_holds_each_once():
    images = np.stack([np.full((8, 8), 20 * i, np.uint8) for i in range(6)])
    sheet, places = sprites(images, np.array([[5, 0], [0, 3]]), width=4, columns=2)
    assert places.tolist() == [[2, 0], [0, 1]] and [sheet[key] for key in ("size", "columns", "rows")] == [4, 2, 2]
    picture = np.asarray(Image.open(io.BytesIO(b64decode(sheet["src"].removeprefix("data:image/webp;base64,"))))
                         .convert("L"))
    assert picture.shape == (8, 8)
    assert abs(int(picture[6, 2]) - 100) < 6 and abs(int(picture[2, 6]) - 60) < 6 and picture[2, 2] < 6
