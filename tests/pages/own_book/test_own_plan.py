"""Which networks are trained for a set: enough for each verdict that it can have, and why it cannot have others."""
import math
from collections import Counter

import pytest
import yaml
from made_sets import faces, own, without_people

from fer_lib.analysis.rules import rules
from fer_lib.pages.notebooks import BOOK
from fer_lib.pages.own_book import plan as plans
from fer_lib.pages.own_book.plan import MOST, PLANS, SEEDS, matched, plan_for
from fer_lib.runs.grid import read_jobs

KINDS = {"CNN+AD", "CNN", "CNN, shuffled labels", "CNN, identities"}


def kinds(plan, group):
    names = (f"{job.recipe.variant}{', shuffled labels' * job.shuffled}{', identities' * job.identity}"
             for job in plan.jobs if job.group == group)
    return Counter(names)


def test_the_quick_plan_has_the_book_s_controls_seed_by_seed():
    plan = plan_for(own(), "quick")
    assert kinds(plan, "controls") == dict.fromkeys(KINDS, 5)
    in_book = [job for job in read_jobs(BOOK / "parameters/evidence.yml") if job.group == "controls"]
    book = {(job.recipe, job.shuffled, job.identity, job.seed) for job in in_book}
    ours = {(job.recipe, job.shuffled, job.identity, job.seed) for job in plan.jobs if job.group == "controls"}
    assert ours == book, "steps, rate, first weights and seeds are those of evidence.yml"


def test_five_seeds_are_the_fewest_by_which_six_comparisons_can_be_told_from_chance():
    most = max(len(rule.comparisons) for rule in rules().values() if rule.name in ("units", "parts", "photographs"))
    needed = rules()["units"].level / most
    assert 2 / math.comb(10, 5) <= needed < 2 / math.comb(8, 4) and len(SEEDS) == 5


def test_variants_are_of_three_folds_and_end_by_the_rule():
    plan = plan_for(own(), "quick")
    assert kinds(plan, "runs") == dict.fromkeys(("CNN+AD", "CNN", "CNN+A", "CNN+D", "CNN with biases"), 3)
    of_runs = [job for job in plan.jobs if job.group == "runs"]
    assert {job.recipe.patience for job in of_runs} == {1500} and {job.recipe.k for job in of_runs} == {1.}
    assert {job.fold for job in of_runs} == {0, 1, 2} and all(job.recipe.steps == 31_000 for job in of_runs)


def test_the_full_plan_has_all_folds_at_the_paper_s_size_and_one_difference_at_a_time():
    plan = plan_for(own(), "full")
    assert {job.faces["size"] for job in plan.jobs if job.group != "controls"} == {96}
    assert kinds(plan, "runs") == dict.fromkeys(("CNN+AD", "CNN", "CNN+A", "CNN+D", "CNN with biases"), 10)
    assert kinds(plan, "differences") == {"CNN+AD": 18} and not plan.cannot


def test_a_set_without_people_codes_and_folds_gets_what_it_can_have():
    plan = plan_for(own(without_people()), "quick")
    assert kinds(plan, "controls") == dict.fromkeys(KINDS - {"CNN, identities"}, 5) and not kinds(plan, "runs")
    assert set(plan.cannot) == {"units", "identity", "variants", "biases", "earlier", "differences"}
    assert "one official fold" in plan.cannot["variants"] and "who its images show" in plan.cannot["identity"]
    assert "drawn probe" in plan.cannot["units"]


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("made", [faces(), faces("ck48", codes=False), faces("tfd", folds=5, codes=False),
                                  without_people()])
def test_every_plan_is_a_list_that_the_queue_reads(plan, made, tmp_path):
    found = plan_for(own(made), plan)
    (tmp_path / "plan.yml").write_text(yaml.safe_dump(found.items), encoding="utf-8")
    assert read_jobs(tmp_path / "plan.yml") == found.jobs
    assert set(found.cannot) <= set(rules()) and all(why.endswith(".") for why in found.cannot.values())


@pytest.mark.parametrize("plan", PLANS)
def test_weights_stay_so_that_networks_can_be_asked_again(plan):
    assert all(job.keep_weights for job in plan_for(own(), plan).jobs)


def test_larger_sets_are_learned_longer_up_to_what_a_plan_allows(monkeypatch):
    class Set:
        trained_on = 1046
    assert matched(Set, "quick") == 1000, "as the twin"
    Set.trained_on = 200
    assert matched(Set, "quick") == 1000
    Set.trained_on = 28_709                         # FER2013
    assert matched(Set, "quick") == MOST["quick"] and matched(Set, "full") == MOST["full"]
    Set.trained_on = 1600
    assert matched(Set, "quick") == 1500


def test_a_trial_is_tiny_and_says_that_it_tells_nothing():
    plan = plan_for(own(), "minutes")
    assert plan.trial and sum(job.recipe.steps for job in plan.jobs) <= 200 and set(plan.cannot) == set(rules())
    assert plan.measured == {plans.CONTROLS}
