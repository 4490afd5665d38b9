"""Figures in a page: charts in its own letters and colours, whose dots say what they are; and one choice that follows
the reader from part to part."""
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from test_site import RULES
from tiny_book import TinyBook, chapter

pytestmark = pytest.mark.pages

CHART = """
import matplotlib.pyplot as plt
import pandas as pd
from fer_lib.pages.charts import dots_by_kind
networks = pd.DataFrame([{"group": "controls", "kind": kind, "fold": 0, "seed": seed, "run": f"{kind}-{seed}",
                          "AUC": .5 + seed / 10 + .01 * len(kind)}
                         for kind in ("CNN+AD", "CNN") for seed in range(3)])
dots_by_kind(networks, {"AUC": "area under\\nthe curve"}, width=4)
plt.show()
"""
HEAVY = """
from fer_lib.pages import figures
import numpy as np
figures.MOST = 100
plt.plot(np.arange(5))
plt.show()
figures.MOST = 200_000
"""
FILTERS = """
from fer_lib.pages.figures import name_marks
_, axes = plt.subplots(figsize=(4, 2))
name_marks(axes.scatter(range(5), range(5), color="#7a1f5c"), [f"conv3:{f} · a filter" for f in range(5)])
axes.set(xlabel="what a filter is", yticks=[0, 1], yticklabels=["AU12", "AU4"])
plt.show()
"""
TURN = """
from fer_lib.pages.interactive import filter_images, filter_nulls, two_histograms
random = np.random.default_rng(0)
faces = random.integers(0, 256, (10, 8, 8)).astype(np.uint8)
filter_images(faces, random.integers(0, 10, (8, 2)), np.ones((8, 2), bool), np.zeros((8, 2, 2)), 4, list("abcdefgh"))
"""
HISTOGRAMS = """
shows = pd.DataFrame({"AU12": [0, 1] * 5, "AU4": [1, 0] * 5})
two_histograms(random.random((10, 8)), shows, first=(0, "AU12"))
"""
NULLS = """
filter_nulls(random.random(8), random.random((50, 8)), np.full(8, .95), np.full(8, .5), ["AU12, lips"] * 8, first=0)
"""
BLOCKS = """
from fer_lib.pages.filters import blocks
blocks(np.array([3, 5]), np.array([3, 5]), {"picture": list(faces[:2] / 255)}, ["x"] * 8, seen=1)
"""
TABLE = """
from fer_lib.pages.markup import folded, styled
folded("What was compared", styled(pd.DataFrame({"filter": ["conv3:3", "conv3:4"], "is": ["one", "two"]})), "compared")
"""
WIDE = """
styled(pd.DataFrame(np.arange(26.).reshape(2, 13), columns=[f"column_number_{i}" for i in range(13)]))
"""
HEAT = """
import seaborn
from fer_lib.pages.heat import make_legible
_, axes = plt.subplots(figsize=(8, 3), layout="constrained")
seaborn.heatmap(np.linspace(0, 100, 24).reshape(3, 8), cmap="Greys", annot=True, ax=axes, cbar=False)
make_legible(axes)
plt.show()
"""
FULL = ":tags: [full-width]\nprint('as wide as the page')"
GLUE = """
from types import SimpleNamespace
from fer_lib import FaceDataset
from fer_lib.pages.example_network import glue_filters
network = SimpleNamespace(recipe=SimpleNamespace(variant="CNN"), pixels=8, folder=SimpleNamespace(name="run"))
glue_filters(network, FaceDataset("synthetic", faces[:, None], [0] * 10, ("happy",)), random.random((10, 8)), ["x"] * 8)
"""
MOVED = """
from fer_lib.pages.first_page.moved_face import moved_face
best = pd.DataFrame({"filter": [0, 1], "AUC": [.9, .8]}, index=["AU12", "AU4"])
points = pd.DataFrame({"happy": [90.] * 5})
moved_face(faces[:5, None], 2, best, random.random((5, 8)), np.ones(8), points, "A network.")
"""
ALT = ":mystnb: {image: {alt: A chart}}\n"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    book = TinyBook(tmp_path_factory.mktemp("figures") / "a book")
    book.write("_toc.yml", "format: jb-book\nroot: index\nchapters:\n- file: one\n- file: two\n- file: three\n")
    book.write("book/index.md", "# Tiny\n\n[there](#below)\n")
    book.write("book/one.md", chapter(ALT + CHART, ALT + CHART.replace(".5 +", ".4 +"), ALT + HEAVY))
    book.write("book/two.md", chapter("import matplotlib.pyplot as plt\nimport pandas as pd\nimport numpy as np",
                                      ALT + FILTERS, TURN, HISTOGRAMS, NULLS, FULL, BLOCKS, TABLE, WIDE, GLUE,
                                      ALT + HEAT, MOVED,
                                      text="A filter is conv3:3.\n\n(below)=\n## Below\n\nThere.\n"))
    book.write("book/three.md", chapter("import numpy as np", TURN, GLUE, title="Three", text="Of conv3:2.\n"))
    result = book.build("-W", "--keep-going")
    assert result.returncode == 0, result.stderr
    return book.html


