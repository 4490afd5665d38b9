"""The chapter `action_units`: its statistics on data whose answer is known, and the whole of it on small sets."""
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from layouts import write
from scipy.stats import entropy, kstest, mannwhitneyu

from fer_lib import Recipe, ZeroBiasCNN, load_or_train
from fer_lib.network import initialise
from fer_lib.notebooks import definitions

CHAPTER = definitions("action_units")
histograms, divergences, rank_sums, areas, tensor = (
    CHAPTER[name] for name in ("histograms", "divergences", "rank_sums", "areas", "tensor"))
by_chance, judged = CHAPTER["by_chance"], CHAPTER["judged"]


def planted(rng, cases=60, filters=12, units=5, *, strength=0., frames=3, noise=.1):
    """Frames of cases that are nearly equal; filter 4 answers to unit 2 as strongly as asked."""
    coded = (rng.random((cases, units)) < [.5, .3, .3, .2, .1]).astype(float)
    coded[:2], coded[2:4] = 1, 0                                # nobody is left without
    of_case = rng.normal(size=(cases, filters))
    of_case[:, 4] += strength * coded[:, 2]
    case = np.repeat(np.arange(cases), frames)
    return of_case[case] + noise * rng.normal(size=(len(case), filters)), case, coded


def test_a_divergence_of_three_bins_worked_out_by_hand():
    answers = np.array([[0.], [0.], [.5], [1.], [0.], [.5], [.5], [1.]])        # bins 0 0 1 2 | 0 1 1 2
    counts = histograms(answers, np.arange(8), 3)
    assert counts[:, 0].argmax(1).tolist() == [0, 0, 1, 2, 0, 1, 1, 2]
    units = tensor([[1], [1], [1], [1], [0], [0], [0], [0]])
    p, q = np.array([2, 1, 1]) + .5, np.array([1, 2, 1]) + .5                   # (2.5 1.5 1.5)/5.5, (1.5 2.5 1.5)/5.5
    expected = (2.5 * np.log(2.5 / 1.5) + 1.5 * np.log(1.5 / 2.5)) / 5.5
    assert divergences(counts, units, .5).item() == pytest.approx(expected, rel=1e-5)
    assert expected == pytest.approx(entropy(p, q))


@given(arrays(np.float64, (24, 3), elements=st.floats(0, 9)), st.integers(1, 12), st.floats(.01, 2), st.booleans())
def test_a_divergence_is_finite_never_negative_and_that_of_scipy(answers, bins, smoothing, reverse):
    units = np.zeros((12, 2))
    units[:3, 0], units[::2, 1] = 1, 1
    case = np.repeat(np.arange(12), 2)
    counts = histograms(answers, case, bins)
    found = divergences(counts, tensor(units), smoothing, reverse).numpy()
    assert np.isfinite(found).all() and (found > -1e-6).all()
    for f, a in ((0, 0), (2, 1)):
        p = counts[units[:, a] == 1, f].sum(0).numpy() + smoothing
        q = counts[units[:, a] == 0, f].sum(0).numpy() + smoothing
        assert found[f, a] == pytest.approx(entropy(*((q, p) if reverse else (p, q))), abs=2e-6)


def test_equal_samples_have_no_divergence():
    answers = np.tile(np.random.default_rng(0).random((10, 4)), (2, 1))
    units = np.repeat([[1.], [0.]], 10, axis=0)
    assert divergences(histograms(answers, np.arange(20), 7), tensor(units), .5).abs().max() < 1e-6


