"""A figure for a desk, and behind it, in a comment, the same for a telephone (`narrow`), as one SVG file.

    wide, narrow = apart(together(wide, narrow))

Every build reads such files (book/_ext/figures.py), so nothing that draws is imported here.
"""
import base64

BEGINS, ENDS = "<!--narrow ", "-->"      # about the second one, in base 64: XML allows no -- in a comment


def together(wide: str, narrow: str) -> str:
    return f"{wide}{BEGINS}{base64.b64encode(narrow.encode()).decode()}{ENDS}"


def apart(text: str) -> tuple[str, str]:
    """The two; "" where a telephone is shown the same."""
    wide, _, behind = text.partition(BEGINS)
    return wide, base64.b64decode(behind.partition(ENDS)[0]).decode()
