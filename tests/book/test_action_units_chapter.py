"""The chapter `action_units`: what it says follows from its numbers, and the whole of it on small sets."""
import shutil

import jupytext
import numpy as np
import pandas as pd
import pytest
import torch
from layouts import write

from fer_lib.analysis import divergence
from fer_lib.pages.notebooks import BOOK


@pytest.mark.parametrize("reverse", [False, True])
def test_the_divergence_that_is_shown_is_the_one_that_is_shuffled(reverse):
    rng = np.random.default_rng(0)
    counts = torch.from_numpy(rng.integers(0, 5, (30, 4, 6)).astype(np.float32))
    units = rng.choice([0., 1., np.nan], (30, 3))
    cells = [cell.source for cell in jupytext.read(BOOK / "action_units.md").cells if cell.cell_type == "code"]
    shown, = (cell for cell in cells if cell.startswith("def kl_divergence"))
    names = {"smoothing": .5, "reverse": reverse}
    exec(shown, names)
    found = torch.stack([names["kl_divergence"](counts, unit) for unit in units.T], dim=1)
    torch.testing.assert_close(found, divergence(counts, units, .5, reverse))


FEW = {"size": 48, "permutations": 20, "draws": 5, "rotations": 1, "least": 3, "least_held_out": 1,
       "removed": [2]}


def test_the_twin(run, twin, trained, tmp_path):
    page, numbers = run("action_units", **write("synthetic", twin, tmp_path), **FEW, run=str(trained))
    assert "nothing is compared" in page and "Verdict: not testable here" in page, "the book's are of other faces"
    assert numbers["au_combinations"] == 216 and 0 < numbers["au_most_median"] <= 1
    assert 0 <= numbers["au_probe_same"] <= 1 and 0 < numbers["au_bare"] < 1
    train = np.isin(twin.sequences, twin.sequences[twin.split(0).train]) & (twin.labels > 0)
    assert numbers["au_frames"] == train.sum() == 3 * numbers["au_cases"]
    assert 0 <= numbers["au_single_all"] <= 1 and numbers["au_used_of"] > 0


@pytest.mark.parametrize("name", ["ck48", pytest.param("ck_plus", marks=pytest.mark.slow)])
def test_other_sets(run, twin, tmp_path, name):
    parameters = write(name, twin, tmp_path / "set")
    if name == "ck48":                                          # what is not coded is not absent
        table = pd.read_csv(parameters["options"]["au_table"])
        table.loc[::2, "AU25"] = np.nan
        table.to_csv(parameters["options"]["au_table"], index=False)
    page, numbers = run("action_units", **parameters, **FEW, training={"steps": 1, "every": 1, "batch": 8})
    assert ("not coded: " in page) == (name == "ck48")
    assert "A control for drawn faces, of all classes" in page
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


@pytest.mark.parametrize("others", [True, pytest.param(False, marks=pytest.mark.slow)])
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