def test_an_area_is_that_of_scipy_with_ties_and_within_strata():
    rng = np.random.default_rng(0)
    answers, case, coded = planted(rng, strength=1.)
    answers = np.round(answers, 1)                              # ties
    units, strata = torch.from_numpy(coded), np.arange(60) % 3
    found = areas(rank_sums(answers, case), units).numpy()
    within = areas(rank_sums(answers, case, strata), units).numpy()
    for f, a in ((4, 2), (0, 0), (11, 4)):
        on = coded[case, a] == 1
        assert found[f, a] == pytest.approx(
            mannwhitneyu(answers[on, f], answers[~on, f]).statistic / (on.sum() * (~on).sum()))
        sums = np.zeros(2)
        for stratum in range(3):
            own = strata[case] == stratum
            sums += (mannwhitneyu(answers[on & own, f], answers[~on & own, f]).statistic,
                     (on & own).sum() * (~on & own).sum())
        assert within[f, a] == pytest.approx(sums[0] / sums[1])
    many = torch.stack([units, units.flip(0)])                  # several at once
    np.testing.assert_allclose(areas(rank_sums(answers, case), many)[1],
                               areas(rank_sums(answers, case), units.flip(0)))


def test_shuffling_keeps_each_case_in_its_stratum():
    strata = np.array([0, 1, 1, 0, 2, 1, 0])
    rng = np.random.default_rng(0)
    orders = np.stack([CHAPTER["shuffled"](strata, rng) for _ in range(50)])
    assert (strata[orders] == strata).all() and (orders[:, 4] == 4).all()
    assert (np.sort(orders, axis=1) == np.arange(7)).all() and len({*map(tuple, orders)}) > 10


def statistic(answers, case, kind):
    if kind == "divergence":
        counts = histograms(answers, case, 10)
        return lambda units: divergences(counts, units, .5)
    sums = rank_sums(answers, case)
    return lambda units: areas(sums, units)


def study(answers, case, coded, kind, repeats, rng):
    """As the chapter takes its nulls: z of an AUC counts in either direction."""
    of, strata = statistic(answers, case, kind), np.zeros(len(coded))
    null = by_chance(of, coded, strata, repeats, rng)
    return judged(of(tensor(coded)).numpy(), null, two_sided=kind == "area")


@pytest.mark.parametrize("strength", [2., -2.])
@pytest.mark.parametrize("kind", ["divergence", "area"])
def test_a_planted_pair_is_found_and_ranked_first(kind, strength):
    rng = np.random.default_rng(1)
    answers, case, coded = planted(rng, strength=strength)
    found = study(answers, case, coded, kind, 400, rng)
    assert np.unravel_index(found["z"].argmax(), found["z"].shape) == (4, 2)
    assert found["cell_p"][4, 2] == found["cell_p"].min() < .01 and found["filter_p"][4] < .01
    assert (np.delete(found["filter_p"], 4) < .05).sum() <= 3


def test_a_response_that_a_unit_weakens_counts_in_either_direction_only():
    rng = np.random.default_rng(1)
    answers, case, coded = planted(rng, strength=-2.)
    of = statistic(answers, case, "area")
    observed, null = of(tensor(coded)).numpy(), by_chance(of, coded, np.zeros(60), 400, rng)
    assert judged(observed, null)["cell_p"][4, 2] > .9 and judged(observed, null, two_sided=True)["cell_p"][4, 2] < .01


@pytest.fixture(scope="module")
def empty_studies():
    """p of 200 studies in which nothing is to be found: each filter's first, and the smallest of all cells'."""
    found = {"divergence": [], "area": []}
    for repeat in range(200):
        rng = np.random.default_rng([7, repeat])
        answers, case, coded = planted(rng, cases=40, filters=6)
        for kind, results in found.items():
            results.append(study(answers, case, coded, kind, 200, rng))
    return found


@pytest.mark.parametrize("kind", ["divergence", "area"])
def test_where_there_is_nothing_p_is_uniform_and_the_family_wise_error_at_its_level(empty_studies, kind):
    by_filter = np.array([one["filter_p"][0] for one in empty_studies[kind]])   # one of each study
    assert kstest(by_filter, "uniform").pvalue > .01
    rejected = np.mean([one["cell_p"].min() < .05 for one in empty_studies[kind]])
    assert .01 <= rejected <= .09, "5 % of 200 studies; 99 % of such counts are within"


