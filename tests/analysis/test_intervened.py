"""What is kept of interventions: as numbers in JSON, of the drawn people."""
import json

import numpy as np
import pytest

from fer_lib import load_dataset
from fer_lib.analysis.ablation import pooled_maps
from fer_lib.analysis.changed import added, by_change, lost
from fer_lib.analysis.intervened import intervened
from fer_lib.analysis.interventions import probabilities
from fer_lib.network import untrained


@pytest.fixture(scope="module")
def drawn():
    """Some of the people."""
    probe, changed = (load_dataset("synthetic", part=part, size=48) for part in ("probe", "changes"))
    return probe.select(probe.subjects <= "P002"), changed.select(changed.subjects == "P001")


def test_of_a_network_that_names_expressions(drawn):
    probe, changed = drawn
    network = untrained(("neutral", "happy", "surprise"), "fan-in", k=1., seed=1).eval()
    found = intervened(network, "subtractive", probe, changed)
    assert json.loads(json.dumps(found, default=float)).keys() == found.keys()
    points = by_change(network, changed, pooled_maps(network, changed.images))
    table = lost(points).set_index(["expression", "unit"])["lost"]
    assert found["lost"] == {f"{name} {unit}": value for (name, unit), value in table.items()}
    assert found["effects, one side"]["AU12"] == added(points, one_side=True).loc["AU12"].to_dict()
    assert set(found["doses"]) == {"happy AU12", "surprise AU1", "surprise AU2", "surprise AU5"}
    at_full = (probe.intensities["AU12"] == 1).to_numpy() & ((probe.intensities > 0).sum(axis=1) == 1).to_numpy()
    assert found["doses"]["happy AU12"]["1.0"] == pytest.approx(
        probabilities(network, probe.images[at_full])["happy"].mean(), rel=1e-4)
    assert set(found["morphs"]) == {"neutral happy", "neutral surprise", "happy surprise"}
    assert set(found["turned"]["happy AU12"]) == {"out", "out, chance", "out, p", "up", "up, chance", "up, p"}
    assert np.isfinite([found["taken out"], found["turned up"], found["lost, criteria"], found["a third name"]]).all()


def test_of_one_that_names_people_and_of_another_size(drawn):
    probe, changed = drawn
    named = untrained(("S001", "S002"), "fan-in", k=1., seed=1).eval()
    assert set(intervened(named, "subtractive", probe, changed)) == {"rises with its unit", "rises with its unit only"}
    network = untrained(("neutral", "happy"), "fan-in", k=1., seed=1).eval()
    assert set(intervened(network, "subtractive", probe, None)) == {"rises with its unit", "rises with its unit only",
                                                                    "doses"}