@pytest.fixture
def chart(tiny, serve, visit):
    return visit(f"{serve(tiny)}/one.html").page


def style(locator, name):
    return locator.evaluate(f"(part) => getComputedStyle(part).{name}")


def turn(page, theme):
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    page.wait_for_timeout(400)              # colours change slowly


def card(page):
    return page.locator("#tip-card")


def test_a_chart_is_in_the_page_under_its_name_and_a_heavy_one_is_a_picture(address, visit):
    here = visit(f"{address}/one.html")
    charts = here.page.locator("svg.chart:visible")
    assert charts.count() == 2 and here.page.locator(".cell_output img").count() == 1
    assert {chart.get_attribute("aria-label") for chart in charts.all()} == {"A chart"}
    assert "area under" in charts.first.text_content() and not here.look()
    for width in (1280, 390):
        here.page.set_viewport_size({"width": width, "height": 844})
        assert charts.count() == 2 and charts.first.bounding_box()["width"] <= width
        letters = charts.first.locator("text", has_text="area under").bounding_box()["height"]
        assert letters > 9, "also on a telephone, which has a figure of its own"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_letters_and_axes_are_the_pages_and_nothing_is_wrong_for_axe(chart, theme):
    turn(chart, theme)
    label, text = chart.locator("svg.chart text", has_text="area under").first, chart.locator("article h1")
    assert style(label, "fill") == style(chart.locator("body"), "color")
    assert style(label, "fontFamily") == style(chart.locator("article p, article h1 + *").first, "fontFamily")
    dot = chart.locator("svg.chart .dot").first
    purple = "rgb(122, 31, 92)"
    assert (style(dot, "fill") == purple) is (theme == "light") and text.is_visible()
    found = Axe().run(chart, options=RULES).response["violations"]
    assert not [(one["id"], node["html"][:200]) for one in found for node in one["nodes"]]


@pytest.mark.parametrize("theme, shown, hidden", [("light", "in-light", "in-dark"), ("dark", "in-dark", "in-light")])
def test_a_heat_map_has_the_ground_of_the_page(address, visit, theme, shown, hidden):
    page = visit(f"{address}/two.html").page
    turn(page, theme)
    heat = page.locator("svg.chart:visible", has=page.locator(".in-dark"))
    assert heat.locator(f".{shown}").is_visible() and not heat.locator(f".{hidden}").is_visible()
    nothing, most = heat.locator("g[style*=light-dark] text").first, heat.locator("g[style*=light-dark] text").last
    black, white = "rgb(0, 0, 0)", "rgb(255, 255, 255)"
    assert [style(one, "fill") for one in (nothing, most)] == ([black, white] if theme == "light" else [white, black])


