import copy
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss
from training_faces import CLASSES, toy

from fer_lib import evaluation, load_dataset
from fer_lib.evaluation import accuracy_and_loss, chosen, evaluate, predict, settled, wilson
from fer_lib.network import ZeroBiasCNN, initialise
from fer_lib.preprocessing import local_contrast_normalise
from fer_lib.runs.store import stored_run

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def network():
    network = ZeroBiasCNN(4, dropout=.5)
    initialise(network, "fan-in", k=1.)
    return network.eval()


def always(named, classes=4):
    """A network that names one class whatever it sees."""
    network = ZeroBiasCNN(classes)
    torch.nn.init.zeros_(network.output.weight)
    network.output.bias.data = torch.eye(network.classes)[named] * 3
    return network.eval()


def test_many_images_say_how_far_they_are(network, monkeypatch, capsys):
    monkeypatch.setattr("fer_lib.system.console.EVERY", 0.)
    monkeypatch.setattr(evaluation, "BATCH", 2)
    images = np.zeros((5, 1, 48, 48), np.uint8)
    predict(network, images)
    assert capsys.readouterr().err == ""
    predict(network, images, progress="network 7, test images")
    said = capsys.readouterr().err
    assert "network 7, test images: 4 of 5 images" in said and "5 of 5 images" in said


# How sure one can be


