"""What is chosen on half of the people and scored on the others: as the library does it for its own networks."""
from dataclasses import replace

import numpy as np
import torch
from made_networks import Noise

from fer_lib.analysis.chance import family_wise, shuffled
from fer_lib.analysis.crosstalk import crosstalk
from fer_lib.analysis.probe import against_rest, best_by_halves, halves
from fer_lib.analysis.ranks import sample_auc
from fer_lib.pages.report.asking import ask
from fer_lib.pages.report.by_halves import aucs_of_halves, beyond_chance, both_ways, line, of_unit, one_by_one
from fer_lib.pages.report.drawn import asked_faces
from fer_lib.pages.report.sources import Seen, as_network, found
from fer_lib.pages.report.units_shown import units_shown


def noisy():
    probe = asked_faces().probe
    return probe, ask(as_network(found(Noise(), Seen()), Seen()), probe.images, rotations=2, progress=False)


def test_it_is_what_the_library_s_own_networks_are_asked():
    probe, answers = noisy()
    sample = against_rest(probe, answers.responses)
    shown, own = units_shown(answers, probe, 19, np.random.default_rng(0), progress=False), best_by_halves(sample)
    assert np.allclose(shown.table["AUC"], own["AUC"]) and (shown.table["filter"] == own["filter"]).all()
    assert np.allclose(shown.crosstalk, crosstalk(sample)) and np.allclose(np.diag(shown.crosstalk), own["AUC"])
    rotated = [best_by_halves(against_rest(probe, mixture))["AUC"].mean() for mixture in answers.mixed]
    assert np.allclose(shown.rotated, rotated) and len(rotated) == 2
    assert np.allclose(shown.by_person.mean(), own["AUC"]), "everybody shows as many frames"


def test_the_best_of_one_half_is_scored_on_the_other():
    first, second = torch.tensor([[.9, .5], [.2, .4]]), torch.tensor([[.6, .7], [.1, .3]])
    # by hand: unit 0: filter 0 (.9) → .6, filter 1 (.1) → 1 - .2; unit 1: filter 1 (.4) → 1 - .3, filter 0 (.7) → .5
    assert torch.allclose(both_ways(first, second), torch.tensor([(.6 + .8) / 2, (.7 + .5) / 2]))
    assert torch.allclose(both_ways(first[None], second[None]), both_ways(first, second)[None])


def test_frames_are_exchanged_within_people_and_their_half():
    probe, answers = noisy()
    (part,) = one_by_one(against_rest(probe, answers.responses))[:1]
    assert np.unique(part.strata, return_counts=True)[1].tolist() == [8] * 12
    by_person = part.units.groupby(part.strata).sum()
    assert (by_person == 3).all().all() and len(part.parts[0].ranks) == 6 * 8
    first, second = aucs_of_halves([part])
    assert first.shape == second.shape == (12, 1)


def test_shuffled_within_strata_it_is_the_library_s_auc():
    probe, answers = noisy()
    (part,) = one_by_one(against_rest(probe, answers.responses))[3:4]
    sample = of_unit(against_rest(probe, answers.responses), part.units.columns[0])
    rng = np.random.default_rng(0)
    for _ in range(3):
        units = part.units.iloc[shuffled(part.strata, rng)].reset_index(drop=True)
        for own, half, shown in zip(part.aucs(units), halves(sample), (units[:48], units[48:]), strict=True):
            again = replace(half, units=shown.reset_index(drop=True))
            assert np.allclose(own, sample_auc(again, again.labels))


def test_the_line_is_where_p_gets_small():
    rng = np.random.default_rng(0)
    null = .5 + .1 * rng.normal(size=(199, 6)) * [1, 1, 1, 2, 2, 0]
    for shift in np.linspace(0, .6, 25):
        observed = np.full(6, .5 + shift)
        p = family_wise(observed[None], null[:, None]).cell_p[0]
        assert ((observed > line(observed, null)) == (p <= .05)).all()


def test_no_unit_is_beyond_chance_more_often_than_it_should():
    """Of 40 networks of noise two may have one, and hardly five."""
    probe = asked_faces().probe
    rng, wrong = np.random.default_rng(1), 0
    for _ in range(40):
        sample = against_rest(probe, rng.normal(size=(len(probe), 3)))
        parts = one_by_one(sample)[:4]
        wrong += (beyond_chance(parts, 39, rng, "", progress=False)["p"] <= .05).any()
    assert wrong <= 6