def test_the_contents_do_not_cover_a_chart_that_is_wider_than_its_column(address, visit):
    page = visit(f"{address}/two.html").page
    contents, chart = page.locator(".bd-sidebar-secondary"), page.locator("svg.chart.wide").last
    for part in (chart, page.locator(".tag_full-width")):       # the theme knows of the second one
        part.evaluate("(own) => scrollTo(0, own.getBoundingClientRect().top + scrollY - 100)")
        page.wait_for_timeout(300)
        assert "hide" in contents.get_attribute("class")
    box = chart.bounding_box()
    assert box["x"] + box["width"] > contents.bounding_box()["x"], "or nothing is asked"
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function("!document.querySelector('.bd-sidebar-secondary').classList.contains('hide')")


def test_a_dot_says_which_run_it_is(address, visit):
    page = visit(f"{address}/one.html").page
    box = page.locator("svg.chart .dot").nth(1).bounding_box()
    page.mouse.move(box["x"] + box["width"] + 5, box["y"] + 2)          # beside it: a dot is small
    card(page).wait_for()
    assert card(page).inner_text().startswith("CNN+ADfold 0 · seed 1 · .66 · controls/CNN+AD-1")
    page.mouse.move(5, 5)
    card(page).wait_for(state="hidden")


def test_a_chart_is_one_stop_and_arrows_lead_from_dot_to_dot(chart):
    dots = chart.locator("svg.chart").first.locator(".dot")
    assert dots.count() == 6 and chart.locator("svg.chart [tabindex='0']:visible").count() == 2, "two charts, two stops"
    dots.first.focus()
    chart.keyboard.press("Shift+Tab")
    chart.keyboard.press("Tab")
    assert "seed 0" in card(chart).inner_text() and "↑" in card(chart).inner_text()
    for key, said in (("ArrowRight", "CNN+ADfold 0 · seed 1"), ("ArrowDown", "CNNfold 0 · seed 1"),
                      ("ArrowLeft", "CNNfold 0 · seed 0"), ("ArrowUp", "CNN+ADfold 0 · seed 0")):
        chart.keyboard.press(key)
        assert card(chart).inner_text().startswith(said), key
    chart.keyboard.press("ArrowUp")
    assert card(chart).inner_text().startswith("CNN+ADfold 0 · seed 0"), "there is nothing above"
    chart.keyboard.press("Tab")
    assert not chart.locator("svg.chart").first.evaluate("(one) => one.contains(document.activeElement)")


def test_a_finger_need_not_meet_the_dot(chromium, tiny, serve):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{serve(tiny)}/one.html")
    dot = page.locator("svg.chart .dot:visible").first
    dot.scroll_into_view_if_needed()
    box = dot.bounding_box()
    page.touchscreen.tap(box["x"] - 5, box["y"] + 1)
    card(page).wait_for()
    assert "CNN+AD" in card(page).inner_text()
    context.close()


def test_what_a_finger_is_to_meet_is_40_pixels_high(address, visit):
    here = visit(f"{address}/two.html", 390)
    page = here.page
    page.locator(".interactive input[type=range]").first.wait_for()
    assert page.evaluate("matchMedia('(pointer: coarse)').matches") and not here.look()
    assert page.locator("main :is(button, select, summary, input)").count() > 10
    compared = page.locator("summary", has_text="What was compared")
    compared.evaluate("(own) => { own.closest('.output').style.padding = 0; }")
    assert any("a finger meets What was compared" in problem for problem in here.look()), "it is cut off"
    page.add_style_tag(content=".moved-face fieldset label { min-height: 0 !important; }")
    assert any("a finger meets AU4" in problem for problem in here.look()), "others are too near"


def test_small_letters_and_such_as_lie_on_each_other_are_noticed(address, visit):
    here = visit(f"{address}/one.html", 390)
    chart = here.page.locator("svg.chart:visible").first
    assert not here.look()
    chart.evaluate("(chart) => { chart.style.width = '200px'; }")
    assert any("pixels" in problem for problem in here.look())
    chart.evaluate("""(chart) => { chart.style.width = ''; const text = chart.querySelector("text");
      text.after(text.cloneNode(true)); }""")
    assert any("lie on each other" in problem for problem in here.look())


# What the reader has chosen


