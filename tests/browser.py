"""A real Chromium that reaches no host but this machine's, and a server of a folder's files."""
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

# Chromium asks its maker's hosts for nothing, and the host names of everybody else do not resolve.
ALONE = ("no-sandbox", "disable-quic", "no-first-run", "disable-background-networking", "disable-component-update",
         "disable-sync", "host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost")
WEBGL = "use-angle=swiftshader", "enable-unsafe-swiftshader"        # in software


def needed(thing, what):
    """`thing`, or a failure where all must run, or else a skipped test; `what` says how to get it."""
    if not thing:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(what)
    return thing


@contextmanager
def launched(*flags: str) -> Iterator[Browser]:
    """Chromium, which draws with WebGL in software, with more flags."""
    program = needed(shutil.which("chromium"), "Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=[f"--{flag}" for flag in (*ALONE, *WEBGL, *flags)])
        yield browser
        browser.close()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextmanager
def served(folder: Path, handler: type[Quiet] = Quiet) -> Iterator[str]:
    """The address at which a folder is served."""
    with ThreadingHTTPServer(("localhost", 0), partial(handler, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
