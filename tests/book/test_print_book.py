"""The book as one PDF: what is made of a page, and of a tiny book; then the real one in _build/html."""
import html
import io
import re
import shutil
from types import SimpleNamespace

import book_document
import print_book
import pytest
from browser import needed
from pypdf import PdfReader
from tiny_book import ROOT

GATHER, FIT = ((print_book.SCRIPTS / name).read_text("utf-8") for name in ("gather.js", "fit.js"))
LARGEST = 20e6                      # bytes
ARTICLE = """<!doctype html><html><head>{canonical}</head><body><article class="bd-article">
<section id="a-title"><h1>A title<a class="headerlink" href="#a-title">#</a></h1><p id="place">It says
<a href="two.html#there">there</a>, <a href="#place">here</a>, <a href="results.json">numbers</a>,
<a href="https://a.org/x">elsewhere</a>.</p><p class="book-pdf">PDF</p>
<details class="hide"><summary>Show code</summary>code</details><details><summary>The others</summary>more</details>
<section id="first"><h2>First &amp; last<a class="headerlink">#</a></h2><table id="T_1"><tr><td id="T_1_0">1</td></tr>
</table><script>let drawn = 1;</script></section></section></article></body></html>"""


# A page


def gathered(page, canonical=""):
    page.set_content(ARTICLE.format(canonical=canonical))
    return book_document.Chapter(**page.evaluate(GATHER, {"name": "one", "printed": ["one", "two"]}))


def test_a_page_becomes_a_chapter(page):
    found = gathered(page)
    assert (found.name, found.title, found.sections) == ("one", "A title", [["one--first", "First & last"]])
    assert found.head == [] and found.site == ""


def test_places_and_links_are_those_of_one_document(page):
    found = gathered(page).html
    assert 'id="one--place"' in found and 'href="#one--place"' in found and 'href="#two--there"' in found
    assert 'href="https://a.org/x"' in found and "results.json" not in found and "numbers" in found
    assert 'id="T_1"' in found and 'id="T_1_0"' in found, "which a table's style is for"


def test_files_beside_the_pages_are_links_where_the_site_is_known(page):
    found = gathered(page, '<link rel="canonical" href="https://me.org/book/one.html">')
    assert found.site == "https://me.org/book/one.html" and 'href="https://me.org/book/results.json"' in found.html


def test_what_paper_cannot_do_is_left_out_and_what_is_folded_is_said(page):
    found = gathered(page).html
    assert not re.search("<script|headerlink|<details|Show code|book-pdf", found) and "more" not in found
    assert "Folded, on the page: The others" in found


def test_what_a_verdict_rests_on_is_printed(page):
    page.set_content('<article class="bd-article"><h1>A title</h1><details class="compared"><summary>What was compared'
                     "</summary><table><tr><td>+2.5</td></tr></table></details></article>")
    found = page.evaluate(GATHER, {"name": "one", "printed": ["one"]})["html"]
    assert "<td>+2.5</td>" in found and not re.search("details|Folded|summary", found)


def test_what_is_too_wide_is_made_smaller(page):
    page.set_viewport_size({"width": 500, "height": 400})
    page.set_content('<style>body { margin: 0 }</style><div><table><tr><td><div style="width: 1500px">wide</div></td>'
                     '</tr></table></div><article id="one"><p style="width: 900px">A text</p></article>')
    cut_off = page.evaluate(FIT)
    assert page.evaluate("document.querySelector('table').getBoundingClientRect().right") <= 502
    assert cut_off == ["one: P A text"], "what it does not make smaller, it says"


@pytest.mark.parametrize("drawn", [True, False])
def test_what_moves_stands_still(page, drawn):
    page.set_content('<div class="interactive" style="width: 90px; height: 40px"><canvas></canvas></div>')
    print_book.stand_still(page.locator(print_book.MOVED), "one", drawn)
    assert page.locator("canvas").count() == 0 and page.locator(".moved img[alt]").count() == drawn
    assert page.locator(".moved").inner_text() == "On the page this can be moved: one.html"


def test_a_title_in_a_style_ends_nothing():
    assert book_document.css_string('a "b" </style>\\') == '"a \\000022b\\000022 \\00003c/style>\\00005c"'


def test_without_chromium_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(print_book, "shutil", SimpleNamespace(which=lambda _: None))
    with pytest.raises(FileNotFoundError, match="apt-get install chromium"), print_book.chromium():
        pass


def test_of_pages_that_are_not_there_it_says_so(tmp_path):
    shutil.copy(ROOT / "_toc.yml", tmp_path)
    with pytest.raises(FileNotFoundError, match="lacks index, data, .*make book"):
        print_book.print_book(tmp_path, tmp_path, None)


# A tiny book


def text_of(page):
    return " ".join(page.extract_text().split())


