"""The chapter `data` on each set, as papermill runs it on a reader's own copy; the copies are drawn faces."""
import numpy as np
from layouts import write

from fer_lib.datasets.fer2013 import ORDER


def test_the_twin(run, twin, tmp_path):
    page, numbers = run("data", **write("synthetic", twin, tmp_path), baseline_components=10)
    assert f"{len(twin)} images of 96×96" in page and "S001, neutral" in page
    assert (numbers["images"], numbers["subjects"], numbers["sequences"]) == (160, 12, 40)
    assert 0 < numbers["linear_accuracy"] <= 1


def test_ck_plus(run, twin, tmp_path):
    page, numbers = run("data", **write("ck_plus", twin, tmp_path / "set"), show_faces=True, baseline_components=10)
    assert numbers["images"] == len(twin) and numbers["sequences"] == 40
    assert 0 < numbers["largest_difference"] < 1
    assert "S001, neutral" in page


def test_ck48_has_no_neutral(run, twin, tmp_path):
    page, numbers = run("data", **write("ck48", twin, tmp_path / "set"), baseline_components=10)
    assert numbers["images"] == 120 and "images_neutral" not in numbers
    assert "largest_difference" in numbers
    assert "photographs of this set are not shown" in page and "S001, happy" not in page


def test_tfd_has_no_sequences(run, twin, tmp_path):
    page, numbers = run("data", **write("tfd", twin, tmp_path / "set"), baseline_components=10)
    kept = np.isin(np.array(twin.classes)[twin.labels], ORDER).sum()
    assert numbers["images"] == kept and "sequences" not in numbers and "images_contempt" not in numbers
    assert "tfd has no action units" in page


def test_fer2013_has_no_subjects(run, twin, tmp_path):
    page, numbers = run("data", **write("fer2013", twin, tmp_path / "set"), baseline_components=10)
    assert numbers["images"] == np.isin(np.array(twin.classes)[twin.labels], ORDER).sum() and "subjects" not in numbers
    assert "fer2013 has no action units" in page and "photographs of this set are not shown" in page
