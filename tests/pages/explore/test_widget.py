"""The explorer as a widget: what Python sets and reads, and what it answers."""
import dataclasses
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from traitlets import TraitError

from fer_lib.faces import render
from fer_lib.pages.explore import FaceExplorer, answer, assets
from fer_lib.pages.explore.export import network_file
from fer_lib.pages.notebooks import BOOK
from fer_lib.runs.store import stored_run, stored_runs

NONE = {"top": [1.] * 256, "sign": [1] * 256, "units": ["AU1"], "unit": ["AU1"] * 256, "divergence": [[.1]] * 256,
        "images": {"src": "data:,", "size": 1, "columns": 1, "rows": 1, "of": [[0]] * 256}, "first": 3}


@pytest.fixture
def explorer():
    explorer = FaceExplorer(filters=NONE)
    explorer.sent = []
    explorer.send = lambda content, buffers: explorer.sent.append((content, buffers))
    return explorer


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


def test_what_the_page_asks_is_answered(explorer, smiling):
    explorer._answer(explorer, {"id": 7, "filter": 42, "guided": True}, [memoryview(smiling.tobytes())])
    [(content, buffers)] = explorer.sent
    assert content == {"id": 7, "names": ["probabilities", "seen", "strongest", "gradient"]}
    shapes = [np.frombuffer(buffer, np.float32).size for buffer in buffers]
    assert shapes == [8, 96 * 96, 256, 96 * 96]
    assert max(explorer.probabilities, key=explorer.probabilities.get) == "happy"
    assert sum(explorer.probabilities.values()) == pytest.approx(1, abs=1e-5)


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
        const asked = [], traits = {people: ["S001"], person: "S001", filter: 0, action_units: {}, options: {}};
        window.heard = [];                                      // [event, what it calls]
        const tell = (...message) => {
          for (const [event, respond] of [...heard]) if (event === "msg:custom") respond(...message);
        };
        window.answer = (i) => tell({id: asked[i].id, names: ["grey"]},
          [new DataView(Float32Array.of(asked[i].grey).buffer)]);
        window.fail = (i) => tell({id: asked[i].id, error: "IndexError: none"}, []);
        const model = {get: (name) => traits[name], on: (...both) => heard.push(both),
          off: (event, respond) => { heard = heard.filter((one) => one[0] !== event || one[1] !== respond); },
          send: ({id}, _, [pixels]) => asked.push({id, grey: new Uint8Array(pixels)[0]})};
        const render = new Function(`${widget}
          async function opened() {}
          class Explorer { constructor(el, {ask}) { Object.assign(this, {asked: {choose() {}}}); el.ask = ask; } }
          return render;`)();
        window.opened = async () => {
          const el = document.createElement("div"), close = await render({model, el});
          return {close, ask: async (grey) => (await el.ask(Uint8Array.of(grey), 0, false)).grey[0]};
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
    }""") == [8, 4]


def test_what_is_said_of_filters_is_of_the_faces_that_the_run_was_trained_on(monkeypatch):
    def stop(name, **options):
        raise StopIteration(name, options)

    run = stored_run()
    parameters = run.config["dataset"]["parameters"]
    monkeypatch.setattr(assets, "load_dataset", stop)
    for own in ({"furrows": 0.}, {"seed": 3, "shuffled": 2}):
        dataset = run.config["dataset"] | {"parameters": parameters | own}
        with pytest.raises(StopIteration) as loaded:
            assets.filters_of(dataclasses.replace(run, config=run.config | {"dataset": dataset}))
        own.pop("shuffled", None)
        assert loaded.value.args == ("synthetic", parameters | own)
    other = dataclasses.replace(run, config=run.config | {"dataset": run.config["dataset"] | {"name": "fer2013"}})
    with pytest.raises(ValueError, match="was trained on fer2013"):
        FaceExplorer(other)


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


def test_networks_for_other_sizes_are_refused():
    small = stored_runs(BOOK / "results/controls")[0]
    with pytest.raises(ValueError, match="96 pixels, not 48"):
        FaceExplorer(small, filters=NONE)


def test_one_module_without_imports(tmp_path):
    text = FaceExplorer._esm
    assert not re.search(r"^\s*import ", text, re.M)
    assert text.count("export ") == 1 and "export default {render}" in text
    if node := shutil.which("node"):
        (tmp_path / "widget.mjs").write_text(text, encoding="utf-8")
        subprocess.run([node, "--check", tmp_path / "widget.mjs"], check=True)
