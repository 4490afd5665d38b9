"""Tables of this page in a file: what was kept can be shown."""
import json

from made_runs import faces_of, run_of

from fer_lib.analysis.accuracies import of_networks
from fer_lib.pages.recognition.photographs import keep_tables, order_from, show_kept
from fer_lib.training import TRAINING_VERSION


def test_what_was_kept_is_shown(tmp_path, capsys):
    runs = [run_of("CNN", fold, settled=False) for fold in (0, 1)]
    runs[0].provenance["training_version"] = TRAINING_VERSION - 1
    path = tmp_path / "there/kept.json"
    keep_tables(str(path), runs, of_networks(runs, 7, 1.), faces_of(), "quick", {"every": 16})
    kept = json.loads(path.read_text("utf-8"))
    assert kept["recipe"] == ("recipe quick, 31,000 steps at 48 pixels, folds [0, 1], seeds [0], 4 training images, "
                              "every 16")
    assert kept["made"].startswith("2026-01-01, abacus, float32, torch 2.13.0, scikit-learn ")
    assert kept["runs"][1]["history"]["step"] == [10, 20, 30] and kept["rows"][0]["model"] == "CNN"
    show_kept(path.parent)
    assert kept["made"] in (shown := capsys.readouterr().out) and "CHANGED" in shown, "it was trained otherwise"
    show_kept(tmp_path / "nowhere")
    assert capsys.readouterr().out == "none yet\n"


def test_without_a_path_nothing_is_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    keep_tables(None, [], [], faces_of(), "quick", {})
    assert not list(tmp_path.iterdir())


def test_an_order_needs_networks_that_have_settled():
    settled = {"model": "CNN", "settled": True}
    assert order_from([settled, {"model": "HOG"}]) == "Every network had settled."
    assert "CNN+A had not settled" in order_from([settled, {"model": "CNN+A", "settled": False}])
