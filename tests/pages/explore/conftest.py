"""A server of the explorer's files."""
import shutil
from pathlib import Path

import pytest
import whole_page
from browser import served

import fer_lib.pages.explore

HERE = Path(fer_lib.pages.explore.__file__).parent


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """A folder with the explorer's scripts, and its address."""
    folder = tmp_path_factory.mktemp("site")
    for script in (*HERE.glob("*.js"), HERE.parent / "interactive/common.js"):
        shutil.copy(script, folder)
    with served(folder) as address:
        yield folder, address


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """A folder with explore.html and everything that it loads."""
    folder = tmp_path_factory.mktemp("book")
    whole_page.write_page(folder)
    return folder
