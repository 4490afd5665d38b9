"""What a network makes of changed pictures, on probabilities written down by hand."""
import numpy as np
import pandas as pd
import pytest
import torch

from fer_lib import ZeroBiasCNN, load_dataset
from fer_lib.analysis.ablation import pooled_maps
from fer_lib.analysis.changed import added, along, by_change, by_person, crossing, lost, more_for_criteria, morphs
from fer_lib.analysis.interventions import probabilities
from fer_lib.faces.changes import AT_REST, MORPH, STEPS, Change, plan
from fer_lib.network import untrained

CLASSES = ["neutral", "fear", "happy"]


@pytest.fixture(scope="module")
def faces():
    return load_dataset("synthetic", part="changes", size=48)


def points(**of_name):
    """Two people, to whom the network says a third each, but where told otherwise: (neutral, fear, happy)."""
    even = np.full((2, 3), 100 / 3)
    return {change: pd.DataFrame(of_name.get(change.name.replace(" ", "_"), even), columns=CLASSES)
            for change in plan()}


def test_images_go_to_their_change_and_person(faces):
    found = by_person(faces, np.arange(len(faces)))
    last = Change(MORPH, expression="sadness", towards="surprise", step=STEPS - 1)
    assert found[Change(AT_REST)].tolist() == list(range(0, len(faces), len(plan())))
    assert [faces.sequences[i] for i in found[last]] == [f"P00{i} sadness to surprise 5/6" for i in range(1, 7)]
    with pytest.raises(ValueError, match="is not the part `changes`"):
        by_person(faces.select(slice(1, None)), np.arange(len(faces) - 1))


def test_two_ways_to_the_same_probabilities(faces):
    network = untrained(tuple(CLASSES), "fan-in", k=1., seed=1).eval()
    few = faces.select(slice(0, len(plan())))
    found = by_change(network, few, pooled_maps(network, few.images))
    expected = probabilities(network, few.images).to_numpy()
    np.testing.assert_allclose(np.concatenate(list(found.values())), expected, atol=1e-3)
    with pytest.raises(ValueError, match="no names"):
        by_change(ZeroBiasCNN(3), few, torch.zeros(len(few), 256, 2, 2))


def test_a_unit_added_on_both_sides_or_one():
    of_hand = points(at_rest=[[80, 0, 20], [60, 0, 40]], with_AU12=[[0, 0, 100], [10, 0, 90]],
                     with_AU12L=[[70, 0, 30], [60, 0, 40]])
    assert added(of_hand).loc["AU12"].tolist() == [-65, 0, 65]
    assert added(of_hand, one_side=True).loc["AU12"].tolist() == [-5, 0, 5]
    assert "AU1" in added(of_hand).index and "AU1" not in added(of_hand, one_side=True).index


def test_what_an_expression_loses_without_its_units():
    table = lost(points(happy=[[0, 0, 100], [0, 0, 80]], happy_without_AU12=[[90, 0, 10], [60, 0, 20]],
                        happy_without_AU6=[[0, 0, 90], [0, 0, 90]], happy_without_AU25=[[0, 0, 70], [0, 0, 70]]))
    happy = table[table["expression"] == "happy"].set_index("unit")
    assert happy["lost"].to_dict() == pytest.approx({"AU6": 0, "AU12": 75, "AU25": 20})
    assert happy.index[happy["criterion"]].tolist() == ["AU12"]
    assert set(table["expression"]) == {"fear", "happy"}, "the network knows no others"
    assert more_for_criteria(happy.reset_index()) == pytest.approx(75 - 10)
    assert np.isnan(more_for_criteria(happy.loc[["AU12"]].reset_index()))
    one_side = lost(points(happy=[[0, 0, 100]] * 2, happy_without_AU12L=[[0, 0, 99]] * 2), one_side=True)
    assert one_side.set_index(["expression", "unit"]).at[("happy", "AU12"), "lost"] == pytest.approx(1)


def test_a_value_crosses_zero_between_two_steps():
    assert crossing([-1, -1, 1]) == pytest.approx(.75)
    assert crossing([-3, 1, 2, -1, 1]) == pytest.approx(.75 / 4), "the first time"
    assert crossing([-1, 0, 0, 1]) == pytest.approx(2 / 3), "as probable is not more probable"


def test_where_a_name_changes_and_how_sharply():
    """One person's name changes all at once after half of the way; to the other the ends are the same."""
    sharp = {f"fear_to_happy_{step}/6": [[0, 100, 0] if step <= 3 else [0, 0, 100], [0, 60, 40]]
             for step in range(1, 6)}
    ends = {"fear": [[0, 100, 0], [0, 60, 40]], "happy": [[0, 0, 100], [0, 60, 40]]}
    found = morphs(points(**sharp, **ends)).set_index(["start", "end"])
    assert set(found.index) == {("neutral", "fear"), ("neutral", "happy"), ("fear", "happy")}
    assert found.loc[("fear", "happy")].tolist() == pytest.approx([3.5 / 6, 1, 0])
    assert len(along(points(), "neutral", "fear")) == STEPS + 1
    with pytest.raises(ValueError, match="no pictures from surprise to fear: take two of neutral, .* in this order"):
        along(points(), "surprise", "fear")


def test_a_third_name():
    between = {f"fear_to_happy_{step}/6": [[100, 0, 0], [0, 0, 100]] for step in range(1, 6)}
    found = morphs(points(fear=[[0, 100, 0]] * 2, happy=[[0, 0, 100]] * 2, **between)).set_index(["start", "end"])
    assert found.at[("fear", "happy"), "neither"] == .5
    even = morphs(points()).set_index(["start", "end"])
    assert even["at"].isna().all() and even["sharpness"].isna().all(), "who does not tell the ends apart has no change"
