"""The explorer in a real browser: sliders, filters, pictures, keyboard; alone in a page, and as a widget."""
import io
import json
import re

import numpy as np
import pytest
from browser import served
from PIL import Image
from whole_page import FILTERS

from fer_lib.faces import render
from fer_lib.pages.explore import FaceExplorer, answer, assets
from fer_lib.runs.store import stored_run


@pytest.fixture(scope="module")
def address(book):
    """Of a page with the explorer, and everything that it loads."""
    with served(book) as host:
        yield f"{host}/explore.html"


@pytest.fixture
def explorer(page, address):
    """The page, ready: the first face is drawn and named."""
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(address)
    page.wait_for_selector("[data-answers]", timeout=60_000)
    yield page
    assert all(url.startswith(("http://localhost:", "data:", "blob:")) for url in requests)


def settled(page):
    """Wait until nothing is computed any more."""
    page.wait_for_function("() => { const e = document.querySelector('[data-explorer]').explorer;"
                           " return !e.working && !e.wanted && !e.asked.sweeping; }")
    page.wait_for_timeout(300)                                  # all samples are taken after a moment's rest
    page.wait_for_function("() => !document.querySelector('[data-explorer]').explorer.working")


def named(page):
    return page.inner_text("[data-part=named]")


def share(page, expression):
    return float(re.search(rf"{expression}\n([\d]+) %", page.inner_text("[data-part=classes]"))[1])


def set_slider(page, which, value):
    page.locator(which).evaluate("""(slider, value) => {
        slider.value = value;
        slider.dispatchEvent(new Event("input", {bubbles: true}));
    }""", value)


def drag(page, unit, value):
    set_slider(page, f"[data-unit={unit}]", value)


def test_moving_a_slider_changes_face_and_numbers(explorer):
    settled(explorer)
    before, face = share(explorer, "happy"), explorer.locator("[data-part=face]").screenshot()
    for unit in ("AU6", "AU12", "AU25"):
        drag(explorer, unit, 90)
    settled(explorer)
    assert before < 50 < share(explorer, "happy") and "happy" in named(explorer)
    assert explorer.locator("[data-part=face]").screenshot() != face
    assert explorer.locator("[data-unit=AU12]").get_attribute("aria-valuetext") == "90 per cent"
    assert float(explorer.get_attribute("[data-explorer]", "data-latency")) > 0


def test_what_it_says_is_what_pytorch_says_of_python_s_face(explorer):
    explorer.click("[data-preset=surprise]")
    settled(explorer)
    pixels = render(assets.people()[0], assets.presets()["surprise"])
    expected = answer(stored_run().network, pixels[None, None], 0, False)["probabilities"]
    found = explorer.evaluate("Array.from(document.querySelector('[data-explorer]').explorer.answer.probabilities)")
    np.testing.assert_allclose(found, expected, atol=.02)
    assert "surprise" in named(explorer)


def test_presets_people_and_sides(explorer):
    explorer.click("[data-preset=contempt]")
    settled(explorer)
    assert explorer.input_value("[data-unit=AU14]") == "90"
    explorer.check("[data-part=sides]")
    drag(explorer, "AU14R", 0)
    settled(explorer)
    assert explorer.evaluate("document.querySelector('[data-explorer]').explorer.units") == {"AU14L": .9}
    explorer.select_option("[data-part=person]", "S031")
    settled(explorer)
    explorer.uncheck("[data-part=sides]")
    settled(explorer)
    assert explorer.evaluate("document.querySelector('[data-explorer]').explorer.units") == {"AU14": .9}
    explorer.click("[data-preset=neutral]")
    settled(explorer)
    assert explorer.evaluate("document.querySelector('[data-explorer]').explorer.units") == {}


