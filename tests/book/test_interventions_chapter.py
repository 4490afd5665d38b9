"""The chapter `interventions`, as papermill runs it on a reader's own store of measured networks."""
import json
import shutil

import pytest
from tiny_book import ROOT

OWN = ROOT / "book/results/controls/synthetic-48-cnn_ad-fold0-seed1-6e32bd66"


def test_of_one_network_its_numbers_are_shown_and_nothing_is_judged(run, tmp_path):
    shutil.copytree(OWN, tmp_path / "store/controls" / OWN.name)
    page, numbers = run("interventions", store=str(tmp_path / "store"), example=str(OWN), start="neutral", end="happy",
                        filters=3)
    measured = json.loads((OWN / "analysis.json").read_text(encoding="utf-8"))
    for name, part in (("cnn_ad", "trained"), ("not_trained", "before")):
        for glued, kept in (("criteria", "criteria"), ("lost_criteria", "lost, criteria"), ("turned_up", "turned up"),
                            ("told_apart", "told apart"),
                            ("rises_with_its_unit_only", "rises with its unit only")):
            assert numbers[f"interventions_{glued}_{name}"] == pytest.approx(measured[part][kept])
    assert "Verdict: not testable here" in page
    points = round(measured["trained"]["criteria"])
    assert f"more than other units do, on average: {points} where they were trained on drawn faces, at most" in page
    assert numbers["interventions_used_cnn_ad"] == 0, "of one seed nothing counts"
    assert "happy: happy" in page and "neutral: neutral" in page, "what the ends of the way are called"
    assert page.count("CNN+AD") and "shuffled" not in page.split("Verdict")[1].split("Filters that follow")[1]
