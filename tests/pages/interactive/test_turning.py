"""What a reader may turn in a chapter, in a real browser without a kernel."""
import numpy as np
import pandas as pd
import pytest
from browser import served

from fer_lib.analysis import divergence, histograms
from fer_lib.pages.interactive import (
    changed_faces,
    confusion_faces,
    filter_images,
    filter_nulls,
    filter_pictures,
    two_histograms,
)
from fer_lib.pages.notebooks import BOOK

RNG = np.random.default_rng(3)
FACES = RNG.integers(0, 256, (9, 16, 16), dtype=np.uint8)
UNITS = pd.DataFrame(RNG.random((300, 3)) < [.1, .5, .9], columns=["AU1", "AU12", "AU25"]).astype(float)
ANSWERS = (RNG.gamma(2., size=(300, 4)) + UNITS["AU12"].to_numpy()[:, None] * [0, 1, 2, 0]).astype(np.float32)
ANSWERS[:, 3] = 0


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder and its address."""
    folder = tmp_path_factory.mktemp("widgets")
    with served(folder) as address:
        yield folder, address


@pytest.fixture
def drawn(page, place):
    """drawn(part): it is on a page, alone; or with before="…", after that."""
    def draw(part, before=""):
        folder, address = place
        (folder / "page.html").write_text(
            f"<!doctype html><html lang=en><meta charset=utf-8><title>x</title><body>{before}{part.data}",
            encoding="utf-8")
        page.goto(f"{address}/page.html")
        return page
    return draw


def turn(page, part, value, event="input"):
    page.locator(f"[data-part={part}]").evaluate("""(one, [value, event]) => {
        one.value = value;
        one.dispatchEvent(new Event(event, {bubbles: true}));
    }""", [str(value), event])


def test_images_of_a_filter(drawn):
    best = np.array([[0, 3], [8, 0]])
    corners = np.array([[[-4, 0], [8, 4]], [[0, 0], [0, 12]]])
    excite = np.array([[True, True], [True, False]])
    page = drawn(filter_images(FACES, best, excite, corners, 8, ["one < two", "the </script>"], width=20))
    assert page.inner_text("[data-part=note]") == "conv3:0: one < two"
    frame = page.locator(".field").nth(1).evaluate("(one) => [one.style.left, one.style.top]")
    assert frame == ["25%", "50%"], "column, then row"
    turn(page, "slider", 1)
    assert page.inner_text("[data-part=note]") == "conv3:1: the </script>"
    places = page.evaluate(
        "[...document.querySelectorAll('.tile')].map((one) => getComputedStyle(one).backgroundPositionX)")
    assert places == [f"{200 / 19:.4f}%"], "each picture is kept once, and what does not excite the filter left out"
    turn(page, "number", 99, "change")
    assert page.input_value("[data-part=number]") == page.input_value("[data-part=slider]") == "1"


def test_pictures_of_a_filter(drawn):
    page = drawn(filter_pictures({"after": FACES, "be<fore": FACES[::-1]}, [f"note {f}" for f in range(9)], first=8))
    tile = page.locator(".tile")
    places = "(one) => [getComputedStyle(one).backgroundPositionX, one.getBoundingClientRect().width]"
    assert page.locator("figcaption").all_inner_texts() == ["after", "be<fore"]
    assert [tile.nth(i).evaluate(places) for i in (0, 1)] == [[f"{800 / 19:.4f}%", 112]] * 2, "each strip is in order"
    turn(page, "slider", 2)
    assert page.inner_text("[data-part=note]") == "conv3:2: note 2"
    assert tile.nth(1).get_attribute("aria-label") == "conv3:2, be<fore"
    page.evaluate("document.dispatchEvent(new CustomEvent('choice', {detail: {filter: 3}}))")
    assert tile.nth(0).evaluate(places)[0] == f"{300 / 19:.4f}%", "it follows what another part of the page chooses"


def test_what_a_filter_knows_beside_chance(drawn):
    auc, null = np.array([.9, .45]), np.linspace(.3, .7, 99)[:, None] * [1, 1]
    page = drawn(filter_nulls(auc, null, np.array([.68, .68]), np.array([.01, .63]), ["AU12, a smile", "<b>"], first=0,
                              bins=10))
    assert page.inner_text("[data-part=told]") == (
        "conv3:0: AU12, a smile. AUC 0.90 on other people; of 100 shuffles 95 stay below 0.68 (p = 0.010).")
    line = float(page.get_attribute("line", "x1"))
    assert line == pytest.approx(640 - 8), "the largest of all"
    turn(page, "slider", 1)
    assert "conv3:1: <b>. AUC 0.45" in page.inner_text("[data-part=told]") and "p = 0.630" in page.inner_text(
        "[data-part=told]")
    assert float(page.get_attribute("line", "x1")) == pytest.approx(8 + .15 / .6 * 624)
    counts = page.get_attribute("path", "d").count("L")
    assert counts == 10


def test_parts_of_a_page_show_what_was_chosen_in_one(drawn):
    page = drawn(two_histograms(ANSWERS, UNITS, first=(0, "AU1")))
    told = []
    for what in ({"filter": 2}, {"unit": "AU25"}, {"unit": "AU4"}):
        page.evaluate("""(what) => document.dispatchEvent(new CustomEvent("choice", {detail: what}))""", what)
        told.append((page.input_value("[data-part=filter]"), page.input_value("[data-part=unit]"),
                     page.locator("[data-part=missing]").is_visible()))
    assert told == [("2", "AU1", False), ("2", "AU25", False), ("2", "AU25", True)]
    assert page.inner_text("[data-part=missing]").startswith("AU4 is not among")
    turn(page, "filter", 1, "change")
    assert page.evaluate("document.documentElement.dataset.choice") == '{"filter":1}'


@pytest.mark.parametrize(("bins", "smoothing", "reverse"), [(20, .5, False), (7, .01, True), (80, 1., False)])
def test_the_page_s_divergence_is_that_of_the_analysis(drawn, bins, smoothing, reverse):
    in_steps = np.round((ANSWERS - ANSWERS.min(0)) / np.maximum(np.ptp(ANSWERS, axis=0), 1e-9) * 65535).astype(float)
    exact, expected = (
        divergence(histograms(values, np.arange(len(values)), bins), UNITS, smoothing, reverse)
        for values in (ANSWERS, in_steps))
    assert (exact - expected).abs().max() < .01, "a frame at the edge of a bin may be counted in the next"
    page = drawn(two_histograms(ANSWERS, UNITS, bins=bins, smoothing=smoothing, reverse=reverse, first=(0, "AU1")))
    for f in range(4):
        for u, unit in enumerate(UNITS):
            turn(page, "filter", f, "change")
            page.select_option("[data-part=unit]", unit)
            found = float(page.get_attribute(".interactive", "data-divergence"))
            assert found == pytest.approx(float(expected[f, u]), abs=1e-5), (f, unit)
    assert page.inner_text("[data-part=told]") == "conv3:3 responds to all of these frames alike."
    page.select_option("[data-part=unit]", "AU12")
    turn(page, "filter", 1, "change")
    assert ("D(without‖with)" if reverse else "D(with‖without)") in page.inner_text("[data-part=told]")


def test_frames_that_are_not_coded_are_left_out(drawn):
    """All numbers are as without them, where they do not widen the range of the responses."""
    uncoded = np.zeros(300, bool)
    uncoded[RNG.choice(300, 100, replace=False)] = True
    uncoded[[ANSWERS[:, 2].argmin(), ANSWERS[:, 2].argmax()]] = False
    units = UNITS.mask(np.outer(uncoded, [False, True, False]))
    found = []
    for answers, of in ((ANSWERS[~uncoded], UNITS[~uncoded]), (ANSWERS, units)):
        page = drawn(two_histograms(answers, of, first=(2, "AU12")))
        turn(page, "threshold", .4)
        divergence = float(page.get_attribute(".interactive", "data-divergence"))
        found.append((divergence, page.inner_text("[data-part=told]")))
    (divergence, told), (own, own_told) = found
    assert own == pytest.approx(divergence, abs=1e-9)
    assert own_told.replace(f", {uncoded.sum()} not coded and left out", "") == told
    page.select_option("[data-part=unit]", "AU1")
    assert "not coded" not in page.inner_text("[data-part=told]")


def test_a_unit_that_nobody_coded(drawn):
    page = drawn(two_histograms(ANSWERS, UNITS.assign(AU12=np.nan), first=(2, "AU12")))
    told = page.inner_text("[data-part=told]")
    assert "0 frames with AU12, 0 without, 300 not coded and left out" in told and "NaN" not in told
    assert "NaN" not in page.locator("svg").inner_html()


def test_an_axis_is_as_wide_as_its_picture_in_the_book(drawn):
    """Where paragraphs are no wider than text: a value at an axis's end belongs to the picture's end."""
    book = f"<style>{(BOOK / '_ext/static/pages.css').read_text('utf-8')}</style><article class=bd-article>"
    nulls = filter_nulls(np.array([.9]), RNG.random((20, 1)), np.array([.6]), np.array([.01]), ["AU12"], first=0)
    for part in (two_histograms(ANSWERS, UNITS, first=(0, "AU1")), nulls):
        page = drawn(part, book)
        page.set_viewport_size({"width": 1280, "height": 800})
        picture, axis = (page.locator(one).bounding_box() for one in ("svg", ".ends"))
        assert axis["width"] == picture["width"] == 640 and axis["x"] == picture["x"]
        low = page.locator(".ends span").first.bounding_box()
        assert low["x"] - axis["x"] == pytest.approx(8, abs=.5), "below the first value"
        page.set_viewport_size({"width": 390, "height": 844})
        picture, axis = (page.locator(one).bounding_box() for one in ("svg", ".ends"))
        assert axis["width"] == picture["width"] < 390


def test_bins_and_threshold_of_two_histograms(drawn):
    page = drawn(two_histograms(ANSWERS, UNITS, first=(2, "AU12")))
    before = float(page.get_attribute(".interactive", "data-divergence"))
    turn(page, "bins", 2)
    assert 0 < float(page.get_attribute(".interactive", "data-divergence")) < before
    turn(page, "threshold", .3)
    level = ANSWERS[:, 2].min() + .3 * np.ptp(ANSWERS[:, 2])
    shares = [100 * (ANSWERS[UNITS["AU12"] == has, 2] > level).mean() for has in (1, 0)]
    assert "respond {:.0f} % of those with it, and {:.0f} % of those without".format(*shares) in page.inner_text(
        "[data-part=told]")
    turn(page, "threshold", 1)
    assert "respond 0 % of those with it, and 0 % of" in page.inner_text("[data-part=told]")


def test_faces_behind_a_cell(drawn):
    true, named = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2]), np.array([0, 0, 0, 1, 1, 0, 0, 0, 2])
    page = drawn(confusion_faces(FACES, true, named, ["happy", "sad", "fear"], [f"<face> {i}" for i in range(9)],
                                 width=16))
    assert page.inner_text("[data-part=told]") == "true fear, named happy: 2 images", "the commonest mistake first"
    assert page.locator("figcaption").all_inner_texts() == ["<face> 6", "<face> 7"]
    assert page.locator("td button").all_inner_texts() == ["75", "25", "50", "50", "67", "33"]
    page.get_by_role("button", name="true happy, named sad: 1 of 4 images").focus()
    page.keyboard.press("Enter")
    assert page.inner_text("[data-part=told]") == "true happy, named sad: 1 image"
    assert page.locator("[aria-pressed=true]").count() == 1
    assert page.locator(".tile").first.get_attribute("aria-label") == "<face> 3"


def test_a_network_without_mistakes_shows_its_first_class(drawn):
    page = drawn(confusion_faces(FACES[:2], np.array([0, 1]), np.array([0, 1]), ["a", "b"], ["", ""]))
    assert page.inner_text("[data-part=told]") == "true a, named a: 1 image"


def test_two_views_of_one_output_are_both_drawn(drawn):
    part = two_histograms(ANSWERS, UNITS, first=(0, "AU1"))
    part.data = part.data.replace("<style>", part.data[:part.data.index("<style>")] + "<style>", 1)
    assert drawn(part).locator("svg").count() == 2


def test_the_same_data_give_the_same_bytes():
    one, other = (two_histograms(ANSWERS, UNITS, first=(0, "AU1")).data for _ in range(2))
    assert one == other


def test_a_changed_face_and_what_is_said_of_it(drawn):
    """Pictures 0 rest, 1 with AU1, 2 with AU12, 3 happy, 4 happy without AU12; 5 is nobody's."""
    points = RNG.dirichlet([1, 1, 1], (2, 6)) * 100
    page = drawn(changed_faces(
        np.stack([FACES[:6], FACES[3:]]), ["A", "B"],
        {"at rest": (0, {"AU1": 1, "AU12": 2}), "<happy>": (3, {"AU12": 4})},
        {"trained": points, "before": points[:, ::-1]}, ["neutral", "sad", "happy"], first="AU12"))

    def shown():
        return page.locator("[data-part=bars] td:last-child").all_inner_texts()

    def expected(of, person, before, after):
        return [f"{a:.0f} → {b:.0f}" for a, b in zip(of[person, before], of[person, after], strict=True)]

    assert shown() == expected(points, 0, 0, 2) and page.input_value("[data-part=unit]") == "1"
    page.select_option("[data-part=person]", label="B")
    assert shown() == expected(points, 1, 0, 2)
    page.select_option("[data-part=start]", label="<happy>")
    assert shown() == expected(points, 1, 3, 4), "the unit is kept where the face has it"
    assert page.locator("figcaption").all_inner_texts() == ["<happy>", "<happy> without AU12"]
    page.evaluate("""document.dispatchEvent(new CustomEvent("choice", {detail: {unit: "AU1"}}))""")
    assert page.inner_text("[data-part=missing]") == "AU1 cannot be changed in this face."
    page.select_option("[data-part=start]", label="at rest")
    assert page.locator("figcaption").all_inner_texts() == ["at rest", "at rest with AU1"]
    page.select_option("[data-part=unit]", label="AU12")
    page.select_option("[data-part=start]", label="<happy>")
    assert not page.locator("[data-part=missing]").is_visible() and shown() == expected(points, 1, 3, 4)
    page.select_option("[data-part=network]", label="before")
    assert shown() == expected(points[:, ::-1], 1, 3, 4)
    names = ["neutral", "sad", "happy"]
    said = [names[int(points[1, i].argmax())] for i in (2, 1)]
    assert page.inner_text("[data-part=told]") == f"before calls the face {said[0]}, and without AU12 {said[1]}."
    width = page.locator(".bar.with").first.evaluate("(one) => one.style.width")
    assert width == f"{points[1, 1, 0]:.0f}%"
