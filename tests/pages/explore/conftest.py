"""A server of the explorer's files, and pages with it."""
import shutil
from pathlib import Path

import pytest
import whole_page
from browser import served
from moving import IT, settled

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
    """A folder with explore.html and everything that it loads, with one network."""
    folder = tmp_path_factory.mktemp("book")
    whole_page.write_page(folder, whole_page.networks()[:1])
    return folder


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """Of a page with the explorer, and everything that it loads."""
    folder = tmp_path_factory.mktemp("book")
    whole_page.write_page(folder, whole_page.networks())
    page = folder / "explore.html"
    tries = "".join(f"<button data-try='{what}'>{what}</button>" for what in ("units=AU27:90", "network=none"))
    page.write_text(page.read_text("utf-8") + tries, encoding="utf-8")
    with served(folder) as host:
        yield f"{host}/explore.html"


@pytest.fixture(scope="session")
def started(chromium, address):
    """The page, ready: the first face is drawn and named; what it asked servers for, and its errors. A start takes many
    seconds where a browser draws in software, so tests share it."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    page = context.new_page()
    page.requests, page.errors = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda message: page.errors.append(message.text) if message.type == "error" else None)
    page.goto(address)
    page.wait_for_selector("[data-answers]", timeout=60_000)
    yield page
    context.close()


@pytest.fixture
def explorer(started):
    """That page as it was at first."""
    started.errors.clear()
    started.evaluate(f"""() => {{
        const explorer = {IT}, sides = explorer.find("sides");
        if (sides.checked) sides.click();
        if (explorer.network !== "drawings") explorer.choose("network", "drawings");
        if (explorer.person !== "S001") explorer.choose("person", "S001");
        explorer.setUnits({{}});
        for (const one of document.querySelectorAll("details")) one.open = "group" in one.dataset;
        delete document.documentElement.dataset.theme;
        scrollTo(0, 0);
    }}""")
    settled(started)
    yield started
    assert started.errors == []
