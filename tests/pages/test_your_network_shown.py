"""Reports side by side, as the chapter `your_network` shows them: of the book's own, and of one that is brought."""
import json

import matplotlib.pyplot as plt
import numpy as np
import pytest

from fer_lib.pages.your_network import STORE, compared, draws, glue_function, glue_reports, read_reports, side_by_side


@pytest.fixture(scope="module")
def stored():
    return read_reports()


def test_the_book_has_four_and_says_how_each_was_made(stored):
    assert list(stored) == ["resnet18", "vision_transformer", "cnn_ad", "photographs"]
    for told in stored.values():
        assert {"faces", "steps", "seed", "accuracy"} <= told["trained"].keys() and told["made"]["torch"]
        assert told["options"] == {"shuffles": 1000, "seed": 0} and len(draws(told)) == 3
    assert len({told["made"]["probe set"] for told in stored.values()}) == 1, "all were asked the same"
    assert not list(STORE.glob("*.safetensors"))


def test_draws_are_those_of_the_number_beside_them(stored):
    for told in stored.values():
        assert np.mean(draws(told)) == pytest.approx(told["numbers"]["fresh, all draws.best"]["value"])


def test_the_figure_shows_what_is_stored(stored):
    figure = compared(stored)
    (axes,) = figure.axes
    places = [offset for dots in axes.collections for offset in dots.get_offsets()]
    for y, told in enumerate(stored.values()):
        best = told["numbers"]["yours.best"]
        assert any(np.allclose(place, (best["value"], y - .18)) for place in places)
        assert any(np.allclose(line.get_xdata(), (best["from"], best["to"])) for line in axes.lines)
    assert len(places) == len(stored) * (1 + 1 + 3)
    low, high = axes.get_xlim()
    assert all(low < x < high for x, _ in places)
    plt.close(figure)


def test_one_of_a_reader_s_own_stands_beside_them(stored, tmp_path):
    """A function was asked without fresh weights, and nobody says how it was trained."""
    told = json.loads(json.dumps(stored["cnn_ad"])) | {"title": "mine <b>"}
    told["numbers"] = {name: number for name, number in told["numbers"].items()
                       if not name.startswith("fresh") and name != "difference"}
    told["tables"]["units"]["rows"] = [{name: value for name, value in row.items() if not name.startswith("fresh")}
                                       for row in told["tables"]["units"]["rows"]]
    del told["trained"]
    (tmp_path / "mine.json").write_text(json.dumps(told), encoding="utf-8")
    found = read_reports(None, tmp_path / "mine.json")
    assert list(found)[-1] == "mine" and not draws(found["mine"]).size
    table = side_by_side(found).to_html()
    assert "mine &lt;b&gt;" in table and table.count("not asked") == 2 and "… by chance" in table
    plt.close(compared(found))


@pytest.fixture
def own(stored, tmp_path):
    """own(name, title, best): a report of a reader's."""
    def write(name, title="mine", best=.5):
        told = json.loads(json.dumps(stored["cnn_ad"])) | {"title": title}
        told["numbers"]["yours.best"]["value"] = best
        (tmp_path / name).write_text(json.dumps(told), encoding="utf-8")
        return tmp_path / name
    return write


@pytest.mark.parametrize("name", ["my-report.json", "my report.json", "my.report.json", "My_Report.json"])
def test_a_file_may_have_any_name(own, glued, name):
    glue_reports(read_reports(None, own(name, best=.625)))
    assert glued["net_my_report_best"]["value"] == .625


def test_a_reader_s_number_never_stands_for_the_book_s(stored, own, glued):
    found = read_reports(None, own("resnet18.json", best=.625), own("edges.json"))
    glue_reports(found)
    assert list(found) == [*stored, "resnet18 (yours)", "edges (yours)"]
    assert glued["net_resnet18_best"]["value"] == stored["resnet18"]["numbers"]["yours.best"]["value"]
    assert glued["net_resnet18_yours_best"]["value"] == .625 and "net_edges_best" not in glued


def test_of_two_with_one_title_both_are_shown(stored, own):
    found = read_reports(None, own("a.json"), own("b.json"), own("c.json"))
    assert side_by_side(found).data.columns[len(stored):].to_list() == ["mine", "mine (2)", "mine (3)"]


def test_what_is_no_report(tmp_path):
    with pytest.raises(ValueError, match="holds no report"):
        read_reports(tmp_path)
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"x\.json is no report: `python -m fer_lib.pages report`"):
        read_reports(tmp_path)


def test_numbers_are_glued_with_their_intervals(stored, glued):
    glue_reports(stored)
    glue_function(stored["cnn_ad"] | {"title": "edges"})
    best = stored["resnet18"]["numbers"]["yours.best"]
    assert glued["net_resnet18_best"]["value"] == best["value"] and glued["net_resnet18_best"]["from"] == best["from"]
    assert glued["net_photographs_added"]["n"] == 12 and "interval over people and draws" in glued[
        "net_photographs_added"]["source"]
    assert glued["net_draws"]["value"] == 3 and glued["net_units"]["value"] == 21
    assert glued["net_edges_beyond"]["value"] == stored["cnn_ad"]["numbers"]["yours.beyond"]["value"]
