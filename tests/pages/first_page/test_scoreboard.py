"""All claims on one axis, told apart without colour."""
import re
from html import unescape

import pytest
from made_claims import all_ahead

from fer_lib.analysis.rules import rules
from fer_lib.analysis.words import AHEAD, BEHIND, INCONCLUSIVE, NO_DIFFERENCE, NOT, SUPPORTED
from fer_lib.pages.claims import verdict_label
from fer_lib.pages.first_page import scoreboard as page
from fer_lib.pages.first_page.answer import answer
from fer_lib.pages.first_page.found import found
from fer_lib.pages.first_page.scoreboard import MARKS
from fer_lib.pages.notebooks import BOOK

UNITS = dict.fromkeys(rules()["units"].comparisons, 2.)
PARTS = dict.fromkeys(rules()["parts"].comparisons, 7.) | {"pictures that random filters do not give": -2.}


def address(name: str) -> str:
    return f"{name}.html"


@pytest.fixture
def claims(judged):
    return found(judged(units=all_ahead("units", UNITS), parts=all_ahead("parts", PARTS)))


def rows(text: str) -> dict[str, str]:
    return dict(re.findall(r'<li id="claim-(\w+)"(.*?)</li>', text, re.DOTALL))


def test_every_claim_is_a_row(claims):
    board = rows(page.scoreboard(claims, address))
    assert set(board) == set(rules())
    for name, row in board.items():
        assert verdict_label(claims[name].word) in row
    assert claims["units"].word == SUPPORTED and '<a href="chapter_of_units.html">' in board["units"]
    assert claims["parts"].word == NOT
    assert "There are no stored networks" in board["identity"] and "<a" not in board["identity"]


def test_a_claim_that_is_judged_far_down_its_chapter_leads_there(judged):
    networks = all_ahead("identity", dict.fromkeys(rules()["identity"].comparisons, 2.))
    for (name, chapter), section in page.SECTIONS.items():
        claims = found([record | {"chapter": chapter} for record in judged(identity=networks)])
        assert f'<a href="{chapter}.html{section}">' in rows(page.scoreboard(claims, address))[name]
        text = (BOOK / f"{chapter}.md").read_text(encoding="utf-8")
        assert f'"{name}"' in text.split(f"({section[1:]})=")[1].split("\n## ")[1], "and there it is"


def test_a_row_tells_the_comparison_that_speaks_least_for_the_claim(claims):
    row = rows(page.scoreboard(claims, address))["parts"]
    (told,) = re.findall(r'<p class="told">(.*?)</p>', row)
    assert re.sub("<.*?>", "", unescape(told)).startswith("pictures that random filters do not give: −0.10 [−0.10")
    assert row.count("<tr>") == len(PARTS), "the others are one click away"


@pytest.mark.parametrize(("effect", "place"), [(0., 50.), (1., 59.4), (-5., 3.)])
def test_places_on_the_axis(effect, place):
    assert page.place(effect) == pytest.approx(place)


def test_a_dot_stands_where_its_effect_is(claims):
    chart = page.chart(claims["units"])
    dot = rf'<svg x="([\d.]+)%" y="\d+" overflow="visible">{re.escape(MARKS[AHEAD])}'
    assert [float(x) for x in re.findall(dot, chart)] == pytest.approx([page.place(2.)] * len(UNITS), abs=.1)
    band = f'x="{page.place(-1):g}%" width="{page.place(1) - page.place(-1):g}%"'
    assert band in chart, "where an effect does not matter"


def test_what_lies_beyond_the_axis_is_an_arrow(claims):
    inside, beyond = page.chart(claims["units"]), page.chart(claims["parts"])
    assert inside.count('<path d="M5-5') == 0 and beyond.count('<path d="M5-5L12 0 5 5z"/>') == 4
    places = [float(x) for x in re.findall(r'x(?:1|2)?="([\d.-]+)%"', beyond)]
    assert min(places) >= 0 and max(places) <= 100


def test_dots_are_told_apart_without_colour():
    assert set(MARKS) == {AHEAD, BEHIND, NO_DIFFERENCE, INCONCLUSIVE} and len(set(MARKS.values())) == 4


def test_a_claim_without_comparisons_has_an_empty_chart(claims):
    assert page.chart(claims["identity"]) == '<div class="chart"></div>' and page.comparisons(claims["identity"]) == ""


def test_every_measure_of_the_rules_has_a_unit():
    measured = {one.of for rule in rules().values() for one in rule.comparisons.values()}
    plain = {of for of in measured if of not in page.MEASURED}
    assert plain == {"held-out AUC", "AUC within expressions", "best filter"} and set(page.MEASURED) <= measured
    assert set(page.SHORT) == set(rules())


def test_the_answer_leads_to_its_chapters(claims):
    text = page.answer_list(answer(claims), address)
    assert f'<a href="chapter_of_units.html">On drawn faces</a>: {verdict_label(SUPPORTED, "yes")}' in text
    assert text.count("<li") == 3 and text.count("<a ") == 1


def test_of_other_faces_the_book_s_verdict_stands_beside_and_why_they_cannot_answer(judged):
    claims = found(judged(units=all_ahead("units", UNITS)), {"identity": "Nobody is known.", "units": "Unsaid."})
    board = rows(page.scoreboard(claims, address, {"units": NOT, "identity": SUPPORTED}))
    assert f'<small class="in-book">the book: {verdict_label(NOT)}</small>' in board["units"]
    assert "Unsaid" not in board["units"] and "the book:" not in board["parts"], "it was tested; and not judged"
    assert "<span>Nobody is known.</span>" in board["identity"] and "There are" not in board["identity"]
    assert "There are no stored networks" in board["parts"]
