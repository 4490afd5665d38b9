"""The built pages in a real Chromium that reaches no host but this machine's; `make check-pages`.

First every page of the book in _build/html, then pages with widgets and mathematics in a tiny book.
"""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from tiny_book import TinyBook, chapter

pytestmark = pytest.mark.pages

WIDTHS = (1280, 390)
WIDGETS = """
import ipywidgets as widgets
play, slider = widgets.Play(max=3, interval=400), widgets.IntSlider(max=3, description="picture")
stack = widgets.Stack([widgets.HTML(f"<b>picture {i}</b>") for i in range(4)], selected_index=0)
widgets.jslink((play, "value"), (slider, "value"))
widgets.jslink((slider, "value"), (stack, "selected_index"))
widgets.VBox([widgets.HBox([play, slider]), stack])
"""
COUNTER = """
import anywidget
import traitlets

class Counter(anywidget.AnyWidget):
    _esm = '''export default { render({ model, el }) {
        const button = document.createElement("button");
        button.className = "counter";
        button.style.minHeight = "40px";        // its author cares
        const show = () => { button.textContent = `count ${model.get("count")}`; };
        button.onclick = () => { model.set("count", model.get("count") + 1); };
        model.on("change:count", show);
        show();
        el.append(button);
    } };'''
    count = traitlets.Int(7).tag(sync=True)

Counter()
"""
MATHEMATICS = r"""
The divergence $D_{\mathrm{KL}}(P \,\|\, Q)$ is

$$
D_{\mathrm{KL}}(P \,\|\, Q) = \sum_{i=1}^{n} \boldsymbol{p}_i \log \frac{p_i}{q_i}, \quad \mathbb{E}[x] \in \mathcal{R}
$$ (divergence)

and {eq}`divergence` is not symmetric.
"""


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    """Pages with widgets and mathematics, one of them in a folder below."""
    book = TinyBook(tmp_path_factory.mktemp("pages") / "a gallery")
    book.write("_toc.yml", "format: jb-book\nroot: index\nchapters:\n- file: text\n- file: below/text\n")
    for name in ("text", "below/text"):
        book.write(
            f"book/{name}.md",
            chapter(WIDGETS, COUNTER, text=MATHEMATICS.replace("diver", name[:2] + "-diver")),
        )
    book.write("book/index.md", "# Tiny\n")
    result = book.build("-W", "--keep-going")
    assert result.returncode == 0, result.stderr
    return book.html


# Without a browser


LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src"}
LOADING |= {"embed": "src", "input": "src", "object": "data", "link": "href", "use": "href", "image": "href"}
ONLY_SAID = {"canonical", "next", "prev", "search", "index", "author", "license", "help"}  # rel of <link>


class Sources(HTMLParser):
    """The addresses that a page loads by itself; a link to be clicked is none."""

    def __init__(self, text):
        super().__init__()
        self.found, self.inside = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.inside = tag
        if tag == "link" and set((attributes.get("rel") or "").split()) & ONLY_SAID:
            return
        self.found.append(attributes.get(LOADING.get(tag)) or "")
        self.found += [
            part.split()[0] for part in (attributes.get("srcset") or "").split(",") if part.strip()
        ]
        self.found += addresses_in_css(attributes.get("style") or "")

    def handle_data(self, data):
        if self.inside == "style":
            self.found += addresses_in_css(data)


def addresses_in_css(text):
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return [a or b for a, b in re.findall(r"""url\(\s*['"]?([^'")]*)|@import\s+['"]([^'"]*)""", text)]


def elsewhere(addresses):
    return [address for address in addresses if re.match(r"(https?:)?//", address.strip(), re.IGNORECASE)]


def test_the_parser_finds_other_hosts():
    page = """<link rel="stylesheet" href="https://a.org/x.css"><link rel="canonical" href="https://me.org/">
        <script src="//b.org/x.js"></script><img src="_static/x.png" srcset="https://c.org/x.png 2x">
        <style>@import "https://d.org/x.css"; p { background: url('https://e.org/x.png') }
        /* url(https://no.org) */</style>
        <a href="https://f.org">a link</a><p style="background: url(http://g.org/x.png)"></p>"""
    assert [urlsplit(address).hostname[0] for address in elsewhere(Sources(page).found)] == list("abcdeg")