def test_asking_a_filter(explorer):
    explorer.click("[data-preset=happy]")
    explorer.click("[data-part=ask] summary")
    settled(explorer)
    assert "conv3:7 is taken for AU12" in explorer.inner_text("[data-part=is]"), "the first, at once"
    explorer.click("[data-part=strongest] button >> nth=0")
    settled(explorer)
    number = int(explorer.input_value("[data-part=filter]"))
    assert f"conv3:{number} responds with" in explorer.inner_text("[data-part=response]")
    assert explorer.locator("[data-part=top] span").count() == 3
    picture = explorer.evaluate("Array.from(document.querySelector('[data-explorer]').explorer.answer.gradient)")
    assert len(picture) == 96 * 96 and any(picture)
    explorer.fill("[data-part=filter]", "255")
    explorer.press("[data-part=filter]", "Tab")
    assert "responds to no training image" in explorer.inner_text("[data-part=is]")
    explorer.locator("[data-unit=AU12]").evaluate("(one) => one.dispatchEvent(new Event('change', {bubbles: true}))")
    settled(explorer)
    assert explorer.locator("[data-part=doses] figcaption").all_inner_texts() == ["AU12"]


def test_a_picture_of_one_s_own(explorer):
    face = Image.fromarray(render(assets.people()[1], {"AU6": 1., "AU12": 1., "AU25": 1.}, size=300)).convert("RGB")
    face.save(buffer := io.BytesIO(), "PNG")
    explorer.click("text=Bring a face")
    picture = {"name": "me.png", "mimeType": "image/png", "buffer": buffer.getvalue()}
    explorer.set_input_files("[data-part=file]", picture)
    for name, value in (("size", 100), ("x", 50), ("y", 50)):
        set_slider(explorer, f"[data-part=crop] [name={name}]", value)
    settled(explorer)
    assert "happy" in named(explorer)
    seen = np.array(explorer.evaluate("Array.from(document.querySelector('[data-explorer]').explorer.answer.pixels)"))
    expected = np.asarray(face.convert("L").resize((96, 96), Image.Resampling.BOX), float)
    assert np.corrcoef(seen, expected.ravel())[0, 1] > .99
    explorer.click("[data-part=drawn]")
    settled(explorer)
    assert "neutral" in named(explorer)


def test_a_picture_from_the_camera(explorer):
    settled(explorer)
    explorer.click("text=Bring a face")
    explorer.click("[data-part=camera]")
    explorer.wait_for_selector(".explorer.photo")
    settled(explorer)
    assert explorer.is_visible("[data-part=crop]") and explorer.is_hidden("[data-part=error]")
    seen = explorer.evaluate("Array.from(document.querySelector('[data-explorer]').explorer.answer.pixels)")
    assert np.ptp(seen) > 50, "Chromium's test picture is not one grey"


def drop_no_picture(page):
    page.evaluate("""() => {
        const data = new DataTransfer();
        data.items.add(new File(["no picture"], "notes.txt"));
        document.querySelector("[data-part=drop]").dispatchEvent(new DragEvent("drop", {dataTransfer: data}));
    }""")
    page.wait_for_selector("[data-part=error]:not([hidden])")


def test_a_dropped_file_that_is_no_picture_is_an_error_that_names_it(explorer):
    drop_no_picture(explorer)
    assert "notes.txt is no picture" in explorer.inner_text("[data-part=error]")


def test_an_error_goes_when_something_else_is_done(explorer):
    for act in (lambda: drag(explorer, "AU12", 50), lambda: explorer.click("[data-preset=neutral]"),
                lambda: explorer.select_option("[data-part=person]", "S031")):
        drop_no_picture(explorer)
        act()
        explorer.wait_for_selector("[data-part=error]", state="hidden", timeout=5000)


def test_every_control_is_reached_by_keyboard_and_has_a_name(explorer):
    explorer.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    reached = set()
    for _ in range(120):
        explorer.keyboard.press("Tab")
        reached.add(explorer.evaluate("""() => { const e = document.activeElement; return e === document.body ? "" :
            (e.labels?.[0]?.innerText ?? e.ariaLabel ?? e.innerText ?? "").trim().split("\\n")[0]; }"""))
    for unit in ("AU1 Inner brow raiser", "AU27 Mouth stretch"):
        assert unit in reached
    assert {"neutral", "surprise", "Ask a filter", "use the camera", "for all of them"} <= reached
    drag(explorer, "AU1", 40)
    explorer.focus("[data-unit=AU1]")
    explorer.keyboard.press("ArrowRight")
    settled(explorer)
    assert explorer.input_value("[data-unit=AU1]") == "45"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_wider_than_a_telephone(explorer, theme):
    explorer.set_viewport_size({"width": 390, "height": 800})
    explorer.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    explorer.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    settled(explorer)
    assert explorer.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_page_without_its_network_says_so(page, address):
    page.route("**/network.onnx.gz", lambda route: route.abort())
    page.goto(address)
    page.wait_for_selector("[data-explorer] .error")
    assert "The explorer cannot start: network.onnx.gz" in page.inner_text("[data-explorer]")


