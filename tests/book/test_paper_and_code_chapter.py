"""The chapter `paper_and_code`, on the twin with trained runs of a step, and on a reader's own copy of another set."""

import pytest
from layouts import SMALL, write

from fer_lib.runs.grid import jobs_of, train_all

FEW = {"batch": 4}
SHORT = {"augment": True, "dropout": True, "k": 1., "steps": 2, "every": 1}


def check(numbers):
    """What holds on any faces."""
    assert numbers["paper_and_code_subtractive_dark"] == pytest.approx(.5)
    assert numbers["paper_and_code_subtractive_flat"] == pytest.approx(.5, abs=1e-4)
    assert .9 < numbers["paper_and_code_full_dark"] <= 1 and 0 <= numbers["paper_and_code_floor_share"] < .1
    assert numbers["paper_and_code_bc_difference"] < 1e-5 and numbers["paper_and_code_stretched_contrast"] >= 1
    for k in (3, 7, 12):
        fan_in, released, paper = (numbers[f"paper_and_code_signal_{rule}_k_{k}"]
                                   for rule in ("fan_in", "released", "paper"))
        assert fan_in > released > paper > 0
    # Small weights leave every unit of fc on, beside its bias of 1: then the code's rule, which makes fc's weights an
    # eighth, makes an eighth of the signal, and k, which scales each of five layers, goes in with its fifth power
    of_k_3 = numbers["paper_and_code_signal_fan_in_k_3"]
    assert numbers["paper_and_code_signal_released_k_3"] == pytest.approx(of_k_3 / 8, rel=1e-3)
    assert numbers["paper_and_code_signal_fan_in_k_7"] == pytest.approx(of_k_3 * (.7 / .3) ** 5, rel=.02)
    assert (numbers["paper_and_code_steps_released_k_3"] > numbers["paper_and_code_steps_released_k_7"]
            > numbers["paper_and_code_steps_released_k_12"])


def test_the_twin(run, twin, tmp_path):
    """Two folds as released and of two differences: dots, but no interval; and one run by the text."""
    faces, store = {"name": "synthetic", "size": 48} | SMALL, tmp_path / "store"
    jobs = {"runs": [*jobs_of(faces, changes=SHORT, folds=[0, 1], weights=False),
                     *jobs_of(faces, "paper", changes=SHORT, weights=False)],
            "differences": [job for change in ({"rate": .001}, {"rescale": False})
                            for job in jobs_of(faces, changes=SHORT | change, folds=[0, 1], weights=False)]}
    for group, own in jobs.items():
        assert not [one.failed for one in train_all(own, store=store / group, progress=False) if one.failed]
    page, numbers = run("paper_and_code", options=SMALL, store=str(store), **FEW)
    check(numbers)
    assert "Verdict: not testable here" in page and "paper_and_code_selection" not in numbers
    assert "There are too few measured networks in which one thing differs" in page
    assert "stored: at most 2 batches of 64, no early stop" in page
    assert "fan-in (live), released (stored at 48)" in page
    assert numbers["paper_and_code_gain_runs"] == 2 and numbers["paper_and_code_gain"] >= 0
    assert "rate 0.001, first weights k / inputs, full normalisation" in page
    assert numbers["paper_and_code_text"] in (0, 1) and numbers["paper_and_code_text_steps"] in (1, 2)


@pytest.mark.parametrize("name", ["fer2013", pytest.param("ck_plus", marks=pytest.mark.slow)])
def test_of_another_set_nothing_is_stored(run, twin, tmp_path, name):
    page, numbers = run("paper_and_code", **write(name, twin, tmp_path / "set"), store=str(tmp_path), **FEW)
    check(numbers)
    assert f"drawn, and not one of {name}" in page and f"there are no stored runs of {name}" in page
    assert f"there is no stored run of {name} by the text" in page and "Verdict: not testable here" in page
