"""What the chapter `scale` draws, of runs whose length is known."""
from dataclasses import replace

import matplotlib.pyplot as plt
import pytest
from matplotlib.colors import to_rgba

from fer_lib import Recipe
from fer_lib.pages import scale as page
from fer_lib.runs.grid import Job

FEW = Recipe.released(steps=100, every=10)
JOBS = [Job({"name": "synthetic", "size": 96}, FEW, fold, item=1) for fold in range(3)] + [
    Job({"name": "fer2013", "size": 48, "classes": 6}, replace(Recipe.paper(steps=200), augment=True), item=2)]


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_many_machines_wait_for_the_longest_run():
    speed = page.speedups(JOBS[:3], {}, 8)              # three equal runs
    assert list(speed.index) == [1, 2, 4, 8] and list(speed) == [page.ALL, page.EARLY]     # without patience both are
    assert list(speed[page.ALL]) == [1, 1.5, 3, 3]
    uneven = page.speedups(JOBS, {}, 4)[page.ALL]       # a face of 48 pixels has a quarter of the operations
    assert uneven[4] == pytest.approx(3.5, abs=.02)


def test_of_how_long_runs_take_nothing_is_made_up():
    patient = [replace(JOBS[0], recipe=replace(FEW, patience=20))]
    assert list(page.speedups(patient, {}, 2)) == [page.ALL]
    found = page.times(patient, {"a": {96: 2.}, "none": {}}, {96: [10, 30]})
    assert found.loc[("a", page.ALL)].tolist() == [200.] * 3 and found.loc[("a", page.EARLY)].tolist() == [40.] * 3
    assert list(found.index.get_level_values("machine").unique()) == ["a"]


def test_the_measured_dot_stands_beside_the_lines():
    speed = page.speedups(JOBS[:3], {}, 4)
    (axes,) = page.speed_chart(speed, {2: 1.5}).axes
    dotted, *lines, dot = axes.lines
    assert list(dotted.get_ydata()) == [1, 2, 4] and [list(line.get_ydata()) for line in lines] == [[1, 1.5, 3]] * 2
    assert dot.get_xydata().tolist() == [[2, 1.5]]
    assert {text.get_text() for text in axes.texts} == {
        "if every run takes all its steps", "if runs end early", "measured: 1.50"}


def test_what_is_stored_is_filled():
    (axes,) = page.grid_chart(JOBS, JOBS[1:2]).axes
    first, second = axes.collections
    assert [tuple(colour)[3] for colour in first.get_facecolors()] == [0, 1, 0] and len(second.get_offsets()) == 1
    assert tuple(first.get_facecolors()[1]) == to_rgba(page.INK["CNN+AD"])
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "CNN", "CNN+A, 6 classes, rate 0.001, first weights: paper, fer2013, 48 pixels"]


def test_times_are_said_in_hours_and_minutes():
    found = page.times(JOBS, {"this": {96: 3600., 48: 60.}}, {})
    (axes,) = page.times_chart(found).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["1 × this", "8 × this", "64 × this"]
    assert [text.get_text() for text in axes.texts] == ["303.3 hours", "100.0 hours", "100.0 hours"]
    assert "1 month" in [label.get_text() for label in axes.get_xticklabels()]
    shown = page.times_table(found).to_html()
    assert "303.3 hours" in shown and page.EARLY in shown


def test_a_time_that_would_lie_on_another_on_a_telephone_is_left_out():
    minute, hour, day, month = page.MARKS
    assert page.marks_between(30, 3e9, 3e6) == [minute, hour, day], "months beside days on ten million fold"
    assert page.marks_between(1000, 1e9, 3e6) == [hour, day, month]
    assert page.marks_between(100, 1e6, 40) == []


def test_bars_of_what_a_million_images_cost(glued):
    many = page.ManyImages(images=2_000_000, gigabytes=18.4, evaluating=1200., training=120., hashing=60., every=250)
    many.glue(96)
    assert glued["scale_evaluating"]["value"] == 10 and glued["scale_gigabytes"]["display"] == "18 GB"
    (axes,) = many.chart().axes
    assert [bar.get_width() for bar in axes.patches] == [20, 2, 1]
    assert axes.get_xlabel() == "minutes, with 2,000,000 images" and "2,000,000 images" in many.table().to_html()
