import pytest
import torch
from browser import launched

from fer_lib import grid, runs


@pytest.fixture(scope="module")
def one_thread():
    """On a busy machine two threads wait for each other much longer than a tiny network needs on one."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def own_folders(tmp_path, monkeypatch):
    """Neither the user's cache nor the book's stored runs."""
    monkeypatch.setenv("FER_LIB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(runs, "STORED", tmp_path / "book")
    grid.loaded.cache_clear()                       # sets that another test has loaded


@pytest.fixture(scope="session")
def chromium():
    """Its camera is a test picture that needs no permission."""
    with launched("use-fake-ui-for-media-stream", "use-fake-device-for-media-stream") as browser:
        yield browser


@pytest.fixture
def page(chromium):
    """A page on which every error of a script is one of the test."""
    page, errors = chromium.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []
