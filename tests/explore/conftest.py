"""A real Chromium that draws with WebGL in software, and a server of the explorer's files."""
import shutil
from pathlib import Path

import pytest
from browser import launched, served

import fer_lib.explore

HERE = Path(fer_lib.explore.__file__).parent


@pytest.fixture(scope="session")
def chromium():
    with launched("use-angle=swiftshader", "enable-unsafe-swiftshader") as browser:
        yield browser


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """A folder with the explorer's scripts, and its address."""
    folder = tmp_path_factory.mktemp("site")
    for script in HERE.glob("*.js"):
        shutil.copy(script, folder)
    with served(folder) as address:
        yield folder, address


@pytest.fixture
def page(chromium):
    """A page on which every error of a script is one of the test."""
    page, errors = chromium.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []
