import pytest
from made_networks import SHUFFLES, with_classes

from fer_lib.pages import report


@pytest.fixture(scope="session")
def of_units():
    """The report on a network whose filters are the units, and which names expressions."""
    return report(with_classes, title="one <filter> for each *unit*", shuffles=SHUFFLES, progress=False)
