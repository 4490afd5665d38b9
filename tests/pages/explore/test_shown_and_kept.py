"""The explorer in a real browser: its address, what can be kept, pictures of one's own, keyboard, telephones."""
import io

import numpy as np
import pytest
from moving import IT, drag, named, set_slider, settled, told, units
from PIL import Image

from fer_lib.faces import render
from fer_lib.pages.explore import assets


def go(page, to):
    """To another address of the page, and all that follows."""
    page.evaluate("""(to) => new Promise((done) => {
        addEventListener("hashchange", () => done(), {once: true});
        location.hash = to;
    })""", to)
    settled(page)


def test_the_address_keeps_what_is_shown_and_brings_it_back(explorer, address):
    assert explorer.url == address, "as at the beginning"
    drag(explorer, "AU12", 80)
    explorer.select_option("[data-part=person]", "S011")
    explorer.check("[data-part=network] [value=photographs]")
    explorer.click("[data-part=changed] button >> nth=0")
    settled(explorer)
    number = explorer.input_value("[data-part=filter]")
    kept = f"{address}#person=S011&network=photographs&units=AU12:80&filter={number}"
    explorer.wait_for_function("(kept) => location.href === kept", arg=kept)
    face = explorer.locator("[data-part=face]").screenshot()
    go(explorer, "#units=AU27:90")
    assert units(explorer) == {"AU27": .9} and explorer.input_value("[data-part=person]") == "S001"
    assert explorer.is_checked("[data-part=network] [value=drawings]")
    go(explorer, kept.removeprefix(address))
    assert units(explorer) == {"AU12": .8} and explorer.input_value("[data-part=filter]") == number
    assert explorer.locator("[data-part=face]").screenshot() == face
    go(explorer, "#units=AU12:40&person=S999")
    explorer.wait_for_selector("[data-part=error]:text('The address has what is not here: S999.')")
    settled(explorer)
    assert units(explorer) == {"AU12": .4}


def test_a_page_that_is_opened_by_such_an_address_shows_that(page, address):
    """In a page of its own: it loads that person and that network only."""
    requests = []
    page.on("request", lambda request: requests.append(request.url.rpartition("/")[2]))
    page.goto(f"{address}#person=S031&network=photographs&units=AU6:90,AU12:90,AU25:90&filter=9")
    page.wait_for_selector("[data-answers]", timeout=60_000)
    settled(page)
    assert "happy" in named(page) and page.input_value("[data-part=filter]") == "9"
    assert page.evaluate(f"{IT}.face.person.name") == "S031" and page.is_visible("[data-part=is]")
    assert {"S031.bin.gz", "photographs.onnx.gz"} <= {*requests}
    assert not {"S001.bin.gz", "drawings.onnx.gz", "untrained.onnx.gz"} & {*requests}


def test_what_the_text_proposes_is_shown_where_it_can_be(explorer):
    explorer.click("[data-try='units=AU27:90']")
    explorer.wait_for_function(f"{IT}.units.AU27 === .9")
    settled(explorer)
    assert units(explorer) == {"AU27": .9} and explorer.is_hidden("[data-try='network=none']")


def test_the_link_is_copied(explorer):
    drag(explorer, "AU12", 80)
    settled(explorer)
    explorer.context.grant_permissions(["clipboard-read", "clipboard-write"])
    explorer.click("[data-part=copy]")
    explorer.wait_for_selector("[data-part=kept]:text('copied')")
    assert explorer.evaluate("navigator.clipboard.readText()") == explorer.url and "#units=AU12:80" in explorer.url
    explorer.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }")
    explorer.click("[data-part=copy]")
    explorer.wait_for_selector("[data-part=address]")
    assert explorer.input_value("[data-part=address]") == explorer.url
    assert explorer.evaluate("getSelection().toString()") == explorer.url


def test_the_face_is_saved(explorer):
    drag(explorer, "AU12", 80)
    settled(explorer)
    with explorer.expect_download() as download:
        explorer.click("[data-part=save]")
    assert download.value.suggested_filename == "S001_AU12-80.png"
    picture = Image.open(download.value.path())
    seen = np.array(explorer.evaluate(f"Array.from({IT}.answer.pixels)")).reshape(96, 96)
    small = np.asarray(picture.convert("L").resize((96, 96), Image.Resampling.BOX))
    assert picture.size == (288, 288) and np.corrcoef(small.ravel(), seen.ravel())[0, 1] > .99


def bring(page, units, name="me.png"):
    """A picture of a drawn face as one's own, whole; → its grey levels as they are to be seen."""
    face = Image.fromarray(render(assets.people()[1], units, size=300)).convert("RGB")
    face.save(buffer := io.BytesIO(), "PNG")
    page.set_input_files("[data-part=file]", {"name": name, "mimeType": "image/png", "buffer": buffer.getvalue()})
    page.wait_for_selector("[data-part=crop]")
    for slider, value in (("size", 100), ("x", 50), ("y", 50)):
        set_slider(page, f"[data-part=crop] [name={slider}]", value)
    settled(page)
    return np.asarray(face.convert("L").resize((96, 96), Image.Resampling.BOX), float)


