"""The built book as a whole, `make check-pages`: accessible, light, without dead links, and alive without a kernel."""
import gzip
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.pages

MB = 1e6
MOST = {"explore.html": 9 * MB}             # of a first visit, compressed; other pages:
MOST_OF_TEXT = 1.5 * MB
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
         "resultTypes": ["violations"]}
AT_ONCE = "* { transition: none !important; animation: none !important; }"  # what unfolds fades in, in .3 seconds
COMPRESSED = {".gz", ".woff2", ".png", ".webp"}


def names_of(folder):
    """The book's pages, without those of the theme's own folders."""
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*.html")]
    return sorted(name for name in names if not name.startswith("_static/"))


def ready(page, name):
    if name == "explore.html":
        page.wait_for_selector("[data-answers]", timeout=60_000)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible(pages, serve, visit, theme):
    """By axe-core's rules for WCAG 2.1, levels A and AA, with everything unfolded."""
    address, found = serve(pages), []
    for name in names_of(pages):
        page = visit(f"{address}/{name}").page
        ready(page, name)
        page.add_style_tag(content=AT_ONCE)
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        for violation in Axe().run(page, options=RULES).response["violations"]:
            found += [f"{name}: {violation['id']}: {node['html'][:200]}" for node in violation["nodes"]]
    assert not found


def test_axe_finds_what_is_wrong(tmp_path, serve, visit):
    (tmp_path / "page.html").write_text(
        "<!doctype html><link rel=icon href=data:,><body><img src=data:,><button></button>", encoding="utf-8")
    page = visit(f"{serve(tmp_path)}/page.html").page
    found = {violation["id"] for violation in Axe().run(page, options=RULES).response["violations"]}
    assert {"image-alt", "button-name", "html-has-lang"} <= found


def test_no_page_shows_a_warning(pages):
    """What a cell writes to stderr belongs to its result, and in the book's own pages there is nothing to warn of."""
    texts = {name: (pages / name).read_text(encoding="utf-8") for name in names_of(pages)}
    assert any('class="output stream' in text for text in texts.values()), "what a cell prints is marked so"
    assert [name for name, text in texts.items() if 'class="output stderr' in text] == []


def test_a_first_visit_is_light(pages, serve, visit):
    """Every page with all that it loads, as a server with gzip sends it."""
    address, weights = serve(pages), {}
    for name in names_of(pages):
        here = visit(f"{address}/{name}")
        ready(here.page, name)
        loaded = {urlsplit(url).path for url in here.requested if url.startswith(address)}
        weights[name] = sum(weight(pages / unquote(path).lstrip("/")) for path in loaded)
    print({name: f"{size / MB:.2f} MB" for name, size in weights.items()})
    assert min(weights.values()) > .1 * MB, "something is loaded"
    assert not {name: size for name, size in weights.items() if size > MOST.get(name, MOST_OF_TEXT)}


def test_every_chapter_has_a_description_of_its_own(pages):
    chapters = [name for name in names_of(pages) if name not in ("genindex.html", "search.html")]
    pattern = re.compile('<meta name="description" content="([^"]{40,})"')
    found = [pattern.search((pages / name).read_text(encoding="utf-8")) for name in chapters]
    assert len(chapters) > 6 and all(found) and len({match[1] for match in found}) == len(chapters)


def weight(path):
    data = path.read_bytes()
    return len(data) if path.suffix in COMPRESSED else len(gzip.compress(data, 6))


class Links(HTMLParser):
    """A page's links, and the places in it that a link may lead to."""

    def __init__(self, text):
        super().__init__()
        self.links, self.places = [], {""}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.places |= {attributes.get("id"), attributes.get("name")}
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])


def dead(folder):
    found = {name: Links((folder / name).read_text(encoding="utf-8")) for name in names_of(folder)}
    for name, page in found.items():
        for link in page.links:
            goal = urlsplit(urljoin(f"http://here/{name}", link))
            if goal.netloc != "here" or goal.scheme != "http":
                continue
            path = unquote(goal.path).lstrip("/") or "index.html"
            if not (folder / path).exists() or (path in found and unquote(goal.fragment) not in found[path].places):
                yield f"{name}: {link}"


def test_every_internal_link_leads_somewhere(pages):
    assert not list(dead(pages))


def test_dead_links_are_noticed(tmp_path):
    (tmp_path / "a.html").write_text('<a href="b.html#there">x</a><a href="#gone">x</a><a href="c.html">x</a>'
                                     '<a href="https://example.org/no">x</a><a href="b.html#no">x</a>', "utf-8")
    (tmp_path / "b.html").write_text('<p id="there"></p>', encoding="utf-8")
    assert list(dead(tmp_path)) == ["a.html: #gone", "a.html: c.html", "a.html: b.html#no"]


# What a reader may turn


@pytest.fixture
def chapter(pages, serve, visit, request):
    return visit(f"{serve(pages)}/{request.param}.html")


@pytest.mark.parametrize("chapter", ["filters"], indirect=True)
def test_images_of_any_filter(chapter):
    images, pictures = chapter.page.locator(".interactive").all()
    images.locator(".tile").first.wait_for()
    before = images.locator("[data-part=note]").inner_text()
    images.locator("[data-part=number]").fill("42")
    images.locator("[data-part=number]").press("Tab")
    assert images.locator("[data-part=note]").inner_text().startswith("conv3:42: ") and "conv3:42" not in before
    assert pictures.locator("[data-part=note]").inner_text() == images.locator("[data-part=note]").inner_text()
    assert pictures.locator(".tile").count() == 3, "after training, before it, and what the neuron sees"
    assert not chapter.look()


@pytest.mark.parametrize("chapter", ["action_units"], indirect=True)
def test_histograms_of_any_filter_and_unit(chapter):
    place = chapter.page.locator(".interactive").filter(has=chapter.page.locator("[data-part=bins]"))
    told = place.locator("[data-part=told]")
    told.wait_for()
    before = told.inner_text()
    place.locator("[data-part=bins]").press("ArrowRight")
    assert told.inner_text() != before and "nats" in before
    assert not chapter.look()


@pytest.mark.parametrize("chapter", ["recognition"], indirect=True)
def test_faces_behind_any_cell(chapter):
    place = chapter.page.locator(".interactive")
    button = place.get_by_role("button", name="true happy, named happy")
    button.click()
    assert place.locator("[data-part=told]").inner_text().startswith("true happy, named happy: ")
    assert place.locator(".tile").count() > 3 and not chapter.look()


@pytest.mark.parametrize("chapter", ["explore"], indirect=True)
def test_a_face_to_move(chapter):
    ready(chapter.page, "explore.html")
    chapter.page.get_by_role("button", name="surprise").click()
    chapter.page.wait_for_function("document.querySelector('[data-part=named]').textContent.includes('surprise')")
    assert not chapter.look()
