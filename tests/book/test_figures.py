"""Figures in a page: charts in its own letters and colours, whose dots say what they are; and one choice that follows
the reader from part to part."""
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from figures_book import figures_book
from test_site import RULES

pytestmark = pytest.mark.pages


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return figures_book(tmp_path_factory.mktemp("figures"))


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
