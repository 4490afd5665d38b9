"""The chapter `action_units`: what it says follows from its numbers, and the whole of it on small sets."""
import shutil
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from layouts import write

from fer_lib import Recipe, ZeroBiasCNN, load_or_train
from fer_lib.network import initialise
from fer_lib.pages.notebooks import definitions


def test_logits_without_filters_are_those_of_the_network_with_their_maps_at_zero():
    network = ZeroBiasCNN(5).eval()
    initialise(network, "fan-in", k=1., seed=1)
    maps = network.pool3(network.conv3_responses(torch.rand(3, 1, 16, 16)))
    sets = np.zeros((3, 256), bool)
    sets[1, [0, 7, 255]] = sets[2] = True
    of_it = definitions("action_units", network=network, output_of=np.array([4, 0, 1, 2, 3]),
                        faces=SimpleNamespace(classes=tuple("abcde")))
    found = of_it["logits_without"](maps, sets)
    for one, without in zip(found, sets, strict=True):
        kept = maps.clone()
        kept[:, without] = 0
        expected = network.output(network.relu4(network.fc(kept.flatten(1))))
        torch.testing.assert_close(one, expected, atol=1e-5, rtol=1e-5)
    labels = np.array([0, 2, 2])                                # the network calls them 4 and 1
    named, sure = of_it["truly_named"](found.detach(), labels), found.detach().softmax(2).numpy()
    assert named.shape == (3, 5) and np.isnan(named[:, [1, 3, 4]]).all()
    np.testing.assert_allclose(named[:, [0, 2]], np.stack([sure[:, 0, 4], sure[:, 1:, 1].mean(1)], axis=1), rtol=1e-6)


def test_random_filters_for_comparison_are_others_and_alike():
    rng = np.random.default_rng(3)
    size = np.sort(rng.random(60))                              # neighbours are alike
    nearest = np.argsort(np.abs(size[:, None] - size), axis=1)
    of_it = definitions("action_units", nearest=nearest)
    for _ in range(20):
        out = of_it["matched"](np.array([5, 6, 30]), rng)
        assert len(out) == len(set(out)) == 3 and not {5, 6, 30} & set(out)
        assert (np.abs(np.sort(out) - [5, 6, 30]) <= 24).all()


FEW = {"size": 48, "permutations": 20, "draws": 5, "rotations": 1, "least": 3, "least_held_out": 1,
       "removed": [2]}


@pytest.fixture(scope="module")
def trained(own_cache, tmp_path_factory):
    """The folder of a run of CNN+AD on a small twin of 48 pixels."""
    from layouts import SMALL

    from fer_lib import load_dataset
    recipe = Recipe.quick(augment=True, dropout=True, steps=1, every=1, batch=8)
    faces = load_dataset("synthetic", size=48, **SMALL, progress=False)
    return load_or_train(faces, recipe, store=tmp_path_factory.mktemp("runs"), progress=False).folder


def test_the_twin(run, twin, trained, tmp_path):
    page, numbers = run("action_units", **write("synthetic", twin, tmp_path), **FEW, run=str(trained), probe_people=1)
    assert "nothing is compared" in page and "Verdict: not testable here" in page, "the book's are of other faces"
    assert numbers["au_combinations"] == 216 and 0 < numbers["au_most_median"] <= 1
    assert 0 <= numbers["au_probe_same"] <= 1 and 0 < numbers["au_bare"] < 1
    train = np.isin(twin.sequences, twin.sequences[twin.split(0).train]) & (twin.labels > 0)
    assert numbers["au_frames"] == train.sum() == 3 * numbers["au_cases"]
    assert 0 <= numbers["au_single_all"] <= 1 and numbers["au_used_of"] > 0


@pytest.mark.parametrize("name", ["ck_plus", "ck48"])
def test_other_sets(run, twin, tmp_path, name):
    parameters = write(name, twin, tmp_path / "set")
    if name == "ck48":                                          # what is not coded is not absent
        table = pd.read_csv(parameters["options"]["au_table"])
        table.loc[::2, "AU25"] = np.nan
        table.to_csv(parameters["options"]["au_table"], index=False)
    page, numbers = run("action_units", **parameters, **FEW, training={"steps": 1, "every": 1, "batch": 8})
    assert ("not coded: " in page) == (name == "ck48")
    assert "Only drawn faces, all classes of them, can be drawn without furrows." in page
    assert "there is no probe set of other people" in page, "neither copy has a sequence without an expression"
    assert "Verdict: not testable here" in page
    assert 0 <= numbers["au_beyond"] <= 1


def test_a_set_without_action_units_is_refused(run, twin, tmp_path):
    from fer_lib.pages.chapters import ChapterError
    with pytest.raises(ChapterError, match="dataset must be 'synthetic', 'ck_plus' or 'ck48', not 'fer2013'"):
        run("action_units", **write("fer2013", twin, tmp_path / "set"), **FEW)


def without_labels(root, sequences):
    """A copy of CK+ in which these sequences have no expression."""
    for name in sequences:
        shutil.rmtree(root / "Emotion" / name.replace("_", "/"))


@pytest.mark.parametrize("others", [True, False])
def test_of_a_probe_set_only_people_who_were_not_trained_on_are_looked_at(run, twin, tmp_path, others):
    parameters = write("ck_plus", twin, tmp_path / "set")
    split, sequences = twin.split(0), pd.Series(twin.subjects).groupby(twin.sequences).first()
    in_test = sequences.isin(twin.subjects[split.test])
    in_train = sequences.isin(twin.subjects[split.train])
    own = sequences.index[in_train].to_series().groupby(sequences[in_train].to_numpy()).first()   # everybody keeps some
    chosen = [*own[::3], *sequences.index[in_test][:3 * others]]
    without_labels(tmp_path / "set", chosen)
    page, numbers = run("action_units", **parameters, **FEW | {"least": 1, "least_held_out": 1},
                        training={"steps": 1, "every": 1, "batch": 8})
    left = sum(sequences[name] not in set(twin.subjects[split.train]) for name in chosen)
    assert f"probe set: {4 * left} of {4 * len(chosen)} images" in page
    if not others:
        assert left == 0 and "Whether filters keep their unit is not testable here" in page
        assert "au_probe_same" not in numbers
