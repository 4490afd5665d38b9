"""Which variant is said to be ahead."""
import pandas as pd
from made_runs import run_of

from fer_lib.pages.recognition.verdicts import order_of_variants, orders, summary


def test_an_order_is_read_only_from_three_folds_that_have_settled():
    runs = [run_of(variant, fold, share=50 + fold * (variant != "CNN"))
            for variant, number in {"CNN": 4, "CNN+D": 3, "CNN+A": 2}.items() for fold in range(number)]
    assert order_of_variants(runs, "Stored").endswith("CNN+D +1.0 [−1.9, +3.9] (3 folds).")
    assert "no order" in order_of_variants(runs[:4], "Live") and "no runs" in order_of_variants([], "Live")
    assert [text[:20] for text in orders([], {96: [], 48: runs})] == [
        "**Live: no runs, no ", "**Stored, 96 pixels:", "**Stored, 48 pixels*"]
    runs[0].metrics["settled"] = False
    assert "no verdict" in order_of_variants(runs, "Live")


def test_the_summary_is_of_stored_runs_where_there_are_any():
    compared = pd.DataFrame([{"run": run, "network": network, "pixels": 48, "folds": folds, "against": "HOG",
                              "points": 2., "from": -1., "to": 5.} for run, network, folds in (
                                  ("stored", "CNN", 1), ("stored", "CNN+D", 3), ("live", "CNN+AD", 3))])
    lines = summary(["**Live: a**", "**Stored, 48 pixels**: b"], compared, 48).split("\n")
    assert lines == ["- **Stored, 48 pixels**: b",
                     "- CNN against HOG: +2.0 [−1.0, +5.0] points (1 fold, 48 pixels, by cases)."]
    assert summary(["**Live: a**"], pd.DataFrame(), None) == "- **Live: a**"
