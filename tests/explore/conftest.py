"""A real Chromium that draws with WebGL in software, and a server of the explorer's files."""
import os
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

import fer_lib.explore

HERE = Path(fer_lib.explore.__file__).parent
FLAGS = [f"--{flag}" for flag in (
    "no-sandbox", "use-angle=swiftshader", "enable-unsafe-swiftshader", "disable-quic", "no-first-run",
    "disable-background-networking", "disable-component-update", "disable-sync",
    "host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost")]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """A folder with the explorer's scripts, and its address."""
    folder = tmp_path_factory.mktemp("site")
    for script in HERE.glob("*.js"):
        shutil.copy(script, folder)
    server = ThreadingHTTPServer(("localhost", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://localhost:{server.server_port}"
    server.shutdown()


@pytest.fixture
def page(chromium):
    """A page on which every error of a script is one of the test."""
    page, errors = chromium.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []
