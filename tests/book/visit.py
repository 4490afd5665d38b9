"""A page of the book in a browser, and what is wrong with it."""
import time
from contextlib import suppress
from urllib.parse import urlsplit

from playwright.sync_api import TimeoutError
from tiny_book import ROOT

HTML = ROOT / "_build/html"


LEAST = 9                               # pixels of a chart's letters
# Of charts, as they are shown: letters that are too small, and texts that lie on each other. A letter's box is higher
# than the letter, and a text that is turned has the box of its corners.
LETTERS = """(least) => [...document.querySelectorAll("article svg.chart")].flatMap((chart) => {
  const texts = [...chart.querySelectorAll("text")].filter((text) => text.checkVisibility() && text.textContent.trim())
    .map((text) => ({said: text.textContent.trim(), box: text.getBoundingClientRect(), turned: text.getScreenCTM().b,
      size: parseFloat(getComputedStyle(text).fontSize) * Math.hypot(text.getScreenCTM().a, text.getScreenCTM().b)}));
  const over = (one, other) => !one.turned && !other.turned
    && Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left) > 2
    && Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top) > one.box.height / 3;
  return [...texts.filter(({size}) => size < least).map(({said, size}) => `${said}: ${size.toFixed(1)} pixels`),
    ...texts.flatMap((one, i) => texts.slice(i + 1).filter((other) => over(one, other))
      .map(({said}) => `${one.said} and ${said} lie on each other`))];
})"""

FINGER = 40                             # pixels that a finger needs
# What a finger may touch, and does not meet in so many pixels above each other: something else lies there, or nothing.
# The name of a switch is part of it.
REACH = """(least) => [...document.querySelectorAll(
    "main :is(button, select, summary, input, [role=slider]), .bd-header-article button")].flatMap((own) => {
  const part = (["radio", "checkbox"].includes(own.type) && own.closest("label")) || own;
  if (!own.checkVisibility()) return [];
  part.scrollIntoView({block: "center", behavior: "instant"});
  const box = part.getBoundingClientRect(), x = box.left + box.width / 2, middle = box.top + box.height / 2;
  const meets = (y) => { const hit = document.elementFromPoint(x, y);
    return hit && (part.contains(hit) || hit.contains(part) && hit.tagName === "LABEL"); };
  let up = 0, down = 0;
  while (up < least && meets(middle - up - 1)) up++;
  while (down < least && meets(middle + down + 1)) down++;
  const said = (part.innerText || part.outerHTML).trim().slice(0, 60), high = up + down + 1;
  return high < least ? [`${said}: ${high} pixels`] : [];
})"""


class Visit:
    """A page in a fresh browser context, and what went wrong there; if it is narrow, on a telephone."""

    def __init__(self, browser, address, width=1280):
        self.problems, self.requested, self.under_way = [], [], set()
        context = browser.new_context(viewport={"width": width, "height": 900}, has_touch=width < 600)
        context.route("**/*", self.check_host)
        context.set_default_timeout(10_000)
        self.page = context.new_page()
        self.page.on("request", self.begin)
        self.page.on("requestfinished", lambda request: self.under_way.discard(request))
        self.page.on("console", lambda message: self.note(message.type, message.text, message.location))
        self.page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        self.page.on("requestfailed", self.fail)
        self.page.on(
            "response",
            lambda response: response.ok or self.problems.append(f"{response.status}: {response.url}"),
        )
        self.page.goto(address, wait_until="load")
        self.wait_until_quiet()

    def begin(self, request):
        self.requested.append(request.url)
        self.under_way.add(request)

    def fail(self, request):
        self.under_way.discard(request)
        self.problems.append(f"failed: {request.url}")

    def wait_until_quiet(self, quiet=0.5, longest=60):
        """Until nothing has been under way for `quiet` seconds.

        Playwright's own "networkidle" never comes for some pages with many data: addresses, though every
        request of theirs has ended.
        """
        begun = busy = time.monotonic()
        while time.monotonic() < min(busy + quiet, begun + longest):
            self.page.wait_for_timeout(50)
            if self.under_way:
                busy = time.monotonic()
        self.problems += [f"still loading after {longest} s: {request.url}" for request in self.under_way]

    def check_host(self, route):
        address = urlsplit(route.request.url)
        if address.scheme in ("data", "blob", "file") or address.hostname == "localhost":
            route.continue_()
        else:
            self.problems.append(f"another host: {route.request.url}")
            route.abort()

    def note(self, kind, text, location):
        if kind == "error":
            self.problems.append(f"console: {text} {location.get('url', '')}")

    def look(self):
        """What any page must fulfil."""
        measure = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        if (over := self.page.evaluate(measure)) > 0:
            self.problems.append(f"{over} pixels wider than the window")
        for picture in self.page.locator("img:not([alt]), img[alt='']").all():
            self.problems.append(f"no alt text: {picture.get_attribute('src')[:80]}")
        for chart in self.page.locator("svg.chart:not([aria-label]), svg.chart[aria-label='']").all():
            self.problems.append(f"no alt text: {chart.text_content()[:80]}")
        if self.page.viewport_size["width"] < 600:
            self.problems += [f"chart: {found}" for found in self.page.evaluate(LETTERS, LEAST)]
        twice = "[...document.querySelectorAll('[id]')].map((x) => x.id).filter((id, i, all) => all.indexOf(id) < i)"
        self.problems += [f"twice: #{name}" for name in self.page.evaluate(twice)]
        for picture in self.page.locator("img").all():
            if picture.evaluate("image => image.loading != 'lazy' && !image.naturalWidth"):
                self.problems.append(f"not shown: {picture.get_attribute('src')[:80]}")
        raw = self.page.evaluate(
            "[...document.querySelectorAll('.math')].filter(m => !m.querySelector('mjx-container')).length"
        )
        if raw:
            self.problems.append(f"{raw} formulas are not typeset")
        views = "[...document.querySelectorAll('script[type=\"application/vnd.jupyter.widget-view+json\"]')]"
        drawn = ".every(view => view.parentElement.querySelector('.jupyter-widgets, .lm-Widget'))"
        if self.page.evaluate(f"{views}.length"):       # their scripts come when they are near
            self.page.evaluate(f"{views}[0].parentElement.scrollIntoView()")
            with suppress(TimeoutError):
                self.page.wait_for_function(f"{views}{drawn}", timeout=5000)
            self.wait_until_quiet()
        blank = self.page.evaluate(
            f"{views}.filter(s => !s.parentElement.querySelector('.jupyter-widgets, .lm-Widget')).length"
        )
        if blank:
            self.problems.append(f"{blank} widgets are not drawn")
        if self.page.evaluate("matchMedia('(pointer: coarse)').matches"):
            self.problems += [f"a finger meets {found}" for found in self.page.evaluate(REACH, FINGER)]
        return self.problems

    def close(self):
        self.page.context.close()
