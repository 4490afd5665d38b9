"""What is left of contrast, after either normalisation and after a stretch, of numbers that are known."""
import pandas as pd
import pytest
import torch

from fer_lib.pages.paper_and_code.normalised import normalised_faces, spread_table
from fer_lib.pages.paper_and_code.stretched import curves_of_a_face, glue_difference, level_table
from fer_lib.preprocessing import local_contrast_normalise

MODES, FACE = ("subtractive", "full"), torch.rand(1, 1, 24, 24, generator=torch.Generator().manual_seed(0))


def test_normalised_faces_have_a_row_for_each_change():
    changed = {"as it is": FACE, "half as bright": FACE / 2}
    normalised = {mode: {how: local_contrast_normalise(some, mode) for how, some in changed.items()} for mode in MODES}
    page = normalised_faces(changed, normalised).data
    assert page.count("<figure") == 6 and page.count('alt="The same after full normalisation"') == 2


def test_what_is_left_of_contrast(glued):
    spread = pd.DataFrame({"subtractive": [2., 1., .5], "full": [1., .9, .8]},
                          ["as it is", "half as bright", "half the contrast"])
    changed = {"as it is": FACE, "half as bright": torch.zeros_like(FACE)}
    assert spread_table(spread, changed).data.shape == (3, 2)
    values = {name: record["value"] for name, record in glued.items()}
    assert [values[f"paper_and_code_{mode}_dark"] for mode in MODES] == [.5, .9]
    assert [values[f"paper_and_code_{mode}_flat"] for mode in MODES] == [.25, .8]
    assert values["paper_and_code_floor_share"] == 0 and values["paper_and_code_floor_share_dark"] == 1
    assert 0 < values["paper_and_code_rim"] < 1 and glued["paper_and_code_rim"]["n"] == 24 ** 2
    assert glued["paper_and_code_full_dark"]["n"] == glued["paper_and_code_floor_share"]["n"] == 16 ** 2


def test_curves(glued):
    assert curves_of_a_face(FACE).data.count("<figure") == 5
    glue_difference(4.8e-7, 28, "a set")
    assert glued["paper_and_code_bc_difference"]["display"] == "4.8·10⁻⁷"


def test_contrasts_are_compared_with_those_of_test_images(glued):
    test = torch.rand(40, 1, 16, 16, generator=torch.Generator().manual_seed(0))
    table = level_table(test, 2 * test, torch.cat([test, test]) / 4, "a set").data
    values = {name: (record["value"], record["n"]) for name, record in glued.items()}
    assert values["paper_and_code_stretched_contrast"] == (pytest.approx(2), 40)
    assert values["paper_and_code_training_contrast"] == (pytest.approx(.25), 80)
    assert values["paper_and_code_test_within"] == (0, 40) and values["paper_and_code_images_compared"] == (40, None)
    assert table.at["the same, stretched", "lightest"] == pytest.approx(2 * table.at["test images", "lightest"])
