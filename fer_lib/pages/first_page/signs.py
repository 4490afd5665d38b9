"""A verdict or a comparison's word on the page: a sign and a colour, and the word itself beside them."""
from ...analysis.words import AHEAD, BEHIND, INCONCLUSIVE, NO_DIFFERENCE, NOT, NOT_TESTABLE, PARTLY, SUPPORTED

SIGNS = {SUPPORTED: "✓", PARTLY: "◐", NOT: "✗", NO_DIFFERENCE: "=", INCONCLUSIVE: "?", NOT_TESTABLE: "–"}
# Of a comparison's dot, about its middle, in pixels: told apart by their shapes, and filled where it is decided
MARKS = {AHEAD: '<circle r="5"/>', BEHIND: '<path d="M0-6L6 0 0 6-6 0z"/>', NO_DIFFERENCE: '<path d="M-4-4H4V4H-4z"/>',
         INCONCLUSIVE: '<circle r="4.5" class="open"/>'}


def style_of(word: str) -> str:
    """The class of a word, as first_page.css has it: partly-supported."""
    return word.replace(" ", "-")


def sign(word: str) -> str:
    """Of a verdict; who does not see it hears the word that stands beside it."""
    return f'<span class="sign" aria-hidden="true">{SIGNS[word]}</span>'
