"""How alike two pictures are, and how much of one the image explains: extremes, by hand, and by another route."""
import numpy as np
import pytest
import torch
from scipy.stats import pearsonr, rankdata

from fer_lib import ZeroBiasCNN
from fer_lib.analysis.attribution import crop, guided
from fer_lib.analysis.likeness import explained, likeness, mean_of, mismatched, rank_correlation, structural_similarity
from fer_lib.analysis.responses import Responses, responses
from fer_lib.network import initialise
from fer_lib.preprocessing import local_contrast_normalise, scale

IMAGES = np.random.default_rng(0).integers(0, 256, (12, 1, 48, 48), dtype=np.uint8)


def network_of(seed: int = 0) -> ZeroBiasCNN:
    network = ZeroBiasCNN(4).eval()
    initialise(network, "fan-in", k=1., seed=seed)
    return network


@pytest.fixture(scope="module")
def answers():
    return responses(network_of(), IMAGES, progress=False)


def test_likeness_and_share_have_their_extremes():
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 32, 32))
    one[:5] = np.nan                                            # beyond the border
    for measure in (rank_correlation, structural_similarity):
        assert measure(one, one) == pytest.approx(1) == measure(one, -3 * one), "absolute values, each scaled to 1"
    assert abs(rank_correlation(one, other)) < .1
    assert structural_similarity(one, other) < .3
    face = rng.normal(size=(32, 32))
    edges = face - np.roll(face, 1, axis=1)
    edges[:, 0] = np.nan                                        # where the roll comes around
    assert explained(edges, face) == pytest.approx(1), "a filter of two weights"
    assert explained(other, face) < .1
    one[:28] = np.nan
    assert np.isnan(rank_correlation(one, other)), "four rows are too few for a similarity"
    assert np.isnan(structural_similarity(one, other))


def test_rank_correlation_of_what_both_see():
    picture = np.arange(64.).reshape(8, 8)
    assert rank_correlation(picture, -picture) == pytest.approx(1), "absolute values"
    assert rank_correlation(picture, 63 - picture) == pytest.approx(-1)
    assert rank_correlation(picture, np.zeros((8, 8))) == 0
    beyond = np.where(np.arange(8)[:, None] < 3, np.nan, picture)
    assert np.isnan(rank_correlation(beyond, picture)) and np.isnan(rank_correlation(picture, beyond))


def test_a_flat_picture_has_nothing_to_explain():
    face = np.random.default_rng(0).normal(size=(32, 32))
    assert np.isnan(explained(np.zeros((32, 32)), face)) and np.isnan(explained(np.full((32, 32), np.nan), face))


def test_the_mean_is_of_what_can_be_compared():
    values = np.array([1., np.nan, 3.])
    assert mean_of(lambda one, other: one + other, values, np.ones(3)) == 3
    assert np.isnan(mean_of(lambda one, other: np.nan, values, values)) and np.isnan(mean_of(min, [], []))
    with pytest.raises(ValueError, match="shorter"):
        mean_of(min, values, values[:2])


def test_a_picture_is_compared_with_one_of_another_filter_in_another_image():
    which, where = np.array([0, 0, 1, 1, 2, 2]), np.array([5, 6, 5, 6, 5, 7])
    numbered = [np.full((8, 8), float(i)) for i in range(6)]
    found = [int(one[0, 0]) for one in mismatched(numbered, which, where, np.random.default_rng(0))]
    assert (which[found] != which).all() and (where[found] != where).all()
    pairs = mismatched(numbered[:4], which[:4], where[:4], np.random.default_rng(0))
    assert [one[0, 0] for one in pairs] == [3, 2, 1, 0], "there is one each"


def test_where_there_is_no_other_filter_nothing_is_compared():
    pictures = list(np.random.default_rng(0).normal(size=(2, 8, 8)))
    found = mismatched(pictures, np.zeros(2, int), np.array([0, 1]), np.random.default_rng(0))
    assert np.isnan(found).all() and np.isnan(mean_of(rank_correlation, pictures, found))


def test_pictures_are_as_alike_as_their_networks(answers):
    network = network_of()
    same, by_chance = likeness(network, network, answers, IMAGES, filters=4, each=2)
    assert same == pytest.approx(1) and by_chance < .6
    other, chance_again = likeness(network, network_of(9), answers, IMAGES, filters=4, each=2)
    assert by_chance - .2 < other < 1 and chance_again == by_chance, "chance knows one network only"
    one, none = likeness(network, network, answers, IMAGES, filters=1, each=2)
    assert one == pytest.approx(1) and np.isnan(none), "one filter has no other"


def test_likeness_worked_out_picture_by_picture(answers):
    """Image by image and by another formula: Pearson's correlation of ranks."""
    network, unlearned = network_of(), network_of(3)
    found = []
    for f in np.argsort(-answers.strongest.max(0), kind="stable")[:3]:
        for i in np.argsort(-answers.strongest[:, f], kind="stable")[:2]:
            neuron = [f], [answers.row[i, f]], [answers.column[i, f]]
            x = local_contrast_normalise(scale(torch.from_numpy(IMAGES[i:i + 1])))
            pair = [np.abs(crop(guided(one, x, *neuron)[0], neuron[1][0], neuron[2][0]))
                    for one in (network, unlearned)]
            found.append(pearsonr(*(rankdata(one[~np.isnan(one)]) for one in pair)).statistic)
    of_all, _ = likeness(network, unlearned, answers, IMAGES, filters=3, each=2)
    assert of_all == pytest.approx(np.mean(found), abs=1e-4)


def test_of_each_case_a_filter_has_one_image(answers):
    twice = np.repeat(IMAGES, 2, axis=0)
    doubled = Responses(*(np.repeat(of, 2, axis=0) for of in answers))
    network, unlearned = network_of(), network_of(3)
    found = likeness(network, unlearned, doubled, twice, filters=3, each=2, cases=np.repeat(np.arange(12), 2))
    assert found == pytest.approx(likeness(network, unlearned, answers, IMAGES, filters=3, each=2), abs=1e-5)


def test_where_nothing_responds_nothing_is_alike(answers):
    silent = Responses(np.zeros((12, 256), np.float32), answers.row, answers.column)
    assert np.isnan(likeness(network_of(), network_of(), silent, IMAGES)).all()


def test_answers_are_those_of_the_images(answers):
    with pytest.raises(ValueError, match="3 images are not the 12 that were answered"):
        likeness(network_of(), network_of(), answers, IMAGES[:3])
