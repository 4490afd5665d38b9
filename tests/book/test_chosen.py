"""What the reader has chosen is followed by every part of a page, and stands in its address."""

import pytest
from figures_book import figures_book

pytestmark = pytest.mark.pages


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return figures_book(tmp_path_factory.mktemp("chosen"))


def card(page):
    return page.locator("#tip-card")


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


def test_the_tip_of_a_filter_leads_to_it(tiny, serve, visit):
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
