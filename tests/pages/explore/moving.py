"""What tests do with the explorer of a page."""
import re

IT = "document.querySelector('[data-explorer]').explorer"


def settled(page):
    """Wait until nothing is computed any more, nor will be after a moment's rest."""
    page.wait_for_function(f"""() => {IT}.shown === {IT}.loaded.network[{IT}.network] && !{IT}.working && !{IT}.wanted
        && !{IT}.hurry && !{IT}.asked.sweeping""", timeout=30_000)


def named(page):
    return page.inner_text("[data-part=named]")


def told(page):
    return page.inner_text("[data-part=told]")


def share(page, expression):
    return float(re.search(rf"{expression}\n([\d]+) %", page.inner_text("[data-part=classes]"))[1])


def set_slider(page, which, value):
    page.locator(which).evaluate("""(slider, value) => {
        slider.value = value;
        slider.dispatchEvent(new Event("input", {bubbles: true}));
    }""", value)


def drag(page, unit, value):
    set_slider(page, f"[data-unit={unit}]", value)


def units(page):
    return page.evaluate(f"{IT}.units")
