"""Names of folders and what run files say, on pages: they stay words, in a real browser, whatever they are."""
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import jupytext
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fer_lib.pages.explore.assets import element
from fer_lib.pages.interactive import as_json, confusion_faces, filter_images, two_histograms
from fer_lib.pages.markup import escaped, styled
from fer_lib.pages.notebooks import BOOK
from fer_lib.pages.pictures import face_grid, face_table, picture

HOSTILE = ["<img src=x onerror=hit()>", "</script><script>hit()</script>", '"><svg onload=hit()>',
           "' onmouseover='hit()", "<!--<script>", "--><img src=x onerror=hit()>", "]]><script>hit()</script>",
           "</style><script>hit()</script>", "</textarea></title><script>hit()</script>",
           "&lt;img src=x onerror=hit()&gt;", "a & b < c > d", "`x` **b** _i_ | $y$", "[here](javascript:hit())",
           "![x](x)", "# big", "line\n\n<script>hit()</script>", "\u2028</script><script>hit()</script>",
           "{eval}`hit()`", "${hit()}", "%(x)s {0} {{x}}", "<b>\x00</b>", "broken \udcff name", "javascript:hit()",
           "\\<i>", "x^y~z~"]
FACES = np.zeros((2, 8, 8), np.uint8)


class Tags(HTMLParser):
    """The tags of a page, the words between them, and the values of its attributes."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words, self.values = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.values += [value for _, value in attributes]

    def handle_data(self, data):
        self.words.append(data)


def shown(words):
    """As a page shows them: on one line."""
    return re.sub("[\0\ud800-\udfff]", "\ufffd", " ".join(words.split()))


@given(st.text(alphabet=st.characters()) | st.sampled_from(HOSTILE))
def test_words_stay_words_in_html_and_in_markdown(words):
    page = Tags(f'<p title="{escaped(words)}">{escaped(words)}</p>')
    assert page.tags == ["p"] and page.values == [shown(words)] and "".join(page.words) == shown(words)
    for markdown in (MarkdownIt("commonmark"), MarkdownIt("gfm-like", {"linkify": False})):
        rendered = Tags(markdown.render(f"x {escaped(words)} x **{escaped(words)}**"))
        assert set(rendered.tags) <= {"p", "strong"}
        assert " ".join("".join(rendered.words).split()).startswith(" ".join(f"x {shown(words)} x".split()))


@pytest.mark.parametrize("words", HOSTILE)
def test_a_styled_table_holds_no_tag_of_its_words(words):
    table = pd.DataFrame({words: [words, 1.25], "AUC": [.123, .456], ("a", words)[0]: [1, 2]},
                         index=pd.Index([words, "plain"], name=words)).rename_axis(columns=words)
    for style in (styled(table), styled(table).format({"AUC": "{:.1f}"}).hide(axis="index"),
                  styled(table).format(precision=1, na_rep="")):
        page = Tags(style.to_html())
        assert set(page.tags) <= {"style", "table", "thead", "tbody", "tr", "th", "td"}
    assert ">0.1<" in styled(table).format({"AUC": "{:.1f}"}).to_html()
    folded = table.reset_index(drop=True).pivot_table(index="a", columns="AUC", aggfunc="first")
    assert set(Tags(styled(folded).to_html()).tags) <= {"style", "table", "thead", "tbody", "tr", "th", "td"}


def test_a_styled_table_is_the_table():
    table = pd.DataFrame({"x": [1, 2], "y": [.5, None], "z": ["a", None]}, index=["r", "s"])
    own, pandas_ = (re.sub("T_[0-9a-f]+", "", style.to_html()) for style in (styled(table), table.style))
    assert own == pandas_
    assert styled(pd.DataFrame()).to_html() and styled(table.iloc[:0]).to_html()
    twice = pd.concat([table, table], axis=1)
    assert styled(twice).data.shape == (2, 6)


@pytest.mark.parametrize("words", HOSTILE)
def test_data_of_a_script_do_not_end_it(words):
    text = as_json({"name": words, words: [words]})
    assert not set(text) & set("<\u2028\u2029") and json.loads(text) == {"name": words, words: [words]}


def hostile_page(words: str) -> str:
    """Everything that the library draws into a page, with these words wherever it takes any."""
    units = pd.DataFrame({words: [1., 0.], "AU1": [0., 1.]})
    parts = [face_grid(FACES, [words, words]), face_grid(FACES, ["a", "b"], alt=[words, words]),
             face_table({words: list(FACES)}, [words, "b"]), styled(pd.DataFrame({words: [words]}, index=[words])),
             confusion_faces(FACES, np.array([0, 1]), np.array([1, 1]), [words, "b"], [words, words], width=8),
             filter_images(FACES, np.array([[0, 1]]), np.ones((1, 2), bool), np.zeros((1, 2, 2)), 4, [words], width=8),
             two_histograms(np.array([[0.], [1.]]), units, first=(0, words))]
    return picture(FACES[0], words, "width:8px") + "".join(
        part.data if hasattr(part, "data") and isinstance(part.data, str) else part.to_html() for part in parts)


@pytest.fixture
def betrayed(page):
    """betrayed(text): what a page with this text did that none should."""
    def look(text):
        found = []
        page.on("dialog", lambda dialog: (found.append("dialog"), dialog.dismiss()))
        page.add_init_script("window.hit = () => { window.was_hit = true; }")
        whole = f"<!doctype html><meta charset=utf-8><link rel=icon href=data:,>{text}"
        page.route("http://page/**", lambda route: route.fulfill(
            body=whole if route.request.url.endswith("/") else "", content_type="text/html; charset=utf-8"))
        page.goto("http://page/")
        page.wait_for_timeout(200)
        page.evaluate("""for (const one of document.querySelectorAll("*")) {
            one.dispatchEvent(new MouseEvent("mouseover"));
            if (one.href?.startsWith?.("javascript:")) one.click(); }""")
        made = page.evaluate("document.querySelectorAll('[onerror], [onload], [onmouseover], img[src=x], a').length")
        return found + ["hit"] * page.evaluate("Boolean(window.was_hit)") + ["element"] * made
    return look


def test_nothing_of_a_name_runs(betrayed, page):
    assert not betrayed("".join(map(hostile_page, HOSTILE)))
    chosen = page.evaluate("[...document.querySelectorAll('[data-part=unit]')].map((one) => one.value)")
    assert [re.sub("[\0\ud800-\udfff]", "\ufffd", words) for words in chosen] == [
        re.sub("[\0\ud800-\udfff]", "\ufffd", words) for words in HOSTILE]


def test_a_name_that_is_not_escaped_is_noticed(betrayed):
    assert betrayed(f"<p>{HOSTILE[0]}</p>") == ["hit", "element"]


@pytest.mark.parametrize("words", HOSTILE)
def test_the_explorer_s_element_holds_its_data(words):
    page = element({"classes": [words], "note": words}, f"{words}/")
    assert page.count("<script") == page.count("</script>") == 2
    text = re.search(r'<script type="application/json">(.*?)</script>', page, re.S)[1]
    assert json.loads(text)["note"] == words
    assert f"{words}/" in Tags(page).values or "\x00" in words


# Chapters


@pytest.mark.parametrize("path", sorted(BOOK.glob("*.md")), ids=lambda path: path.stem)
def test_a_chapter_styles_no_table_by_itself(path: Path):
    cells = [cell.source for cell in jupytext.reads(path.read_text(encoding="utf-8"), "md:myst").cells
             if cell.cell_type == "code"]
    assert not [line for cell in cells for line in cell.splitlines() if re.search(r"\.style\b|escape=False", line)]
