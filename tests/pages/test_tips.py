"""What a page says of AU12 and of conv3:42, and the faces beside it."""
import io
import json
from base64 import b64decode
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from fer_lib import FaceDataset
from fer_lib.faces import ACTION_UNITS
from fer_lib.pages import example_network, notebooks, tips
from fer_lib.pages.pictures import cut, sheet

NETWORK = SimpleNamespace(recipe=SimpleNamespace(variant="CNN+AD"), pixels=96, folder=SimpleNamespace(name="a run"))
# Responses (6 images, 3 filters): the first likes the last images, the second the first, the third none
RESPONSES = np.stack([np.arange(6.), np.arange(6.)[::-1], np.zeros(6)], axis=1)


@pytest.fixture
def kept(monkeypatch):
    """What the chapter has kept, once `explain` was called."""
    found = {}
    monkeypatch.setattr(notebooks, "show", lambda data, raw, metadata: found.update(
        {metadata["scrapbook"]["name"]: json.loads(data[notebooks.PREFIX + "text/plain"])}))
    return found


def grey(count=6, side=32):
    return np.stack([np.full((1, side, side), 40 * i, np.uint8) for i in range(count)])


def explain(name="synthetic"):
    faces = FaceDataset(name, grey(), [0] * 6, ("happy",), sequences=[f"S{i}" for i in range(6)])
    said = [example_network.of_unit(*known) for known in (("AU12", 1, .934), ("AU4", -1, np.nan), ("AU1", 1, .5))]
    example_network.glue_filters(NETWORK, faces, RESPONSES, said)


def test_a_unit_has_its_name_and_its_place_after_the_face_at_rest():
    assert tips.unit_tip("AU1") == {"text": "Inner brow raiser", "sheet": "units",
                                    "faces": [[0, "at rest"], [1, "with AU1"]]}
    assert tips.unit_tip("AU43")["faces"][1][0] == len(ACTION_UNITS)
    assert tips.unit_tip("AU14L")["text"] == "Dimpler, on the left side of the face"
    assert tips.unit_tip("AU14L")["faces"][1][1] == "with AU14, both sides"


def test_a_unit_that_cannot_be_drawn_has_its_name_only_and_an_unknown_one_nothing():
    assert tips.unit_tip("AU45") == {"text": "Blink. The drawn faces cannot show it."}
    assert tips.unit_tip("AU99") is None


def test_every_unit_is_drawn_beside_the_face_at_rest(monkeypatch):
    monkeypatch.setattr(tips, "SIDE", 24)
    drawn = tips.draw_units()
    faces = cut(drawn.file, 24, drawn.columns).astype(int)
    assert drawn.columns * drawn.rows == len(faces) >= 1 + len(ACTION_UNITS)
    at_rest, *moved = faces[:1 + len(ACTION_UNITS)]
    for unit, face in zip(ACTION_UNITS, moved, strict=True):
        assert np.abs(face - at_rest).max() > 12, unit


def test_a_sheet_is_cut_into_what_it_was_made_of():
    faces = grey()[:, 0]
    assert np.abs(cut(sheet(faces, 32, 4), 32, 4)[:6].astype(int) - faces).max() <= 3


def test_a_filter_is_described_by_its_unit_direction_and_auc(kept):
    explain()
    filters = kept[notebooks.FILTERS]["filters"]
    assert filters["conv3:0"]["text"] == ("Its unit is AU12, lip corner puller: more response with it; AUC 0.93 on "
                                          "other people. Of CNN+AD, 96 pixels.")
    assert filters["conv3:1"]["text"] == "Its unit is AU4, brow lowerer: less response with it. Of CNN+AD, 96 pixels."
    assert filters["conv3:2"] == {"text": "Responds to none of the faces. Of CNN+AD, 96 pixels.",
                                  "faces": []}


def test_the_faces_are_those_that_excite_the_filter_most_strongest_first(kept):
    explain()
    own, found = tips.filter_tips(kept[notebooks.FILTERS], {"conv3:0", "conv3:999", "AU12"})
    assert list(own) == ["conv3:0"] and own["conv3:0"]["sheet"] == "filters"
    width = Image.open(io.BytesIO(found.file)).width // found.columns
    faces = cut(found.file, width, found.columns).mean((1, 2))
    assert [round(faces[place] / 40) for place, _ in own["conv3:0"]["faces"]] == [5, 4, 3, 2, 1]


def test_photographs_are_not_kept(kept):
    explain("ck_plus")
    network = kept[notebooks.FILTERS]
    assert network["sheet"] == "" and not any(own["faces"] for own in network["filters"].values())
    own, found = tips.filter_tips(network, {"conv3:0"})
    assert found is None and list(own["conv3:0"]) == ["text"]


def test_faces_get_smaller_until_they_fit(kept):
    faces = np.random.default_rng(0).integers(0, 256, (60, 48, 48)).astype(np.uint8)
    large, small = tips.small_sheet(faces, 10**6), tips.small_sheet(faces, 25_000)
    assert len(small.file) <= 25_000 < len(large.file) and small.rows == large.rows == 6
    assert len(tips.small_sheet(faces, 1).file) <= len(small.file), "as small as it gets"


def test_what_is_kept_of_the_twin_is_a_whole_picture(kept):
    explain()
    with Image.open(io.BytesIO(b64decode(kept[notebooks.FILTERS]["sheet"]))) as picture:
        assert picture.format == "WEBP" and picture.width == example_network.WIDTH * example_network.COLUMNS