def test_shuffling_frames_instead_of_sequences_finds_what_is_not_there():
    """Three frames of a sequence are nearly equal: taken for independent ones they make p too small."""
    small = {"cases": [], "frames": []}
    for repeat in range(60):
        rng = np.random.default_rng([8, repeat])
        answers, case, coded = planted(rng, cases=40, filters=5, frames=6, noise=.02)
        alone = np.arange(len(case))
        for how, of_case, units in (("cases", case, coded), ("frames", alone, coded[case])):
            small[how].append((study(answers, of_case, units, "area", 100, rng)["filter_p"] < .05).mean())
    assert np.mean(small["cases"]) < .1 < .3 < np.mean(small["frames"])


def test_frames_cases_and_units_of_a_sample():
    coded = pd.DataFrame({"AU1": [np.nan, 1, 1, 0, 0, 0, np.nan], "AU12": [np.nan, 0, 0, np.nan, 1, 1, np.nan]})
    faces = SimpleNamespace(classes=("neutral", "happy", "fear"), labels=np.array([0, 2, 2, 0, 1, 1, 2]),
                            action_units=coded, sequences=np.array(list("aaabbbc")), subjects=np.array(list("AAABBBC")))
    Sample, answers = CHAPTER["Sample"], np.arange(7.)[:, None]
    some = Sample(faces, answers, np.arange(7))
    assert some.answers[:, 0].tolist() == [1, 2, 4, 5], "neither neutral frames nor the one that nobody coded"
    assert some.case.tolist() == [0, 0, 1, 1] and some.person.tolist() == ["A", "B"]
    assert some.units.to_numpy().tolist() == [[1, 0], [0, 1]] and some.label.tolist() == [2, 1]
    last = Sample(faces, answers, np.arange(7), peak_only=True, units=["AU12"])
    assert last.answers[:, 0].tolist() == [2, 5] and last.units["AU12"].tolist() == [0, 1]
    everything = Sample(faces, answers, np.arange(7), neutral=True)
    assert len(everything.units) == 4 and everything.is_neutral.sum() == 2
    assert everything.units[everything.is_neutral].to_numpy().sum() == 0
    assert Sample(faces, answers, np.arange(7), units=[]).units.shape == (2, 0)

    probe = SimpleNamespace(classes=(), labels=np.full(7, -1), action_units=coded, sequences=faces.sequences,
                            subjects=None)
    shows = Sample(probe, answers, np.arange(7))
    assert shows.case.tolist() == [0, 0, 1, 1, 1] and shows.units["AU12"].tolist() == [0, 1]


def test_filters_that_keep_their_unit_are_told_from_those_that_do_not():
    rng = np.random.default_rng(0)
    column, sign = rng.integers(8, size=64), rng.choice([-1, 1], 64)
    area = rng.uniform(.4, .6, (64, 8))
    by_chance = CHAPTER["off_the_path"](area, column, sign)
    area[np.arange(64), column] = .5 + .3 * sign
    kept = CHAPTER["off_the_path"](area, column, sign)
    np.testing.assert_allclose(kept["auc"], .8)
    assert kept["same"] == 1 and kept["p"] < .01 and by_chance["p"] > .05
    one_unit = CHAPTER["off_the_path"](np.tile([.9, .5, .5], (64, 1)), np.zeros(64, int), np.ones(64))
    assert one_unit["same"] == 1 and one_unit["p"] > .2, "all filters alike are one finding"


def test_the_best_channel_is_chosen_on_training_subjects_and_scored_on_others():
    rng = np.random.default_rng(2)
    coded = pd.DataFrame({"AU1": np.tile([1., 0.], 20), "AU2": np.repeat([1., 0.], 20)})
    known, new = (SimpleNamespace(answers=rng.normal(size=(40, 3)), case=np.arange(40), units=coded) for _ in range(2))
    known.answers[:, 1] -= 9 * coded["AU1"]                     # the best in training, in the other direction
    known.answers[:, 2] += 5 * coded["AU1"]
    new.answers[:, 1] += 9 * coded["AU1"]                       # and wrong on others
    of_it = definitions("action_units", known_and_new=None, units=["AU1", "AU2"])
    of_it["known_and_new"] = lambda _: (known, new)
    scores, chosen = of_it["best_single"](None)
    assert chosen[0] == 1 and scores["AU1"] < .01