@pytest.mark.parametrize("n", [1, 2, 7, 33, 129, 1308])
def test_wilson_equals_scipys(n):
    for k in sorted({0, 1, n // 3, n // 2, n - 1, n}):
        expected = binomtest(k, n).proportion_ci(.95, "wilson")
        assert wilson(k / n, n) == pytest.approx((expected.low, expected.high), abs=1e-7)


@given(st.floats(0, 1), st.integers(1, 10_000))
def test_an_interval_holds_the_share_and_is_one_of_shares(share, n):
    low, high = wilson(share, n)
    assert 0 <= low <= share + 1e-12 and share - 1e-12 <= high <= 1 and high - low > 1e-5
    assert high - low > np.subtract(*reversed(wilson(share, 4 * n)))            # more cases, more certain


def test_frames_of_a_sequence_are_one_case_and_neutral_ones_one_each():
    labels = [0, 0, 3, 3, 3, 2, 2, 2, 0, 2]
    sequences = ["a", "b", "a", "a", "a", "b", "b", "b", "b", "c"]
    faces = toy(people=3).select(np.arange(10))
    faces = type(faces)("made", faces.images, labels, CLASSES, subjects=faces.subjects, sequences=sequences)

    def groups(faces, index):                               # of positions, by the case they are in
        numbers = faces.cases[index]
        index = np.arange(10)[index]
        return sorted(index[numbers == number].tolist() for number in set(numbers))

    assert groups(faces, np.arange(10)) == [[0], [1], [2, 3, 4], [5, 6, 7], [8], [9]]
    assert groups(faces, np.array([2, 3, 5])) == [[2, 3], [5]]
    assert groups(faces, np.arange(10) < 4) == [[0], [1], [2, 3]]       # a mask
    alone = type(faces)("made", faces.images, labels, CLASSES, subjects=faces.subjects)
    assert groups(alone, np.array([2, 3, 5])) == [[2], [3], [5]]
    six = type(faces)("made", faces.images, np.array(labels) // 2, ("anger", "happy"), sequences=sequences)
    assert len(groups(six, np.arange(10))) == 3             # a set without neutral faces


# What a network names


def test_predict_is_the_network_on_normalised_faces_piece_by_piece(network, monkeypatch):
    faces = toy()
    x = torch.from_numpy(faces.images).float() / 127.5
    whole = network(local_contrast_normalise(x, "full"))
    monkeypatch.setattr(evaluation, "BATCH", 7)
    logits = predict(network, faces.images, "full")
    assert logits.dtype == torch.float32 and not logits.requires_grad and torch.allclose(logits, whole, atol=1e-4)
    assert torch.allclose(predict(network, x.numpy(), "full"), whole, atol=1e-4)
    assert not torch.allclose(predict(network, faces.images), whole, atol=1e-1)         # the other normalisation
    assert predict(network, faces.images[:0]).shape == (0, 4)


@pytest.mark.parametrize("training", [True, False])
def test_predict_switches_dropout_off_and_leaves_the_network_as_it_was(network, training):
    images = toy().images
    network.train(training)
    assert torch.equal(predict(network, images), predict(network, images)) and network.training == training
    with pytest.raises(ValueError, match="image 0 of 2 holds NaN"):
        predict(network, np.full((2, 1, 16, 16), np.nan, np.float32))
    assert network.training == training and network.dropout.training == training
    network.eval()


@pytest.mark.parametrize("index", [np.arange(1, 9), np.isin(np.arange(40), np.arange(1, 9))])
def test_by_hand_a_network_that_always_says_happy(index):
    """Positions or a mask: images 1 to 8 show anger, happy and surprise of s00 and all of s01, one more neutral."""
    measured = evaluate(always(2), toy(), index)
    assert measured["accuracy"] == .25 and measured["images"] == measured["n"] == 8
    assert measured["interval"] == pytest.approx(binomtest(2, 8).proportion_ci(.95, "wilson"), abs=1e-7)
    assert measured["recall"] == {"neutral": 0, "anger": 0, "happy": 1, "surprise": 0}
    assert measured["confusion"] == [[0, 0, 2, 0]] * 4
    assert measured["loss"] == pytest.approx(math.log(math.exp(3) + 3) - 3 / 4)


def test_a_class_without_images_has_no_recall_and_an_output_without_class_is_counted():
    faces = toy()
    measured = evaluate(always(4, classes=[*CLASSES, "fear"]), faces, faces.labels == 1)
    assert measured["recall"] == {"neutral": None, "anger": 0, "happy": None, "surprise": None}
    assert measured["confusion"] == [[0] * 5, [0, 0, 0, 0, 10], [0] * 5, [0] * 5] and measured["accuracy"] == 0


@given(st.permutations(CLASSES), st.sets(st.sampled_from(CLASSES), min_size=1))
@settings(max_examples=25, deadline=None)
def test_classes_are_compared_by_name(order, kept):
    """A network with its outputs in another order, on a part of the classes, says what it said."""
    faces, network = toy(), ZeroBiasCNN(CLASSES).eval()
    initialise(network, "fan-in", k=1., seed=3)
    network.output.weight.data *= 30                        # so that it names more than one class
    other = ZeroBiasCNN(order).eval()
    other.load_state_dict(network.state_dict())
    outputs = [CLASSES.index(name) for name in order]
    for name in ("weight", "bias"):
        setattr(other.output, name, torch.nn.Parameter(getattr(network.output, name)[outputs]))
    named = [CLASSES[i] for i in predict(network, faces.images).argmax(1)]
    names = [name for name in CLASSES if name in kept]
    index = np.isin(faces.labels, [CLASSES.index(name) for name in names])
    part = faces.select(index)
    part = replace(part, classes=names, labels=[names.index(CLASSES[label]) for label in part.labels])
    measured = evaluate(other, part, np.arange(len(part)))
    true = [CLASSES[label] for label in faces.labels[index]]
    said = [name for name, own in zip(named, index, strict=True) if own]
    assert measured["accuracy"] == pytest.approx(np.mean([a == b for a, b in zip(true, said, strict=True)]))
    columns = [*names, *(name for name in order if name not in names)]
    assert measured["confusion"] == [[sum(t == one and s == other for t, s in zip(true, said, strict=True))
                                      for other in columns] for one in names]


def test_the_book_s_eight_class_network_on_six_classes():
    """By position it would be right for one face in forty."""
    faces, six = (load_dataset("synthetic", size=48, classes=classes, progress=False) for classes in (None, 6))
    run = stored_run(size=48)
    part = six.split(0).test
    named = np.array(faces.classes)[predict(run.network, six.images[part]).argmax(1)]
    measured = evaluate(run.network, six, part, run.recipe.normalisation)
    assert measured["accuracy"] == (named == np.array(six.classes)[six.labels[part]]).mean() > .75
    other = evaluate(run.network, faces, faces.split(0).test, run.recipe.normalisation)
    assert all(measured["recall"][name] == other["recall"][name] for name in six.classes), "the same faces"


def test_a_network_s_names_are_those_of_its_training(tmp_path):
    assert ZeroBiasCNN(CLASSES).class_names == CLASSES and ZeroBiasCNN(4).class_names is None
    assert ZeroBiasCNN(list(CLASSES)).classes == ZeroBiasCNN(4).classes == 4
    for classes in (["happy", "happy"], ["happy"], 1, ()):
        with pytest.raises(ValueError, match="at least 2 different classes"):
            ZeroBiasCNN(classes)


def test_it_equals_scikit_learns(network):
    faces, network = toy(), copy.deepcopy(network)
    network.output.bias.data -= predict(network, faces.images).mean(0)          # untrained, it says the same of all
    measured, logits = evaluate(network, faces, np.arange(40)), predict(network, faces.images)
    named, shares = logits.argmax(1).numpy(), logits.double().softmax(1).numpy()
    assert measured["accuracy"] == accuracy_score(faces.labels, named) and len(set(named)) > 1
    assert measured["loss"] == pytest.approx(log_loss(faces.labels, shares), rel=1e-6)
    assert measured["confusion"] == confusion_matrix(faces.labels, named).tolist()
    assert accuracy_and_loss(logits, faces.labels) == (measured["accuracy"], measured["loss"])


def test_errors_say_what_is_wrong(network):
    faces = toy()
    with pytest.raises(ValueError, match="toy: no images to evaluate on"):
        evaluate(network, faces, np.zeros(40, bool))
    for outputs in (3, 5):
        with pytest.raises(ValueError, match=f"the network has {outputs} outputs without names"):
            evaluate(ZeroBiasCNN(outputs), faces, np.arange(4))
    with pytest.raises(ValueError, match="knows neutral, anger, happy, but not surprise"):
        evaluate(ZeroBiasCNN(CLASSES[:3]), faces, np.arange(4))
    with pytest.raises(ValueError, match="toy has no expression labels to compare with"):
        evaluate(network, toy(classes=(), labels=np.full(40, -1)), np.arange(4))


# What a history says


def history(**columns):
    table = pd.DataFrame(columns)
    return table.assign(step=range(10, 10 * len(table) + 10, 10))


def test_the_chosen_checkpoint_and_how_ties_are_decided():
    table = history(validation_accuracy=[.5, .9, .9, .9, .2], validation_loss=[.1, .8, .7, .7, .3],
                    test_accuracy=[.8, .1, .2, .3, .8], test_loss=[.5, .1, .1, .1, .5])
    assert chosen(table)["step"] == 30                      # of three the two with the lowest loss, and the earlier
    assert chosen(table, "test")["step"] == 10
    assert chosen(table[::-1])["step"] == 30


@pytest.mark.parametrize("loss, flat", [
    (np.linspace(2, .1, 20), False),                        # falling
    ([1.39] * 20, False),                                   # flat at ln 4: a guesser's
    ([.1] * 20, True),
    ([.1] * 9, False),                                      # too few to tell
    ([2.] * 6 + [.1] * 4, True),                            # of 10, the last four are flat
    ([2.] * 7 + [.1] * 3, False),                           # the step lies in the fifth before
    ([2.] * 12 + [.1] * 8, True),                           # of 20, the last eight
    ([.1] * 8 + [1.10] * 2, True),                          # grown, but below .8 ln(4) = 1.109
    ([.1] * 8 + [1.12] * 2, False),
    ([.6] * 6 + [.150, .150, .101, .101], True),            # .049 below the fifth before
    ([.6] * 6 + [.152, .152, .101, .101], False),
])
def test_a_training_has_settled_when_its_loss_is_low_and_flat(loss, flat):
    assert settled(history(loss=loss), 4) is flat
