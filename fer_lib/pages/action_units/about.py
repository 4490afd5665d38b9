"""What the chapter speaks of: the filters of one network, and the action units of the faces that it is shown."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ...analysis.samples import Sample, comparable_in_both
from ...datasets import FaceDataset
from ...runs.run import Run
from ..notebooks import glue


@dataclass(frozen=True, eq=False)
class About:
    trained: Run
    faces: FaceDataset
    units: list[str]                # that are looked at, A
    in_training: np.ndarray         # (N, F) responses to the images that were trained on
    filters: int                    # how many stand in charts and tables

    @property
    def run(self) -> str:
        """Its name, for the source of a number."""
        return self.trained.folder.name

    @cached_property
    def shown(self) -> np.ndarray:
        """Those with the strongest responses."""
        return np.argsort(-self.in_training.max(0), kind="stable")[:self.filters]

    @cached_property
    def responsive(self) -> np.ndarray:
        """(F,) which filters tell any two training images apart: of the others every unit would be a guess."""
        return self.in_training.max(0) > self.in_training.min(0)

    @property
    def n(self) -> int:
        return int(self.responsive.sum())


def require_units(faces: FaceDataset):
    if faces.action_units is None:
        raise ValueError(f"{faces.name} comes without action units, which this chapter is about. For CK+48 name them: "
                         "options {au_table: units.csv} or {facs: CK+'s folder FACS}.")


def show_sample(sample: Sample, usable: pd.Series, faces: FaceDataset, subjects: str):
    """Print and glue what is counted; print which units are too rare, and what is not coded."""
    units = sample.units
    glue("au_frames", len(sample.responses), source=f"{faces!r}, {subjects}")
    glue("au_cases", len(units), source=f"{faces!r}, {subjects}")
    print(f"{len(sample.responses):,} frames of {len(units):,} cases; {units.shape[1]} units: {', '.join(units)}")
    if not usable.all():
        print(f"too rarely present, or absent, here: {', '.join(usable.index[~usable])}")
    if missing := int(units.isna().sum().sum()):
        print(f"not coded: {missing:,} of {units.size:,} fields of cases and units; a case is left out for these units "
              "only")


def glue_parameters(**parameters: float):
    for name, value in parameters.items():
        glue(f"au_{name}", value, source="parameter of this chapter")


def glue_comparable(known: Sample, new: Sample, least: int, least_new: int, faces: FaceDataset):
    glue("au_inside_both", len(comparable_in_both(known, new, least, least_new)),
         source=f"{faces!r}: units that can be tested within an expression on both parts")
