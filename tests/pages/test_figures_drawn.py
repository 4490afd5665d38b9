"""A chapter's figure as SVG that may stand in a page: light, the same each time, in the page's colours, and named."""
import re
import xml.etree.ElementTree as ET

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import rgb_to_hsv, to_hex, to_rgb

from fer_lib.pages import figures, svg
from fer_lib.pages.charts import INK, VARIANTS, dots_by_kind, means_in_words, said_of, short
from fer_lib.pages.narrow import WIDTH, narrowed
from fer_lib.pages.widths import apart

NETWORKS = pd.DataFrame([{"group": "photographs", "kind": kind, "fold": 0, "seed": seed, "run": f"{kind}-{seed}",
                          "AUC": .8 + seed / 10, "other": np.nan if kind == "CNN" and not seed else seed}
                         for kind in ("CNN+AD", "CNN", "not trained") for seed in range(2)])


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def drawn(figure) -> ET.Element:
    return ET.fromstring(re.sub(' xmlns="[^"]*"', "", figures.svg_of(figure)))


def fills(part: ET.Element, above: str = "") -> dict[str, str]:
    """Of each text, its own or that of what it is in."""
    own = part.get("fill", above)
    return ({part.text: own} if part.tag == "text" else {}) | {
        text: fill for child in part for text, fill in fills(child, own).items()}


def plain():
    figure, axes = plt.subplots(figsize=(4, 2.5), layout="constrained")
    figures.name_marks(axes.scatter([1, 2, np.nan], [1, 2, 3], color=INK["CNN+AD"]), ["a & b", "c", "nowhere"])
    axes.plot([1, 2], [2, 1], color=INK["CNN"], clip_on=True)
    axes.set(xlabel="first line\nthe second", ylabel="α < β")
    return figure


def test_text_is_text_and_the_same_figure_gives_the_same_svg():
    one, other = (figures.svg_of(plain()) for _ in range(2))
    assert one == other and one.startswith('<svg class="chart" ') and len(one) < 20_000
    said = [text.text for text in drawn(plain()).iter("text")]
    assert {"first line", "the second", "α < β"} <= set(said)
    assert "font-family: 'Arial'" not in one and "<style" not in one and "metadata" not in one


@pytest.mark.parametrize("panels, across", [(1, 1), (3, 1), (6, 2), (9, 3)])
def test_a_telephone_gets_panels_below_each_other(panels, across):
    table = NETWORKS.assign(**{f"m{i}": NETWORKS["AUC"] for i in range(panels)})
    labels = {f"m{i}": f"the {i}th of several things that were measured, at length" for i in range(panels)}
    wide = dots_by_kind(table, labels, columns=panels, width=4.)
    copied = narrowed(wide)
    copied.canvas.draw()
    places = [axes.get_position() for axes in copied.axes]
    assert len({round(place.x0, 2) for place in places}) == across
    assert copied.get_size_inches()[0] == WIDTH < wide.get_size_inches()[0]
    assert [len(dots.names) for axes in copied.axes for dots in axes.collections] == [2, 2, 2] * panels
    labels = [axes.xaxis.label for axes in copied.axes]
    assert all(label.get_window_extent().x1 <= 1.02 * copied.bbox.width for label in labels)
    assert [len(axes.get_position().bounds) for axes in wide.axes] == [4] * panels, "the first one is as it was"
    wide, narrow = apart(figures.bundle(wide)[0]["image/svg+xml"])
    assert len(list(ET.fromstring(wide).iter())) and "several" in narrow and narrow.startswith('<svg class="chart"')


def test_what_is_narrow_already_or_laid_out_by_hand_is_not_laid_out_again():
    assert narrowed(plain()) is None and narrowed(plt.figure(figsize=(8, 2))) is None
    assert apart(figures.bundle(plain())[0]["image/svg+xml"]) == (figures.svg_of(plain()), "")


def test_lines_of_a_text_share_their_middle():
    lines = [text for text in drawn(plain()).iter("text") if text.text in ("first line", "the second")]
    assert {line.get("text-anchor") for line in lines} == {"middle"}
    assert float(lines[0].get("x")) == pytest.approx(float(lines[1].get("x")), abs=.1)


def test_ids_are_those_that_something_refers_to():
    text = figures.svg_of(plain())
    ids, used = re.findall(' id="([^"]+)"', text), re.findall(r'(?:href="#|url\(#)([^")]+)', text)
    assert ids and len(set(ids)) == len(ids) and set(used) == set(ids)


def test_axes_and_text_have_the_colour_of_the_page():
    root = drawn(plain())
    assert set(fills(root).values()) == {"currentColor"}
    assert "#262626" not in figures.svg_of(plain())
    data = [part for part in root.iter() if part.get("fill") == INK["CNN+AD"]]
    assert data and all(f"light-dark({INK['CNN+AD']}," in part.get("style") for part in data)


@pytest.mark.parametrize("colour", [*INK.values(), *VARIANTS.values(), "#b3202a", "#1f5c8c"])
def test_colours_of_data_have_contrast_on_either_ground(colour):
    assert svg.contrast(svg.in_dark(colour), svg.DARK) >= 4.5
    assert svg.contrast(colour, "#ffffff") >= 2.7, "lines and dots, which are told apart by place and label, too"