def test_a_unit_within_expressions_is_told_by_a_filter_that_knows_it_beyond_them_only():
    rng = np.random.default_rng(5)
    label = np.repeat([0, 1], 60)
    coded = pd.DataFrame({"AU1": rng.random(120) < np.where(label, .8, .2)}).astype(float)

    def some():
        of_unit, of_label = coded["AU1"].to_numpy(), label.astype(float)
        answers = np.stack([rng.normal(size=120), of_label + .01 * rng.normal(size=120),
                            of_unit + 5 * of_label + .1 * rng.normal(size=120)], axis=1)
        return SimpleNamespace(answers=answers, case=np.arange(120), units=coded, label=label)

    of_it = definitions("action_units", inside_both=["AU1"])
    samples = some(), some()
    of_it["known_and_new"] = lambda _: samples
    assert of_it["best_within"](None) == 1, "the third filter knows the unit within either expression"
    for one in samples:
        one.answers = one.answers[:, :2]                        # the second knows the expression, and nothing more
    assert abs(of_it["best_within"](None) - .5) < .2
    assert CHAPTER["comparable"](samples[0], 3)["AU1"] and not CHAPTER["comparable"](samples[0], 40)["AU1"]


def test_logits_without_filters_are_those_of_the_network_with_their_maps_at_zero():
    network = ZeroBiasCNN(5).eval()
    initialise(network, "fan-in", k=1., seed=1)
    maps = network.pool3(network.conv3_responses(torch.rand(3, 1, 16, 16)))
    sets = np.zeros((3, 256), bool)
    sets[1, [0, 7, 255]] = sets[2] = True
    of_it = definitions("action_units", network=network, output_of=np.array([4, 0, 1, 2, 3]),
                        faces=SimpleNamespace(classes=tuple("abcde")))
    found = of_it["logits_without"](maps, sets)
    for one, without in zip(found, sets, strict=True):
        kept = maps.clone()
        kept[:, without] = 0
        expected = network.output(network.relu4(network.fc(kept.flatten(1))))
        torch.testing.assert_close(one, expected, atol=1e-5, rtol=1e-5)
    labels = np.array([0, 2, 2])                                # the network calls them 4 and 1
    named, sure = of_it["truly_named"](found.detach(), labels), found.detach().softmax(2).numpy()
    assert named.shape == (3, 5) and np.isnan(named[:, [1, 3, 4]]).all()
    np.testing.assert_allclose(named[:, [0, 2]], np.stack([sure[:, 0, 4], sure[:, 1:, 1].mean(1)], axis=1), rtol=1e-6)


def test_random_filters_for_comparison_are_others_and_alike():
    rng = np.random.default_rng(3)
    size = np.sort(rng.random(60))                              # neighbours are alike
    nearest = np.argsort(np.abs(size[:, None] - size), axis=1)
    of_it = definitions("action_units", nearest=nearest)
    for _ in range(20):
        out = of_it["matched"](np.array([5, 6, 30]), rng)
        assert len(out) == len(set(out)) == 3 and not {5, 6, 30} & set(out)
        assert (np.abs(np.sort(out) - [5, 6, 30]) <= 24).all()