def test_a_picture_of_one_s_own_is_compared_with_another(explorer):
    explorer.click("text=Bring a face")
    expected = bring(explorer, {})
    seen = np.array(explorer.evaluate(f"Array.from({IT}.answer.pixels)"))
    assert np.corrcoef(seen, expected.ravel())[0, 1] > .99
    assert told(explorer).startswith("A picture has no resting face to compare with")
    explorer.click("[data-part=rest]")
    settled(explorer)
    assert told(explorer) == "With this picture others are compared."
    bring(explorer, {"AU6": 1., "AU12": 1., "AU25": 1.})
    assert "happy" in named(explorer) and told(explorer) == "The filters that changed most:"
    assert explorer.locator("[data-part=changed] li").count() == 8
    explorer.click("[data-part=drawn]")
    settled(explorer)
    assert "neutral" in named(explorer) and "At rest" in told(explorer)


def test_a_picture_from_the_camera(explorer):
    explorer.click("text=Bring a face")
    explorer.click("[data-part=camera]")
    explorer.wait_for_selector(".explorer.photo")
    settled(explorer)
    assert explorer.is_visible("[data-part=crop]") and explorer.is_hidden("[data-part=error]")
    seen = explorer.evaluate(f"Array.from({IT}.answer.pixels)")
    assert np.ptp(seen) > 50, "Chromium's test picture is not one grey"


def drop_no_picture(page):
    page.evaluate("""() => {
        const data = new DataTransfer();
        data.items.add(new File(["no picture"], "notes.txt"));
        document.querySelector("[data-part=drop]").dispatchEvent(new DragEvent("drop", {dataTransfer: data}));
    }""")
    page.wait_for_selector("[data-part=error]:not([hidden])")


def test_an_error_is_told_and_goes_when_something_else_is_done(explorer):
    for act in (lambda: drag(explorer, "AU12", 50), lambda: explorer.click("[data-preset=neutral]"),
                lambda: explorer.select_option("[data-part=person]", "S031")):
        drop_no_picture(explorer)
        assert "notes.txt is no picture" in explorer.inner_text("[data-part=error]")
        act()
        explorer.wait_for_selector("[data-part=error]", state="hidden", timeout=5000)


def test_every_control_is_reached_by_keyboard_and_has_a_name(explorer):
    explorer.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    settled(explorer)
    explorer.evaluate("""() => {
        window.reached = [];
        document.addEventListener("focusin", ({target: e}) => reached.push(
            (e.labels?.[0]?.innerText ?? e.ariaLabel ?? e.innerText ?? "").trim().split("\\n")[0]));
    }""")
    for _ in range(60):
        explorer.keyboard.press("Tab")
    reached = explorer.evaluate("reached")
    assert {"AU1 Inner brow raiser", "AU27 Mouth stretch", "neutral", "surprise", "brows", "trained on drawings",
            "save picture", "copy link", "Ask a filter", "use the camera", "for all of them"} <= {*reached}
    assert "" not in reached
    explorer.focus("[data-part=network] input:checked")
    explorer.keyboard.press("ArrowRight")
    drag(explorer, "AU1", 40)
    explorer.focus("[data-unit=AU1]")
    explorer.keyboard.press("ArrowRight")
    settled(explorer)
    assert explorer.input_value("[data-unit=AU1]") == "45"
    assert explorer.is_checked("[data-part=network] [value=untrained]")


def test_at_a_desk_all_is_in_view_whatever_is_unfolded(explorer):
    drag(explorer, "AU12", 90)
    settled(explorer)
    explorer.evaluate("document.querySelectorAll('.group').forEach((one) => { one.open = true; })")
    tops, bottoms = zip(*(explorer.evaluate("""(part) => {
        const {top, bottom} = document.querySelector(`[data-part=${part}]`).getBoundingClientRect();
        return [top, bottom];
    }""", part) for part in ("face", "units", "named", "classes", "changed")), strict=True)
    assert min(tops) >= 0 and max(bottoms) < 600, "with 200 for the page's head"


def test_on_a_telephone_the_face_stays_while_sliders_scroll_and_nothing_is_wider(explorer):
    explorer.set_viewport_size({"width": 390, "height": 844})
    explorer.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    drag(explorer, "AU12", 90)
    settled(explorer)
    assert explorer.evaluate("document.documentElement.scrollWidth") <= 390
    for unit in ("AU4", "AU12", "AU27"):
        explorer.locator(f"[data-unit={unit}]").evaluate("(one) => one.scrollIntoView({block: 'center'})")
        face, words, slider = (explorer.locator(f"[data-{what}]").bounding_box()
                               for what in ("part=face", "part=told", f"unit={unit}"))
        assert face["y"] >= 0 and face["height"] > 100
        assert max(face["y"] + face["height"], words["y"] + words["height"]) < slider["y"]
    explorer.set_viewport_size({"width": 1280, "height": 800})


@pytest.mark.parametrize("width", [1280, 390])
def test_every_unit_s_name_is_whole(explorer, width):
    explorer.set_viewport_size({"width": width, "height": 844})
    cut = explorer.evaluate("""[...document.querySelectorAll('.explorer .unit span')]
      .filter((name) => name.checkVisibility() && name.scrollWidth > name.clientWidth)
      .map((name) => name.textContent)""")
    assert not cut and explorer.is_visible("[data-unit=AU27]"), "the jaw's units are there, as most are"
    explorer.set_viewport_size({"width": 1280, "height": 800})
