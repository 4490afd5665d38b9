"""One plain face drawn once in many ways, and what the twin and the probe set show, before anything is drawn."""

import pytest
from hypothesis import settings

from fer_lib.faces import ACTION_UNITS, Subject, draw_probe, draw_twin, render
from fer_lib.faces.paint import Look

# What is made once, when it is first needed, takes longer than an example may; so does a busy machine.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

LEVELS = (0.25, 0.5, 0.75, 1.0)


@pytest.fixture(scope="session")
def plain():
    """The mean head at rest: short hair, no glasses, no beard."""
    return Subject("plain", False, 25.0, (1 / 3, 1 / 3, 1 / 3), {}, Look(), {}, 1.0)


@pytest.fixture(scope="session")
def neutral(plain):
    return render(plain).astype(float)


@pytest.fixture(scope="session")
def alone(plain):
    """unit → intensity → picture of this unit alone."""
    return {unit: {level: render(plain, {unit: level}).astype(float) for level in LEVELS} for unit in ACTION_UNITS}


@pytest.fixture(scope="session")
def unpainted(plain):
    """unit → picture of this unit in full, geometry only."""
    return {unit: render(plain, {unit: 1.0}, furrows=0).astype(float) for unit in ACTION_UNITS}


@pytest.fixture(scope="session")
def twin():
    return draw_twin()


@pytest.fixture(scope="session")
def probe():
    return draw_probe()
