"""The book's style sheet on a tiny page: how long a line is, what is cut off, and what can be read in the dark."""
import looks
import pytest
from tiny_book import TinyBook, chapter

from fer_lib.analysis.words import VERDICTS
from fer_lib.pages.claims import verdict_label

pytestmark = pytest.mark.pages

WORDS = "Filters of a network that was trained on expressions only correspond to facial action units, or do they not? "
CODE = 'parameters = {"a": 1}  # ' + "a comment that is much longer than the column of the text, " * 3
SHOWN = """:mystnb: {image: {alt: A line}}
import matplotlib.pyplot as plt
plt.plot([1, 2, 1])
plt.show()
"""
PICTURE = """
import io
from IPython.display import Image
plt.figure().savefig(file := io.BytesIO())
plt.close()
Image(file.getvalue())
"""
TABLES = """
import numpy as np
import pandas as pd
from IPython.display import HTML, display
from fer_lib.pages.markup import styled
from fer_lib.pages.pictures import face_grid
table = pd.DataFrame(np.arange(26.).reshape(2, 13) / 7, columns=[f"column_number_{i}" for i in range(13)])
display(styled(table.iloc[:, :5]), styled(table.iloc[:, :3]), styled(table))
face_grid([np.full((48, 48), 128, np.uint8)], ["a face"])
"""
FOLDED = """:tags: [hide-input]
:mystnb: {code_prompt_show: "How was this made?"}
def long_name(argument):
    if argument:
        return "a text that is longer than a telephone is wide, and so is broken", argument, "once", "or", "twice"
"""
TOLD = """from IPython.display import Markdown
Markdown("Of these are 69 % right.")
"""
LABELS = "from IPython.display import Markdown\nMarkdown(" + repr(" ".join(map(verdict_label, VERDICTS))) + ")"
CONTRAST = """(label) => {
  const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number).map((value) => value / 255)
    .map((value) => value <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4)
    .reduce((sum, value, i) => sum + value * [.2126, .7152, .0722][i], 0);
  const own = getComputedStyle(label), page = getComputedStyle(document.body).backgroundColor;
  const ground = own.backgroundColor === "rgba(0, 0, 0, 0)" ? page : own.backgroundColor;
  const [dark, bright] = [light(own.color), light(ground)].sort((a, b) => a - b);
  return (bright + .05) / (dark + .05);
}"""
# Characters of each line of the text, but for the last of a paragraph
LINES = """() => [...document.querySelectorAll("article section > p")].flatMap((part) => {
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT), range = document.createRange(), lines = {};
  while (walker.nextNode()) for (let i = 0; i < walker.currentNode.length; i++) {
    range.setStart(walker.currentNode, i);
    range.setEnd(walker.currentNode, i + 1);
    const [box] = range.getClientRects();
    if (box) lines[Math.round(box.bottom)] = (lines[Math.round(box.bottom)] ?? 0) + 1;
  }
  return Object.values(lines).slice(0, -1);
})"""
SCROLLING = """() => [...document.querySelectorAll("article *")].filter((part) => part.checkVisibility()
  && part.clientWidth && part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX !== "visible")
  .map((part) => part.querySelector("table") ? "table" : part.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def address(tmp_path_factory, serve):
    book = TinyBook(tmp_path_factory.mktemp("style") / "a book")
    book.write("_toc.yml", "format: jb-book\nroot: index\nchapters:\n- file: one\n")
    book.write("book/index.md", "# Tiny\n")
    book.write("book/one.md", chapter(
        CODE, SHOWN, PICTURE, TABLES, FOLDED, TOLD, LABELS, text="## More\n\n" + (WORDS * 12 + "\n\n") * 2))
    result = book.build("-W", "--keep-going")
    assert result.returncode == 0, result.stderr
    return f"{serve(book.html)}/one.html"


def turn(page, theme):
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    page.wait_for_timeout(400)              # colours change slowly


def style(locator, name):
    return locator.evaluate(f"(part) => getComputedStyle(part).{name}")


def test_a_line_has_75_characters_and_figures_may_be_wider(address, visit):
    page = visit(address, 1440).page
    lines = sorted(page.evaluate(LINES))
    assert len(lines) > 30 and 60 < lines[len(lines) // 2] <= 75 and lines[-1] <= 80
    text = page.locator("article section > p").first.bounding_box()["width"]
    assert page.locator("div.cell_input").first.bounding_box()["width"] > 1.1 * text


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_cut_off_and_only_tables_scroll(address, visit, width):
    here = visit(address, width)
    scrolling = here.page.evaluate(SCROLLING)
    assert set(scrolling) <= {"table"} and len(scrolling) == (1 if width == 1280 else 3)
    assert not here.look()


def test_a_wide_table_takes_the_margin_and_the_contents_fold(address, visit):
    page = visit(address).page
    outputs, contents = page.locator(".cell_output .output:has(> table)"), page.locator(".bd-sidebar-secondary")
    column = page.locator("div.cell_input").first.bounding_box()
    wide, narrow, widest = [box["x"] + box["width"] for box in (output.bounding_box() for output in outputs.all())]
    right = column["x"] + column["width"]
    assert narrow <= right + 1 < wide <= 1280 and wide <= widest <= 1280
    outputs.first.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.bd-sidebar-secondary').classList.contains('hide')")
    outputs.first.evaluate("(part) => window.scrollTo({top: part.getBoundingClientRect().top + scrollY - 8,"
                           " behavior: 'instant'})")
    page.wait_for_function("scrollY > 0 && document.querySelector('.bd-sidebar-secondary').clientHeight <= 48")
    bar = contents.bounding_box()
    assert outputs.first.bounding_box()["y"] < bar["y"] + bar["height"] / 2
    assert page.evaluate("([x, y]) => !!document.elementFromPoint(x, y).closest('.bd-sidebar-secondary')",
                         [bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2]), "the table passes below it"
    page.locator("article h1").scroll_into_view_if_needed()
    page.wait_for_function("!document.querySelector('.bd-sidebar-secondary').classList.contains('hide')")
    assert contents.is_visible()


def test_code_is_broken_inwards_and_copied_as_it_is(address, visit):
    page = visit(address, 390).page
    page.locator("details.hide summary").click()
    code = page.locator("details.hide pre")
    line = code.locator(".line", has_text="return").evaluate("""(line) => {
      const range = document.createRange(), top = (box) => Math.round(box.top);
      range.selectNodeContents(line);
      const boxes = [...range.getClientRects()].filter((box) => box.width), rows = [...new Set(boxes.map(top))];
      return rows.map((row) => Math.min(...boxes.filter((box) => top(box) === row).map((box) => box.left)));
    }""")
    start = code.locator(".line", has_text="def").bounding_box()["x"]
    width = code.evaluate("""(code) => {
      const one = document.createElement("span");
      one.style = "display: inline-block; width: 1ch";
      code.append(one);
      const found = one.getBoundingClientRect().width;
      one.remove();
      return found;
    }""")
    assert len(line) > 1 and line[0] == pytest.approx(start + 8 * width, abs=2), "the 8 spaces of the line itself"
    assert line[1:] == pytest.approx([start + 10 * width] * (len(line) - 1), abs=2)
    assert code.evaluate("(code) => code.scrollWidth <= code.clientWidth")
    heights = [code.locator(".line", has_text=words).bounding_box()["height"] for words in ("def", "return")]
    assert heights[1] == pytest.approx(len(line) * heights[0], abs=1), "no row is higher, none is empty"
    plain = FOLDED.split("\n", 2)[2].rstrip()
    assert code.evaluate("(code) => code.innerText").rstrip() == plain
    assert code.evaluate("(code) => code.cloneNode(true).innerText").rstrip() == plain, "as the button copies it"


def test_a_fold_keeps_its_words_and_their_place_when_it_opens(address, visit):
    page = visit(address).page
    words = page.locator("details.hide summary p:visible")
    before = words.inner_text(), words.bounding_box()["x"]
    page.locator("details.hide summary").click()
    page.wait_for_selector("details.hide[open]")
    assert (words.inner_text(), words.bounding_box()["x"]) == before == ("How was this made?", before[1])


@pytest.mark.parametrize("width", [1280, 390])
def test_a_headings_address_needs_no_line(address, visit, width):
    page = visit(address, width).page
    for heading in page.locator("article :is(h1, h2)").all():
        before = heading.bounding_box()["height"]
        link = heading.locator(".headerlink").bounding_box()
        assert 0 <= link["x"] < link["x"] + link["width"] <= heading.bounding_box()["x"] + 1
        heading.evaluate("(heading) => heading.querySelector('.headerlink').remove()")
        assert heading.bounding_box()["height"] == before


def test_a_number_stays_with_its_per_cent_sign(address, visit):
    page = visit(address).page
    assert "69\N{NO-BREAK SPACE}% right" in page.locator("article").text_content()


def test_words_are_the_same_but_for_where_lines_may_end():
    cell = "87.4 ± 5.3 [84, 90] <code>x-1 9 %</code> 83 % (73–90), ResNet-18, 1e-05 <b title='a 1 %'>[−2.4, +3.5]</b>"
    space, joined = "\N{NO-BREAK SPACE}", "\N{WORD JOINER}"
    mended = looks.mended_cell(cell)
    assert mended.replace(space, " ").replace(joined, "") == cell
    for whole in (f"87.4{space}±{space}5.3 [84,{space}90] <code>x-1 9 %</code>", f"83{space}%", f"[−2.4,{space}+3.5]",
                  f"73{joined}–{joined}90", f"ResNet-{joined}18, 1e-05 <b title='a 1 %'>"):
        assert whole in mended
    assert looks.unbroken("9 % of [84, 90], 73–90", cell=False) == f"9{space}% of [84, 90], 73–90"
    assert looks.unbroken("on 2026-11-27, 1-2-3", cell=False) == f"on 2026-{joined}11-{joined}27, 1-2-3"


def test_pictures_lie_on_a_light_card_in_the_dark_and_faces_are_as_they_are(address, visit):
    page = visit(address).page
    figure, face = page.locator(".cell_output > img"), page.locator("figure img")
    places = [part.bounding_box() for part in (figure, face)]
    turn(page, "dark")
    white = "rgb(255, 255, 255)"
    assert style(figure, "backgroundColor") == white and white in style(figure, "boxShadow")
    assert style(face, "filter") == "none" and style(face, "padding") == "0px"
    assert [part.bounding_box()["width"] for part in (figure, face)] == [box["width"] for box in places]
    output = page.locator(".cell_output .output:has(figure)")
    assert style(output, "backgroundColor") == "rgba(0, 0, 0, 0)"
    assert style(output, "color") == style(page.locator("article section > p").first, "color")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_verdicts_have_contrast_and_a_sign_of_their_own(address, visit, theme):
    page = visit(address).page
    turn(page, theme)
    labels = page.locator(".verdict")
    assert labels.all_text_contents() == list(VERDICTS)
    assert min(label.evaluate(CONTRAST) for label in labels.all()) >= 4.5          # WCAG AA
    signs = [label.evaluate("(label) => getComputedStyle(label, '::before').content") for label in labels.all()]
    colours = [style(label, "color") for label in labels.all()]
    assert len(set(signs)) == len(set(colours)) == len(VERDICTS)
