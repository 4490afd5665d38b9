"""The chapter `filters` on small sets: it says what the library measures, and what that rests on."""
import re
import shutil

import pytest
from layouts import SMALL, write

from fer_lib import Recipe, load_or_train
from fer_lib.analysis.likeness import likeness
from fer_lib.analysis.measures import FORMAT, write_measures
from fer_lib.analysis.places import places, strays
from fer_lib.analysis.regions import energy_within, gain, regions
from fer_lib.analysis.responses import responses
from fer_lib.datasets.relabelled import shuffle_labels
from fer_lib.faces import ACTION_UNITS
from fer_lib.runs.store import read_run

FEW = {"filters": 3, "top": 2, "energy_images": 0, "others": 1}


def measured(run, faces) -> dict[str, float]:
    """What the library says of the run, asked as the chapter asks it in `test_the_twin`."""
    at = faces.split(run.config["fold"]).train
    images, sequences, masks = faces.images[at], faces.sequences[at], regions(48)
    answers = responses(run.network, images, progress=False)
    before, by_chance = likeness(run.network, run.untrained, answers, images, filters=3, each=2, cases=sequences)
    return {"rank_before": before, "rank_chance": by_chance, "spread_trained": strays(places(answers)),
            "gain_trained": gain(energy_within(run.network, answers, images, masks, cases=sequences), masks)}


def test_the_twin(run, smaller, trained):
    page, numbers = run("filters", options=SMALL, size=48, run=str(trained), **FEW | {"energy_images": 1})
    assert page.count("guided backpropagation, image 1") == 3 + 3 and page.count('class="interactive"') == 2
    assert numbers["filters_field"] == 32 and numbers["filters_pictures"] == 6
    assert 0 < numbers["filters_explained_guided"] < 1
    assert numbers["filters_rank_before"] > numbers["filters_rank_chance"], "one step of training changes little"
    assert numbers["filters_untaught"] == 2 and page.count("Verdict: ") == 1
    of_library = measured(read_run(trained), smaller)
    assert {name: numbers[f"filters_{name}"] for name in of_library} == pytest.approx(of_library, rel=1e-4)
    assert numbers["filters_gain_untaught_most"] >= numbers["filters_gain_before"]
    denser = numbers["filters_units_denser"]
    assert 0 < numbers["filters_regions_overlap"] <= 1
    said = f"For {denser} of {len(ACTION_UNITS)} units the trained network's is the densest"
    [exceptions] = re.findall(rf"{said}(.*)", page)
    assert exceptions.count("AU") == len(ACTION_UNITS) - denser
    assert "too few measured networks of these faces" in page, "the book's own are of other faces"
    assert "Verdict: not testable here" in page


def test_measured_networks_of_these_faces_are_shown_and_judged(run, smaller, stored, tmp_path):
    controls = stored.parent / "controls"
    for faces, augment, straying in ((smaller, False, 3.), (smaller, True, 4.),
                                     (shuffle_labels(smaller, 1), False, 8.)):
        recipe = Recipe.quick(augment=augment, dropout=augment, steps=1, every=1, batch=8)
        made = load_or_train(faces, recipe, seed=1, store=tmp_path / "made", progress=False).folder
        shutil.copytree(made, controls / made.name)
        one = {"strays": straying, "gain": 1.5, "likeness": .1, "likeness, most allowed": .2}
        kept = read_run(controls / made.name)
        write_measures(kept, {"trained": one, "before": one | {"strays": 9.}, "made": {
            "format": FORMAT, "weights": kept.provenance["files"]["weights.safetensors"]}})
    page, numbers = run("filters", options=SMALL, size=48, run=str(made), **FEW)         # any run will do
    expected = {"cnn": 3, "cnn_ad": 4, "cnn_shuffled_labels": 8, "not_trained": 9}
    assert {kind: numbers[f"filters_strays_{kind}"] for kind in expected} == expected
    assert "Verdict: not testable here" in page, "of one seed nobody can tell"


@pytest.mark.parametrize("name", ["fer2013", *(pytest.param(name, marks=pytest.mark.slow)
                                               for name in ("ck_plus", "ck48", "tfd"))])
def test_other_sets(run, twin, tmp_path, name):
    page, numbers = run("filters", **write(name, twin, tmp_path / "set"), size=48, **FEW,
                        training={"steps": 1, "every": 1, "batch": 8}, rule="mean", most=12)
    withheld = "Photographs, and what is computed back to their pixels, are not shown"
    assert page.count(withheld) == 4, "wherever a picture would be"
    assert "data:image" not in page and 'class="interactive"' not in page and "known of drawn faces only" in page
    assert numbers["filters_shown"] == 3
    assert numbers["filters_train"] == 12 and "12 of " in page, "a large set would take long"
    assert "too few measured networks of these faces" in page and "Verdict: not testable here" in page
