"""What the explorer's scripts reckon, without a face: changes, the address, the pixels of a smaller network."""
import numpy as np
import pytest

from fer_lib.datasets import resize

OFFERED = {"people": ["S001", "S011"], "networks": [{"name": "drawings"}, {"name": "untrained"}],
           "names": {"AU6": {"sided": False}, "AU12": {"sided": True}}}


@pytest.fixture(scope="module")
def script(chromium, site):
    """script(file, function, *arguments) → what a function of a script returns."""
    page = chromium.new_page()
    page.goto(f"{site[1]}/common.js")
    yield lambda file, name, *given: page.evaluate("""async ([file, name, given]) => {
        const found = (await import(`./${file}`))[name](...given);
        return found instanceof Uint8Array ? Array.from(found) : found?.own ? {...found, own: [...found.own]} : found;
    }""", [file, name, given])
    page.close()


def test_a_smaller_network_sees_what_the_library_shows_it(script):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (4, 1, 96, 96), dtype=np.uint8)
    images[0] = (np.arange(96)[:, None] % 2 * 2 + np.arange(96)) % 3        # halves and quarters
    for image in images:
        small = script("face.js", "resized", image.ravel().tolist(), 48)
        assert small == resize(image[None], 48).ravel().tolist()
    same = images[1].ravel().tolist()
    assert script("face.js", "resized", same, 96) == same
    with pytest.raises(Exception, match="no faces of 64 pixels"):
        script("face.js", "resized", same, 64)


def test_a_change_is_a_share_of_the_strongest_response(script):
    assert script("changes.js", "changesOf", [2, 1, 3, .5], [1, 3, 3, 0], [4, 4, 4, 0]) == [.25, -.5, 0, 0]


def test_filters_that_changed_stand_in_order_whatever_their_direction(script):
    assert script("changes.js", "ranked", [.25, -.5, 0, .009, -.02]) == [1, 0, 4], "below a hundredth it is none"
    assert script("changes.js", "ranked", [0] * 256) == [], "at rest nothing is claimed"


@pytest.mark.parametrize("units, own, among, chance", [
    (["AU12"], [1, 3, 5], 2, 9 / 5), (["AU6"], [0, 4], 0, 4 / 5), (["AU6", "AU12"], [0, 1, 3, 4, 5], 4, 5),
    (["AU1"], [], 0, 0), ([], [], 0, 0)])
def test_how_many_of_a_unit_s_filters_are_among_those_that_changed_most(script, units, own, among, chance):
    filters = {"unit": ["AU6", "AU12", None, "AU12", "AU6", "AU12"]}
    found = script("changes.js", "answering", [5, 1, 2, 0, 3], filters, units)
    assert sorted(found["own"]) == own and found["among"] == among
    assert found["chance"] == pytest.approx(chance)


STATES = [{}, {"person": "S011"}, {"network": "untrained"}, {"units": {"AU6": .9, "AU12L": .05}}, {"filter": 0},
          {"person": "S011", "network": "untrained", "units": {"AU12": 1}, "filter": 255}]


@pytest.mark.parametrize("state", STATES, ids=str)
def test_an_address_is_read_as_it_was_written(script, state):
    shown = {"person": "S001", "network": "drawings", "units": {}} | state
    address = script("address.js", "written", shown, OFFERED)
    assert script("address.js", "parsed", address, OFFERED) == state | {"unknown": []}
    assert (address == "") == (state == {}) and " " not in address


def test_an_address_that_others_can_write(script):
    assert script("address.js", "parsed", "#filter=42&units=AU6:90,AU12R:50&person=S011", OFFERED) == {
        "person": "S011", "units": {"AU6": .9, "AU12R": .5}, "filter": 42, "unknown": []}


@pytest.mark.parametrize("address, unknown", [
    ("#person=S999", ["S999"]), ("#network=photographs", ["photographs"]), ("#units=AU99:50,AU6:50", ["AU99:50"]),
    ("#units=AU6L:50", ["AU6L:50"]), ("#units=AU12:101", ["AU12:101"]), ("#units=AU12", ["AU12"]),
    ("#filter=256", ["256"]), ("#filter=x", ["x"]), ("#units=__proto__:9", ["__proto__:9"]), ("#what-to-try", []),
    ("", [])])
def test_what_an_address_has_that_is_not_here_is_told(script, address, unknown):
    found = script("address.js", "parsed", address, OFFERED)
    assert found["unknown"] == unknown
    assert {name for name in found if name != "unknown"} <= {"units"}
    assert found.get("units", {}) == ({"AU6": .5} if "AU6:50" in address else {})
