"""The explorer as a widget: what Python sets and reads, and what it answers."""
import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from traitlets import TraitError
from whole_page import FILTERS, SMALL

from fer_lib.datasets import resize
from fer_lib.faces import render
from fer_lib.pages.explore import FaceExplorer, answer, assets
from fer_lib.pages.explore.export import network_file
from fer_lib.runs.store import read_run, stored_run


@pytest.fixture(scope="module")
def begun():
    """To draw the head for each takes seconds."""
    explorer = FaceExplorer(filters=FILTERS)
    explorer.send = lambda content, buffers: explorer.sent.append((content, buffers))
    return explorer


@pytest.fixture
def explorer(begun):
    """As it was at first."""
    begun.sent = []
    begun.unobserve_all()
    begun.action_units, begun.person, begun.weights = {}, "S001", "trained"
    begun.set_trait("probabilities", {})
    return begun


@pytest.fixture(scope="module")
def smiling():
    return render(assets.people()[0], {"AU6": .9, "AU12": .9, "AU25": .9})


def test_units_are_checked_when_they_are_set(explorer):
    explorer.action_units = {"AU12": .5, "AU14L": 1.}
    for wrong, message in (({"AU99": 1.}, "AU99"), ({"AU12": 1.2}, "outside 0–1"), ({"AU1L": .5}, "no left and right")):
        with pytest.raises((ValueError, TraitError), match=message):
            explorer.action_units = wrong
    assert explorer.action_units == {"AU12": .5, "AU14L": 1.}
    with pytest.raises((ValueError, TraitError), match="'S999' is not one of S001"):
        explorer.person = "S999"
    with pytest.raises(TraitError):
        explorer.probabilities = {}
    with pytest.raises(TraitError):
        explorer.weights = "better"


def test_what_the_page_asks_is_answered(explorer, smiling):
    explorer._answer(explorer, {"id": 7, "filter": 42, "guided": True}, [memoryview(smiling.tobytes())])
    [(content, buffers)] = explorer.sent
    assert content == {"id": 7, "names": ["probabilities", "seen", "strongest", "gradient"]}
    shapes = [np.frombuffer(buffer, np.float32).size for buffer in buffers]
    assert shapes == [8, 96 * 96, 256, 96 * 96]
    assert max(explorer.probabilities, key=explorer.probabilities.get) == "happy"
    assert sum(explorer.probabilities.values()) == pytest.approx(1, abs=1e-5)


def test_what_is_asked_aside_is_no_answer_to_what_is_shown(explorer, smiling):
    ask = {"id": 7, "filter": 42, "guided": False, "aside": True}
    explorer._answer(explorer, ask, [memoryview(smiling.tobytes())])
    assert explorer.sent[0][0]["names"] and explorer.probabilities == {}


def test_the_same_network_before_training(explorer, smiling, monkeypatch):
    assert explorer.network is explorer.run.network
    explorer.weights = "untrained"
    assert explorer.network is explorer.run.untrained
    ask = {"id": 7, "weights": "untrained", "filter": 42, "guided": False}
    explorer._answer(explorer, ask, [memoryview(smiling.tobytes())])
    expected = answer(explorer.run.untrained, smiling[None, None], 42, False)["probabilities"]
    np.testing.assert_allclose(list(explorer.probabilities.values()), expected, atol=1e-6)
    asked = []
    monkeypatch.setattr("fer_lib.pages.explore.about", lambda one: asked.append(one.name) or {"note": one.note})
    for weights in ("trained", "untrained", "untrained"):
        explorer._answer(explorer, {"id": 8, "about": weights}, [])
    (trained, _), (before, _), (again, _) = explorer.sent[1:]
    assert trained["about"]["filters"] == FILTERS and trained["about"]["classes"] == explorer.run.config["classes"]
    assert "the weights that it began with" in before["about"]["note"] and again == before
    assert asked == ["untrained"], "once, and not what was given"


