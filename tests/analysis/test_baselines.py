"""What came before such networks: its features, how its constant is chosen, and its place beside the networks."""
import numpy as np
import pytest
from made_runs import faces_of, run_of

from fer_lib.analysis.baselines import (
    Method,
    Tuned,
    best_on_validation,
    gabor_features,
    hog_features,
    methods,
    tune,
    with_best_method,
)
from fer_lib.analysis.networks import table_of
from fer_lib.analysis.rules import rules
from fer_lib.datasets import Split

LABELS = np.array([0, 0, 1, 1, 1, 0, 1])
SPLIT = Split(np.arange(4), np.array([4, 5]), np.array([6]))


def stripes(wide: int) -> np.ndarray:
    """(1, 48, 48): a period is so many pixels wide, or high if it is negative."""
    row = np.cos(2 * np.pi * np.arange(48) / abs(wide))
    return (np.tile(row, (48, 1)) if wide > 0 else np.tile(row, (48, 1)).T)[None]


def test_features_have_their_sizes_and_of_grey_there_is_nothing():
    grey = np.full((2, 48, 48), .5)
    assert hog_features(grey).shape == (2, 800) and not hog_features(grey).any()
    assert gabor_features(grey).shape == (2, 1152) and not gabor_features(0 * grey).any()


def test_a_gabor_filter_answers_to_its_frequency_and_orientation():
    """Filter 0 has a period of 4 pixels along rows, filter 4 along columns, filter 16 one of 8 pixels."""
    answers = [gabor_features(stripes(wide)).reshape(32, 6, 6)[:, 1:5, 1:5].mean((1, 2)) for wide in (4, -4, 8)]
    assert [answer.argmax() for answer in answers] == [0, 4, 16]


def test_the_gradients_of_stripes_have_one_orientation():
    upright, lying = (hog_features(stripes(wide)).reshape(-1, 8).sum(0) for wide in (8, -8))
    assert upright.argmax() != lying.argmax() and upright.max() > .9 * upright.sum()


def constant(C: float):
    """A classifier that names its constant, whatever it sees."""
    class Always:
        def fit(self, x, labels):
            return self

        def predict(self, x):
            return np.full(len(x), C)

        def score(self, x, labels):
            return float((labels == C).mean())

    return Always()


def test_the_constant_is_that_which_is_best_on_validation():
    method = Method(lambda pixels: pixels, constant, [0, 1])
    x = np.zeros((7, 1))
    found = tune(method, x, np.where(np.arange(7) == 5, 1, LABELS), SPLIT)          # validation shows class 1 only
    assert (found.constant, found.validation, found.named.tolist()) == (1, 1., [1])
    assert tune(method, x, LABELS, SPLIT).constant == 0, "of equal ones the first"
    nothing = SPLIT._replace(validation=np.array([], int))
    assert tune(method._replace(constants=[5, 6, 7]), x, LABELS, nothing)[1:] == (6, 0), "the middle one"


def test_of_many_images_some_choose_the_constant_and_all_train(monkeypatch):
    trained_on = []

    def counting(C: float):
        """A classifier that names how many images it learned from, and is the better the larger its constant."""
        class Counting:
            def fit(self, x, labels):
                self.images = len(x)
                trained_on.append((C, self.images))
                return self

            def predict(self, x):
                return np.full(len(x), self.images)

            def score(self, x, labels):
                return C + self.images / 100

        return Counting()

    x, train = np.zeros((7, 1)), SPLIT.train
    method = Method(lambda pixels: pixels, counting, [0, 1])
    tune(method, x, LABELS, SPLIT)
    assert trained_on == [(0, len(train)), (1, len(train))], "as many as there are"
    trained_on.clear()
    monkeypatch.setattr("fer_lib.analysis.baselines.MANY", 2)
    assert tune(method, x, LABELS, SPLIT) == ([len(train)], 1, 1 + len(train) / 100)
    assert trained_on == [(0, 2), (2, 2), (1, len(train))], "the two of four weigh twice as much"


def test_methods_learn_what_can_be_learned():
    rng, labels = np.random.default_rng(0), np.arange(30) % 2
    pixels = rng.uniform(size=(30, 48, 48)).astype(np.float32) * .1
    pixels[labels == 1, :, ::4] += .5
    faces = faces_of(labels)
    found = {name: tune(method, method.features(pixels), labels, faces.split(0))
             for name, method in methods(faces, [0]).items()}
    right = [name for name, one in found.items() if (one.named == labels).all()]
    assert right == ["PCA + LR", "HOG + SVM", "Gabor + SVM"]
    assert len(set(found["majority"].named)) == 1 and found["majority"].validation == .5


@pytest.mark.parametrize("images, components", [(30, 30), (120, 100)])
def test_there_are_as_many_components_as_there_can_be(images, components):
    pipeline = methods(faces_of([0] * images), [0])["PCA + LR"].classifier(1)
    assert pipeline[0].n_components == components


def test_the_best_on_validation_is_best_over_folds():
    def found(*accuracies):
        return {fold: Tuned(np.array([]), 1, one) for fold, one in enumerate(accuracies)}

    assert best_on_validation({"even": found(.6, .6), "once": found(.9, .1)}) == "even"
    assert best_on_validation({}) is None


def test_the_best_earlier_method_stands_beside_the_networks():
    tried = {name: {fold: Tuned(np.array(named), 1, 0.) for fold in range(3)}
             for name, named in (("good", [0, 0, 1, 0]), ("bad", [1, 1, 1, 1]))}
    runs = [run_of("CNN+AD", fold, share=95 + fold) for fold in range(3)] + [run_of("CNN", 0)]
    networks = table_of(runs, "runs")
    table = with_best_method(networks, tried, faces_of())
    own = table[table["kind"] == "best earlier method"]
    assert own["accuracy"].tolist() == [75] * 3 and own["fold"].tolist() == [0, 1, 2], "chosen on these folds"
    found = rules()["earlier"].judge(table)
    assert found.word == "supported" and found.n == 3
    assert found.findings["best earlier method"].effect.difference == pytest.approx(21)
    assert rules()["earlier"].judge(with_best_method(networks, {}, faces_of())).word == "not testable here"
    assert not len(with_best_method(table_of([], "runs"), tried, faces_of()))
