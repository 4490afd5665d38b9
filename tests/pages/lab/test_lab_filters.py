"""FilterExplorer: what is set and read, and that its numbers are those of the book's own functions."""
import numpy as np
import pytest
from traitlets import TraitError

from fer_lib.analysis import divergence, histograms, p_value, permutation_null, sample_auc, sample_of
from fer_lib.analysis.attribution import guided
from fer_lib.analysis.responses import responses
from fer_lib.pages.lab import FilterExplorer, shown
from fer_lib.pages.lab.questions import Answers, Choice, ask_family
from fer_lib.pages.lab.work import Stopped
from fer_lib.preprocessing import see
from fer_lib.runs.store import stored_run

SHUFFLES = 60


@pytest.fixture(scope="module")
def sample(run, faces):
    """Of the people trained on in fold 0."""
    found = responses(run.network, faces.images, run.recipe.normalisation, progress=False)
    return sample_of(faces, found.strongest, faces.split(0).train)


def test_divergence_auc_and_null_are_the_chapter_s(explorer, sample):
    units = sample.units[["AU12"]]
    counts = histograms(sample.responses[:, [42]], sample.case, 20)
    assert explorer.divergence == pytest.approx(float(divergence(counts, units, .5)[0, 0]), abs=1e-6)
    assert explorer.auc == pytest.approx(sample_auc(sample)[42, list(sample.units).index("AU12")], abs=1e-6)
    null = permutation_null(lambda shuffled: divergence(counts, shuffled, .5), units, sample.is_neutral, SHUFFLES,
                            np.random.default_rng(0), progress=False)[:, 0, 0]
    assert explorer.p == pytest.approx(float(p_value(np.float32(explorer.divergence), null)))
    assert f"D(with‖without) = {explorer.divergence:.3f} nats" in explorer._said.value


def test_divergences_of_all_filters_are_there_to_choose_by(explorer):
    assert explorer.divergences.shape == (256, len(explorer.units))
    assert explorer.divergences.at[42, "AU12"] == pytest.approx(explorer.divergence, abs=1e-6)


def test_the_images_are_those_that_excite_it_most(explorer, faces, run):
    train = faces.split(0).train
    strongest = responses(run.network, faces.images[train], run.recipe.normalisation, progress=False).strongest[:, 42]
    assert explorer.top[0] == train[strongest.argmax()]
    assert len(set(faces.cases[list(explorer.top)])) == len(explorer.top) == 6, "one of each sequence"
    explorer.images = 2
    assert len(explorer.wait().top) == 2 and explorer._pictures.value.count("<figure>") == 2


def test_pictures_go_back_by_captum(explorer, faces, run):
    answers, images = explorer.answers, np.array(explorer.top[:3])
    found = answers.back_to_pixels(images, 42, lambda *_: None)
    x = see(faces.images[images], run.recipe.normalisation)
    expected = guided(run.network, x, [42] * 3, answers.all.row[images, 42], answers.all.column[images, 42])
    np.testing.assert_allclose(found, expected, atol=1e-7)


def test_what_is_set_is_computed_and_heard(explorer):
    heard = []
    explorer.observe(lambda change: heard.append(change["new"]), "divergence")
    before = explorer.divergence
    explorer.filter, explorer.unit, explorer.bins = "conv3:7", "AU1", 10
    assert explorer.wait().divergence != before and heard[-1] == explorer.divergence and explorer.filter == "conv3:7"
    explorer.people = "held out"
    assert not set(explorer.wait().top) & set(explorer.faces.split(0).train)


@pytest.mark.parametrize(("name", "value", "message"), [
    ("filter", "conv3:256", "'conv3:256' is no filter: they are conv3:0 to conv3:255"),
    ("filter", "conv2:1", "is no filter"), ("filter", -1, "is no filter"), ("unit", "AU99", "there are: AU1, "),
    ("fold", 10, "folds 0 to 9, not 10"), ("people", "nobody", "train, held out, all"), ("bins", 1, "2 to 200"),
    ("images", 25, "1 to 24"), ("images", "x", "expected an int"), ("unit", 3, "expected a unicode")])
def test_what_is_not_possible_is_said_and_changes_nothing(explorer, name, value, message):
    before = getattr(explorer, name)
    with pytest.raises((ValueError, TraitError), match=message):
        setattr(explorer, name, value)
    assert getattr(explorer, name) == before


def test_what_is_typed_wrong_is_told(explorer):
    address = explorer.children[1].children[0]
    address.value = "conv3:9"
    assert explorer.wait().filter == "conv3:9"
    address.value = "conv3:999"
    assert "is no filter" in explorer._work.words.value and address.value == "conv3:9"
    explorer.children[1].children[2].click()
    assert explorer.wait().filter == "conv3:10" == address.value


def test_controls_and_traits_are_one(explorer):
    controls = {control.description: control for control in explorer.children[1].children}
    controls["unit"].value, controls["bins"].value = "AU25", 12
    assert (explorer.unit, explorer.bins) == ("AU25", 12)
    explorer.bins = 150
    assert controls["bins"].value == 150
    explorer.wait()


def test_all_filters_are_asked_once_for_the_same_people(explorer, sample):
    explorer.ask_all().wait()
    expected = ask_family(sample.with_units(list(explorer.units)), Choice(shuffles=SHUFFLES), lambda *_: None)
    np.testing.assert_allclose(explorer.family, expected)
    assert "Among all 256 filters and all units" in explorer._said.value
    explorer.bins = 11
    assert explorer.wait().family is None


def test_what_was_stopped_goes_on_and_repeats_nothing(run, faces):
    answers, told = Answers(run, faces), []

    def tell(what, done, of):
        told.append(done)
        if len(told) == 2:
            raise Stopped

    with pytest.raises(Stopped):
        answers.ask(tell)
    assert answers.done == 64 and not answers.complete
    answers.ask(tell)
    assert answers.complete and told[:3] == [0, 64, 64] and len(answers.all.strongest) == len(faces)


def test_faces_of_another_size_and_names_that_are_none(run, faces):
    with pytest.raises(ValueError, match=r"the run saw 96 pixels, these faces have 48: load_dataset\(…, size=96\)"):
        FilterExplorer(stored_run(), faces)
    with pytest.raises(TypeError, match="FilterExplorer has no filtre; it has filter, unit"):
        FilterExplorer(run, faces, filtre=3)


def test_photographs_and_sets_without_units(run, faces):
    from dataclasses import replace
    few = faces.select(np.arange(80))
    other = replace(few, name="ck_plus", action_units=None, intensities=None, folds=None)
    explorer = FilterExplorer(run, other, shuffles=SHUFFLES, filter=5).wait()
    assert explorer.units == () and explorer.unit == "" and len(explorer.top) == 6
    assert shown.NO_UNITS in explorer._said.value and "<img" not in explorer._pictures.value
    assert "show_faces=True" in explorer._pictures.value
    with pytest.raises(ValueError, match="No action unit is coded often enough"):
        explorer.divergences  # noqa: B018
    may = FilterExplorer(run, other, show_faces=True, shuffles=SHUFFLES, filter=5).wait()
    assert may._pictures.value.count("<img") == 12
