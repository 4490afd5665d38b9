"""What the chapter looks at: a network without biases, and one face."""
import numpy as np

from ...datasets import FaceDataset
from ...faces import render, subjects
from ...runs import Run

SMILE = {"AU6": .6, "AU12": .8, "AU25": 1.}


def without_biases(run: Run) -> Run:
    """The run itself. ValueError where its convolutions have biases."""
    if run.recipe.bias:
        raise ValueError(f"{run.folder} is {run.recipe.variant}; this chapter is about a network without them")
    return run


def chosen_face(faces: FaceDataset, position: int, may_show: bool) -> tuple[np.ndarray, str]:
    """Pixels (1, 1, S, S) uint8 of an image of the set, or of a drawn face in its place; and which it is, in words."""
    if may_show:
        return faces.images[position][None], (f"The face on this page: image {position} of {faces.name}, "
                                              f"{faces.classes[faces.labels[position]]}.")
    drawn = render(subjects(8)[7], SMILE, size=faces.images.shape[-1])
    return drawn[None, None], (f"The face on this page is drawn, and not one of {faces.name}: its photographs are "
                               "shown by -p show_faces True, in your own copy.")