@pytest.mark.parametrize("where", ["pages", "gallery"])
def test_no_page_names_another_host(where, request):
    folder = request.getfixturevalue(where)
    files = {path: Sources(path.read_text(encoding="utf-8")).found for path in folder.rglob("*.html")}
    files |= {path: addresses_in_css(path.read_text(encoding="utf-8")) for path in folder.rglob("*.css")}
    found = {
        path.relative_to(folder).as_posix(): bad for path, all_ in files.items() if (bad := elsewhere(all_))
    }
    assert files and not found
    thebe = [path.name for path in folder.rglob("*.html") if "unpkg.com" in path.read_text(encoding="utf-8")]
    assert not thebe


# In the browser


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_the_book(pages, serve, visit, width):
    address = serve(pages)
    found = {}
    for path in sorted(pages.rglob("*.html")):
        name = path.relative_to(pages).as_posix()
        if not name.startswith("_static/") and (problems := visit(f"{address}/{name}", width).look()):
            found[name] = problems
    assert not found


@pytest.fixture(params=["http", "file"])
def address(request, gallery, serve):
    return serve(gallery) if request.param == "http" else gallery.as_uri()


@pytest.mark.parametrize("name", ["text.html", "below/text.html"])
def test_mathematics_is_typeset(address, visit, name):
    here = visit(f"{address}/{name}")
    here.page.wait_for_selector("mjx-container")
    assert not here.look() and here.page.locator("mjx-container").count() == 2
    fonts = here.page.evaluate(
        "document.fonts.ready.then(f => [...f].filter(x => x.status == 'loaded').map(x => x.family))"
    )
    assert any(family.startswith("MJX") for family in fonts)


@pytest.mark.parametrize("name", ["text.html", "below/text.html"])
def test_linked_widgets_work_without_a_kernel(address, visit, name):
    here = visit(f"{address}/{name}")
    slider = here.page.locator(".widget-slider .noUi-handle, .widget-slider [role=slider]").first
    slider.wait_for()
    assert here.page.get_by_text("picture 0").is_visible()
    slider.press("ArrowRight")
    here.page.get_by_text("picture 1").wait_for()
    assert not here.page.get_by_text("picture 0").is_visible()
    here.page.locator(".widget-play button").first.click()  # plays from where the slider is to the end
    here.page.locator(".widget-play .fa-pause").wait_for()
    icons = "[...document.fonts].some(font => font.family.includes('Awesome') && font.status == 'loaded')"
    here.page.wait_for_function(icons)
    here.page.get_by_text("picture 3").wait_for()
    assert not here.look()


@pytest.mark.parametrize("name", ["text.html", "below/text.html"])
def test_anywidget_works_without_a_kernel(address, visit, name):
    here = visit(f"{address}/{name}")
    button = here.page.locator("button.counter")
    button.click()
    assert button.text_content() == "count 8" and not here.look()


def test_widgets_and_mathematics_fit_a_phone(gallery, serve, visit):
    here = visit(f"{serve(gallery)}/text.html", 390)
    here.page.locator("button.counter").wait_for()
    assert not here.look()


def test_one_page_of_the_book_has_widgets_and_their_scripts_come_when_they_are_near(pages, serve, visit):
    with_widgets = [path.name for path in pages.glob("*.html") if "widgets_later.js" in path.read_text("utf-8")]
    assert with_widgets == ["explore.html"]
    here = visit(f"{serve(pages)}/explore.html")
    assert not [url for url in here.requested if "/widgets/" in url]
    assert not here.look()
    assert {url.split("/")[-1] for url in here.requested if "/widgets/" in url} >= {"require.js", "embed-amd.js"}
    assert here.page.locator(".lab-chart").count() == 2 and here.page.locator(".lab-run").count() == 2


# The checks themselves


BROKEN = {
    "another host": '<script src="https://cdn.example.org/x.js"></script>',
    "console: ": '<script>console.error("no")</script>',
    "script error": "<script>undefined.x</script>",
    "404": '<script src="missing.js"></script>',
    "pixels wider": '<p style="width: 2000px">wide</p>',
    "no alt text": '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=">',
    "not typeset": '<span class="math">x</span>',
    "not drawn": '<div><script type="application/vnd.jupyter.widget-view+json">{}</script></div>',
}


@pytest.mark.parametrize("said", BROKEN)
def test_a_broken_page_is_noticed(tmp_path, serve, visit, said):
    (tmp_path / "page.html").write_text(
        f"<!doctype html><link rel=icon href=data:,><body>{BROKEN[said]}</body>", encoding="utf-8"
    )
    assert any(said in problem for problem in visit(f"{serve(tmp_path)}/page.html").look())
