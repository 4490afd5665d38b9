"""What a network puts out for classes: as what it is taken, and which column is which."""
import numpy as np
import pytest
import torch
from made_networks import Small

from fer_lib.pages.report.asking import ask
from fer_lib.pages.report.drawn import asked_faces
from fer_lib.pages.report.sources import Seen, as_network, found

FACES = asked_faces().probe.images[:7]
NAMES = "anger", "happy", "other"
LOGITS = torch.randn(7, 3, generator=torch.Generator().manual_seed(0)) * 2
TRUE = LOGITS.double().softmax(1)


def answers_of(function, classes=NAMES, batch=3):
    network = as_network(found(function, seen := Seen(classes=classes, batch=batch)), seen)
    return network, ask(network, FACES, progress=False)


def rows_of(table):
    """A function that answers with a table's rows, image by image."""
    def answers(images):
        own = [[image.tobytes() for image in FACES].index(image.tobytes()) for image in images]
        return np.zeros((len(images), 2)), table[own]

    return answers


@pytest.mark.parametrize("given, close, taken_as", [
    (TRUE, 1e-9, "probabilities"), (TRUE.bfloat16(), .5, "probabilities"),
    (TRUE.numpy().round(2), 1.5, "probabilities"), (100 * TRUE, 1e-9, "probabilities in per cent"),
    ((100 * TRUE).round(), 1.5, "probabilities in per cent"),
    (LOGITS, 1e-4, "logits, of which a softmax is taken"), (5 + LOGITS, 1e-4, "logits, of which a softmax is taken")])
def test_as_what_it_is_taken(given, close, taken_as):
    _, answers = answers_of(rows_of(given))
    assert answers.taken_as == taken_as and np.allclose(answers.points.sum(1), 100)
    assert np.allclose(answers.points, 100 * TRUE, atol=close)


def test_it_is_the_same_for_all_images():
    """Of a few, which may look like probabilities, it cannot be told."""
    logits = LOGITS.clone()
    logits[:3] = TRUE[:3]
    _, answers = answers_of(rows_of(logits))
    assert answers.taken_as.startswith("logits") and np.allclose(answers.points, 100 * logits.softmax(1), atol=1e-4)


def test_a_report_says_as_what(of_units):
    assert of_units.found["asked"]["its output is taken for"] == "probabilities"


def test_a_buffer_that_is_used_again_is_read_in_time():
    buffer, answers = np.empty((3, 3)), rows_of(TRUE.numpy())

    def function(images):
        responses, rows = answers(images)
        buffer[:len(rows)] = rows
        return responses, buffer[:len(rows)]

    assert np.allclose(answers_of(function)[1].points, 100 * TRUE)


def test_a_class_is_found_by_its_name_in_whatever_order():
    answers = rows_of(TRUE.numpy())

    def likeliest_first(images):
        responses, rows = answers(images)
        order = np.argsort(-rows.mean(0))
        return responses, {NAMES[own]: rows[:, own] for own in order}

    network, found_by = answers_of(likeliest_first, (), 1)
    assert set(network.classes) == set(NAMES)
    assert np.allclose(found_by.points[:, [network.classes.index(name) for name in NAMES]], 100 * TRUE)


def test_other_classes_for_other_images_are_refused():
    def best_two(images):
        names = ["happy", "anger"] if (images == FACES[0]).all((1, 2, 3)).any() else ["happy", "fear"]
        return np.zeros((len(images), 2)), {name: np.full(len(images), .5) for name in names}

    with pytest.raises(ValueError, match="best_two must name the same classes for all images; it names happy, fear, "
                                         "and before it named happy, anger"):
        answers_of(best_two, (), 2)


def test_a_logit_of_minus_infinity_is_never():
    logits = LOGITS.clone()
    logits[:, 2] = -np.inf
    assert not answers_of(rows_of(logits))[1].points[:, 2].any()


def small_with(names) -> Small:
    module = Small()
    module.class_names = names
    return module


def test_a_module_may_name_its_classes():
    for names in (["Anger", "happy", "other"], ("neutral", "a", "joy")):
        network = as_network(found(small_with(names), seen := Seen(layer="second", size=40)), seen)
        assert network.classes == tuple(names) and ask(network, FACES, progress=False).points.shape == (7, 3)


@pytest.mark.parametrize("names", [
    ["AU1", "AU2", "AU4"], ["tench", "goldfish", "shark"], ["neutral", "a", "b"], ["happy", "joy", "sad"],
    ["happy", "happy", "sad"], ["anger", "happy"], ["anger", "happy", "sad", "fear"], [0, 1, 2], ["happy", 1, "sad"],
    "joy", 3, lambda: ["anger", "happy", "sad"], {"anger": 0, "happy": 1, "sad": 2}, np.array(["anger", "happy", "a"]),
    [], None])
def test_class_names_that_are_none_of_expressions_are_left_alone(names):
    network = as_network(found(small_with(names), seen := Seen(layer="second", size=40)), seen)
    assert network.classes == () and ask(network, FACES, progress=False).points is None
