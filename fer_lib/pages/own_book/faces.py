"""A reader's own set of faces, and what is wrong with it: all that can be found before anything is trained.

    own = own_set("ck48", "~/CK+48", {"au_table": "units.csv"})
    own.codes, own.people, own.folds        # what it can be asked

Every mistake is a ValueError or an OSError of one sentence, which names the file and the fix.
"""
import difflib
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...datasets import FaceDataset, load_dataset
from ...datasets.layouts import locate
from ...runs.lists import FOLDS_OF, OPTIONS, check, tidy
from ..about import CALLED

PUBLISHED = {"ck_plus": 1308, "ck48": 981, "tfd": 4178, "fer2013": 35_887}       # images, as data.md has them
MANY = 100                          # images of a class, of which some are to train on
CODED_BY = {"ck_plus": "its folder FACS/ lies beside cohn-kanade-images/",
            "ck48": 'name them: --options "au_table: units.csv", or --options "facs: CK+\'s folder FACS"'}


@dataclass(frozen=True, eq=False)
class OwnSet:
    faces: FaceDataset              # in the size that small networks see
    root: Path
    options: dict                   # of the loader, paths expanded
    classes: int | None

    @property
    def name(self) -> str:
        return self.faces.name

    @property
    def called(self) -> str:
        """As people call the set."""
        return CALLED[self.name]

    @property
    def codes(self) -> bool:
        """Are action units known?"""
        return self.faces.action_units is not None

    @property
    def people(self) -> bool:
        """Is it known who the images show?"""
        return self.faces.subjects is not None and bool((self.faces.subjects != "").any())

    @property
    def folds(self) -> int:
        return self.faces.folds.shape[1]

    @property
    def trained_on(self) -> int:
        """Images that a network of fold 0 learns from."""
        return len(self.faces.split(0).train)

    def asked(self, size: int) -> dict:
        """`faces` of an item of a list of runs."""
        return {"name": self.name, "size": size, **self.options} | ({"classes": self.classes} if self.classes else {})


def own_set(name: str, root: str, options: dict, classes: int | None = None, size: int = 48) -> OwnSet:
    """Load the set. Raises for a wrong root or option, for a set that lost a part, and for units of another set."""
    known = list(OPTIONS[name])
    for option in options:
        if option not in known:
            near = "".join(f"; is {one} meant?" for one in difflib.get_close_matches(option, known, 1))
            raise ValueError(f"{CALLED[name]} has no option {option}, only {', '.join(known) or 'none'}{near}")
    check({"faces": {"name": name, "size": size, **options}})
    options = tidy({"name": name, **options})
    del options["name"]
    place = locate(name, root)                      # before minutes go into pictures
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*not one image shows")      # told below
        faces = load_dataset(name, root, size=size, classes=classes, **options)
    own = OwnSet(faces, place, options, classes)
    check_whole(own)
    check_units(own)
    return own


def check_whole(own: OwnSet):
    """ValueError where a class has no image, and where a part of the first fold has none, or none of a common class to
    train on: a folder was lost there."""
    if lost := list(own.faces.counts.index[own.faces.counts == 0]):
        raise ValueError(f"{own.root}: not one image shows {', '.join(lost)}, which {own.called} has; unpack the set "
                         f"again, its folders are not all there.\n{own.faces.report}")
    split = own.faces.split(0)
    for part, index in split._asdict().items():
        shown = np.bincount(own.faces.labels[index], minlength=len(own.faces.classes))
        lacking = (shown == 0) & (own.faces.counts.to_numpy() >= MANY)
        if not index.size or (part == "train" and lacking.any()):
            missing = [own.faces.classes[i] for i in np.flatnonzero(lacking if index.size else shown == 0)]
            raise ValueError(f"{own.root}: the {part} part of {own.called}'s first fold has no image of "
                             f"{', '.join(missing)}; a folder or a file of that part is missing")


def check_units(own: OwnSet):
    """ValueError where units were named and the set has not one of their sequences; for CK+ without its codes."""
    units = own.faces.action_units
    if units is not None and units.isna().to_numpy().all():
        table = own.options.get("au_table") or own.options.get("facs")
        first = sorted({*own.faces.sequences})[0]
        raise ValueError(f"{table or own.root}: none of its sequences is one of {own.root}, whose are called as "
                         f"{first}; is it the table of another set?")
    if own.name == "ck_plus" and units is None:
        raise ValueError(f"{own.root} has no FACS/ (or FACS_labels/) with folders S005 …, without which no action unit "
                         "is known; unpack it beside cohn-kanade-images/, as it comes with CK+")


def remarks(own: OwnSet) -> list[str]:
    """What is not wrong, and yet to be known before hours go into it."""
    said, found = [], len(own.faces)
    if found < .98 * PUBLISHED[own.name]:
        said.append(f"{found:,} images; {own.called} was published with {PUBLISHED[own.name]:,}")
    if own.codes:
        coded = own.faces.sequences[own.faces.action_units.notna().any(axis=1)]
        known, every = len(set(coded)), len(set(own.faces.sequences))
        if known < every:
            said.append(f"action units are known of {known:,} of {every:,} sequences")
    elif own.name in CODED_BY:
        said.append(f"no action units are known; {CODED_BY[own.name]}")
    if own.folds < FOLDS_OF[own.name]:
        said.append(f"{own.folds} folds instead of {FOLDS_OF[own.name]}")
    return said