def outline_of(reader):
    """Titles of the outermost bookmarks, and their pages, from 1."""
    return [(entry.title, reader.get_destination_page_number(entry) + 1)
            for entry in reader.outline if not isinstance(entry, list)]


def test_a_tiny_book_is_printed_and_offered(built_once, chromium, tmp_path, capsys):
    root = tmp_path / "a book"
    shutil.copytree(built_once[0].root, root, symlinks=True, ignore=shutil.ignore_patterns(".jupyter_cache"))
    for name in ("pyproject.toml", "book/images/expressions.png"):
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    index = root / "_build/html/index.html"
    index.write_text(index.read_text("utf-8").replace("</article>", '<p class="book-pdf" hidden></p></article>', 1),
                     "utf-8")
    print_book.print_book(root, root / "_build/html", chromium)
    said = capsys.readouterr().out
    assert "3 of 3: two" in said and "linked from index" in said and "cut off" not in said
    assert '<a href="book.pdf">The book as a PDF</a>' in index.read_text("utf-8")
    assert not (root / "_build/html" / print_book.MEANWHILE).exists()
    reader = PdfReader(root / "_build/html/book.pdf")
    texts = list(map(text_of, reader.pages))
    first, contents = texts[:2]
    assert first.startswith("Do deep neural networks") and "Version" in first
    assert "Contents Tiny 3 A chapter 4 A chapter 5" in contents and len(texts) == 5
    assert outline_of(reader) == [("Tiny", 3), ("A chapter", 4), ("A chapter", 5)]
    assert texts[4].startswith("A chapter 5 A chapter"), "the head of the page, and its number"
    assert "It is right in 91 % of 1,308 images." in texts[4]
    assert "size = 3" in texts[3] and "import glue" in texts[3], "code that is not folded"


# The book


@pytest.fixture(scope="module")
def book_pdf(pages):
    needed((pages / "book.pdf").exists(), "The book is not printed: run `make pdf` first")
    return PdfReader(io.BytesIO((pages / "book.pdf").read_bytes()))


@pytest.mark.pages
def test_the_pdf_is_light_and_linked(pages, book_pdf):
    assert (pages / "book.pdf").stat().st_size <= LARGEST
    assert 'href="book.pdf"' in (pages / "cite.html").read_text("utf-8")


@pytest.mark.pages
def test_every_chapter_is_in_it_in_order_and_begins_where_the_bookmarks_and_contents_say(pages, book_pdf):
    names = book_document.pages_in_order(ROOT)
    where = [book_document.pages_of((pages / "book.pdf").read_bytes())[name] for name in names]
    assert where == sorted(where) and len(set(where)) == len(names)
    titles = [re.search("<h1>(.*?)<a", (pages / f"{name}.html").read_text("utf-8"))[1] for name in names]
    begins = list(zip(map(html.unescape, titles), where, strict=True))
    contents = " ".join(text_of(book_pdf.pages[i]) for i in range(where[0] - 1))
    for title, number in begins:
        assert title in text_of(book_pdf.pages[number - 1]) and f"{title} {number}" in contents, title
    assert outline_of(book_pdf) == begins
    sections = [entry for entry in book_pdf.outline if isinstance(entry, list)]
    assert sum(map(len, sections)) > 3 * len(names)


@pytest.mark.pages
def test_no_page_of_it_is_blank_and_every_font_is_embedded(book_pdf):
    fonts, blank = {}, []
    for number, page in enumerate(book_pdf.pages, 1):
        resources = page["/Resources"]
        fonts |= {font.idnum: font.get_object() for font in dict.values(resources.get("/Font", {}))}
        drawn = len(re.findall(rb"\bT[jJ]\b|\bDo\b", page.get_contents().get_data()))        # texts and pictures
        blank += [(number, drawn)] * (drawn < 5)    # its head and its number are two
    assert not blank and len(fonts) > 4
    for font in fonts.values():
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        described = inner.get("/FontDescriptor", {})
        letters_are_drawings = font["/Subtype"] == "/Type3"
        assert letters_are_drawings or any(f"/FontFile{kind}" in described for kind in ("", 2, 3)), font["/BaseFont"]


@pytest.mark.pages
def test_every_link_within_it_leads_somewhere(book_pdf):
    links = [link.get_object() for page in book_pdf.pages for link in page.get("/Annots", [])]
    targets = {str(link["/Dest"]) for link in links if "/Dest" in link}
    known = {name if name.startswith("/") else f"/{name}" for name in book_pdf.named_destinations}
    assert len(targets) > 100 and targets <= known
    elsewhere = {str(link["/A"]["/URI"]) for link in links if "/A" in link}
    assert elsewhere and not [address for address in elsewhere if address.startswith("file:")]
