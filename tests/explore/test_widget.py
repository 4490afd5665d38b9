"""The explorer as a widget: what Python sets and reads, and what it answers."""
import re
import shutil
import subprocess

import numpy as np
import onnxruntime
import pytest
from traitlets import TraitError

from fer_lib.explore import FaceExplorer, answer, assets
from fer_lib.explore.export import network_file
from fer_lib.faces import render
from fer_lib.notebooks import BOOK
from fer_lib.runs import stored_run, stored_runs

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
        (tmp_path / "widget.mjs").write_text(text)
        subprocess.run([node, "--check", tmp_path / "widget.mjs"], check=True)
