"""What a chapter's text refers to is there: found in a second, and not at the end of a build."""
import re
from pathlib import Path

import pytest

BOOK = Path(__file__).parents[2] / "book"
CHAPTERS = sorted(BOOK.glob("*.md"))
TEXT = {path.name: path.read_text(encoding="utf-8") for path in CHAPTERS}
PLACES = set(re.findall(r"^\(([\w-]+)\)=$", "\n".join(TEXT.values()), re.MULTILINE))
SOURCES = set(re.findall(r"^@\w+\{([^,]+),", (BOOK / "references.bib").read_text(encoding="utf-8"), re.MULTILINE))


def wanting(text: str) -> list[str]:
    """References to places, pages and sources that there are not."""
    places = [name for name in re.findall(r"\]\(#([\w-]+)\)", text) if name not in PLACES]
    pages = [name for name in re.findall(r"\]\(([\w-]+\.md)[)#]", text) if name not in TEXT]
    cited = [key for keys in re.findall(r"\{cite:[tp]+\}`([^`]+)`", text) for key in re.split(r",\s*", keys)]
    return places + pages + [key for key in cited if key not in SOURCES]


@pytest.mark.parametrize("name", TEXT)
def test_references_lead_somewhere(name):
    assert wanting(TEXT[name]) == []


def test_what_is_wanting_is_noticed():
    assert len(PLACES) > 5 and len(SOURCES) > 20
    assert wanting("[a](#gone), [b](nowhere.md), [c](nowhere.md#x), {cite:p}`khorrami2015, nobody1999`") == [
        "gone", "nowhere.md", "nowhere.md", "nobody1999"]
