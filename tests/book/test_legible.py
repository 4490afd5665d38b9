"""How the built pages read: short sections, short sentences, few numbers at a time."""
import re

import pytest
import yaml
from bs4 import BeautifulSoup
from tiny_book import ROOT
from visit import HTML

pytestmark = pytest.mark.pages

WORDS, HEAD = 120, 150                      # of a section's text; of a chapter's first one, which has claim and verdict
SENTENCE, NUMBERS = 20, 3                   # words on average; numbers a paragraph
ABOUT = {"checking", "library", "terms", "cite"}                # pages that argue for nothing
CHAPTERS = [one["file"] for one in yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["chapters"]
            if one["file"] not in ABOUT]
NO_TEXT = "script, style, svg, table, pre, code, details, .cell_input, .interactive, .math, .bibliography, .headerlink"
# Digits that belong to a name or a date; and what is one number: with its interval, "9 of 20", "32×32", "55 to 61 %"
NAME = re.compile(r"AU\d+\w?(?:, \d+)*|conv\d(?::\d+)?|\w+-\d+-[\w-]+|\d{4}-\d\d-\d\d|[A-Za-z]+[-+]?\d+\w*|"
                  r"\b(?:19|20)\d\d\b|95 % (?=intervals?\b)|(?:fold|seed|Python) \d+|\d+(?:×\d+)? pixels|½")
VALUE = r"[−+×-]?(?:\d+(?:[.,]\d+)*|\.\d+)(?:[ ·]10[⁻⁰¹²³⁴-⁹]+)?(?: ?%)?"
SPAN = rf"{VALUE}(?: (?:times )?(?:of|to|in) (?:the )?{VALUE}|[×–]{VALUE})*"
NUMBER = re.compile(rf"{SPAN}(?: \[[^\]]*\]| \([^)]*\d to [^)]*\)| \(p = [^)]*\))?")


def paragraphs(section):
    """Of a section itself, not of those in it: text and whether it is a caption, which is all in italics."""
    for part in section.find_all(["p", "li"]):
        if part.find_parent("section") is section and not (part.name == "li" and part.find("p")):
            text = re.sub(r"\s+", " ", part.get_text().replace("\N{WORD JOINER}", "")).strip()
            slanted = part.find("em", recursive=False)
            yield text, slanted is not None and len(slanted.get_text()) > .8 * len(text)


def numbers(text: str) -> list[str]:
    return NUMBER.findall(NAME.sub("", text))


def too_much(page: str, chapter: bool = True) -> list[str]:
    """What of a page nobody wants to read."""
    article = BeautifulSoup(page, "html.parser").article
    for part in article.select(NO_TEXT):
        part.decompose()
    found, all_text = [], []
    for section in article.select("section"):
        title = section.find(["h1", "h2", "h3"])
        parts = list(paragraphs(section))
        found += [f"{len(many)} numbers, {', '.join(many)}: {text}" for text, _ in parts
                  if len(many := numbers(text)) > NUMBERS]
        text = [text for text, caption in parts if not caption and not text.startswith("Claim: ")]
        words, most = len(" ".join(text).split()), HEAD if title.name == "h1" else WORDS
        if chapter and words > most:
            found.append(f"{words} words: {title.get_text()}")
        all_text += text
    sentences = [one for one in re.split(r"(?<=[.?!:])\s+", " ".join(all_text)) if len(one.split()) > 2]
    if (mean := sum(len(one.split()) for one in sentences) / len(sentences)) > SENTENCE:
        found.append(f"{mean:.1f} words a sentence")
    return found


def test_numbers_are_counted_as_they_are_read():
    text = ("conv3:42 of fer2013-48-cnn_ad-fold0-seed1-5b031c90 knows AU12 (AU1, 2, 5) by 2026-11-27 of 32×32 pixels: "
            "+62 [+50, +75] points, 95 % intervals, 13 of 21 units, 55 to 61 %, .87 (p = .025), 77 times in 100")
    assert numbers(text) == ["+62 [+50, +75]", "13 of 21", "55 to 61 %", ".87 (p = .025)", "77 times in 100"]
    assert numbers("0.25–4, .9 and −0.1; 6.0·10⁻⁷; 25,000 steps") == ["0.25–4", ".9", "−0.1", "6.0·10⁻⁷", "25,000"]


def test_what_is_too_much_is_noticed():
    page = "<article><section><h1>Title</h1>{}<section><h2>One</h2>{}</section></section></article>"
    text = "<p>A short one. <em>And</em> 2 words more.</p>"
    assert too_much(page.format(text, text)) == []
    assert too_much(page.format(text, "<p>1, 2, 3, 4</p>")) == ["4 numbers, 1, 2, 3, 4: 1, 2, 3, 4"]
    assert too_much(page.format(text, f"<p>{'One more word. ' * 41}</p>")) == ["123 words: One"]
    assert too_much(page.format(text, f"<p><em>{'A long caption. ' * 50}</em></p><pre>1 2 3 4</pre>")) == []
    assert too_much(page.format("", f"<p>{'and ' * 21}so.</p>")) == ["22.0 words a sentence"]


@pytest.mark.parametrize("name", [*CHAPTERS, "index", "checking"])
def test_a_page_reads_well(name):
    assert not too_much((HTML / f"{name}.html").read_text(encoding="utf-8"), chapter=name in CHAPTERS)
