"""A training that is killed at any moment ends in the same bits as one that was not."""
from pathlib import Path

import numpy as np
import pytest

from fer_lib.runs import store as runs

pytestmark = pytest.mark.slow

RECIPE = {"batch": 4, "steps": 120, "every": 10, "augment": True, "dropout": True}
DECIDED = "weights.safetensors", "history.csv", "metrics.json"


def trained(start, store: Path):
    """A process that trains the run, with a checkpoint after each step."""
    return start(str(store), f"{store}.log", RECIPE, save_every=0.)


def decided(store: Path) -> list[bytes]:
    [config] = store.glob("*/config.json")
    return [(config.parent / name).read_bytes() for name in DECIDED]


def test_twenty_kills(tmp_path, start):
    """At random moments: before the first checkpoint, within a write, between two, while the run is written."""
    straight, killed, rng, kills = tmp_path / "straight", tmp_path / "killed", np.random.default_rng(0), 0
    trained(start, straight).join(300)
    expected = decided(straight)
    while kills < 20:
        process = trained(start, killed)
        process.join(rng.uniform(.2, 3))
        process.kill()
        process.join()
        kills += process.exitcode == -9
        if list(killed.glob("*/config.json")):              # it was whole before the kill: look, and begin anew
            assert decided(killed) == expected
            [config] = killed.glob("*/config.json")
            for path in config.parent.iterdir():
                path.unlink()
            config.parent.rmdir()
    trained(start, killed).join(300)
    assert decided(killed) == expected
    assert not [path for path in killed.iterdir() if path.name.endswith(runs.partial(Path("x")).suffix)]