def part(page, script):
    return page.locator(".interactive").nth(["images", "histograms", "nulls"].index(script))


def shown(page):
    """The filter that each part shows."""
    return {page.locator(f".interactive [data-part={name}]").nth(at).input_value()
            for name, at in (("number", 0), ("filter", 0), ("number", 1))}


def test_a_choice_is_followed_by_every_part_and_stands_in_the_address(address, visit):
    here = visit(f"{address}/two.html")
    page = here.page
    part(page, "images").locator("[data-part=number]").fill("5")
    part(page, "images").locator("[data-part=number]").press("Tab")
    assert shown(page) == {"5"}
    page.wait_for_function("location.hash === '#filter=5'")
    part(page, "histograms").locator("[data-part=unit]").select_option("AU4")
    page.wait_for_function("location.hash === '#filter=5&unit=AU4'")
    assert page.locator(".blocks [data-filter='5']").is_visible(), "what was folded opened"
    assert [mark.get_attribute("data-filter") for mark in page.locator(".blocks .chosen").all()] == ["5"]
    assert page.locator("svg.chart text.chosen").text_content() == "AU4"
    assert not here.look()


def test_where_it_is_not_shown_it_is_said(address, visit):
    page = visit(f"{address}/two.html#filter=3&unit=AU9").page
    assert shown(page) == {"3"} and page.locator(".not-here:visible").count() == 0
    assert "AU9 is not among the units" in part(page, "histograms").inner_text()
    page.locator("summary", has_text="What was compared").click()
    assert page.locator("tr.chosen").inner_text().split() == ["0", "conv3:3", "one"]
    page.evaluate("location.hash = '#filter=6'")
    page.wait_for_function("document.querySelectorAll('.not-here:not([hidden])').length === 3")
    assert page.locator(".not-here").first.inner_text() == "conv3:6, which you follow, is not drawn here."


def test_places_of_the_page_and_the_back_button_stay(tiny, serve, visit):
    page = visit(f"{serve(tiny)}/index.html").page
    page.locator("article a", has_text="there").click()
    page.wait_for_url("**/two.html#below")
    assert page.evaluate("scrollY") > 0
    part(page, "nulls").locator("[data-part=number]").fill("2")
    part(page, "nulls").locator("[data-part=number]").press("Tab")
    page.wait_for_url("**/two.html#filter=2")
    page.go_back()
    page.wait_for_url("**/index.html")


def test_the_tip_of_a_filter_leads_to_it(chart, tiny, serve, visit):
    page = visit(f"{serve(tiny)}/two.html").page
    page.locator("svg.chart .dot").nth(4).hover()
    card(page).locator("a", has_text="Follow it").click()
    page.wait_for_url("**/two.html#filter=4")
    page.wait_for_function("document.querySelector('[data-part=number]').value === '4'")
    assert shown(page) == {"4"}
    assert page.locator("svg.chart .dot.chosen").get_attribute("aria-label") == "conv3:4 · a filter"


def test_it_goes_along_to_a_chapter_about_the_same_network(tiny, serve, visit):
    page = visit(f"{serve(tiny)}/two.html#filter=3").page
    page.locator("a.right-next, .next-page a, a[rel=next]").first.click()
    page.wait_for_url("**/three.html#filter=3")
    assert page.locator(".interactive [data-part=number]").input_value() == "3"


# Tables


def test_only_a_table_scrolls_and_it_says_so(address, visit):
    here = visit(f"{address}/two.html", 390)
    table = here.page.locator(".goes-on")
    assert table.count() == 1 and re.search("goes on", table.evaluate("(e) => getComputedStyle(e, '::after').content"))
    table.evaluate("(part) => { part.scrollLeft = part.scrollWidth; }")
    here.page.wait_for_function("document.querySelector('.goes-on').classList.contains('at-end')")
    assert not here.look()


def test_what_was_compared_is_folded_and_open_on_paper(tiny, serve, visit):
    page = visit(f"{serve(tiny)}/two.html").page
    folded = page.locator("details.compared")
    assert not folded.locator("table").is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert folded.locator("table").is_visible()
