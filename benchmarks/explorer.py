"""How long does the explorer take from a slider to its numbers, with each of its networks?

    python benchmarks/explorer.py       # two minutes; after `make book`

In headless Chromium, which draws the face in software; a graphics processor is faster.
"""
import argparse
import sys
from pathlib import Path

import numpy as np
from report import machine, markdown, report

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from browser import launched, served  # noqa: E402

MOVE = """([unit, value]) => {
    const slider = document.querySelector(`[data-unit=${unit}]`);
    delete document.querySelector("[data-explorer]").dataset.latency;
    slider.value = value;
    slider.dispatchEvent(new Event("input", {bubbles: true}));
}"""
PARTS = """async (count) => {
    const {explorer} = document.querySelector("[data-explorer]"), taken = {"drawing alone": [], "network alone": []};
    for (let i = 0; i < count; i++) {
        const began = performance.now();
        explorer.face.show({AU12: i / count, AU1: .3}, {fine: 2});
        const pixels = explorer.input(), drawn = performance.now();
        await explorer.shown.ask(pixels, 0, false);
        taken["drawing alone"].push(drawn - began);
        taken["network alone"].push(performance.now() - drawn);
    }
    return taken;
}"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=100)
    moves = parser.parse_args().moves
    html = ROOT / "_build/html"
    if not (html / "explore.html").exists():
        sys.exit("There are no pages yet: run 'make book' first.")
    with launched() as browser, served(html) as address:
        page, rows = browser.new_page(viewport={"width": 1280, "height": 800}), []
        page.goto(f"{address}/explore.html")
        page.wait_for_selector("[data-answers]", timeout=60_000)
        for choice in page.locator("[data-part=network] label").all():
            choice.click()
            settle(page)
            taken = {"slider to numbers": latencies(page, moves), **page.evaluate(PARTS, moves)}
            rows += [[choice.inner_text().strip(), name, np.median(values), *np.percentile(values, [5, 95])]
                     for name, values in taken.items()]
        version = browser.version
    report("explorer", f"*{machine()}; headless Chromium {version}, 1280×800 pixels, drawing in software, network on "
           f"one thread; milliseconds, {moves} moves of a slider each.*\n\n"
           f"{markdown(('network', '', 'median', '5 %', '95 %'), rows)}")


def settle(page):
    page.wait_for_function("""() => {
        const {explorer} = document.querySelector("[data-explorer]");
        return explorer.shown === explorer.loaded.network[explorer.network] && !explorer.working && !explorer.hurry;
    }""")


def latencies(page, moves):
    """From one move of a slider to its numbers, ms; each after the face has come to rest."""
    found = []
    for i in range(moves):
        page.evaluate(MOVE, [("AU12", "AU1", "AU4", "AU26")[i % 4], 5 * (1 + i % 20)])
        page.wait_for_selector("[data-explorer][data-latency]")
        found.append(float(page.get_attribute("[data-explorer]", "data-latency")))
        page.wait_for_timeout(250)          # then all samples are taken
        settle(page)
    return found


if __name__ == "__main__":
    main()
