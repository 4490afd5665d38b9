"""What the chapter `data` shows of a set: people with their units, the probe set, methods' accuracies."""
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from fer_lib import FaceDataset
from fer_lib.faces import subjects
from fer_lib.faces.sampling import Frame, Shot
from fer_lib.pages import data

UNITS = pd.DataFrame({"AU6": [0., 0, 1, 0, 0], "AU12": [0, 1, 1, 0, np.nan]})


def faces(**more) -> FaceDataset:
    """Two people: B smiles weakly, then strongly, and is sad; A is sad only."""
    return FaceDataset(**{"name": "made", "images": np.zeros((5, 1, 48, 48), np.uint8), "labels": [0, 1, 1, 2, 2],
                          "classes": ("neutral", "happy", "sadness"), "subjects": ["B", "B", "B", "B", "A"],
                          "action_units": UNITS} | more)


def test_of_each_person_the_last_frame_of_each_expression_counts():
    last = data.last_frames(faces())
    assert list(last.index) == ["B", "A"], "who shows most comes first"
    assert last.loc["B"].to_list() == [0, 2, 3] and last.loc["A", "sadness"] == 4 and last.loc["A"].isna().sum() == 2


def test_images_of_people_who_are_not_known_are_not_one_person_s():
    some = faces(subjects=["1", "", "", "2", ""], folds=np.ones((5, 1), np.uint8))
    assert data.statistics(some).data["subjects"].to_dict() == {"neutral": 1, "happy": 0, "sadness": 1}
    assert sorted(data.last_frames(some).index) == ["1", "2"]
    nobody = faces(subjects=[""] * 5, folds=np.ones((5, 1), np.uint8))
    assert data.statistics(nobody).data["subjects"].sum() == 0
    assert data.one_person(nobody).data.count("<img") == 3, "an image of each class"
    assert data.people_by_expression(nobody, 2).data.count("<img") == 5


def test_one_person_with_the_units_of_each_face():
    page = data.one_person(faces()).data
    assert page.count("<img") == 3
    assert all(f">{caption}</figcaption>" in page for caption in ("neutral", "happy: AU6, AU12", "sadness"))


def test_what_is_not_coded_is_not_said():
    assert data.units_in_words(faces(), 4) == "" and data.units_in_words(faces(action_units=None), 2) == ""


def test_without_people_there_is_an_image_of_each_class():
    page = data.one_person(faces(subjects=None, labels=[1] * 5)).data
    assert page.count("<img") == 1 and ">happy</figcaption>" in page, "the first of them shows no unit"
    assert data.people_by_expression(faces(subjects=None), 2).data.count("<img") == 5


def test_frames_of_the_probe_set_say_what_they_show():
    frames = [Frame(0, "s", "", units, Shot()) for units in ({"AU12": .4}, {"AU1": 1., "AU9": .5})]
    page = data.probe_frames(subjects(1)[0], frames).data
    assert ">AU12, 0.4</figcaption>" in page and ">AU1 + AU9</figcaption>" in page
    assert "A synthetic face with AU1 at 1.0 and AU9 at 0.5" in page


def test_each_fold_is_a_dot_in_per_cent():
    figure = data.accuracy_dots({"linear": [.7, .8], "network": pd.Series([.9])}, .25)
    (linear, network), (guess,) = figure.axes[0].collections, figure.axes[0].lines
    assert linear.get_offsets()[:, 0].tolist() == [70, 80] and network.get_offsets()[:, 1].tolist() == [1]
    assert linear.names == ["linear · fold 0 · 70.0", "linear · fold 1 · 80.0"]
    assert guess.get_xdata()[0] == 25 and "largest class" in figure.axes[0].texts[0].get_text()
    plt.close(figure)
