"""A claim on a page: its numbers in words, and what results.json gets of it."""
import math
import re

import numpy as np
import pandas as pd
import pytest

from fer_lib.analysis.comparisons import Effect
from fer_lib.analysis.rules import Comparison, rules
from fer_lib.analysis.words import VERDICTS
from fer_lib.pages import claims


def of(name="accuracy", smallest=2.) -> Comparison:
    return Comparison(name, ("CNN+D",), ("CNN",), "paired by fold", "runs", smallest)


def table(**points) -> pd.DataFrame:
    noise = np.random.default_rng(0).normal(0, .1, 10)
    return pd.DataFrame([{"group": "runs", "kind": kind, "fold": fold, "seed": 1, "run": f"{kind} {fold}",
                          "known before": fold < 3,
                          "accuracy": 80 + ahead + noise[fold] * ahead}
                         for kind, ahead in ({"CNN": 0.} | points).items() for fold in range(10)])


def test_an_effect_in_words():
    effect = Effect(2.46, -2.4, 7.84, .2, 10)
    assert claims.effect_in_words(effect, of()) == "+2.5 [−2.4, +7.8]"
    assert claims.effect_in_words(effect, of("best filter", .05)) == "+2.46 [−2.40, +7.84]"
    ratio = Effect(math.log(1.2), math.log(.9), math.log(1.6), .2, 10)
    assert claims.effect_in_words(ratio, of(claims.STEPS, .1)) == "×1.20 [0.90, 1.60]"
    assert claims.smallest_effect(of(claims.STEPS, .1)) == "×1.11" and claims.smallest_effect(of("likeness", 0.)) == ""


def test_what_is_rounded_to_zero_has_no_sign():
    assert claims.with_interval(.004, -.004, .25, digits=2) == "0.00 [0.00, +0.25]"


def test_means_are_kept_with_a_minus_and_without_a_signed_zero(glued):
    networks = pd.DataFrame({"kind": ["CNN", "CNN", "not trained"], "criteria": [-2., -1., -.04]})
    claims.glue_means("of", networks, {"criteria": 1}, "made")
    assert glued["of_criteria_cnn"]["display"] == "−1.5" and glued["of_criteria_not_trained"]["display"] == "0.0"


def test_a_verdict_is_kept_with_each_of_its_comparisons(glued):
    networks = table(**{"CNN+D": 5., "CNN+A": 4., "CNN+AD": 9.})
    found = rules()["variants"].judge(networks)
    shown = claims.glue_comparisons("claim", found, networks)
    assert shown["comparison"].tolist() == list(rules()["variants"].comparisons) and set(shown["which is"]) == {"ahead"}
    assert set(glued) == {"claim", *(f"claim_{name}" for name in (
        "dropout", "augmentation", "both", "both_above_dropout", "both_above_augmentation"))}
    assert (glued["claim"]["value"], glued["claim"]["display"], glued["claim"]["n"]) == (1, "supported", 10)
    assert glued["claim_dropout"]["value"] == pytest.approx(5, abs=.3) and glued["claim_dropout"]["n"] == 10
    assert "12 of 40 networks were made by then" in glued["claim"]["source"]
    assert f"rule of {rules()['variants'].date}" in glued["claim_both"]["source"]
    one, finding = glued["claim_dropout"], found.findings["dropout"]
    assert one["interval"] == pytest.approx([finding.effect.low, finding.effect.high])
    assert (one["claim"], one["comparison"], one["word"]) == ("variants", "dropout", "ahead")
    assert one["p"] == pytest.approx(finding.p) and "ours" not in one, "pairs are of folds, and not of two sides"
    assert (glued["claim"]["claim"], glued["claim"]["wanting"]) == ("variants", "")


def test_a_verdict_counts_the_networks_that_it_rests_on():
    networks = table(**{"CNN+D": 5., "CNN+A": 4., "CNN+AD": 9., "CNN with biases": 0.})
    networks = networks[(networks["kind"] != "CNN with biases") | (networks["fold"] < 2)]
    networks = pd.concat([networks, networks.assign(kind="not trained", run="CNN 0"), networks.assign(group="other")])
    for claim, there in {"biases": (4, 4), "variants": (12, 40)}.items():
        own = claims.compared(rules()[claim].judge(networks), networks)
        assert claims.count_known_before(own) == there, "folds 0 and 1 of the two kinds, and all of four"


def test_every_verdict_has_a_label_and_no_other_word_has():
    labels = [claims.verdict_label(word) for word in VERDICTS]
    assert labels[0] == '<span class="verdict verdict-supported">supported</span>'
    assert labels[-1] == '<span class="verdict verdict-not-testable">not testable here</span>'
    assert len(set(claims.LABELS.values())) == len(VERDICTS)
    with pytest.raises(KeyError):
        claims.verdict_label("ahead")


def test_a_verdict_is_shown_as_a_label(glued, monkeypatch):
    shown = []
    monkeypatch.setattr(claims, "display", lambda *parts: shown.extend(parts))
    networks = table(**{"CNN+D": 5., "CNN+A": 4., "CNN+AD": 9.})
    claims.show_verdict("claim", rules()["variants"].judge(networks), networks)
    assert f"**Verdict:** {claims.verdict_label('supported')} by the rules of" in shown[0].data
    columns = re.findall(r'class="col_heading[^>]*>([^<]*)<', shown[1].data)
    assert columns[:2] == ["comparison", "which is"], "what decides comes before what may be out of sight"
    assert columns[-1] == "networks" and len(columns) == 7


def test_what_could_not_be_compared_is_said_and_not_kept(glued):
    networks = table(**{"CNN+D": 5.})
    shown = claims.glue_comparisons("claim", rules()["variants"].judge(networks), networks).set_index("comparison")
    assert shown.at["both", "which is"] == "not testable here" and shown.at["both", "difference"] == ""
    assert glued["claim"]["display"] == "not testable here" and "claim_both" not in glued
    assert glued["claim"]["wanting"] == "no networks of all folds of the kind CNN+A, CNN+AD"


def test_how_many_networks_are_older_than_the_rules_is_said_of_none_too():
    """"0 of 35 are no younger, so their numbers may have been known" stood on the pages of a reader's own faces."""
    networks = table()

    def said(networks) -> str:
        return claims.older_than_rules(*claims.count_known_before(networks))

    assert said(networks) == (
        "3 of the 10 networks are no younger, so their numbers may have been known")
    assert said(networks[~networks["known before"]]) == "all 7 networks are younger"
    assert said(networks[:0]) == "no networks are judged"
