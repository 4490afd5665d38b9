import re
import shutil

import pytest
import torch
from browser import launched
from forked import kernels_are_forks, warm
from training_faces import DROPOUT, child, toy_of_a_version

from fer_lib.runs import grid
from fer_lib.runs import store as runs

# Files whose tests share what takes seconds to make: `make test` gives them to one worker
TOGETHER = {"started": "tests/pages/explore/",
            "built_once": r"tests/book/test_(build\w*|own_pages|repository_address|taken_along|unfinished)\.py",
            "trained": r"tests/book/test_(action_units_chapter|filters)\.py"}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return next((name for name, files in TOGETHER.items() if re.match(files, nodeid)),
                        super()._split_scope(nodeid))

    return Together(config, log) if config.getvalue("dist") == "loadfile" else None


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


@pytest.fixture(scope="module")
def start():
    """start(…): a process that runs `child`."""
    context = warm()
    started = []

    def make(*args, **options):
        process = context.Process(target=child, args=args, kwargs=options, daemon=True)
        process.start()
        started.append(process)
        return process

    yield make
    for process in started:
        process.kill()


@pytest.fixture
def forked_kernels(monkeypatch):
    kernels_are_forks(monkeypatch)


@pytest.fixture(scope="module")
def original(tmp_path_factory, one_thread):
    """A store with one run of the toy set, not to be changed."""
    store = tmp_path_factory.mktemp("original")
    runs.load_or_train(toy_of_a_version(), DROPOUT, store=store, progress=False)
    return store


@pytest.fixture
def store(original, tmp_path):
    """A copy of it."""
    return shutil.copytree(original, tmp_path / "store")


@pytest.fixture
def folder(store):
    """The run in it."""
    (path,) = store.glob("*/config.json")
    return path.parent


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
