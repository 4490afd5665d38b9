"""A page's icon, and the card that stands for it where it is shared."""
import io

import numpy as np
import pytest
import social
from PIL import Image
from tiny_book import ROOT

STATIC = ROOT / "book/_ext/static"


@pytest.mark.parametrize("size", [16, 32, 48])
def test_the_two_icons_are_one_picture(page, size):
    page.set_viewport_size({"width": size, "height": size})
    svg = (STATIC / "favicon.svg").read_text("utf-8")
    page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block; width: {size}px; height: {size}px }}</style>"
                     f"{svg}")
    drawn = Image.open(io.BytesIO(page.screenshot(omit_background=True))).convert("RGBA")
    with Image.open(STATIC / "favicon.ico") as icon:
        kept = np.asarray(icon.ico.getimage((size, size)).convert("RGBA"), int)
    apart, mirrored = (np.abs(np.asarray(drawn, int) - one).mean() for one in (kept, kept[:, ::-1]))
    assert apart < 8 and mirrored > 2 * apart, "edges are smoothed in more than one way"


def test_the_card_has_its_size_its_faces_and_its_title():
    card = social.card("Do deep neural networks learn facial action units?", "A line")
    assert card.size == (1200, 630)
    pixels = np.asarray(card.convert("L"), float)
    faces = pixels[270:270 + social.FACE]
    left = (1200 - len(social.UNITS) * (social.FACE + social.GAP) + social.GAP) // 2
    cut = [faces[:, left + i * (social.FACE + social.GAP):][:, :social.FACE] for i in range(len(social.UNITS))]
    assert all(one.std() > 20 for one in cut), "a face is drawn in each place"
    assert all(np.abs(one - cut[0]).max() > 30 for one in cut[1:]), "and each but the first moves"
    assert (pixels[40:240] < 100).sum() > 5000 and (pixels[:, :left] > 240).all(), "a title, within the margin"


def test_a_title_is_broken_in_lines_of_like_length():
    lines = social.in_lines("Do deep neural networks learn facial action units?", 30).splitlines()
    assert lines == ["Do deep neural networks", "learn facial action units?"]
    assert social.in_lines("Short", 30) == "Short"
