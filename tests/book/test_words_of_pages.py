"""Which words of a page the book's extension takes for those that explain themselves."""
from tips import Words, pattern


def test_text_is_read_without_code_and_pictures():
    page = ("<p>AU1 <code>AU2</code> AU4</p><pre>AU5 <span>AU6</span></pre><svg><text>AU7</text></svg>"
            "<script>AU9</script><img alt='AU10'><td>AU12<br>AU14</td>")
    assert Words(page).text == "AU1 AU4 AU12 AU14"


def test_terms_are_found_in_either_case_one_or_many_and_as_whole_words():
    text = "Folds, held-out, Held\nout; Kullback–Leibler divergences, twofold, folded"
    found = pattern(["held out", "Kullback–Leibler divergence", "fold"]).finditer(text)
    assert [match[0] for match in found] == ["Folds", "held-out", "Held\nout", "Kullback–Leibler divergences"]
