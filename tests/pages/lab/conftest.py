"""A stored network of 48 pixels and some of the published faces, of which a filter can be asked in seconds."""
import numpy as np
import pytest

from fer_lib import load_dataset
from fer_lib.pages.lab import FilterExplorer
from fer_lib.runs.store import stored_run

SHUFFLES = 60


@pytest.fixture(scope="session")
def run():
    return stored_run(size=48)


@pytest.fixture(scope="session")
def faces():
    """Those of every fourth person, three hundred or so."""
    every = load_dataset("synthetic", size=48, progress=False)
    return every.select(np.isin(every.subjects, sorted(set(every.subjects))[::4]))


@pytest.fixture(scope="session")
def asked(run, faces):
    """One explorer for all: what it has computed of the faces is shared."""
    return FilterExplorer(run, faces, shuffles=SHUFFLES, filter=42, unit="AU12").wait()


@pytest.fixture
def explorer(asked):
    """As it was at first."""
    asked.unobserve_all(name="divergence")
    asked.fold, asked.people, asked.filter, asked.unit, asked.bins, asked.images = 0, "train", 42, "AU12", 20, 6
    return asked.wait()
