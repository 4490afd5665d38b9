"""What is left of "pixel intensity" once each image is stretched, and how the contrast of what a network is trained on
compares with that of test images."""
import numpy as np
import pandas as pd
import torch
from IPython.display import HTML
from pandas.io.formats.style import Styler

from ...analysis.contrast import levels, share_within
from ...preprocessing import change_intensity
from ..markup import percent
from ..notebooks import glue
from ..numbers import power, small_table
from ..pictures import face_grid

EXPONENTS = .25, .5, 1, 2, 4


def curves_of_a_face(x: torch.Tensor) -> HTML:
    """The face (1, 1, S, S) with its grey levels to each of EXPONENTS, stretched."""
    n, exponents = len(EXPONENTS), torch.tensor(EXPONENTS)
    curved = change_intensity(x.expand(n, -1, -1, -1), exponents, torch.ones(n), torch.zeros(n))
    return face_grid(curved[:, 0].numpy() / 2, [f"a = {value:g}" for value in EXPONENTS], width=76,
                     alt=[f"The face with its grey levels to the power {value:g}" for value in EXPONENTS])


def glue_difference(difference: float, n: int, dataset: str):
    glue("paper_and_code_bc_difference", difference, n=n, display=power(difference),
         source=f"{dataset}, test images of fold 0, levels 0 to 2: largest change by b and c")


def level_table(test: torch.Tensor, stretched: torch.Tensor, augmented: torch.Tensor, dataset: str) -> Styler:
    """Mean levels and contrast (columns) of test images, the same stretched, and augmented training images (rows),
    (N, 1, S, S) each. Glues how their contrasts compare."""
    found = {"test images": levels(test), "the same, stretched": levels(stretched),
             "training, augmented": levels(augmented)}
    of_test, of_stretched, of_augmented = (values["contrast"] for values in found.values())
    within, n = share_within(of_test, of_augmented), len(of_test)
    glue("paper_and_code_stretched_contrast", of_stretched.mean() / of_test.mean(), n=n,
         source=f"{dataset}, test images: contrast after subtractive normalisation, stretched by as they are")
    glue("paper_and_code_training_contrast", of_augmented.mean() / of_test.mean(), n=len(of_augmented),
         source=f"{dataset}: contrast after subtractive normalisation, augmented training images by test images")
    glue("paper_and_code_test_within", within, n=n, display=percent(within),
         source=f"{dataset}: test images whose contrast is within the 5th to 95th percentile of augmented training "
                "images")
    glue("paper_and_code_images_compared", n, source=f"{dataset}, test images of fold 0; as many to train on")
    return small_table(pd.DataFrame({name: {what: np.mean(value) for what, value in values.items()}
                                     for name, values in found.items()}).T, precision=3)
