"""The explorer in a real browser: what sliders do to the face, to what networks say, and to their filters."""
import re

import numpy as np
import pytest
from moving import IT, drag, named, settled, share, told, units
from whole_page import SMALL

from fer_lib.datasets import resize
from fer_lib.faces import render
from fer_lib.pages.explore import answer, assets
from fer_lib.runs.store import read_run, stored_run


def test_moving_a_slider_changes_face_and_numbers(explorer):
    before, face = share(explorer, "happy"), explorer.locator("[data-part=face]").screenshot()
    for unit in ("AU6", "AU12", "AU25"):
        drag(explorer, unit, 90)
    settled(explorer)
    assert before < 50 < share(explorer, "happy") and "happy" in named(explorer)
    assert explorer.locator("[data-part=face]").screenshot() != face
    assert explorer.locator("[data-unit=AU12]").get_attribute("aria-valuetext") == "90 per cent"
    assert float(explorer.get_attribute("[data-explorer]", "data-latency")) > 0


def strongest(run, pixels, network=None):
    return answer(network or run.network, resize(pixels[None, None], run.pixels), 0, False)["strongest"]


@pytest.mark.parametrize("network", ["drawings", "photographs"])
def test_what_it_says_is_what_pytorch_says_of_python_s_face(explorer, network):
    run = stored_run() if network == "drawings" else read_run(SMALL)
    explorer.check(f"[data-part=network] [value={network}]")
    explorer.click("[data-preset=surprise]")
    settled(explorer)
    shown, rest = (render(assets.people()[0], units) for units in (assets.presets()["surprise"], {}))
    expected = answer(run.network, resize(shown[None, None], run.pixels), 0, False)["probabilities"]
    found = explorer.evaluate(f"Array.from({IT}.answer.probabilities)")
    np.testing.assert_allclose(found, expected, atol=.02)
    assert "surprise" in named(explorer) and run.folder.name in explorer.inner_text("[data-part=note]")
    change = np.array(explorer.evaluate(f"Array.from({IT}.answer.strongest, (x, f) => x - {IT}.answer.rest[f])"))
    expected = strongest(run, shown) - strongest(run, rest)
    assert np.corrcoef(change, expected)[0, 1] > .99 and np.abs(change).max() > .3


def test_at_rest_nothing_is_claimed(explorer):
    assert "At rest nothing is claimed" in told(explorer)
    assert explorer.locator("[data-part=changed] li").count() == 0 and explorer.is_hidden("[data-part=heads]")


def test_filters_are_ranked_by_their_change_and_those_of_the_moved_unit_are_marked(explorer):
    drag(explorer, "AU12", 90)
    settled(explorer)
    rows = explorer.locator("[data-part=changed] li")
    assert rows.count() == 8
    changes = explorer.evaluate(f"Array.from({IT}.answer.strongest, (x, f) => x - {IT}.answer.rest[f])")[:255]
    order = np.argsort(-np.abs(changes)).tolist()
    for row, f in zip(rows.all(), order, strict=False):
        own, unit = f % 2 == 1, "no unit" if f == 254 else ("AU1 ↑ 0.90", "AU12 ↓ 0.75")[f % 2]
        way = "less" if changes[f] < 0 else "more"
        assert " ".join(row.inner_text().split()) == (
            f"conv3:{f} {round(100 * abs(changes[f]))} % {way} {'◆ ' * own}{unit}")
        assert row.get_attribute("class") == ("own" if own else "")
    assert {"own", ""} == {row.get_attribute("class") for row in rows.all()}, "both are among them"
    most = sum(f % 2 for f in order[:127])
    assert told(explorer) == (f"AU12, lip corner puller: of the 127 filters taken for it, {most} are among the 127 "
                              "that changed most; by chance 64.")
    drag(explorer, "AU1", 30)
    settled(explorer)
    assert told(explorer).startswith("AU1, inner brow raiser: of the 127"), "the one that was moved last"
    drag(explorer, "AU4", 30)
    settled(explorer)
    assert told(explorer) == "AU4, brow lowerer: no filter of this network is taken for it."
    explorer.click("[data-preset=happy]")
    settled(explorer)
    assert told(explorer).startswith("AU6, AU12, AU25: of the 127 filters taken for these"), "of a preset all"


