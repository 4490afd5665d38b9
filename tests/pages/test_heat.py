"""Heat maps in the dark: the same hues from the other ground, in the map and its colour bar, and numbers that are told
from both."""
import base64
import io
import re
import xml.etree.ElementTree as ET

import matplotlib.pyplot as plt
import numpy as np
import pytest
import seaborn
from matplotlib import colormaps
from matplotlib.colors import rgb_to_hsv, to_hex
from PIL import Image

from fer_lib.pages import figures, svg
from fer_lib.pages.heat import dark_ground, frame, in_dark, make_legible, mark, meshes, turned

SHARE = np.linspace(0, 1, 12).reshape(2, 6)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def light_of(cmap) -> np.ndarray:
    return np.array([svg.luminance(to_hex(colour)) for colour in cmap(np.linspace(0, 1, 101))])


def pixels(image: ET.Element) -> np.ndarray:
    with Image.open(io.BytesIO(base64.b64decode(image.get("href").partition(",")[2]))) as own:
        return np.asarray(own.convert("RGBA"))


def drawn(figure) -> ET.Element:
    return ET.fromstring(re.sub(' xmlns="[^"]*"', "", figures.svg_of(figure)))


def heat_map(**how):
    figure, axes = plt.subplots(figsize=(4, 2), layout="constrained")
    seaborn.heatmap(SHARE, ax=axes, **how)
    return figure, axes


def test_nothing_is_the_ground_of_the_page_and_more_is_further_from_it():
    for name, nothing in (("Greys", 0), ("PuOr_r", 50)):
        light = light_of(in_dark(colormaps[name]))
        assert svg.contrast(to_hex(in_dark(colormaps[name])(nothing / 100)), svg.DARK) < 1.1, name
        assert (np.diff(light[nothing:]) > 0).all() and (np.diff(light[:nothing + 1]) < 0).all(), name
        assert light[-1] > .4 and (nothing == 0 or light[0] > .4), "the ends are far from the ground"


def test_hues_stay_and_what_is_transparent_does():
    colours = colormaps["PuOr_r"]([.15, .3, .7, .85])
    hues = [rgb_to_hsv(own[:, :3])[:, 0] for own in (colours, turned(colours))]
    np.testing.assert_allclose(*hues, atol=.08)
    assert turned([[1, 1, 1, 0.]])[0, 3] == 0 and to_hex(turned([[1, 1, 1.]])[0]) == svg.DARK


def test_a_map_and_its_colour_bar_have_pixels_for_either_theme():
    figure, axes = heat_map(cmap="PuOr_r", center=.5)
    axes.set_title("above")
    images = list(drawn(figure).iter("image"))
    assert [image.get("class") for image in images] == ["in-light", "in-dark"] * 2, "of the map, and of its bar"
    assert [image.get("display") for image in images] == [None, "none"] * 2, "as is shown where no page says otherwise"
    for light, dark in zip(images[::2], images[1::2], strict=True):
        assert {**light.attrib, "href": "", "class": "", "display": "none"} == {**dark.attrib, "href": "", "class": ""}
        light, dark = pixels(light), pixels(dark)
        there = (light[..., 3] == 255) & (dark[..., 3] == 255)
        wanted = np.round(255 * turned(light[there][:, :3] / 255))
        assert there.any() and np.abs(dark[there][:, :3] - wanted).max() <= 4, "each colour by the same rule"


def test_a_figure_is_as_it_was_when_it_has_been_drawn_for_the_dark():
    figure, _ = heat_map(cmap="Greys", linewidths=.5)
    before = [(mesh.get_cmap()(.3), mesh.get_edgecolor().tolist()) for mesh in meshes(figure)]
    with dark_ground(figure):
        assert meshes(figure)[0].get_cmap()(.3) != before[0][0]
        assert to_hex(meshes(figure)[0].get_edgecolor()[0]) == svg.DARK, "white lines between cells would dazzle"
    assert [(mesh.get_cmap()(.3), mesh.get_edgecolor().tolist()) for mesh in meshes(figure)] == before


