"""Numbers as texts have them."""
from fer_lib.pages.markup import percent
from fer_lib.pages.numbers import power, rounded


def test_numbers_in_words():
    assert [power(value) for value in (1.43e-5, 1., 26.)] == ["1.4·10⁻⁵", "1.0·10⁰", "2.6·10¹"]
    assert [rounded(value) for value in (26_400., 17.7, 3.6e6)] == ["26,000", "18", "3,600,000"]
    assert percent(.0123) == "1 %" and percent(.0123, 2) == "1.23 %"
