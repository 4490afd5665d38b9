"""The chapter `data` on each set, as papermill runs it on a reader's own copy; the copies are drawn faces."""
import re
from html.parser import HTMLParser

import nbformat
import numpy as np
import pytest
from layouts import SMALL, write
from tiny_book import ROOT

from fer_lib.datasets import ck_plus, layouts
from fer_lib.datasets.ck_files import label_files
from fer_lib.datasets.face_dataset import Report
from fer_lib.datasets.fer2013 import ORDER
from fer_lib.faces import ACTION_UNITS

# The faces that the page draws whatever the set; `make book` draws them in full
SMALLER = {"baseline_components": 10, "drawn_pixels": 24}


def test_the_twin(run, twin, tmp_path):
    page, numbers = run("data", **write("synthetic", twin, tmp_path), **SMALLER)
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


@pytest.mark.slow
def test_ck48_has_no_neutral(run, twin, tmp_path):
    page, numbers = run("data", **write("ck48", twin, tmp_path / "set"), **SMALLER)
    assert numbers["images"] == 3 * SMALL["sequences"] and "images_neutral" not in numbers
    assert "largest_difference" in numbers
    assert "photographs of this set are not shown" in page and "S001, happy" not in page


@pytest.mark.slow
def test_tfd_has_no_sequences(run, twin, tmp_path):
    page, numbers = run("data", **write("tfd", twin, tmp_path / "set"), **SMALLER)
    kept = np.isin(np.array(twin.classes)[twin.labels], ORDER).sum()
    assert numbers["images"] == kept and "sequences" not in numbers and "images_contempt" not in numbers
    assert "tfd has no action units" in page


def test_fer2013_has_no_subjects(run, twin, tmp_path):
    page, numbers = run("data", **write("fer2013", twin, tmp_path / "set"), **SMALLER)
    assert numbers["images"] == np.isin(np.array(twin.classes)[twin.labels], ORDER).sum() and "subjects" not in numbers
    assert "fer2013 has no action units" in page and "photographs of this set are not shown" in page


def drawn_tree(text: str) -> list[str]:
    """The files of a tree of folders, each as a path."""
    above, files = [], []
    for line in text.splitlines():
        lead, name = re.fullmatch(r"([│├└─ ]*)(\S+).*", line).groups()
        above = [*above[:len(lead) // 4], name]
        if name != "…" and not name.endswith("/"):
            files.append("".join(above))
    return files


def test_a_set_is_found_where_the_page_says_that_it_lies(tmp_path):
    text = (ROOT / "book/data.md").read_text(encoding="utf-8").split("(folder-layouts)=")[1]
    tree = re.search(r"```text\n(.*?)```", text, re.DOTALL)[1]
    folders = {name: folder for folder, name in re.findall(r"^(\S+)/ +(\w+)$", tree, re.MULTILINE)}
    assert set(folders) == set(layouts.LAYOUTS), "all sets that have a layout"
    for file in drawn_tree(tree):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    for name, folder in folders.items():
        found = layouts.locate(name, tmp_path / folder)
        assert found.relative_to(tmp_path).parts[0] == folder
    root = tmp_path / folders["ck_plus"]
    for kind in ck_plus.LABELS:
        report = Report()
        assert [*label_files(root / kind, kind, report)] == ["S005_001"] and not report
        assert None not in label_files(root / kind, kind, report).values()
    assert [file.name for file in root.glob("cohn-kanade-images/S005/001/*")] == ["S005_001_00000001.png"]
