"""Numbers as texts have them."""
import pytest

from fer_lib.pages.markup import percent
from fer_lib.pages.numbers import as_often, how_many, power, rounded, span, typeset


def test_numbers_in_words():
    assert [power(value) for value in (1.43e-5, 1., 26.)] == ["1.4·10⁻⁵", "1.0·10⁰", "2.6·10¹"]
    assert [rounded(value) for value in (26_400., 17.7, 3.6e6)] == ["26,000", "18", "3,600,000"]
    assert [how_many(n, "seed") for n in (0, 1, 2, 1250)] == ["0 seeds", "1 seed", "2 seeds", "1,250 seeds"]
    assert [span(folds) for folds in ([], [3], [0, 1], [0, 2, 3], [2, 3, 4, 5])] == ["", "3", "0, 1", "0, 2, 3", "2–5"]
    assert as_often(["150", "200", "150"]) == "150 (×2), 200"
    assert percent(.0123) == "1 %" and percent(.0123, 2) == "1.23 %"


@pytest.mark.parametrize(("value", "form", "said"), [
    (-.312, ".2f", "−0.31"), (2.46, "+.1f", "+2.5"), (-2.4, "+.1f", "−2.4"), (-.2, ".0f", "0"),
    (-.04, "+.1f", "0.0"), (.004, "+.2f", "0.00"), (float("nan"), "+.1f", "+nan"),
    (-1e-9, ".2g", "−1e−09"), (-1308.2, ",.0f", "−1,308"), (-100., "+.0f", "−100")])
def test_a_minus_is_a_minus(value, form, said):
    assert typeset(value, form) == said