def test_a_network_of_48_pixels_sees_faces_of_that_size(smiling):
    explorer = FaceExplorer(read_run(SMALL), filters=FILTERS)
    explorer.send = lambda content, buffers: None
    ask = {"id": 7, "filter": 42, "guided": True}
    explorer._answer(explorer, ask, [memoryview(resize(smiling[None, None], 48).tobytes())])
    assert max(explorer.probabilities, key=explorer.probabilities.get) == "happy"


def test_what_cannot_be_answered_is_told_and_the_page_waits_no_longer(explorer, smiling):
    for filter, pixels, message in ((999, smiling, "IndexError: "), (1, smiling[:5], "ValueError: cannot reshape")):
        explorer._answer(explorer, {"id": "a:1", "filter": filter, "guided": True}, [memoryview(pixels.tobytes())])
        content, buffers = explorer.sent.pop()
        assert content["id"] == "a:1" and content["error"].startswith(message) and buffers == []
    assert explorer.probabilities == {}


def test_the_page_has_its_answer_whatever_observes_it(explorer, smiling):
    explorer.observe(lambda change: 1 / 0, "probabilities")
    with pytest.raises(ZeroDivisionError):
        explorer._answer(explorer, {"id": "a:1", "filter": 1, "guided": False}, [memoryview(smiling.tobytes())])
    assert "names" in explorer.sent[0][0]


@pytest.fixture
def views(page):
    """A page where opened() is a view of one model, {ask(grey), close()}, that draws nothing. answer(i) answers what
    was asked as the i-th, with the grey that was sent; fail(i) tells an error."""
    widget = (Path(assets.__file__).parent / "widget.js").read_text("utf-8").replace("export default {render}", "")
    page.goto("about:blank")
    page.evaluate("""(widget) => {
        const asked = [], traits = {people: ["S001"], person: "S001", weights: "trained", filter: 0,
          action_units: {}, options: {}};
        window.heard = [];                                      // [event, what it calls]
        const tell = (...message) => {
          for (const [event, respond] of [...heard]) if (event === "msg:custom") respond(...message);
        };
        window.answer = (i) => tell({id: asked[i].id, names: ["grey"]},
          [new DataView(Float32Array.of(asked[i].grey).buffer)]);
        window.fail = (i) => tell({id: asked[i].id, error: "IndexError: none"}, []);
        const model = {get: (name) => traits[name], on: (...both) => heard.push(both),
          off: (event, respond) => { heard = heard.filter((one) => one[0] !== event || one[1] !== respond); },
          send: ({id, about}, _, [pixels]) => about ? queueMicrotask(() => tell({id, about: {}}, []))
            : asked.push({id, grey: new Uint8Array(pixels)[0]})};
        const render = new Function(`${widget}
          async function opened() {}
          class Explorer {
            constructor(el, {loadNetwork, network}) {
              Object.assign(this, {asked: {choose() {}}});
              el.loaded = loadNetwork(network);
            }
          }
          return render;`)();
        window.opened = async () => {
          const el = document.createElement("div"), close = await render({model, el}), network = await el.loaded;
          return {close, ask: async (grey) => (await network.ask(Uint8Array.of(grey), 0, false)).grey[0]};
        };
    }""", widget)
    return page


def test_two_views_of_one_explorer_take_their_own_answers(views):
    """Each asks for the first time; the second is answered first."""
    assert views.evaluate("""async () => {
        const [one, two] = [await opened(), await opened()], answers = [one.ask(11), two.ask(22)];
        answer(1);
        answer(0);
        return Promise.all(answers);
    }""") == [11, 22]


def test_an_error_of_python_reaches_the_view_that_asked(views):
    assert views.evaluate("""async () => {
        const [one, two] = [await opened(), await opened()], answers = [one.ask(11), two.ask(22).catch(String)];
        fail(1);
        answer(0);
        return Promise.all(answers);
    }""") == [11, "Error: IndexError: none"]


