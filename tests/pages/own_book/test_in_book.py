"""What stands beside other faces' verdicts is what the book's own chapters find."""
from fer_lib.analysis.networks import of_faces
from fer_lib.analysis.rules import rules
from fer_lib.datasets import load_dataset
from fer_lib.pages.notebooks import RESULTS
from fer_lib.pages.own_book.in_book import BY_OTHERS, verdicts_of_book


def test_it_is_judged_from_the_same_networks_by_the_same_rules():
    found = verdicts_of_book()
    assert set(found) == set(rules()) - set(BY_OTHERS)
    twin = of_faces(load_dataset("synthetic", size=48), RESULTS / "controls")
    for name in ("units", "parts", "identity"):
        assert found[name] == rules()[name].judge(twin).word
