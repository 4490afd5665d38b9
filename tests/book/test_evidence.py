"""The list of the networks that the verdicts rest on: what is in it, and that it finds those that are there."""
import json
from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest

from fer_lib.analysis.rules import FOLD, rules
from fer_lib.pages.notebooks import BOOK, RESULTS
from fer_lib.runs.grid import Job, read_jobs
from fer_lib.runs.run import WEIGHTS, folder_name, recorded
from fer_lib.runs.store import stored_runs
from fer_lib.training import Recipe

JOBS = read_jobs(BOOK / "parameters/evidence.yml")
THERE = {path.parent.name: path.parent for path in RESULTS.glob("*/*/config.json")}
RULE = {"every": 250, "patience": 1500}


def name_of(job: Job) -> str:
    """The folder of a run on the twin, without drawing it: from the configuration of a stored run."""
    of = json.loads((THERE["synthetic-48-cnn-fold0-seed1-66c29973"] / "config.json").read_text(encoding="utf-8"))
    dealt = {"shuffled": job.seed} if job.shuffled else {}
    of["dataset"]["parameters"] |= {"size": job.faces["size"]} | dealt
    return folder_name(of | {"recipe": recorded(job.recipe), "fold": job.fold, "seed": job.seed})


def test_the_groups_come_in_the_order_of_the_queue_and_no_fold_or_seed_is_passed_over():
    assert list(dict.fromkeys(job.group for job in JOBS)) == ["photographs", "controls", "runs", "differences"]
    counts = Counter((job.group, job.recipe.variant + ", shuffled" * job.shuffled + ", identity" * job.identity
                      + ", 96 pixels" * (job.faces["size"] == 96)) for job in JOBS)
    assert counts == {
        ("photographs", "CNN+AD"): 5, ("photographs", "CNN"): 3, ("photographs", "CNN, shuffled"): 5,
        ("controls", "CNN"): 5, ("controls", "CNN, shuffled"): 5, ("controls", "CNN, identity"): 5,
        ("controls", "CNN+AD"): 5, ("runs", "CNN+AD"): 10, ("runs", "CNN"): 10, ("runs", "CNN+A"): 10,
        ("runs", "CNN+D"): 10, ("runs", "CNN with biases"): 10, ("runs", "CNN+AD, 96 pixels"): 3,
        ("runs", "CNN, 96 pixels"): 1,
        ("differences", "CNN+AD"): 18}
    for group, own in (("photographs", 0), ("controls", 0), ("runs", 1), ("differences", 1)):
        of_group = [job for job in JOBS if job.group == group]
        by_kind = {}
        for job in of_group:
            by_kind.setdefault((job.item, job.seed if own else job.fold), []).append(job.fold if own else job.seed)
        assert all(numbers == list(range(1 - own, len(numbers) + 1 - own)) for numbers in by_kind.values())
    assert all(job.recipe.k == 1 for job in JOBS)


def test_of_photographs_the_weights_of_one_network_a_kind_are_kept():
    kept = [(job.item, job.seed) for job in JOBS if job.group == "photographs" and job.keep_weights]
    assert kept == [(1, 1), (2, 1), (3, 1)]


def test_those_that_are_matched_differ_in_their_labels_only():
    """… and CNN+AD is as it is in all of the book's controls."""
    plain = Recipe.quick(steps=1000, every=1000)
    for job in JOBS:
        if job.group == "controls":
            both = job.recipe.augment
            assert job.recipe == (Recipe.quick(augment=True, dropout=True, steps=2000, every=2000) if both else plain)
            assert job.faces == {"name": "synthetic", "size": 48} and not (both and (job.shuffled or job.identity))
        if job.group == "photographs":
            stops = {"steps": job.recipe.steps, "every": job.recipe.steps} if job.shuffled else RULE
            assert job.recipe == Recipe.released(initialisation="fan-in", k=1., augment=job.recipe.augment,
                                                 dropout=job.recipe.dropout, **stops)


def test_of_photographs_shuffled_labels_are_learned_as_long_as_cnn_s_longest():
    [steps] = {job.recipe.steps for job in JOBS if job.group == "photographs" and job.shuffled}
    stored = [run for run in stored_runs(RESULTS / "photographs") if run.recipe.variant == "CNN"
              and run.labels == "expressions"]
    assert len(stored) == 3 and steps == max(run.metrics["steps"] for run in stored)


def test_with_the_whole_list_every_comparison_of_seeds_can_be_decided():
    """There are so many seeds that p could be small enough, corrected for all comparisons of a claim."""
    rows = [{"group": job.group, "seed": job.seed, "kind": kind} for job in JOBS
            for kind in (job.recipe.variant + ", shuffled labels" * job.shuffled + ", identities" * job.identity,
                         "not trained")]
    networks = pd.DataFrame(rows).drop_duplicates(ignore_index=True)
    for rule in rules().values():
        for name, comparison in rule.comparisons.items():
            if comparison.how != FOLD:
                measured = {comparison.of: range(len(networks)), f"{comparison.of}, {comparison.theirs[0]}": -1.}
                effect = comparison.effect(networks.assign(**measured), rule.test_to_train)
                assert rule.possible(effect) is not None, f"{rule.name}, {name}"


def test_of_the_differences_each_is_one():
    [base] = {job.recipe for job in JOBS if job.recipe.variant == "CNN+AD"
              and (job.group, job.faces["size"]) == ("runs", 48)}
    changes = [{"rate": .001}, {"initialisation": "paper"}, {"normalisation": "full"}, {"rescale": False},
               {"decay_biases": False}, {"replacement": False}]
    recipes = list(dict.fromkeys(job.recipe for job in JOBS if job.group == "differences"))
    assert recipes == [replace(base, **change) for change in changes]


@pytest.mark.parametrize("group, least", [("controls", 15), ("runs", 26)])
def test_runs_that_were_there_before_the_list_are_found_by_it(group, least):
    jobs = {name_of(job): job for job in JOBS if job.group == group and not job.identity}
    there = [name for name in THERE if name in jobs]
    assert len(there) >= least
    assert all((THERE[name] / WEIGHTS).exists() for name in there if jobs[name].keep_weights), "none is trained again"