def test_a_view_that_is_closed_hears_nothing_more(views):
    assert views.evaluate("""async () => {
        const [one, two] = [await opened(), await opened()], before = heard.length;
        one.close();
        return [before, heard.length];
    }""") == [10, 5]


def test_python_answers_as_the_page_s_network_does(smiling):
    network = stored_run().network
    session = onnxruntime.InferenceSession(network_file(network))
    names = [output.name for output in session.get_outputs()]
    asked = {"pixels": smiling[None, None].astype(np.float32), "filter": np.array([9]), "guided": np.array([True])}
    found = dict(zip(names, session.run(None, asked), strict=True))
    for name, value in answer(network, smiling[None, None], 9, True).items():
        np.testing.assert_allclose(np.ravel(value), np.ravel(found[name]), atol=1e-4, err_msg=name)


def test_the_face_s_bytes_are_a_picture(explorer, smiling):
    trait = explorer.traits()["face"]
    sent = trait.metadata["to_json"](smiling, explorer)
    assert (trait.metadata["from_json"](memoryview(sent), explorer) == smiling).all()
    assert explorer.face is None


def test_one_module_without_imports(tmp_path):
    text = FaceExplorer._esm
    assert not re.search(r"^\s*import ", text, re.M)
    assert text.count("export ") == 1 and "export default {render}" in text
    if node := shutil.which("node"):
        (tmp_path / "widget.mjs").write_text(text, encoding="utf-8")
        subprocess.run([node, "--check", tmp_path / "widget.mjs"], check=True)


def test_the_widget_draws_and_hands_on(page, site):
    """With a model as JupyterLab has it, whose kernel is this test."""
    folder, host = site
    (folder / "widget.mjs").write_text(FaceExplorer._esm, encoding="utf-8")
    (folder / "widget.html").write_text("<!doctype html><title>widget</title><div id=here></div>", encoding="utf-8")
    run, told = stored_run(), []

    def kernel(about, pixels, weights, filter, guided):
        if about:
            return {"classes": run.config["classes"], "size": 96, "note": about, "filters": FILTERS}
        told.append((weights, filter, guided))
        network = run.network if weights == "trained" else run.untrained
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
        const traits = {people: ["S001", "S011"], person: "S001", weights: "trained", filter: 0, action_units: {},
          options, head_file: await bytes("head.gz"), person_files: [await bytes("S001.gz"), await bytes("S011.gz")]};
        window.model = {traits, get: (name) => traits[name], save_changes() {},
          set(name, value) { traits[name] = value; heard[`change:${name}`]?.(); }, on(name, f) { heard[name] = f; },
          async send({id, about, weights, filter, guided}, _, [pixels]) {
            const found = await kernel(about, pixels && Array.from(new Uint8Array(pixels)), weights, filter, guided);
            if (about) return heard["msg:custom"]({id, about: found}, []);
            heard["msg:custom"]({id, names: Object.keys(found)}, Object.values(found).map((values) =>
              new DataView(Float32Array.from(values).buffer)));
          }};
        const {default: widget} = await import("./widget.mjs");
        await widget.render({model, el: document.getElementById("here")});
    }""", {"presets": assets.presets(), "networks": [{"name": "trained", "title": "trained"},
                                                     {"name": "untrained", "title": "before training"}]})
    page.wait_for_selector("[data-answers]")
    assert page.is_hidden("[data-part=copy]"), "there is no address"
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
    assert ("trained", 9, True) in told and not any(weights == "untrained" for weights, *_ in told)
    page.check("[value=untrained]")
    page.wait_for_function("model.traits.weights === 'untrained'")
    page.evaluate("model.set('weights', 'trained')")
    page.wait_for_function("document.querySelector('[value=trained]').checked")
    assert ("untrained", 9, True) in told


def test_presets_are_the_units_that_half_of_an_expression_s_sequences_show():
    presets = assets.presets()
    assert presets["neutral"] == {} and set(presets["happy"]) == {"AU6", "AU12", "AU25"} and len(presets) == 8
    assert all(value == .9 for units in presets.values() for value in units.values())
