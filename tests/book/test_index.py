"""The first page's text can be read by who comes along, and its face is drawn and asked anew when its values change."""
import re

import jupytext
from tiny_book import ROOT

CELLS = jupytext.read(ROOT / "book/index.md", fmt="md:myst").cells
WORDS, NUMBERS = 20, 3              # of a sentence, on average; of a paragraph, at most


def paragraphs() -> list[str]:
    """As a reader sees them: without directives, code, addresses and marks."""
    text = "\n\n".join(cell.source for cell in CELLS if cell.cell_type == "markdown")
    text = re.sub(r"```.*?```|^[:(#][^\n]*$", "\n\n", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"\{glue:\}`\w+`", "9", re.sub(r"\{cite:\w+\}`\w+`", "", text))
    text = re.sub(r"\]\([^)]*\)|<[^>]*>|[\[*`]", "", text)
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def test_sentences_are_short():
    sentences = [one for part in paragraphs() for one in re.split(r"(?<=[.?!]) ", part) if one]
    assert len(sentences) > 25
    assert sum(len(one.split()) for one in sentences) / len(sentences) < WORDS


def test_no_paragraph_is_of_numbers():
    """Names such as AU12 and CK+48 are none."""
    counts = {part: len(re.findall(r"(?<![\w+])\d[\d.,]*", part)) for part in paragraphs()}
    assert any(counts.values()) and not {part: n for part, n in counts.items() if n > NUMBERS}


def test_another_network_person_and_unit(run, trained):
    shown, numbers = run("index", example=str(trained), units=["AU9", "AU43"], person=5, steps=1)
    assert "nose wrinkler" in shown and "eyes closed" in shown and "lip corner" not in shown
    assert trained.name in shown
    assert {"index_filter_au9", "index_auc_au43", "index_rules"} == {
        name for name in numbers if "au9" not in name or "filter" in name} - {"index_filter_au43"}
    assert 0 <= numbers["index_auc_au43"] <= 1 and 0 <= numbers["index_filter_au9"] < 256
