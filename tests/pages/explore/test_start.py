"""The explorer's page on any server, without one, and where a browser lacks something: it starts, or says why not."""
import base64
import shutil
import threading
from functools import partial
from http.server import HTTPServer

import pytest
import servers
from browser import served
from whole_page import HEAD, element, networks

# What the page has said until now, whatever it says later
LISTEN = """
window.said = [];
new MutationObserver(() => {
  for (const one of document.querySelectorAll("[data-explorer] .error:not([hidden])")) {
    if (one.textContent && said.at(-1) !== one.textContent) said.push(one.textContent);
  }
}).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
"""
# Three seconds without a sign of life are a tenth of it, where nothing but the complaint is waited for
IMPATIENT = "{ const wait = setTimeout; self.setTimeout = (call, ms, ...rest) => wait(call, ms / 10, ...rest); }\n"
FILES = "page.js", "head.bin.gz", "S001.bin.gz", "ort.js", "ort.wasm.gz", "drawings.onnx.gz", "drawings.json.gz"
ONE = networks()[:1]


@pytest.fixture
def visit(chromium):
    """visit(address, script="", **context) → a page that listens to what its explorer says; `script` runs first."""
    contexts = []

    def visited(address, script="", impatient=False, **context):
        contexts.append(chromium.new_context(**context))
        page = contexts[-1].new_page()
        page.add_init_script(LISTEN + IMPATIENT * impatient + script)
        page.goto(address, wait_until="commit")
        return page

    yield visited
    for context in contexts:
        context.close()


def starts(page, silently=True):
    page.wait_for_selector("[data-answers]", timeout=60_000)
    assert "Named neutral" in page.inner_text("[data-part=named]")
    assert not (silently and page.evaluate("window.said"))


def told(page):
    """What it says is wrong; 15 s, since many may be at work on the machine, instead of 5."""
    page.wait_for_selector("[data-explorer] .error", timeout=15_000)
    return page.inner_text("[data-explorer] .error")


@pytest.mark.parametrize("server", [servers.StrictUnpacking, *(
    pytest.param(server, marks=pytest.mark.slow) for server in (
        servers.Strict, servers.Unpacking, servers.PlainText, servers.Packing))])
def test_it_starts_on_every_server(book, visit, server):
    with served(book, server) as host:
        starts(visit(f"{host}/explore.html"), silently=False)


def test_it_starts_from_the_disk(book, tmp_path, visit):
    folder = tmp_path / "the book, 100% of #1"
    shutil.copytree(book, folder)
    page = visit(f"{(folder / 'explore.html').as_uri()}#units=AU12:90")
    page.wait_for_selector("[data-answers]", timeout=60_000)
    page.select_option("[data-part=person]", "S031")
    page.wait_for_function("document.querySelector('[data-explorer]').explorer.face.person.name === 'S031'")
    page.wait_for_function("location.hash === '#person=S031&units=AU12:90'")


@pytest.fixture
def framed(book, chromium, tmp_path):
    """framed(iframe, …) → these frames of a page, and what was asked for by the first. In a folder below lie two.html,
    which holds two explorers, and one.html."""
    folder = tmp_path / "a book"
    shutil.copytree(book / "_static", folder / "_static")
    (folder / "some chapters").mkdir()
    (folder / "some chapters/two.html").write_text(HEAD + 2 * element("../_static/", ONE), encoding="utf-8")
    (folder / "some chapters/one.html").write_text(HEAD + element("../_static/", ONE), encoding="utf-8")
    page, requested = chromium.new_page(), []
    page.on("request", lambda request: request.frame.name == "two" and requested.append(
        request.url.rpartition("/")[2]))

    def opened(*frames):
        (folder / "frames.html").write_text(HEAD + "".join(f"<iframe {one}></iframe>" for one in frames), "utf-8")
        page.goto(f"{host}/frames.html", wait_until="commit")
        page.wait_for_selector(f"iframe >> nth={len(frames) - 1}")
        return page.frames[1:], requested

    with served(folder, servers.Server) as host:
        yield opened
    page.close()


TWO = "name=two src='some chapters/two.html'"


@pytest.mark.slow
def test_it_starts_in_a_sandbox_too(framed):
    frames, _ = framed(TWO, "sandbox=allow-scripts src='some chapters/one.html'")
    for frame in frames:
        frame.wait_for_selector("[data-answers]", timeout=60_000)


def test_two_in_a_page_of_a_folder_below_load_each_file_once(framed):
    [frame], requested = framed(TWO)
    frame.wait_for_function("document.querySelectorAll('[data-answers]').length === 2", timeout=60_000)
    assert sorted(set(requested)) == sorted(requested) and "head.bin.gz" in requested


@pytest.mark.slow
def test_a_slow_load_that_goes_on_is_called_nothing(book, visit):
    """By a server that does one thing at a time: all other files wait for the first."""
    with HTTPServer(("localhost", 0), partial(servers.Slow, directory=book)) as server:
        servers.Slow.protocol_version = "HTTP/1.0"              # or an idle connection would keep the others out
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = visit(f"http://localhost:{server.server_port}/explore.html")
        page.wait_for_function("/being loaded: [1-9]/.test(document.querySelector('[data-explorer]').textContent)")
        starts(page)
        server.shutdown()


# What the server does not give


