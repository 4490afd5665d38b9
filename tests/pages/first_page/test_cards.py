"""A chapter's card shows the first picture that the chapter shows."""
import numpy as np
import pytest
from docutils import nodes
from docutils.utils import new_document
from PIL import Image

from fer_lib.pages.first_page.cards import SIZE, card_html, card_of
from fer_lib.pages.pictures import face_grid, sprites

DARK = np.full((48, 48), 40, np.uint8)
LIGHT = np.full((48, 48), 200, np.uint8)


def chapter(*parts: nodes.Node) -> nodes.document:
    document = new_document("a chapter")
    document += nodes.section("", nodes.title(text="What <is> it?"), *parts)
    return document


def figure(folder, grey: int, shape=(500, 800)) -> nodes.image:
    Image.fromarray(np.full(shape, grey, np.uint8)).save(folder / f"{grey}.png")
    return nodes.image(uri=f"{grey}.png", candidates={"*": f"{grey}.png"}, alt=f"a figure as grey as {grey}")


def faces(*images: np.ndarray) -> nodes.raw:
    return nodes.raw("", face_grid(images, [f"face {i}" for i in range(len(images))]).data, format="html")


def greys(card) -> list[int]:
    """In the middle of the left half and of the right one."""
    return [card.picture.convert("L").getpixel((x, SIZE[1] // 2)) for x in (SIZE[0] // 4, 3 * SIZE[0] // 4)]


def test_a_figure_before_faces(tmp_path):
    card = card_of("x", chapter(nodes.paragraph(text="…"), figure(tmp_path, 90), faces(DARK, LIGHT)), tmp_path)
    assert (card.picture.size, greys(card), card.alt) == (SIZE, [90, 90], "a figure as grey as 90")


def test_two_faces_beside_each_other(tmp_path):
    card = card_of("x", chapter(faces(DARK, LIGHT, DARK), figure(tmp_path, 90)), tmp_path)
    assert greys(card) == pytest.approx([40, 200], abs=2) and card.alt == "face 0, face 1"


def test_a_corner_of_a_sheet_of_faces(tmp_path):
    sheet, _ = sprites(np.stack([LIGHT] * 40), np.arange(40), 48)
    text = f'<script>draw({{"images": {{"src": "{sheet["src"]}", "size": 48}}}})</script>'
    card = card_of("x", chapter(nodes.raw("", text, format="html")), tmp_path)
    assert greys(card) == pytest.approx([200, 200], abs=3)


def test_code_where_there_is_no_picture(tmp_path):
    cell = nodes.container("", nodes.literal_block(text="top = 5"), classes=["cell"])
    card = card_of("x", chapter(cell, nodes.literal_block(text="a < b\nc")), tmp_path)
    assert card.picture is None and card.code == "a < b\nc", "not what a notebook's cell says"
    assert card_html(card, "x.html", "") == ('<li><a href="x.html"><code aria-hidden="true">a &lt; b\nc</code>'
                                             "<span>What &lt;is&gt; it?</span></a></li>")


def test_subjects_where_there_is_no_code_either(tmp_path):
    terms = [nodes.definition_list_item("", nodes.term(text=text), nodes.definition()) for text in ("AUC", "fold")]
    assert card_of("x", chapter(nodes.definition_list("", *terms)), tmp_path).code == "AUC\nfold\nWhat <is> it?"
    assert card_of("x", chapter(), tmp_path).code == "What <is> it?"


def test_a_drawing_that_is_no_picture_of_dots_is_passed_over(tmp_path):
    vector = nodes.image(uri="x.svg", candidates={"*": "x.svg"}, alt="")
    assert greys(card_of("x", chapter(vector, figure(tmp_path, 90)), tmp_path)) == [90, 90]


def test_a_chart_is_known_by_its_ground_and_what_it_does_not_fill_is_left_to_the_page(tmp_path):
    kinds = {grey: card_of("x", chapter(figure(tmp_path, grey, (400, 1600))), tmp_path) for grey in (255, 90)}
    assert 'class="on-white"' in card_html(kinds[255], "x.html", "x.webp")
    assert "on-white" not in card_html(kinds[90], "x.html", "x.webp"), "a face would be turned over"
    assert kinds[90].picture.getpixel((5, 5))[3] == 0 and kinds[90].picture.getpixel((5, SIZE[1] // 2))[3] == 255
    assert not card_of("x", chapter(faces(DARK, LIGHT)), tmp_path).on_white


def test_a_picture_says_what_it_shows(tmp_path):
    text = card_html(card_of("x", chapter(figure(tmp_path, 90)), tmp_path), "x.html", "_images/cards/x.webp")
    assert 'src="_images/cards/x.webp" alt="a figure as grey as 90" width="320" height="180"' in text