def test_the_sentence_and_the_verdict_follow_from_the_numbers():
    told, verdict_of = CHAPTER["told"], CHAPTER["verdict_of"]
    assert "nothing is compared" in told({"not trained": np.array([.6])}, False)
    taught, fresh = np.array([.8, .7, .75]), np.array([.6, .72, .5, .6, .6])
    sentence = told({"CNN+AD": taught, "not trained": fresh}, False)
    assert "at an AUC of 0.75 (CNN+AD), that of one that was not trained at 0.60.**" in sentence
    assert "CNN+AD 0.70–0.80 (n = 3), not trained 0.50–0.72 (n = 5)" in sentence and "shuffled" not in sentence
    assert "2 of the 3 CNN+AD are above every one not trained (p = 0.036)." in sentence and "the least" not in sentence
    sentence = told({"CNN": taught, "CNN, shuffled labels": fresh - .1}, False)
    assert "of a CNN on shuffled labels, hardly any of which it learned, at 0.50" in sentence
    assert "3 of the 3 CNN are above every one on shuffled labels (p = 0.018), the least" in sentence     # 1/56
    assert "hardly any" not in told({"CNN": taught, "CNN, shuffled labels": fresh}, True)
    above = CHAPTER["above"]
    assert above({"CNN": taught, "not trained": taught - .2}, ["CNN+AD", "CNN"], "not trained") is True
    assert above({"CNN": taught, "not trained": fresh}, ["CNN"], "not trained") is False
    assert above({"CNN": taught}, ["CNN"], "not trained") is above({}, ["CNN"], "not trained") is None
    names = "chance", "untrained", "shuffled", "within", "within untrained", "probe", "rotated"
    for given_facts, word in (((True,) * 7, "held"), ((True, True, None, None, None, True, None), "held"),
                              ((True, True, False, True, True, True, True), "held in part"),
                              ((True, False, True, True, True, True, True), "not held"),
                              ((False, None, None, None, None, None, None), "not held"),
                              ((True, None, None, True, True, True, True), "could not be tested")):
        assert verdict_of(dict(zip(names, given_facts, strict=True))) == word


FEW = {"size": 48, "permutations": 20, "draws": 5, "rotations": 1, "fresh": 1, "least": 3, "least_held_out": 1,
       "removed": [2]}


@pytest.fixture(scope="module")
def trained(own_cache, tmp_path_factory):
    """The folder of a run of CNN+AD on a small twin of 48 pixels."""
    from layouts import SMALL

    from fer_lib import load_dataset
    recipe = Recipe.quick(augment=True, dropout=True, steps=1, every=1, batch=8)
    faces = load_dataset("synthetic", size=48, **SMALL, progress=False)
    return load_or_train(faces, recipe, store=tmp_path_factory.mktemp("runs"), progress=False).folder


def test_the_twin(run, twin, trained, tmp_path):
    page, numbers = run("action_units", **write("synthetic", twin, tmp_path), **FEW, run=str(trained), probe_people=1)
    assert "not trained" in page and "nothing is compared" in page, "the book's networks are of other faces"
    assert numbers["au_combinations"] == 216 and 0 < numbers["au_most_median"] <= 1
    assert 0 <= numbers["au_probe_same"] <= 1 and 0 < numbers["au_bare"] < 1
    train = np.isin(twin.sequences, twin.sequences[twin.split(0).train]) & (twin.labels > 0)
    assert numbers["au_frames"] == train.sum() == 3 * numbers["au_cases"]
    assert 0 <= numbers["au_single_all"] <= 1 and numbers["au_used_of"] > 0


@pytest.mark.parametrize("name", ["ck_plus", "ck48"])
def test_other_sets(run, twin, tmp_path, name):
    page, numbers = run("action_units", **write(name, twin, tmp_path / "set"), **FEW,
                        training={"steps": 1, "every": 1, "batch": 8})
    assert "Only drawn faces, all classes of them, can be drawn without furrows." in page
    assert "stands in" in page, "neither copy has a sequence without an expression"
    assert "Verdict: could not be tested" in page or "Verdict: not held" in page
    assert 0 <= numbers["au_beyond"] <= 1


def test_a_set_without_action_units_is_refused(run, twin, tmp_path):
    from fer_lib.chapters import ChapterError
    with pytest.raises(ChapterError, match="dataset must be 'synthetic', 'ck_plus' or 'ck48', not 'fer2013'"):
        run("action_units", **write("fer2013", twin, tmp_path / "set"), **FEW)
