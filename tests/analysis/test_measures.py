"""What is measured of a stored run, kept beside it, and read as a table of networks."""
import json
import shutil

import numpy as np
import pandas as pd
import pytest
from toy_probe import toy_probe
from training_faces import QUICK, seal_again, toy

from fer_lib.analysis import measures
from fer_lib.analysis.measures import (
    COMMONEST,
    FILE,
    FORMAT,
    NAMED,
    differences,
    measure,
    named,
    read_measures,
    write_measures,
)
from fer_lib.analysis.networks import UNTRAINED, kind_of, networks, steps_until
from fer_lib.datasets.relabelled import shuffle_labels
from fer_lib.evaluation import evaluate
from fer_lib.runs.store import load_or_train, read_run
from fer_lib.training import Recipe

PROBE = toy_probe(4)


@pytest.fixture(scope="module", autouse=True)
def corners():
    """Where units move a face, without drawing any."""
    masks = {name: np.arange(256).reshape(16, 16) % (3 + i) == 0 for i, name in enumerate(("AU1", "AU12"))}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measures, "regions", lambda size: masks)
        yield


def faces():
    """Of which anger shows AU4 and happy AU12, most of the time."""
    plain = toy(people=20)
    rng = np.random.default_rng(0)
    units = pd.DataFrame({f"AU{number}": ((plain.labels == label) ^ (rng.random(len(plain)) < .2)).astype("float32")
                          for number, label in ((4, 1), (12, 2))})
    return toy(people=20, action_units=units)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Runs of two groups, one of them on shuffled labels, and one measured."""
    root = tmp_path_factory.mktemp("results")
    for seed in (1, 2):
        load_or_train(faces(), Recipe.quick(**QUICK), seed=seed, store=root / "controls", progress=False)
    load_or_train(shuffle_labels(faces(), 1), Recipe.quick(**QUICK), seed=1, store=root / "controls", progress=False)
    load_or_train(faces(), Recipe.released(steps=20, every=5, augment=True, dropout=True, k=1.), store=root / "runs",
                  progress=False)
    load_or_train(faces(), Recipe.released(steps=20, every=5, augment=True, dropout=True, k=1., rate=.001),
                  store=root / "differences", progress=False)
    return root


@pytest.fixture(scope="module")
def measured(root):
    """Every run of the controls has been measured."""
    found = {}
    for folder in sorted(root.glob("controls/*/")):
        run = read_run(folder)
        write_measures(run, found.setdefault(folder.name, measure(run, PROBE, faces())))
    return found


def test_a_run_is_measured_before_and_after_training(root, measured):
    for name, found in measured.items():
        trained, before = found["trained"], found["before"]
        assert before.keys() >= {"best filter", "best filter, rotated", "all filters", "criteria", "held-out AUC",
                                 "beyond chance", "strays", "gain", "rises with its unit", "doses"}
        assert trained.keys() == before.keys() | {"likeness", "likeness by chance", "likeness, most allowed", NAMED,
                                                   COMMONEST}
        assert set(trained["units"]) == {"AU1", "AU4", "AU12"} == set(trained["effects"])
        assert trained["best filter"] == pytest.approx(np.mean(list(trained["units"].values())))
        assert set(trained["doses"]) == {"happy AU12", "surprise AU1"}, "units of the probe, expressions of the network"
        assert set(trained["doses"]["happy AU12"]) == {"0.0", "0.2", "0.6", "1.0"}
        assert set(trained["effects"]["AU1"]) == {"neutral", "anger", "happy", "surprise"}
        assert found["made"]["weights"] == read_run(root / "controls" / name).provenance["files"]["weights.safetensors"]
        assert (root / "controls" / name / FILE).stat().st_size < 20_000


def test_twice_the_same(root, measured):
    name, found = next(iter(measured.items()))
    run = read_run(root / "controls" / name)
    assert measure(run, PROBE, faces()) == found == {key: value for key, value in read_measures(run).items()
                                                     if key != "digest"}


def test_without_units_in_the_set_only_the_probe_is_asked(root):
    run = read_run(next(root.glob("runs/*/")))
    found = measure(run, PROBE, toy(people=20))
    assert "held-out AUC" not in found["trained"] and found["made"]["of"] == toy(people=20).fingerprint
    alone = measure(run, PROBE)
    assert not {"held-out AUC", NAMED} & alone["trained"].keys() and differences(found, alone) == []


def test_how_many_labels_were_learned_by_heart(root, measured):
    for name, found in measured.items():
        run = read_run(root / "controls" / name)
        told = shuffle_labels(faces(), 1) if run.labels == "shuffled" else faces()
        train = told.split(0).train
        named = evaluate(run.network, told, train)["confusion"]
        assert found["trained"][NAMED] == pytest.approx(np.trace(named) / len(train))
        assert found["trained"][COMMONEST] == pytest.approx(np.sum(named, axis=1).max() / len(train))


def test_what_it_names_its_test_images_is_kept_for_when_its_weights_are_gone(root, measured, tmp_path):
    names = [name for name in measured if read_run(root / "controls" / name).labels == "expressions"]
    assert names and all(("named" in measured[name]) == (name in names) for name in measured)
    folder = shutil.copytree(root / "controls" / names[0], tmp_path / names[0])
    by_weights, test = named(read_run(folder), faces()), faces().split(0).test
    assert np.mean(by_weights == faces().labels[test]) == read_run(folder).metrics["test"]["accuracy"]
    (folder / "weights.safetensors").unlink()
    assert named(read_run(folder), faces()).tolist() == by_weights.tolist() == measured[names[0]]["named"]
    (folder / FILE).unlink()
    assert named(read_run(folder), faces()) is None

    otherwise = measured[names[0]] | {"named": [(name + 1) % 3 for name in measured[names[0]]["named"]]}
    assert differences(measured[names[0]], otherwise) == ["100.0% of the test images are named otherwise"]


@pytest.mark.parametrize("harm", ["", "{}", "[1]", None])
def test_what_is_not_what_was_written(root, measured, tmp_path, harm):
    folder = shutil.copytree(root / "controls" / next(iter(measured)), tmp_path / next(iter(measured)))
    text = (folder / FILE).read_text(encoding="utf-8")
    harm = text.replace('"silent": ', '"silent": 1', 1) if harm is None else harm
    (folder / FILE).write_text(harm, encoding="utf-8")
    with pytest.raises(ValueError, match=f"(?s){FILE} is damaged.*analysis measure"):
        read_measures(read_run(folder))


def test_measures_of_an_older_version_count_as_none_and_of_a_newer_are_refused(root, measured, tmp_path):
    folder = shutil.copytree(root / "controls" / next(iter(measured)), tmp_path / next(iter(measured)))
    for version in (FORMAT - 1, FORMAT + 1):
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
        found["made"]["format"] = version
        write_measures(read_run(folder), {name: part for name, part in found.items() if name != "digest"})
        if version < FORMAT:
            with pytest.warns(UserWarning, match=f"(?s)is of format {version}.*not measured.*analysis measure"):
                assert read_measures(read_run(folder)) is None
        else:
            with pytest.raises(ValueError, match=f"is of format {version}; this version of fer_lib reads {FORMAT}"):
                read_measures(read_run(folder))


def test_measures_of_other_weights_are_none(root, measured, tmp_path):
    folder = shutil.copytree(root / "controls" / next(iter(measured)), tmp_path / next(iter(measured)))
    made = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    (folder / "weights.safetensors").write_bytes(b"others")
    analysis = (folder / FILE).rename(tmp_path / "kept")
    seal_again(folder, **{"seconds": made["seconds"]})
    analysis.rename(folder / FILE)
    assert read_measures(read_run(folder)) is None


def test_the_table_of_networks(root, measured):
    table = networks(root)
    assert set(table["group"]) == {"controls", "runs", "differences"} and set(table["size"]) == {16}
    own = table[table["group"] == "controls"]
    assert own["kind"].value_counts().to_dict() == {"CNN": 2, UNTRAINED: 2, "CNN, shuffled labels": 1}
    assert own["best filter"].notna().all() and own["accuracy"].isna().sum() == 2
    fresh = own[own["kind"] == UNTRAINED].set_index("seed")
    assert fresh["gain"].nunique() == 2, "of every seed once"
    others = table[table["group"] == "differences"].set_index("kind")
    assert set(others.index) == {"rate of the text", "as released"}
    assert others.at["as released", "accuracy"] == table[table["group"] == "runs"]["accuracy"].item()
    assert not table["known before"].any()
    assert networks(root / "controls").empty, "no groups in it"


def test_steps_are_counted_at_evaluations():
    history = pd.DataFrame({"step": [10, 20, 30], "loss": [2., 1., .5]})
    assert steps_until(history, 1.) == 30 and steps_until(history, 3.) == 10
    assert steps_until(history, .5) == float("inf"), "it never got there"


def test_kinds_have_the_names_of_the_rules(root):
    run = read_run(next(root.glob("differences/*/")))
    assert kind_of(run) == "CNN+AD" and kind_of(run, "differences") == "rate of the text"
