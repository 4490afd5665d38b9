"""The chapter `data` on each set, as papermill runs it on a reader's own copy; the copies are drawn faces."""
import re
from html.parser import HTMLParser

import nbformat
import numpy as np
from layouts import SMALL, write

from fer_lib.datasets.fer2013 import ORDER
from fer_lib.faces import ACTION_UNITS

# The faces that the page draws whatever the set: in full with the twin only
SMALLER = {"baseline_components": 10, "drawn_pixels": 24}


def test_the_twin(run, twin, tmp_path):
    page, numbers = run("data", **write("synthetic", twin, tmp_path), baseline_components=10)
    assert f"{len(twin)} images of 96×96" in page and "S007, neutral" in page
    assert (numbers["images"], numbers["subjects"], numbers["sequences"]) == (4 * SMALL["sequences"], *SMALL.values())
    assert 0 < numbers["linear_accuracy"] <= 1 and numbers["units"] == len(ACTION_UNITS)
    assert re.search(">happy: [AU0-9, ]*AU12", page), "one person, with the units of each face"
    assert numbers["probe_alone"] + numbers["probe_pairs"] < numbers["probe_images"]


def test_ck_plus_with_a_person_s_folder_that_is_called_like_a_tag(run, twin, tmp_path):
    """It stays a name, also in what is left out, which is printed."""
    parameters = write("ck_plus", twin, tmp_path / "set")
    for folder in sorted((tmp_path / "set").glob("*/S001")):
        for path in sorted(folder.glob("*/*")):
            path.rename(path.with_name(path.name.replace("S001", "<img src=x onerror=hit()>")))
        folder.rename(folder.with_name("<img src=x onerror=hit()>"))
    page, numbers = run("data", **parameters, show_faces=True, **SMALLER)
    lost = len({name for name in twin.sequences if name.startswith("S001")})
    left = len(twin) - 4 * lost, SMALL["sequences"] - lost
    assert (numbers["images"], numbers["sequences"]) == left, "they have lost their label"
    assert 0 < numbers["largest_difference"] < 1
    assert "S007, neutral" in page
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.extend(dict(attributes))
    for cell in nbformat.read(tmp_path / "out.ipynb", 4).cells:
        for output in cell.get("outputs", []):
            for kind in ("text/html", "text/markdown", "image/svg+xml"):
                parser.feed(output.get("data", {}).get(kind, ""))
    assert "alt" in found and "onerror" not in found


def test_ck48_has_no_neutral(run, twin, tmp_path):
    page, numbers = run("data", **write("ck48", twin, tmp_path / "set"), **SMALLER)
    assert numbers["images"] == 3 * SMALL["sequences"] and "images_neutral" not in numbers
    assert "largest_difference" in numbers
    assert "photographs of this set are not shown" in page and "S001, happy" not in page


def test_tfd_has_no_sequences(run, twin, tmp_path):
    page, numbers = run("data", **write("tfd", twin, tmp_path / "set"), **SMALLER)
    kept = np.isin(np.array(twin.classes)[twin.labels], ORDER).sum()
    assert numbers["images"] == kept and "sequences" not in numbers and "images_contempt" not in numbers
    assert "tfd has no action units" in page


def test_fer2013_has_no_subjects(run, twin, tmp_path):
    page, numbers = run("data", **write("fer2013", twin, tmp_path / "set"), **SMALLER)
    assert numbers["images"] == np.isin(np.array(twin.classes)[twin.labels], ORDER).sum() and "subjects" not in numbers
    assert "fer2013 has no action units" in page and "photographs of this set are not shown" in page
