"""Which runs a figure is of, and its curves."""
from made_runs import run_of

from fer_lib.pages.recognition.curves import learning_curves
from fer_lib.pages.recognition.runs import about, by_size, most_settled, of_one_training, one_for_each_fold


def test_runs_of_a_figure():
    runs = [run_of("CNN", 1), run_of("CNN+AD", 1), run_of("CNN+AD", 1, seed=1), run_of("CNN+AD", 0, pixels=96)]
    assert of_one_training(runs) == runs[:2]
    assert one_for_each_fold(runs) == [runs[1], runs[3]], "of several seeds the first"
    assert one_for_each_fold(runs[:1]) == runs[:1] and one_for_each_fold([]) == []
    assert by_size(runs) == {96: runs[3:], 48: runs[:3]} and list(by_size(runs)) == [96, 48]
    assert about([runs[1], runs[3]], "live") == "live: CNN+AD, 48 pixels, folds 0, 1"
    assert about(runs[:1], "stored") == "stored: CNN, 48 pixels, fold 1"


def test_verdicts_rest_on_the_size_of_which_most_have_settled():
    small, large = [run_of("CNN", fold) for fold in (0, 1)], [run_of("CNN", fold, pixels=96) for fold in (0, 1)]
    assert most_settled(by_size([*small, *large])) == (96, large), "of equal ones the larger"
    large[0].metrics["settled"] = False
    assert most_settled(by_size([*small, *large])) == (48, small)
    assert most_settled({}) == (None, [])


def test_curves_have_a_line_for_each_run():
    upper, lower = learning_curves([run_of("CNN", 0), run_of("CNN+D", 0)], "live").axes
    assert upper.get_title() == "live: toy, fold 0, seed 0, 48 pixels"
    assert [line.get_label() for line in upper.lines[:2]] == ["CNN", "CNN+D"] and len(lower.lines) == 4
