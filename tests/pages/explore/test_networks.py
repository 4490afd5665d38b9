"""Which networks the explorer offers, and what it says of their filters."""
import dataclasses
import json
import shutil

import numpy as np
import pytest
from whole_page import SMALL

from fer_lib.analysis.probe import against_rest, alone_or_at_rest, units_of_filters
from fer_lib.analysis.responses import responses
from fer_lib.datasets import FaceDataset, load_dataset
from fer_lib.pages.explore import networks
from fer_lib.pages.explore.networks import Offered, about, kept, offered
from fer_lib.runs.store import read_run, stored_run


def test_without_networks_of_photographs_none_is_offered(tmp_path):
    found = offered(tmp_path)
    assert [one.name for one in found] == ["drawings", "untrained"]
    assert found[0].title == "trained on drawings (96 px)" and found[0].run.folder == stored_run().folder
    assert found[0].network is found[0].run.network and found[1].network is found[1].run.untrained
    assert found[1].note.endswith("with the weights that it began with.")


@pytest.fixture
def store(tmp_path):
    """store(variant, weights): a network's folder among those of photographs."""
    def copied(variant="cnn_ad", weights=True):
        source = next(folder for folder in sorted(SMALL.parent.glob(f"*{variant}-fold0-seed1-*"))
                      if (folder / "weights.safetensors").exists())
        folder = shutil.copytree(source, tmp_path / "photographs" / source.name)
        if not weights:
            (folder / "weights.safetensors").unlink()
    return copied


def test_a_network_of_photographs_is_offered_where_it_has_weights(tmp_path, store):
    store("cnn")
    assert len(offered(tmp_path)) == 2, "another kind"
    store(weights=False)
    assert len(offered(tmp_path)) == 2, "kept as numbers only"
    shutil.rmtree(tmp_path / "photographs")
    store("cnn")
    store()
    [*_, last] = offered(tmp_path)
    assert (last.name, last.title) == ("photographs", "trained on photographs (48 px)")
    assert last.run.folder.name == SMALL.name and not last.untrained


def test_networks_for_other_sizes_are_refused():
    run = read_run(SMALL)
    dataset = run.config["dataset"] | {"parameters": run.config["dataset"]["parameters"] | {"size": 64}}
    with pytest.raises(ValueError, match="sees 64 pixels; faces are drawn for networks that see 96 or 48"):
        Offered("odd", "odd", dataclasses.replace(run, config=run.config | {"dataset": dataset}))


@pytest.fixture(scope="module")
def probe():
    """Two people of the probe set: resting faces and three units."""
    faces = load_dataset("synthetic", part="probe", size=48, progress=False)
    kept, _ = alone_or_at_rest(faces, .5)
    shown = faces.intensities.iloc[kept]
    few = (shown[["AU1", "AU12", "AU27"]].sum(axis=1) == shown.sum(axis=1)).to_numpy()
    of_two = np.isin(faces.subjects[kept], np.unique(faces.subjects)[[0, -1]])
    return faces.select(kept[few & of_two])


@pytest.fixture(scope="module")
def said(probe):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(networks, "load_dataset", lambda name, **options: probe.select(
            np.arange(len(probe)) if (name, options) == ("synthetic", {"part": "probe", "size": 48}) else []))
        return about(Offered("photographs", "…", read_run(SMALL)), top=2)


def test_what_is_said_of_filters_is_what_the_library_finds(said, probe):
    run = read_run(SMALL)
    answers = responses(run.network, probe.images, run.recipe.normalisation, progress=False).strongest
    told, filters = units_of_filters(against_rest(probe, answers)), said["filters"]
    assert filters["unit"] == told["unit"].tolist() and filters["sign"] == told["sign"].tolist()
    found = [np.nan if value is None else value for value in filters["auc"]]
    np.testing.assert_allclose(found, told["AUC"], atol=.001)
    np.testing.assert_allclose(filters["top"], answers.max(0), atol=1e-4)
    assert filters["units"] == ["AU1", "AU12", "AU27"] and np.shape(filters["every"]) == (256, 3)
    assert filters["people"] == 2
    assert said["classes"] == run.config["classes"] and said["size"] == 48 and run.folder.name in said["note"]
    assert filters["faces"] == len(probe) and filters["first"] == answers.max(0).argmax()


def test_images_are_of_drawn_people_and_none_where_a_filter_is_silent(said, probe):
    of = said["filters"]["images"]["of"]
    assert {len(own) for own in of} <= {0, 1, 2} and max(map(len, of)) == 2
    assert all(len(own) == 0 for own, top in zip(of, said["filters"]["top"], strict=True) if top == 0)
    assert isinstance(probe, FaceDataset) and said["filters"]["images"]["src"].startswith("data:image/webp")


def test_what_was_asked_is_kept(said, tmp_path, monkeypatch):
    monkeypatch.setattr(networks, "about", lambda one: said)
    one = Offered("photographs", "…", read_run(SMALL))
    first = kept(one, tmp_path / "asked")
    monkeypatch.setattr(networks, "about", lambda one: 1 / 0)
    assert kept(one, tmp_path / "asked") == first and json.loads(first) == said
