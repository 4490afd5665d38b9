"""The chapter `network` on small sets, as papermill runs it on a reader's own copy, with a network of one step."""
import json
import shutil

import pytest
from layouts import labelled, save, write
from papermill.exceptions import PapermillExecutionError
from training_faces import seal_again

from fer_lib import Recipe, load_dataset, load_or_train
from fer_lib.analysis.attribution import SIDE
from fer_lib.datasets import resize
from fer_lib.datasets.fer2013 import ORDER

FEW = {"views": 3}
ONE_STEP = Recipe.released(augment=True, dropout=True, k=1., steps=1, every=1)
BIASES = 64 + 128 + 256


@pytest.fixture(scope="module")
def trained(twin, tmp_path_factory):
    """The folder of a run of CNN+AD on the twin."""
    return load_or_train(twin, ONE_STEP, store=tmp_path_factory.mktemp("runs"), progress=False).folder


def check(numbers, classes):
    """What holds on any faces, with any weights."""
    assert numbers["network_parameters"] == 1_335_508 - 301 * (8 - classes)
    assert numbers["network_biases"] == BIASES
    assert numbers["network_biases_share"] == BIASES / numbers["network_parameters"]
    for which, width in (("", SIDE), ("_subtractive", SIDE + 4), ("_full", SIDE + 8)):
        assert numbers[f"network_field{which}"] == numbers[f"network_field{which}_by_gradient"] == width
    assert numbers["network_halving_error"] == 0 < numbers["network_halving_with_biases"]
    assert numbers["network_filters_alike"] > .99 and numbers["network_filters_growth"] == pytest.approx(1, abs=.01)
    assert numbers["network_filters_alike_chance"] < .3


def test_the_twin_with_the_run_of_the_book(run, twin, trained, stored, tmp_path):
    shutil.copytree(trained, stored / trained.name)
    page, numbers = run("network", **write("synthetic", twin, tmp_path), **FEW)
    check(numbers, 8)
    assert "Stored: CNN+AD on synthetic, 96 pixels, fold 0, seed 0, k = 1.000; the checkpoint at step 1 of 1." in page
    assert "Faces, code and versions are the same as then." in page
    assert f"image 3 of synthetic, {twin.classes[twin.labels[3]]}" in page


@pytest.mark.slow
def test_fer2013_in_folders(run, twin, tmp_path):
    root, parts = tmp_path / "set", {"Training": "train", "PublicTest": "test", "PrivateTest": "test"}
    for (i, expression, _, _), image in zip(labelled(twin), resize(twin.images, 48), strict=True):
        if expression in ORDER:
            part = list(parts)[i // 4 % 3]
            save(root / parts[part] / expression / f"{part}_{i}.png", image[0])
    faces = load_dataset("fer2013", root, size=48, progress=False)
    trained = load_or_train(faces, ONE_STEP, store=tmp_path / "runs", progress=False).folder
    page, numbers = run("network", dataset="fer2013", data_root=str(root), size=48, run=str(trained), **FEW)
    check(numbers, 7)
    assert "drawn, and not one of fer2013" in page and "the same as then" in page


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ck_plus", "ck48", "tfd"])
def test_other_sets(run, twin, trained, tmp_path, name):
    given = write(name, twin, tmp_path / "set")
    page, numbers = run("network", **given, size=48, run=str(trained), show_faces=True, **FEW)
    check(numbers, 8)
    assert f"image 3 of {name}" in page and "It was not trained on these faces: " in page


def test_without_a_run_it_says_how_to_get_one(run, twin, stored, tmp_path):
    said = r"holds no run of CNN\+AD.*\n.*paper.yml.*\n.*folder of another run"
    with pytest.raises(PapermillExecutionError, match=said) as error:
        run("network", **write("synthetic", twin, tmp_path))
    assert str(stored) in str(error.value)


def test_a_run_with_biases_is_refused(run, twin, trained, tmp_path):
    shutil.copytree(trained, folder := tmp_path / "biased")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["recipe"]["bias"] = True
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    seal_again(folder)
    with pytest.raises(PapermillExecutionError, match=r"is CNN\+AD with biases; .* a network without"):
        run("network", **write("synthetic", twin, tmp_path), run=str(folder))