@pytest.mark.parametrize("colour", INK.values())
def test_dots_that_are_half_transparent_are_seen_in_the_dark_too(colour):
    figure, axes = plt.subplots()
    axes.scatter([1], [1], color=colour, alpha=.5)
    solid = svg.in_dark(colour, .5)
    assert f"light-dark({colour},{solid})" in figures.svg_of(figure)
    seen = to_hex(np.mean([to_rgb(solid), to_rgb(svg.DARK)], axis=0))
    assert svg.contrast(seen, svg.DARK) >= 3
    hues = [rgb_to_hsv(to_rgb(own))[0] for own in (colour, solid)]
    assert abs(hues[0] - hues[1]) < .02, "it is the same kind of networks"


def test_greys_stay_apart_in_the_dark():
    light = [svg.luminance(svg.in_dark(to_hex(grey))) for grey in (".3", ".45", ".55")]
    assert light[0] > 1.3 * light[2], "the darkest is the lightest there"


@pytest.mark.parametrize("colour", INK.values())
def test_letters_in_these_colours_have_contrast_on_either_ground(colour):
    letters = svg.as_letters(colour)
    assert svg.contrast(letters, "#ffffff") >= 4.5 and svg.contrast(svg.in_dark(letters), svg.DARK) >= 4.5
    one, other = (rgb_to_hsv(to_rgb(own))[0] for own in (colour, letters))
    assert one == pytest.approx(other, abs=.02) and (letters == colour) == (svg.contrast(colour, "#ffffff") >= 4.5)


def test_contrast_is_that_of_wcag():
    assert svg.contrast("#000000", "#ffffff") == pytest.approx(21) and svg.contrast("#777777", "#777777") == 1
    assert svg.in_dark("#d0812a") == "#d0812a" and svg.luminance(svg.in_dark("#7a1f5c")) > svg.luminance("#7a1f5c")


def test_a_face_is_pixels_and_keeps_its_colours_but_not_its_title():
    figure, axes = plt.subplots()
    axes.imshow(np.arange(12.).reshape(3, 4))
    axes.text(1, 1, "on it", color="black")
    axes.set_title("above\nit")
    root = drawn(figure)
    of = fills(root)
    assert of["on it"] == "#000000" and of["above"] == of["it"] == of["2.0"] == "currentColor"
    (image,) = root.iter("image")
    assert image.get("href").startswith("data:image/png") and "class" not in image.attrib


def test_what_is_too_heavy_stays_a_picture(monkeypatch):
    figure, axes = plt.subplots()
    axes.scatter(*np.random.default_rng(0).random((2, figures.MOST_MARKS + 1)))
    text = figures.svg_of(figure)
    assert "<image" in text and len(text) < figures.MOST
    monkeypatch.setattr(figures, "MOST", len(text) - 1)
    assert figures.svg_of(figure) is None and figures.bundle(figure) == ({}, {})


def test_marks_that_are_there_are_named():
    marks = [part for part in drawn(plain()).iter("use") if part.get("class") == "dot"]
    assert [mark.get("aria-label") for mark in marks] == ["a & b", "c"]
    assert {mark.get("role") for mark in marks} == {"img"}
    with pytest.raises(ValueError, match="1 names for 2 marks"):
        figures.name_marks(plt.figure().subplots().scatter([1, 2], [1, 2]), ["one"])


def test_every_dot_says_which_network_it_is():
    root = drawn(dots_by_kind(NETWORKS, {"AUC": "AUC", "other": "other"}))
    names = [part.get("aria-label") for part in root.iter() if part.get("class") == "dot"]
    assert len(names) == 6 + 5, "of one the other is not known"
    assert names[:2] == ["CNN+AD · fold 0 · seed 0 · .8 · photographs/CNN+AD-0",
                         "CNN+AD · fold 0 · seed 1 · .9 · photographs/CNN+AD-1"]
    assert "not trained · fold 0 · seed 1 · .9 · first weights of photographs/not trained-1" in names


def test_a_network_is_said_as_far_as_it_is_known():
    assert said_of({"kind": "CNN", "first": "AU12", "seed": 3., "fold": np.nan, "run": np.nan}, .5, "first") == (
        "AU12 · CNN · seed 3 · .5")
    assert [short(value) for value in (.8984, -.03117, 90.27, 1., 0.)] == [".898", "−.0312", "90.3", "1", "0"]


def test_what_dots_show_in_words():
    networks = pd.DataFrame({"kind": ["not trained", "CNN", "CNN"], "a": [0., 1., 2.], "b": [np.nan, 3., np.nan]})
    assert means_in_words(networks, {"a": "first\none", "b": "other"}, "{:.1f}".format) == (
        "CNN: first one 1.5, other 3.0.")
    of_nothing = networks[networks["kind"] == "not trained"]
    assert means_in_words(of_nothing, {"a": "first", "b": "other"}, "{:.1f}".format) == "not trained: first 0.0."
    assert means_in_words(networks, {"b": "other"}, "{:.1f}".format) == "CNN: other 3.0."
    assert means_in_words(of_nothing, {"b": "other"}, "{:.1f}".format) == ""
    of_others = networks.assign(b=[5., np.nan, np.nan])
    assert means_in_words(of_others, {"b": "other"}, "{:.1f}".format) == "not trained: other 5.0.", "known of it alone"
