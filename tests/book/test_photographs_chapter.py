"""The chapter `photographs`, as papermill runs it on a reader's own store; here networks of drawings stand in."""
import json
import shutil

import numpy as np
import pytest
from papermill.exceptions import PapermillExecutionError
from tiny_book import ROOT

from fer_lib import load_dataset
from fer_lib.analysis.networks import of_faces
from fer_lib.analysis.rules import rules

OWN = ROOT / "book/results/controls/synthetic-48-cnn_ad-fold0-seed1-6e32bd66"


def test_of_one_network_its_filters_are_asked_and_nothing_is_judged(run, tmp_path):
    shutil.copytree(OWN, tmp_path / "store/photographs" / OWN.name)
    page, numbers = run("photographs", store=str(tmp_path / "store"), units=2, each=2)
    measured = json.loads((OWN / "analysis.json").read_text(encoding="utf-8"))
    assert "Verdict: not testable here" in page and "photographs_verdict_identity" not in numbers
    for name, part in (("cnn_ad", "trained"), ("not_trained", "before")):
        of_units = measured[part]["units"]
        assert numbers[f"photographs_au12_{name}"] == pytest.approx(of_units["AU12"])
        assert numbers[f"photographs_told_{name}"] == sum(value > .8 for value in of_units.values())
        assert numbers[f"photographs_best_filter_{name}"] == pytest.approx(np.mean(list(of_units.values())))
    assert page.count("after training, image 1") == page.count("before training, image 1") == 4, "a block a filter"
    assert page.count("best filter for AU") == 2 and page.count("knows no unit") == 2
    assert numbers["photographs_own_first_trained"] > numbers["photographs_own_first_before_training"]
    assert numbers["photographs_accuracy_cnn_ad_1"] == pytest.approx(
        json.loads((OWN / "metrics.json").read_text(encoding="utf-8"))["test"]["accuracy"])


@pytest.mark.slow
def test_where_no_page_on_units_does_it_judges_networks_of_people(run, tmp_path):
    """The group's networks are those of the twin, of five seeds."""
    shutil.copytree(OWN.parent, tmp_path / "store/photographs")
    page, numbers = run("photographs", store=str(tmp_path / "store"), units=1, each=1, people=True)
    controls = of_faces(load_dataset("synthetic", size=48), OWN.parent)
    asked = page.partition("Does it take expressions to learn them?")[2]
    assert f"Verdict: {rules()['identity'].judge(controls).word}" in asked
    assert "photographs_verdict_identity" in numbers


def test_without_networks_it_says_how_to_get_them(run, tmp_path):
    with pytest.raises(PapermillExecutionError, match=r"photographs holds no run with weights.*(.*\n)*.*evidence\.yml"):
        run("photographs", store=str(tmp_path / "store"))
