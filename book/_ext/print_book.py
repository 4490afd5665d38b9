"""The book as one PDF, printed by Chromium from the built pages: `make pdf`.

    python book/_ext/print_book.py          # _build/html → _build/html/book.pdf, and pages link to it

Each page is opened as readers open it, from the disk. Its article becomes a chapter (print/gather.js); what can be
moved there becomes a picture of how it is at first. All chapters are one document (book_document.py), printed twice:
only then is it known on which page a chapter begins.
"""
import argparse
import base64
import io
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from book_document import Chapter, config_of, pages_in_order, pages_of, whole_book, with_bookmarks
from pdf_link import PDF, offer
from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright
from pypdf import PdfReader

from fer_lib.system.console import command, path_argument, say
from fer_lib.system.files import write_whole

ROOT, SCRIPTS = Path(__file__).parents[2], Path(__file__).parent / "print"
BROWSERS = "chromium", "chromium-browser", "google-chrome"
# No host is asked for anything; WebGL, which the explorer draws with, is done in software
FLAGS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--host-resolver-rules=MAP * "
         "~NOTFOUND", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
SCALE = .86                         # so that pages are set nearly as wide as on the screen that they are made for
TEXT = 756                          # CSS pixels: what A4 then holds between its margins
MEANWHILE = "book-to-print.html"    # lies there while it is printed, beside what it loads
MOVED = ".interactive, [data-explorer], .jupyter-widgets:not(.jupyter-widgets .jupyter-widgets)"
UNCOVERED = ".bd-header-article, .bd-header { display: none !important; }"      # it stays in sight, over pictures
DRAWN = """document.querySelector('[data-explorer]:not([data-answers], :has([data-answers]))') === null
    && [...document.querySelectorAll('script[type="application/vnd.jupyter.widget-view+json"]')].every((view) =>
      view.parentElement.querySelector('.jupyter-widgets'))"""
PATIENCE = 90_000                   # ms until the explorer has answered once


@contextmanager
def chromium() -> Iterator[Browser]:
    """FileNotFoundError where there is none."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise FileNotFoundError("Chromium prints the book, and is not installed. On Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


def gather(page: Page, folder: Path, name: str, names: list[str]) -> Chapter:
    """A built page as a chapter. names: of all pages that are printed."""
    page.goto((folder / f"{name}.html").as_uri(), wait_until="load")
    page.add_style_tag(content=UNCOVERED)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")            # what waits until it is seen
    page.wait_for_timeout(500)                      # scripts that draw when the page is there
    try:
        page.wait_for_function(DRAWN, timeout=PATIENCE)
        drawn = True
    except TimeoutError:
        say(f"{name}: what moves there did not start, and is printed without its picture")
        drawn = False
    for element in reversed(page.locator(MOVED).all()):                 # one that is replaced is counted no more
        if element.is_visible():
            stand_still(element, name, drawn)
    return Chapter(**page.evaluate((SCRIPTS / "gather.js").read_text("utf-8"), {"name": name, "printed": names}))


def stand_still(element, name: str, drawn: bool):
    """Put in place of what moves a picture of it, if it is drawn, and a sentence."""
    picture = ""
    if drawn:
        element.scroll_into_view_if_needed()
        data = base64.b64encode(element.screenshot(type="jpeg", quality=88)).decode()
        picture = f'<img src="data:image/jpeg;base64,{data}" alt="As it is at first">'
    text = f'<div class="moved">{picture}<p class="moves">On the page this can be moved: {name}.html</p></div>'
    element.evaluate("(element, html) => { element.outerHTML = html; }", text)


def printed(page: Page, file: Path, text: str) -> bytes:
    """A document, which is written to a file meanwhile, as PDF."""
    try:
        file.write_text(text, "utf-8")
        page.goto(file.as_uri(), wait_until="load")
        page.evaluate("() => window.MathJax?.startup?.promise")
        page.evaluate("() => document.fonts.ready.then(() => true)")
        for cut_off in page.evaluate((SCRIPTS / "fit.js").read_text("utf-8")):
            say(f"wider than the page, and cut off: {cut_off}")
        return page.pdf(tagged=True, prefer_css_page_size=True, print_background=True, scale=SCALE)
    finally:
        file.unlink(missing_ok=True)


def print_book(root: Path, folder: Path, browser: Browser):
    """The built pages in a folder → book.pdf there. FileNotFoundError where a page is missing."""
    names = pages_in_order(root)
    if missing := [name for name in names if not (folder / f"{name}.html").exists()]:
        raise FileNotFoundError(f"{folder} lacks {', '.join(missing)}: run 'make book' first")
    context = browser.new_context(viewport={"width": 1000, "height": 1600}, device_scale_factor=2)
    context.route("**/mathjax/**", lambda route: route.abort())         # set once, in the whole
    page, chapters = context.new_page(), []
    for number, name in enumerate(names, 1):
        say(f"{number} of {len(names)}: {name}")
        chapters.append(gather(page, folder, name, names))
    context.close()
    page = browser.new_page(viewport={"width": TEXT, "height": 1000})
    page.emulate_media(media="print", color_scheme="light")
    say("printing, to find on which page each chapter begins")
    pdf = printed(page, folder / MEANWHILE, whole_book(root, chapters, {}))
    say("printing, with page numbers in the contents")
    pdf = printed(page, folder / MEANWHILE, whole_book(root, chapters, pages_of(pdf)))
    page.close()
    pdf = with_bookmarks(pdf, chapters, config_of(root)["author"])
    write_whole(folder / PDF, pdf)
    count = len(PdfReader(io.BytesIO(pdf)).pages)
    linked = ", ".join(offer(folder, count)) or "no page"
    say(f"{folder / PDF}: {count} pages, {len(pdf) / 1e6:.1f} MB; linked from {linked}")


@command
def main(arguments: list[str] | None = None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--html", type=path_argument, default=ROOT / "_build/html", help="folder of the built pages")
    given = parser.parse_args(arguments)
    with chromium() as browser:
        print_book(ROOT, given.html, browser)


if __name__ == "__main__":
    sys.exit(main())