def test_a_network_is_loaded_when_it_is_chosen(explorer):
    drag(explorer, "AU12", 90)
    settled(explorer)
    ranked = explorer.inner_text("[data-part=changed]")
    explorer.requests.clear()
    explorer.check("[data-part=network] [value=untrained]")
    settled(explorer)
    assert {url.rpartition("/")[2] for url in explorer.requests} == {"untrained.json.gz", "untrained.onnx.gz"}
    assert explorer.inner_text("[data-part=changed]") != ranked and told(explorer).startswith("AU12")
    assert "with the weights that it began with" in explorer.inner_text("[data-part=note]")
    explorer.requests.clear()
    explorer.check("[data-part=network] [value=drawings]")
    settled(explorer)
    assert explorer.inner_text("[data-part=changed]") == ranked and explorer.requests == []


def test_a_person_or_network_that_does_not_come_is_named_and_the_one_before_stays(explorer):
    explorer.route(re.compile("S061.bin.gz"), lambda route: route.abort())
    explorer.select_option("[data-part=person]", "S061")
    explorer.wait_for_selector("[data-part=error]:text('S061 cannot be drawn: S061.bin.gz does not come')")
    assert explorer.input_value("[data-part=person]") == "S001" and "neutral" in named(explorer)
    held = []
    explorer.route(re.compile("S111.bin.gz"), lambda route: held.append(route))
    explorer.select_option("[data-part=person]", "S111")
    explorer.wait_for_selector("[data-part=error]:text('waits for S111.bin.gz')")
    held[0].continue_()
    explorer.wait_for_selector("[data-part=error]", state="hidden")
    settled(explorer)
    assert explorer.evaluate(f"{IT}.face.person.name") == "S111"
    explorer.unroute_all()
    explorer.errors.clear()                                     # Chromium's own, of what was aborted


def test_presets_people_and_sides(explorer):
    explorer.click("[data-preset=contempt]")
    assert explorer.input_value("[data-unit=AU14]") == "90"
    explorer.check("[data-part=sides]")
    drag(explorer, "AU14R", 0)
    assert units(explorer) == {"AU14L": .9}
    explorer.select_option("[data-part=person]", "S031")
    explorer.uncheck("[data-part=sides]")
    assert units(explorer) == {"AU14": .9}
    explorer.locator("[data-group=mouth] summary").click()
    assert explorer.inner_text("[data-group=mouth] summary span") == "AU14 90", "what a folded group hides"
    explorer.click("[data-preset=neutral]")
    settled(explorer)
    assert units(explorer) == {} and explorer.evaluate(f"{IT}.face.person.name") == "S031"
    names = explorer.evaluate(f"Object.keys({IT}.head.action_units).sort()")
    shown = explorer.evaluate("[...document.querySelectorAll('[data-unit]')].map((one) => one.dataset.unit)")
    assert sorted(shown) == names, "every unit has its group"


def test_asking_a_filter(explorer):
    explorer.click("[data-preset=happy]")
    settled(explorer)
    explorer.click("[data-part=changed] button >> nth=0")
    settled(explorer)
    number = int(explorer.input_value("[data-part=filter]"))
    assert f"conv3:{number} responds with" in explorer.inner_text("[data-part=response]")
    assert explorer.locator("[data-part=top] span").count() == 3
    picture = explorer.evaluate(f"Array.from({IT}.answer.gradient)")
    assert len(picture) == 96 * 96 and any(picture)
    for number, words in ((7, "conv3:7 is taken for AU12, Lip corner puller: of all units, alone on half of 12 drawn "
                              "people, it tells that best from their rest, and responds less with it. On the other "
                              "half its AUC is 0.75."),
                          (254, "conv3:254 tells no unit from rest."), (255, "conv3:255 responds to no drawn face.")):
        explorer.fill("[data-part=filter]", f"{number}")
        explorer.press("[data-part=filter]", "Tab")
        assert explorer.inner_text("[data-part=is]") == words
    explorer.locator("[data-unit=AU12]").evaluate("(one) => one.dispatchEvent(new Event('change', {bubbles: true}))")
    settled(explorer)
    assert explorer.locator("[data-part=doses] figcaption").all_inner_texts() == ["AU12"]
