"""The first page is put together from what chapters glued, and says nothing else; built, it fits the first screen."""
import json
import re
from html import unescape

import pytest
from tiny_book import TinyBook, chapter

from fer_lib.analysis.rules import rules
from fer_lib.pages.claims import verdict_label
from fer_lib.pages.own_book.in_book import verdicts_of_book

FIRST = "# Tiny\n\n```{answer}\n```\n\n```{scoreboard}\n```\n\n```{chapters}\n```\n"
JUDGES = """
import pandas as pd
from fer_lib.analysis.rules import rules
from fer_lib.pages.claims import show_verdict
means = {"CNN": .8, "CNN, identities": %s}
networks = pd.DataFrame([{"group": "controls", "kind": kind, "seed": seed, "fold": 0, "run": f"{kind} {seed}",
                          "known before": False, "best filter": mean + .001 * seed}
                         for kind, mean in means.items() for seed in range(5)])
show_verdict("%s", rules()["identity"].judge(networks), networks)
"""
# A book with one chapter that judges, which then finds something else, and with a second that judges the same


@pytest.fixture(scope="module")
def judging(tmp_path_factory):
    book = TinyBook(tmp_path_factory.mktemp("first page") / "a book")
    book.write("book/index.md", FIRST)
    book.write("book/one.md", chapter(JUDGES % (.6, "verdict_identity"), title="Does <i>it</i> take them?"))
    book.write("book/two.md", chapter("size", text="Nothing is judged here.", title="Another"))
    result = book.build("-W", "--keep-going")
    assert result.returncode == 0, result.stderr
    return book


def first_page(book) -> str:
    return (book.html / "index.html").read_text(encoding="utf-8")


def row(book) -> str:
    return unescape(re.search(r'<li id="claim-identity".*?</li>', first_page(book), re.DOTALL)[0])


def test_the_page_says_what_the_chapter_found(judging):
    assert '<a href="one.html">' in row(judging) and verdict_label("supported") in row(judging)
    assert "+0.20 [+0.20, +0.20]" in row(judging)
    others = set(re.findall(r'<li id="claim-(\w+)">(?:(?!<li).)*verdict-not-testable', first_page(judging)))
    assert others == set(rules()) - {"identity"}


def test_chapters_are_cards(judging):
    cards = re.search('<ul class="chapters">.*?</ul>', first_page(judging), re.DOTALL)[0]
    assert re.findall('<a href="([^"]+)">', cards) == ["one.html", "two.html"]
    assert "Does &lt;i&gt;it&lt;/i&gt; take them?" in cards


def test_rules_of_style_are_on_that_page_only(judging):
    assert "first_page.css" in first_page(judging) and (judging.html / "_static/first_page.css").exists()
    assert "first_page.css" not in (judging.html / "one.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_it_changes_with_the_chapter(judging):
    judging.replace("book/one.md", '"CNN, identities": 0.6', '"CNN, identities": 0.95')
    assert judging.build("-W", "--keep-going").returncode == 0
    assert verdict_label("not supported") in row(judging)
    results = json.loads((judging.html / "results.json").read_text(encoding="utf-8"))["results"]
    (verdict,) = (one for one in results if one["name"] == "verdict_identity")
    assert verdict["display"] == "not supported" and verdict["claim"] == "identity"


def test_two_chapters_cannot_say_different_things(judging):
    judging.write("book/two.md", chapter(JUDGES % (.6, "another_name")))
    result = judging.build()
    assert result.returncode != 0 and "one and two both judge the claim 'identity'" in result.stdout + result.stderr


# As built, in a browser

MOST = 150_000                      # bytes of the face with all that it shows
SCREENS = {1280: 800, 390: 844}     # pixels


@pytest.mark.pages
@pytest.mark.parametrize("width", SCREENS)
def test_question_face_and_answer_are_in_the_first_screen(pages, serve, visit, width):
    page = visit(f"{serve(pages)}/index.html", width).page
    page.set_viewport_size({"width": width, "height": SCREENS[width]})
    for part in ("h1", ".moved-face .tile", ".moved-face input[type=range]", ".moved-face table", ".answer"):
        box = page.locator(f"article {part}").last.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width and box["y"] + box["height"] <= SCREENS[width], part
    assert page.locator(".answer li").count() == 3


@pytest.mark.pages
def test_the_face_moves_in_the_page(pages, serve, visit):
    here = visit(f"{serve(pages)}/index.html")
    place = here.page.locator(".moved-face")
    before = place.locator("tbody").inner_text(), place.locator(".tile").get_attribute("style")
    place.get_by_role("slider").focus()
    here.page.keyboard.press("End")
    assert (place.locator("tbody").inner_text(), place.locator(".tile").get_attribute("style")) != before
    assert place.locator("tbody tr").count() == 4 and "The network calls it" in place.inner_text()
    assert not here.look()


@pytest.mark.pages
def test_the_face_is_light(pages, serve, visit):
    """It holds all that it shows: nothing else is loaded for it."""
    text = (pages / "index.html").read_text(encoding="utf-8")
    (start,) = (match.start() for match in re.finditer(r'<div class="interactive"', text))
    assert text.index("</script>", start) - start < MOST
    here = visit(f"{serve(pages)}/index.html")
    assert not [url for url in here.requested if "explorer" in url or url.endswith((".wasm", ".onnx"))]


@pytest.mark.pages
def test_every_verdict_is_that_of_results_json(pages):
    results = json.loads((pages / "results.json").read_text(encoding="utf-8"))["results"]
    told = {one["claim"]: one["display"] for one in results if "claim" in one and "comparison" not in one}
    text = (pages / "index.html").read_text(encoding="utf-8")
    shown = dict(re.findall(r'<li id="claim-(\w+)".*?<span class="verdict [^>]*>([^<]+)</span>', text, re.DOTALL))
    assert list(shown) == list(rules()) and len(told) > 5
    assert shown == {name: told.get(name, "not testable here") for name in rules()}
    assert shown == verdicts_of_book(), "as they stand beside those of a reader's own faces"


@pytest.mark.pages
def test_every_chapter_has_a_card_that_shows_something(pages, serve, visit):
    page = visit(f"{serve(pages)}/index.html").page
    cards = page.locator(".chapters li")
    titles = {link.get_attribute("href") for link in page.locator("nav.bd-links a[href$='.html']").all()}
    assert {card.locator("a").get_attribute("href") for card in cards.all()} == titles
    for card in cards.all():
        picture = card.locator("img, code")
        assert picture.count() == 1 and (picture.get_attribute("alt") or picture.inner_text().strip())
