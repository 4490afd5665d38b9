"""The page and its numbers: one file that loads nothing, for any reader, on a desk as on a telephone."""
import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import served
from made_networks import SHUFFLES, Noise

from fer_lib.pages import report
from fer_lib.pages.__main__ import main
from fer_lib.pages.report.made import Report

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


def test_it_holds_everything(of_units):
    assert not re.findall(r"""(?:src|href)=["'](?!data:)""", of_units.page) and "<script" not in of_units.page
    assert "url(" not in of_units.page and "@import" not in of_units.page
    assert "one &lt;filter&gt; for each &#42;unit&#42;" in of_units.page and "<filter>" not in of_units.page
    for said in (*of_units.found["answer"], *of_units.found["cannot_say"]):
        assert said.split(".")[0][:40] in of_units.page
    assert of_units.page.count("<svg") > 21 and len(of_units.page) < 500_000


def test_every_number_has_n_and_a_source(of_units):
    found = json.loads(json.dumps(of_units.found, allow_nan=False))
    assert found == of_units.found, "it is JSON as it is"
    for one in (*found["numbers"].values(), *found["tables"].values()):
        assert isinstance(one["n"], int) and one["n"] > 0 and len(one["source"]) > 10
    assert found["options"] == {"shuffles": SHUFFLES, "seed": 0} and found["made"]["probe set"].startswith("12 people")


def test_numbers_of_the_page_are_those_of_the_file(of_units):
    rows = of_units.found["tables"]["units"]["rows"]
    cells = re.findall(r"<tr><th scope=\"row\">(AU\d+)</th><td>([A-Z][^<]*)</td><td>([\d.]+)</td>", of_units.page)
    assert {unit: (name, auc) for unit, name, auc in cells} == {
        row["unit"]: (row["name"], f"{row['yours.AUC']:.2f}") for row in rows}


def test_it_is_written_beside_its_numbers(of_units, tmp_path):
    page, numbers = of_units.write(tmp_path / "new/report.html")
    assert page.read_text(encoding="utf-8") == of_units.page
    assert json.loads(numbers.read_text(encoding="utf-8")) == of_units.found and numbers.name == "report.json"
    of_units.write(page)                            # and again
    assert isinstance(of_units, Report) and "<iframe" in of_units._repr_html_()


def test_the_same_network_is_found_the_same():
    first, second = (report(Noise(), shuffles=19, seed=3, progress=False) for _ in range(2))
    assert first.found["numbers"] == second.found["numbers"] and first.found["tables"] == second.found["tables"]


def test_from_the_command_line(tmp_path, monkeypatch, capsys):
    (tmp_path / "mine.py").write_text("def features(images):\n    parts = images.reshape(len(images), 6, 8, 6, 8)\n"
                                      "    return parts.mean((2, 4)).reshape(len(images), 36)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    main(["report", "mine.py:features", "--size", "48", "--shuffles", "19", "--title", "my mean greys"])
    said = capsys.readouterr().out.splitlines()
    found = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert said[:2] == found["answer"] and said[-1] == f"{tmp_path}/report.html and {tmp_path}/report.json"
    assert found["title"] == "my mean greys" and found["network"] == "mine.py:features"
    assert found["numbers"]["yours.filters"]["value"] == 36
    assert "Does my mean greys encode action units?" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_help_has_examples(capsys):
    for arguments in (["--help"], ["report", "--help"]):
        with pytest.raises(SystemExit) as exit:
            main(arguments)
        assert exit.value.code == 0
    said = capsys.readouterr().out
    assert "python -m fer_lib.pages report mine.py:features --out report.html" in said and "--shuffles" in said


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_in_a_browser(of_units, tmp_path, chromium, theme, width):
    of_units.write(tmp_path / "report.html")
    problems, requested = [], []
    with served(tmp_path) as address:
        context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=theme)
        page = context.new_page()
        page.on("request", lambda request: requested.append(request.url))
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(f"{error}"))
        page.goto(f"{address}/report.html")
        assert page.locator(".dots").first.bounding_box()["y"] < 600, "the figure is on the first screen"
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        small = page.evaluate("""[...document.querySelectorAll('svg text, td, p, figcaption')].filter((one) =>
            one.getBoundingClientRect().height && parseFloat(getComputedStyle(one).fontSize) < 8.5).length""")
        assert small == 0, "letters that can be read"
        violations = Axe().run(page, options=RULES).response["violations"]
        problems += [f"{one['id']}: {one['nodes'][0]['html'][:150]}" for one in violations]
        context.close()
    assert problems == [] and [url for url in requested if not url.startswith("data:")] == [f"{address}/report.html"]