def test_numbers_are_told_from_the_colour_behind_on_either_ground():
    figure, axes = heat_map(annot=True, cmap="Greys", cbar=False)
    make_legible(axes)
    grounds = axes.collections[0].get_facecolors()
    for text, light, dark in zip(axes.texts, grounds, turned(grounds), strict=True):
        assert svg.contrast(text.get_color(), to_hex(light)) >= 4.5
        assert svg.contrast(text.in_dark, to_hex(dark)) >= 4.5
    groups = {part[-1].text: part for part in drawn(figure).iter("g") if "light-dark" in part.get("style", "")}
    assert {text.get_text(): f"fill:light-dark({to_hex(text.get_color())},{text.in_dark})" for text in axes.texts} == {
        said: part.get("style") for said, part in groups.items()}
    assert not any("fill" in text.attrib for part in groups.values() for text in part), "or the group's would not hold"


def test_so_are_dots_which_are_no_text():
    figure, axes = heat_map(cmap="Greys", cbar=False)
    x, y = np.tile(np.arange(6), 2) + .86, np.repeat([0, 1], 6) + .16
    mark(axes, x, y, size=2)
    grounds = axes.collections[0].get_facecolors()
    for dots in axes.collections[1:]:
        for column, row in dots.get_offsets().astype(int):
            ground = grounds[[row * 6 + column]]
            assert svg.contrast(to_hex(dots.get_facecolor()[0]), to_hex(ground[0])) >= 4.5
            assert svg.contrast(dots.in_dark, to_hex(turned(ground)[0])) >= 4.5
    root = drawn(figure)
    groups = [part for part in root.iter("g") if "light-dark" in part.get("style", "")]
    pairs = [(to_hex(dots.get_facecolor()[0]), dots.in_dark) for dots in axes.collections[1:]]
    assert {("#000000", "#ffffff"), ("#ffffff", "#000000")} <= set(pairs)
    assert [part.get("style") for part in groups] == [f"fill:light-dark({','.join(pair)})" for pair in pairs]
    places = [(float(dot.get("x")), float(dot.get("y"))) for part in groups for dot in part.iter("use")]
    assert len(set(places)) == 12 and not any("fill" in dot.attrib for part in groups for dot in part.iter("use"))
    mark(axes, [], [], size=2)
    assert len(axes.collections) == 1 + len(pairs), "nothing is drawn of none"


def test_a_frame_is_black_and_in_the_dark_told_from_its_cell():
    figure, axes = heat_map(cmap="Greys", cbar=False)
    x, y = [0, 5, 2], [0, 1, 1]
    frame(axes, x, y)
    grounds, frames = axes.collections[0].get_facecolors(), axes.collections[1:]
    assert {to_hex(own.get_facecolor()[0]) for own in frames} == {"#000000"}
    rings = {tuple(path.vertices.min(0).astype(int)): own.in_dark for own in frames for path in own.get_paths()}
    assert rings.keys() == set(zip(x, y, strict=True)) and set(rings.values()) == {"#000000", "#ffffff"}
    for (column, row), dark in rings.items():
        assert svg.contrast(dark, to_hex(turned(grounds[[row * 6 + column]])[0])) >= 4.5
    before = np.asarray(axes.collections[0].get_facecolors()[0])
    figure.canvas.draw()
    shown = np.asarray(figure.canvas.buffer_rgba())[::-1] / 255
    places = axes.transData.transform([(.5, .5), (.055, .5)]).astype(int)
    inside, edge = (shown[down, across] for across, down in places)
    assert np.abs(inside - before).max() < .01 and edge[:3].max() < .5, "it has nothing inside"
    styles = [part.get("style") for part in drawn(figure).iter("g") if "light-dark" in part.get("style", "")]
    assert styles == [f"fill:light-dark(#000000,{own.in_dark})" for own in frames]
    frame(axes, [], [])
    assert len(axes.collections) == 1 + len(frames)