@pytest.mark.parametrize("kind, name", [
    ("missing", "page.js"), ("page", "ort.js"), *(
        pytest.param(kind, name, marks=pytest.mark.slow) for name in FILES for kind in (
            "missing", "page", "empty", "half", "garbage", "breaks"))])
def test_a_file_that_is_not_there_or_not_whole_is_named(book, visit, kind, name):
    with served(book, servers.spoiling(kind, name)) as host:
        page = visit(f"{host}/explore.html")
        text = told(page)
        assert text.startswith("The explorer cannot start: ") and name in text
        assert not page.is_visible("[data-part=face]")
        assert ("404" in text) == (kind == "missing")


@pytest.mark.parametrize("kind, name", [
    ("stops", "ort.wasm.gz"), *(pytest.param(kind, name, marks=pytest.mark.slow) for name in FILES
                                for kind in ("late", "stops"))])
def test_a_file_that_does_not_come_is_named_and_may_come_yet(book, visit, kind, name):
    with served(book, servers.spoiling(kind, name)) as host:
        assert f"waits for {name}, of which" in told(visit(f"{host}/explore.html", impatient=True))


@pytest.fixture(scope="module")
def held_up(book, chromium):
    """A page whose script has not come, and what lets it come."""
    context, held = chromium.new_context(), []
    page = context.new_page()
    page.add_init_script(LISTEN + IMPATIENT + """
        const Own = Worker;
        self.Worker = class extends Own { constructor(...all) { super(...all); self.worker = this; } };""")
    page.route("**/page.js", lambda route: held.append(route))
    with served(book, servers.Server) as host:
        page.goto(f"{host}/explore.html", wait_until="commit")
        yield page, lambda: held.pop().continue_() if held else None
    context.close()


def test_what_comes_late_is_taken(held_up):
    """The page has given up nothing: its script comes after it has complained."""
    page, come = held_up
    assert "waits for page.js" in told(page)
    come()
    starts(page, silently=False)


def test_the_network_s_worker_that_dies_later_is_said(held_up):
    page, come = held_up
    come()
    starts(page, silently=False)
    page.evaluate("worker.onerror({message: 'out of memory'})")
    page.click("[data-preset=happy]")
    assert "out of memory" in told(page)


def test_a_server_that_answers_everything_with_a_page(book, visit):
    with served(book, servers.AlwaysAPage) as host:
        assert "in place of page.js the server sends a page" in told(visit(f"{host}/explore.html"))


@pytest.mark.parametrize("spoil", ["missing", pytest.param("damaged", marks=pytest.mark.slow)])
def test_a_file_that_is_missing_on_the_disk_is_named(book, tmp_path, visit, spoil):
    shutil.copytree(book, tmp_path / "book")
    script = tmp_path / "book/_static/explorer/disk/head.bin.gz.js"
    script.unlink() if spoil == "missing" else script.write_bytes(script.read_bytes()[:-9])
    text = told(visit((tmp_path / "book/explore.html").as_uri()))
    assert "head.bin.gz" in text and "make serve" in text


# What the browser lacks, or is not allowed


@pytest.mark.parametrize("script, said", [
    ("delete self.DecompressionStream", "too old"), ("delete self.Worker", "too old"),
    ("delete self.WebAssembly", "no WebAssembly"),
    ("HTMLCanvasElement.prototype.getContext = () => null", "WebGL 2"),
    ("self.Worker = class { constructor() { throw new Error('not here'); } }", "is refused (not here)"),
    ("self.Worker = class { constructor() { setTimeout(() => this.onerror({}), 9); } postMessage() {} }",
     "it is blocked"),
    *(pytest.param(*case, marks=pytest.mark.slow) for case in (
        ("self.Worker = class { postMessage() {} }", "worker that computes the network does not start"),
        ("self.Worker = class { postMessage({id, what}) { if (what === 'greet') this.onmessage({data: {id}}); } }",
         "still being started")))])
def test_what_the_browser_lacks_is_said(book, visit, script, said):
    with served(book) as host:
        assert said in told(visit(f"{host}/explore.html", script, impatient=True))


@pytest.mark.parametrize("allowed, said", [
    ("script-src 'self' 'unsafe-inline' blob:", "may not run WebAssembly"), ("worker-src 'none'", "worker"),
    ("connect-src 'none'", "page.js does not come"), ("script-src 'self'", "It needs JavaScript"),
    pytest.param("sandbox", "It needs JavaScript", marks=pytest.mark.slow)])
def test_what_the_page_may_not_is_said(book, visit, allowed, said):
    with served(book, servers.policy(allowed)) as host:
        page = visit(f"{host}/explore.html")
        assert said in (page.inner_text("[data-explorer]") if "JavaScript" in said else told(page))


@pytest.mark.parametrize("from_disk", [True, False])
def test_a_page_without_scripts_says_so(book, visit, from_disk):
    with served(book) as host:
        place = book.as_uri() if from_disk else host
        page = visit(f"{place}/explore.html", java_script_enabled=False)
        assert "It needs JavaScript, which is switched off or blocked" in page.inner_text("[data-explorer]")


def test_the_disk_s_scripts_hold_the_files(book):
    for name in FILES:
        script = (book / f"_static/explorer/disk/{name}.js").read_text(encoding="utf-8")
        folder = "onnx" if name.startswith("ort") else "explorer"
        assert base64.b64decode(script.split('"')[3]) == (book / f"_static/{folder}/{name}").read_bytes()
