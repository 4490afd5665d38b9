import pytest

from fer_lib.pages import notebooks


@pytest.fixture
def glued(monkeypatch) -> dict[str, dict]:
    """What `glue` keeps, by name."""
    kept = {}
    monkeypatch.setattr(notebooks, "show", lambda data, raw, metadata: kept.update(
        {metadata["fer_lib"]["name"]: metadata["fer_lib"]}))
    return kept