def test_the_widget_draws_and_hands_on(page, site):
    """With a model as JupyterLab has it, whose kernel is this test."""
    folder, host = site
    (folder / "widget.mjs").write_text(FaceExplorer._esm, encoding="utf-8")
    (folder / "widget.html").write_text("<!doctype html><title>widget</title><div id=here></div>", encoding="utf-8")
    network, told = stored_run().network, []

    def kernel(pixels, filter, guided):
        told.append((filter, guided))
        found = answer(network, np.array(pixels, np.uint8).reshape(1, 1, 96, 96), filter, guided)
        return {name: np.ravel(value).tolist() for name, value in found.items()}

    from fer_lib.pages.explore.bundle import head_file, person_file
    (folder / "head.gz").write_bytes(head_file())
    for subject in assets.people()[:2]:
        (folder / f"{subject.name}.gz").write_bytes(person_file(subject))
    page.expose_function("kernel", kernel)
    page.goto(f"{host}/widget.html")
    page.evaluate("""async (options) => {
        const bytes = async (url) => new DataView(await (await fetch(url)).arrayBuffer()), heard = {};
        const traits = {people: ["S001", "S011"], person: "S001", filter: 0, action_units: {}, options,
          head_file: await bytes("head.gz"), person_files: [await bytes("S001.gz"), await bytes("S011.gz")]};
        window.model = {traits, get: (name) => traits[name], save_changes() {},
          set(name, value) { traits[name] = value; heard[`change:${name}`]?.(); }, on(name, f) { heard[name] = f; },
          async send({id, filter, guided}, _, [pixels]) {
            const found = await kernel(Array.from(new Uint8Array(pixels)), filter, guided);
            heard["msg:custom"]({id, names: Object.keys(found)}, Object.values(found).map((values) =>
              new DataView(Float32Array.from(values).buffer)));
          }};
        const {default: widget} = await import("./widget.mjs");
        await widget.render({model, el: document.getElementById("here")});
    }""", {"classes": stored_run().config["classes"], "presets": assets.presets(), "filters": FILTERS, "note": ""})
    page.wait_for_selector("[data-answers]")
    page.evaluate("model.set('action_units', {AU6: .9, AU12: .9, AU25: .9})")
    page.wait_for_function("document.querySelector('[data-part=named]').textContent.includes('happy')")
    assert json.loads(page.evaluate("JSON.stringify(model.traits.action_units)")) == {"AU6": .9, "AU12": .9, "AU25": .9}
    page.evaluate("model.set('filter', 42)")
    page.wait_for_function("document.querySelector('[data-part=filter]').value === '42'")
    assert page.evaluate("model.traits.face.byteLength") == 96 * 96 and told
    page.click("[data-part=ask] summary")
    page.fill("[data-part=filter]", "9")
    page.press("[data-part=filter]", "Tab")
    page.wait_for_function("model.traits.filter === 9")
    page.select_option("[data-part=person]", "S011")
    page.wait_for_function("model.traits.person === 'S011'")
    face = np.array(page.evaluate("Array.from(new Uint8Array(model.traits.face.buffer))"))
    expected = render(assets.people()[1], {"AU6": .9, "AU12": .9, "AU25": .9})
    assert np.corrcoef(face, expected.ravel())[0, 1] > .99, "the face is of that person"
    assert told[-1] == (9, True)


def test_presets_are_the_units_that_half_of_an_expression_s_sequences_show():
    presets = assets.presets()
    assert presets["neutral"] == {} and set(presets["happy"]) == {"AU6", "AU12", "AU25"} and len(presets) == 8
    assert all(value == .9 for units in presets.values() for value in units.values())
