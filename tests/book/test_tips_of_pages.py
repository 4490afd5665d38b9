"""Words that explain themselves, in a tiny book and in the real one: by pointer, by keys and by finger."""
import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from test_site import RULES
from tiny_book import ROOT, TinyBook, chapter

pytestmark = pytest.mark.pages

MOST = 60_000                       # bytes of a page's tips, as they lie on disk
SCRIPTS = [ROOT / "book/_ext/static" / name for name in ("tips.js", "tips.css")]
TEXT = """
A smile is AU12, on one side AU12L, and AU12 again with AU6; AU99 there is none. [See AU4](index.md) and `AU7`.
A filter such as conv3:1 has an AUC, and an AUC is no null-distribution.

The second paragraph has AU9 and AU12, and *guided backpropagation*.

```python
units = ["AU12"]
```

| unit | filter |
|---|---|
| AU12 | conv3:0 |
| AU6 | conv3:200 |

""" + "More and more text.\n\n" * 60 + "At the end of the page, AU43."
HTML = """
from IPython.display import HTML
HTML('<p id="printed">AU17</p><p><button>AU20</button> <label>AU23</label></p>'
     '<svg width="60" height="20"><text y="15">AU24</text></svg><div class="interactive">AU25</div>')
"""
FILTERS = """
from types import SimpleNamespace
import numpy as np
from fer_lib import FaceDataset
from fer_lib.pages.example_network import glue_filters, of_unit
images = np.random.default_rng(0).integers(0, 256, (8, 1, 32, 32)).astype(np.uint8)
faces = FaceDataset("synthetic", images, [0] * 8, ("happy",))
network = SimpleNamespace(recipe=SimpleNamespace(variant="CNN+AD"), pixels=96, folder=SimpleNamespace(name="run"))
said = [of_unit("AU12", 1, .9), of_unit("AU4", 1, .8)]
glue_filters(network, faces, np.random.default_rng(0).random((8, 2)), said)
"""
GLOSSARY = """# Terms

AU1 stands here, and an AUC.

:::{glossary}
AUC
  How often the larger response is that of the unit.

  Explained in [](one.md).

null distribution
null
  What chance gives.

guided backpropagation
  A gradient, changed.

  Explained in [](plain.md).
:::
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    book = TinyBook(tmp_path_factory.mktemp("tips") / "a book")
    book.write("_toc.yml", "format: jb-book\nroot: index\nchapters:\n- file: one\n- file: plain\n- file: terms\n")
    book.write("book/index.md", "# Tiny\n\nNothing to explain.\n")
    book.write("book/plain.md", "# Plain\n\nOnly `AU12` in code.\n\n    AU4\n")
    book.write("book/terms.md", GLOSSARY)
    book.write("book/one.md", chapter(HTML, FILTERS, text=TEXT, title="All about AU5"))
    result = book.build("-W", "--keep-going")
    assert result.returncode == 0, result.stderr
    return book.html


@pytest.fixture
def page(tiny, serve, visit):
    return visit(f"{serve(tiny)}/one.html").page


def data_of(text):
    found = re.search(r'<script type="application/json" id="tips">(.*?)</script>', text, re.DOTALL)
    return json.loads(found[1]) if found else None


def word(page, text, nth=0):
    return page.locator(".tip", has_text=re.compile(f"^{text}$")).nth(nth)


def card(page):
    return page.locator("#tip-card")


def within(page):
    """The card lies in the window."""
    box, window = card(page).bounding_box(), page.viewport_size
    return (box["x"] >= 0 and box["y"] >= 0 and box["x"] + box["width"] <= window["width"]
            and box["y"] + box["height"] <= window["height"])


def weight(folder, name):
    """Bytes of all that a page loads for its tips."""
    data = data_of((folder / name).read_text(encoding="utf-8"))
    if not data:
        return 0
    sheets = [(folder / name).parent / sheet["src"] for sheet in data["sheets"].values()]
    sizes = [path.stat().st_size for path in (*SCRIPTS, *sheets)]
    return sum(sizes) + len(json.dumps(data, ensure_ascii=False).encode())


def test_only_pages_with_such_words_load_anything(tiny):
    text = {name: (tiny / f"{name}.html").read_text(encoding="utf-8") for name in ("index", "plain", "terms", "one")}
    assert [name for name in text if "tips.js" in text[name]] == ["terms", "one"]
    assert [name for name in text if "tips.css" in text[name]] == ["terms", "one"]
    assert "conv3:1" in data_of(text["one"])["tips"] and "conv3:200" not in data_of(text["one"])["tips"]
    assert data_of(text["terms"])["terms"] == [], "that page explains them"
    names = [term["names"] for term in data_of(text["one"])["terms"]]
    assert names == [["AUC"], ["null distribution", "null"], ["guided backpropagation"]]


def test_tips_of_a_page_are_light(pages):
    weights = {path.name: weight(pages, path.name) for path in pages.glob("*.html")}
    print({name: f"{size / 1000:.1f} kB" for name, size in weights.items()})
    assert max(weights.values()) > 20_000 and not {name: size for name, size in weights.items() if size > MOST}


def test_the_pointer_shows_a_card_and_its_faces(address, visit):
    here = visit(f"{address}/one.html")
    before = here.page.locator("article").bounding_box()
    assert not card(here.page).is_visible()
    word(here.page, "AU12").hover()
    card(here.page).wait_for()
    assert card(here.page).text_content().startswith("AU12Lip corner puller") and within(here.page)
    faces = here.page.locator("#tip-card .tip-face")
    assert [face.get_attribute("aria-label") for face in faces.all()] == [
        "a drawn face at rest", "a drawn face with AU12"]
    assert here.page.evaluate("""() => { const image = new Image(); image.src = getComputedStyle(
        document.querySelector('.tip-face')).backgroundImage.slice(5, -2); return image.decode().then(
        () => image.naturalWidth / 96); }""") == 6
    assert here.page.locator("article").bounding_box() == before, "nothing moves"
    here.page.mouse.move(5, 5)
    card(here.page).wait_for(state="hidden")
    assert not here.look()


def test_a_filter_shows_its_unit_and_its_faces(page):
    word(page, "conv3:1").hover()
    card(page).wait_for()
    said = "Its unit is AU4, brow lowerer: more response with it; AUC 0.80 on other people."
    assert said in card(page).text_content()
    assert page.locator("#tip-card .tip-face").count() == 5


def test_which_words_are_tips(page):
    marked = page.locator(".tip").all_text_contents()
    assert {"AU5", "AU12", "AU12L", "AU6", "AU9", "AU17", "AU43", "conv3:0", "conv3:1", "AUC"} <= set(marked)
    assert not {"AU7", "AU20", "AU23", "AU24", "AU25", "AU99", "conv3:200"} & set(marked), "code, controls, unknown"
    assert page.locator(":is(pre, code, button, label, svg, .interactive) .tip").count() == 0
    assert marked.count("AUC") == 1 and marked.count("null-distribution") == 1, "a term's first mention"
    assert marked.count("AU12") == 4, "every mention of a unit"


def test_the_card_may_be_pointed_at_and_stays(page):
    word(page, "AUC").hover()
    card(page).wait_for()
    page.locator("#tip-card a").hover()
    page.wait_for_timeout(600)
    assert card(page).is_visible()
    page.locator("#tip-card a").click()
    page.wait_for_url("**/terms.html#term-AUC")


def test_a_term_says_where_it_is_explained_unless_that_is_here(page):
    explained = {"guided backpropagation": ("plain.html", "Plain"), "AUC": ("terms.html#term-AUC", "Terms")}
    for term, (link, title) in explained.items():
        word(page, term).hover()
        page.locator("#tip-card a", has_text=title).wait_for()
        assert page.locator("#tip-card a").get_attribute("href") == link


def test_a_term_leads_to_its_definition(page):
    assert word(page, "AUC").get_attribute("href") == "terms.html#term-AUC"
    word(page, "AUC").click()
    page.wait_for_url("**/terms.html#term-AUC")
    assert page.locator("#term-AUC").text_content().startswith("AUC")


def test_one_word_of_a_paragraph_or_table_is_a_stop_and_arrows_lead_to_the_others(page):
    stops = page.locator("article [tabindex='0'].tip").all_text_contents()
    assert stops == ["AU5", "AU17", "AU12", "AU9", "AU12", "AU43"], "heading, cell, paragraphs, table, paragraph"
    table = page.locator("article table .tip")
    table.first.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert "AU12" in card(page).text_content() and "others here" in card(page).text_content()
    page.keyboard.press("ArrowRight")
    assert card(page).is_visible() and "conv3:0" in card(page).text_content() and within(page)
    page.keyboard.press("ArrowRight")
    assert "Cheek raiser" in card(page).text_content()
    page.keyboard.press("Escape")
    assert not card(page).is_visible()
    assert table.nth(2).evaluate("element => element === document.activeElement"), "Escape leaves the focus"
    page.keyboard.press("Tab")
    assert "Eyes closed" in card(page).text_content(), "the table is one stop"
    page.wait_for_function("document.querySelector('#tip-card').style.visibility !== 'hidden'")
    assert within(page)


def test_words_are_described_to_screen_readers(page):
    of = {"AU12": "AU12: Lip corner puller", "AUC": "How often the larger response is that of the unit."}
    for text, said in of.items():
        name = word(page, text).get_attribute("aria-describedby")
        assert page.locator(f"[id='{name}']").text_content() == said
    assert card(page).get_attribute("role") == "tooltip"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_and_an_open_card_are_accessible(page, theme):
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    for text in ("conv3:1", "AUC"):
        word(page, text).hover()
        page.locator("#tip-card b", has_text=text).wait_for()
        page.wait_for_timeout(500)          # colours change slowly
        found = Axe().run(page, options=RULES).response["violations"]
        assert not [(one["id"], node["html"][:200]) for one in found for node in one["nodes"]]


def test_escape_closes_what_the_pointer_opened(page):
    word(page, "AU6").hover()
    card(page).wait_for()
    page.keyboard.press("Escape")
    assert not card(page).is_visible()


def test_motion_is_reduced(page):
    moves = "getComputedStyle(document.querySelector('#tip-card')).animationName"
    assert page.evaluate(moves) == "tip-card"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moves) == "none"


@pytest.fixture
def telephone(chromium, tiny, serve):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{serve(tiny)}/one.html")
    yield page
    context.close()


def test_a_tap_shows_and_hides(telephone):
    for text in ("AU12", "conv3:0", "AU43", "AU5"):
        word(telephone, text).tap()
        card(telephone).wait_for()
        assert card(telephone).text_content().startswith(text) and within(telephone)
    word(telephone, "AU5").tap()
    assert not card(telephone).is_visible(), "the same again closes it"
    word(telephone, "AU5").tap()
    telephone.locator("article h1").tap(position={"x": 5, "y": 5})
    assert not card(telephone).is_visible(), "and so does a tap elsewhere"


def test_a_tap_on_a_term_shows_its_tip_first_and_follows_it_then(telephone):
    word(telephone, "AUC").tap()
    card(telephone).wait_for()
    assert telephone.url.endswith("/one.html") and within(telephone)
    word(telephone, "AUC").tap()
    telephone.wait_for_url("**/terms.html#term-AUC")


def test_a_link_that_has_a_word_in_it_is_followed(telephone):
    telephone.locator("a", has_text="See AU4").tap()
    telephone.wait_for_url("**/index.html")
