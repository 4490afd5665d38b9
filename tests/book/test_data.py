"""The chapter `data` on each set, as papermill runs it on a reader's own copy; the copies are drawn faces."""
import numpy as np
import pandas as pd
import papermill
import pytest
from PIL import Image
from scipy.io import savemat
from tiny_book import ROOT

from fer_lib import load_dataset
from fer_lib.datasets import EXPRESSIONS, resize, subject_folds, synthetic
from fer_lib.datasets.fer2013 import ORDER
from fer_lib.notebooks import RECORD

SMALL = {"subjects": 12, "sequences": 40}


@pytest.fixture(scope="module", autouse=True)
def own_cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FER_LIB_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def twin():
    return load_dataset("synthetic", **SMALL, progress=False)


@pytest.fixture
def save(tmp_path):
    def write(name, image):
        path = tmp_path / "set" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(path)

    return write


@pytest.fixture
def run(tmp_path):
    """run(parameters) → (what the chapter printed and showed, glued numbers by name)."""

    def execute(**parameters):
        notebook = papermill.execute_notebook(
            ROOT / "book/data.md", tmp_path / "out.ipynb", parameters | {"baseline_components": 10},
            progress_bar=False, cwd=tmp_path)
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
        shown = [output.get("text", "") + output.get("data", {}).get("text/html", "") for output in outputs]
        records = [output.metadata[RECORD] for output in outputs if RECORD in output.get("metadata", {})]
        return "\n".join(shown), {record["name"]: record["value"] for record in records}

    return execute


def labelled(faces):
    """(position, expression, sequence, number of the frame in it) of each image."""
    for i, sequence in enumerate(faces.sequences):
        yield i, faces.classes[faces.labels[i]], sequence, 1 + i % 4


def test_the_twin(run, twin):
    page, numbers = run(options=SMALL)
    assert f"{len(twin)} images of 96×96" in page and "S001, neutral" in page
    assert (numbers["images"], numbers["subjects"], numbers["sequences"]) == (160, 12, 40)
    assert 0 < numbers["linear_accuracy"] <= 1


def test_ck_plus(run, twin, save, tmp_path):
    codes = synthetic.intensity_table(synthetic.sample(**SMALL)[1])
    for i, expression, name, frame in labelled(twin):
        place = name.replace("_", "/")
        save(f"cohn-kanade-images/{place}/{name}_{frame:08}.png", twin.images[i, 0])
        if frame == 4:
            texts = {"Emotion": f"   {EXPRESSIONS.index(expression):.7e}\n",
                     "FACS": "".join(f"   {int(unit[2:]):.7e}   {np.ceil(5 * level):.7e}\n"
                                     for unit, level in codes.iloc[i].items() if level)}
            for kind, text in texts.items():
                path = tmp_path / "set" / kind / place / f"{name}_{frame:08}_{kind.lower()}.txt"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
    page, numbers = run(dataset="ck_plus", data_root=str(tmp_path / "set"), options={"detect": False},
                        show_faces=True)
    assert numbers["images"] == len(twin) and numbers["sequences"] == 40
    assert 0 < numbers["largest_difference"] < 1
    assert "S001, neutral" in page


def test_ck48_has_no_neutral(run, twin, save, tmp_path):
    images, units = resize(twin.images, 48), {}
    for i, expression, name, frame in labelled(twin):
        if frame > 1:
            save(f"{expression}/{name}_{frame:08}.png", images[i, 0])
            units[name] = twin.action_units.iloc[i]
    table = tmp_path / "units.csv"
    pd.DataFrame(units).T.rename_axis("sequence").to_csv(table)
    page, numbers = run(dataset="ck48", data_root=str(tmp_path / "set"), options={"au_table": str(table)})
    assert numbers["images"] == 120 and "images_neutral" not in numbers
    assert "largest_difference" in numbers
    assert "photographs of this set are not shown" in page and "S001, happy" not in page


def test_tfd_has_no_sequences(run, twin, tmp_path):
    kept = twin.select(np.isin(np.array(twin.classes)[twin.labels], ORDER))
    people = {name: number for number, name in enumerate(sorted(set(kept.subjects)))}
    savemat(tmp_path / "TFD_48x48.mat", {
        "images": resize(kept.images, 48)[:, 0],
        "labs_ex": [1 + ORDER.index(kept.classes[label]) for label in kept.labels],
        "labs_id": [people[name] for name in kept.subjects], "folds": subject_folds(kept.subjects)[:, :5]})
    page, numbers = run(dataset="tfd", data_root=str(tmp_path))
    assert numbers["images"] == len(kept) and "sequences" not in numbers and "images_contempt" not in numbers
    assert "tfd has no action units" in page


def test_fer2013_has_no_subjects(run, twin, tmp_path):
    images, usage = resize(twin.images, 48).reshape(len(twin), -1), ("Training", "PublicTest", "PrivateTest")
    rows = [(ORDER.index(expression), " ".join(map(str, images[i])), usage[i // 4 % 3])
            for i, expression, _, _ in labelled(twin) if expression in ORDER]
    pd.DataFrame(rows, columns=["emotion", "pixels", "Usage"]).to_csv(tmp_path / "fer2013.csv", index=False)
    page, numbers = run(dataset="fer2013", data_root=str(tmp_path))
    assert numbers["images"] == len(rows) and "subjects" not in numbers
    assert "fer2013 has no action units" in page and "photographs of this set are not shown" in page
