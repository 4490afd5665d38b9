"""The face to move: which filters, which network, which pictures; and in a browser, that all moves together."""
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from browser import served

from fer_lib import load_dataset
from fer_lib.analysis import networks
from fer_lib.analysis.samples import Sample
from fer_lib.pages.first_page import moved_face as made

RNG = np.random.default_rng(5)
UNITS = ["AU12", "AU4"]
STEPS = 4
SHARES = np.zeros((1 + 2 * STEPS, 6))
SHARES[0, 2], SHARES[1:5, 2] = .2, [.3, .5, .7, 1.]            # conv3:2 rises with AU12
SHARES[5:, 4] = [0, .1, .2, .4]                                 # conv3:4 with AU4
BEST = pd.DataFrame({"filter": [2, 4], "AUC": [1., .9]}, index=UNITS)
POINTS = pd.DataFrame({"neutral": 90. - 20 * np.arange(9), "happy": 10. + 20 * np.arange(9)}).clip(0, 100)


def sample(**responses: list[float]) -> Sample:
    """Of three people, each at rest, with AU1 and with AU2; responses of each filter, person by person."""
    units = pd.DataFrame({"AU1": [0, 1, np.nan] * 3, "AU2": [0, np.nan, 1] * 3})
    people = np.repeat([0, 1, 2], 3)
    return Sample(np.array(list(responses.values())).T, np.arange(9), units, people, np.tile([True, False, False], 3),
                  people.astype(str))


def test_the_filter_that_rises_most_surely_and_then_most():
    known = sample(falls=[9, 0, 9] * 3, seldom=[0, 9, 0, 5, 0, 5, 5, 9, 5], surely=[1, 2, 1, 1, 2, 1, 4, 5, 1],
                   more=[0, 5, 0] * 3, other=[0, 0, 3] * 3)
    best = made.rising(known, ["AU1", "AU2"])
    assert best["filter"].tolist() == [3, 4] and best["AUC"].tolist() == [1, 1]


def run(name: str, variant="CNN+AD", labels="expressions", weights=True, dataset="fer2013") -> SimpleNamespace:
    return SimpleNamespace(folder=name, has_weights=weights, labels=labels, recipe=SimpleNamespace(variant=variant),
                           config={"dataset": {"name": dataset}})


def test_photographs_are_shown_before_drawings(monkeypatch, tmp_path):
    others = run("a", "CNN"), run("b", weights=False), run("c", labels="shuffled")
    stores = {"photographs": [*others, run("d"), run("e")], "controls": [run("f", dataset="synthetic")]}
    monkeypatch.setattr(networks, "stored_runs", lambda folder: stores.get(folder.name, []))
    photographs = made.shown_network(tmp_path)
    assert photographs.folder == "d"
    assert made.learned_from(photographs) == ("It learned expressions from photographs (FER2013), and has never seen a "
                                              "drawing.")
    del stores["photographs"]
    drawings = made.shown_network(tmp_path)
    assert drawings.folder == "f"
    assert "from other drawn people. Networks of photographs are not" in made.learned_from(drawings)
    stores.clear()
    with pytest.raises(ValueError, match="no CNN\\+AD with weights"):
        made.shown_network(tmp_path)


def test_the_plan_is_rest_and_then_each_unit_step_by_step():
    assert made.plan(UNITS, 2) == [{}, {"AU12": .5}, {"AU12": 1.}, {"AU4": .5}, {"AU4": 1.}]


def test_a_picture_is_the_published_face_larger():
    """Of the part `changes`, whose first picture of a person is the face at rest at the same moment."""
    published = load_dataset("synthetic", part="changes", size=48)
    third = published.images[published.subjects == "P003"][0].astype(float)
    drawn = made.as_seen(made.drawn(3, [{}]), 48)[0].astype(float)
    other = published.images[published.subjects == "P002"][0].astype(float)
    assert np.abs(drawn - third).mean() < 2 < 10 < np.abs(drawn - other).mean()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The address of a page with the face alone."""
    pictures = RNG.integers(0, 256, (9, 1, made.SIDE, made.SIDE), dtype=np.uint8)
    part = made.moved_face(pictures, STEPS, BEST, SHARES * 3, np.full(6, 3.), POINTS, "It learned <nothing>.")
    folder = tmp_path_factory.mktemp("face")
    head = "<!doctype html><html lang=en><meta charset=utf-8><title>x</title>"
    (folder / "page.html").write_text(head + part.data, encoding="utf-8")
    with served(folder) as address:
        yield f"{address}/page.html"


def shown(browser) -> dict:
    return {"bars": [round(float(width.rstrip("%"))) for width in browser.locator(".bar").evaluate_all(
                "(bars) => bars.map((bar) => bar.style.width)")],
            "named": browser.inner_text("[data-part=named]"), "percent": browser.inner_text("[data-part=percent]"),
            "moved": browser.locator("tr.moved th").inner_text(),
            "face": browser.locator(".tile").evaluate("(one) => one.style.background + one.ariaLabel")}


def test_bars_name_and_face_move_with_the_slider(page, place):
    page.goto(place)
    first = shown(page)
    assert first["bars"] == [70, 0] and first["percent"] == "75 %" and first["moved"] == "conv3:2 for AU12"
    page.get_by_role("slider").focus()
    page.keyboard.press("Home")
    at_rest = shown(page)
    assert at_rest["bars"] == [20, 0] and at_rest["named"] == "neutral (90 %)"
    page.keyboard.press("End")
    most = shown(page)
    assert most["bars"] == [100, 0] and most["named"] == "happy (90 %)" and most["face"] != at_rest["face"]
    assert "AU12 at 100 %" in most["face"]
    assert page.get_by_role("slider").get_attribute("aria-valuetext") == "AU12 at 100 %"
    page.get_by_role("radio", name="AU4 brow lowerer").check()
    other = shown(page)
    assert other["bars"] == [0, 40] and other["moved"] == "conv3:4 for AU4" and other["named"] == "happy (100 %)"


def test_a_mark_stays_where_the_filter_is_at_rest(page, place):
    page.goto(place)
    marks = page.locator(".rest").evaluate_all("(marks) => marks.map((mark) => mark.style.left)")
    assert marks == ["20%", "0%"] and "It learned <nothing>." in page.inner_text(".note")


def test_units_are_chosen_by_keyboard(page, place):
    page.goto(place)
    page.get_by_role("radio", name="AU12").focus()
    page.keyboard.press("ArrowRight")
    assert shown(page)["moved"] == "conv3:4 for AU4"
