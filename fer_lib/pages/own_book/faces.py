"""A reader's own set of faces, and what is wrong with it: all that can be found before anything is trained.

    own = own_set("ck48", "~/CK+48", {"au_table": "units.csv"})
    own.codes, own.people, own.folds        # what it can be asked

Every mistake is a ValueError or an OSError of one sentence, which names the file and the fix.
"""
import difflib
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ...analysis.samples import enough, known_and_new, parts_of, usable_units
from ...datasets import FaceDataset, load_dataset
from ...datasets.ck48 import MISNAMED, WITHOUT_IMAGES, WITHOUT_UNITS
from ...datasets.layouts import locate
from ...runs.lists import FOLDS_OF, OPTIONS, check, tidy
from ..about import CALLED

PUBLISHED = {"ck_plus": 1308, "ck48": 981, "tfd": 4178, "fer2013": 35_887}       # images, as data.md has them
MANY = 100                          # images of a class, of which some are to train on
# As in the chapter on action units: sequences with a unit, and without, to train on and held out, and what is held out
LEAST, LEAST_HELD_OUT, HELD_OUT = 5, 3, ("validation", "test")
DEMANDED = {"happy": "AU12", "contempt": "AU14"}    # the label is given only where the unit is (Lucey et al. 2010)
CODED_BY = {"ck_plus": "its folder FACS/ lies beside cohn-kanade-images/",
            "ck48": 'name them: --options "au_table: units.csv", or --options "facs: CK+\'s folder FACS" (with make: '
                    'OPTIONS="au_table: units.csv")'}


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

    @property
    def judged_on(self) -> int:
        """Images of fold 0 that it is judged on while it learns."""
        _, validation, test = self.faces.split(0)
        return len(validation) + len(test)

    def asked(self, size: int) -> dict:
        """`faces` of an item of a list of runs."""
        return {"name": self.name, "size": size, **self.options} | ({"classes": self.classes} if self.classes else {})


def own_set(name: str, root: str, options: dict, classes: int | None = None, size: int = 48, **asked) -> OwnSet:
    """Load the set. Raises for a wrong root or option, for a set that lost a part, for units of another set, and for
    units of which the chapter on them could look at none; asked: what it asks of them, as `check_units` has it."""
    known = list(OPTIONS[name])
    for option in options:
        if option not in known:
            near = "".join(f"; is {one} meant?" for one in difflib.get_close_matches(option, known, 1))
            raise ValueError(f"{CALLED[name]} has no option {option}, only {', '.join(known) or 'none'}{near}")
    check({"faces": {"name": name, "size": size, **options}})
    place = locate(name, root)                      # before minutes go into pictures
    check_beside(place, options)
    options = tidy({"name": name, **options})
    del options["name"]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*not one image shows")      # told below
        faces = load_dataset(name, root, size=size, classes=classes, **options)
    own = OwnSet(faces, place, options, classes)
    check_whole(own)
    check_units(own, **asked)
    return own


def check_beside(root: Path | None, options: Mapping):
    """FileNotFoundError for a file that an option names as if from the set's own folder."""
    for name in ("au_table", "facs"):
        if name in options and not Path(options[name]).exists() and (root / options[name]).exists():
            raise FileNotFoundError(f"{options[name]} is not here, in {Path.cwd()}, but in the set's folder; write "
                                    f"\"{name}: {root / options[name]}\"")


def check_whole(own: OwnSet):
    """ValueError where a class has no image, and where a part of the first fold has none, or none of a common class to
    train on: a folder was lost there."""
    if lost := list(own.faces.counts.index[own.faces.counts == 0]):
        raise ValueError(f"{own.root}: not one image shows {', '.join(lost)}, which {own.called} has; "
                         f"{why_lost(own, lost)}.\n{own.faces.report}")
    split = own.faces.split(0)
    for part, index in split._asdict().items():
        shown = np.bincount(own.faces.labels[index], minlength=len(own.faces.classes))
        lacking = (shown == 0) & (own.faces.counts.to_numpy() >= MANY)
        if not index.size or (part == "train" and lacking.any()):
            missing = [own.faces.classes[i] for i in np.flatnonzero(lacking if index.size else shown == 0)]
            raise ValueError(f"{own.root}: the {part} part of {own.called}'s first fold has no image of "
                             f"{', '.join(missing)}; a folder or a file of that part is missing")


def why_lost(own: OwnSet, lost: list[str]) -> str:
    """What to do about classes without an image."""
    if other := own.faces.report.get(MISNAMED):
        return f"is it the folder {other[0]}? Give it that name"
    if any("several" in reason for reason in own.faces.report):
        return "files are there more than once, and which is right cannot be told: remove the copies"
    only = "; to do without, say classes: 6 in a file, PARAMETERS=mine.yml" if lost == ["contempt"] else ""
    return f"unpack the set again, its folders are not all there{only}"


def check_units(own: OwnSet, *, least: int = LEAST, least_held_out: int = LEAST_HELD_OUT,
                held_out: Sequence[str] = HELD_OUT):
    """ValueError where units were named and not one image has a code, or no unit is shown, and coded as absent, often
    enough in the first fold; for CK+ without its codes. The others: as the chapter on units has them."""
    units = own.faces.action_units
    if units is None:
        if own.name == "ck_plus":
            raise ValueError(f"{own.root} has no FACS/ (or FACS_labels/) with folders S005 …, without which no action "
                             "unit is known; unpack it beside cohn-kanade-images/, as it comes with CK+")
        return
    table = own.options.get("au_table") or own.options.get("facs") or own.root
    if units.isna().to_numpy().all():
        raise ValueError(f"{table}: {why_none_is_coded(own)}")
    parts = parts_of(own.faces, 0, held_out)        # no network has answered yet, and what is counted are units
    known, new = known_and_new(own.faces, np.zeros((len(own.faces), 1)), (parts["train"], parts["held out"]))
    try:
        usable_units(own.faces, enough(known, least) & enough(new, least_held_out), least, least_held_out)
    except ValueError as error:
        fields = pd.concat([known.units, new.units]).to_numpy()
        others = own.faces.report.get(WITHOUT_IMAGES, ())
        strange = f"{len(others):,} of its sequences are not in {own.root}, as {others[0]}; " if others else ""
        present, absent, empty = (fields == 1).sum(), (fields == 0).sum(), np.isnan(fields).sum()
        raise ValueError(f"{table}: {strange}{present:,} fields say present, {absent:,} absent, and {empty:,} are "
                         f"empty. Write 0 for absent; an empty field means not coded. {error}") from error


def why_none_is_coded(own: OwnSet) -> str:
    """Of a set whose images have not one code, though units were named."""
    every = {*own.faces.sequences}
    matched = sorted(every.difference(own.faces.report.get(WITHOUT_UNITS, ()))) if own.name == "ck48" else []
    if not matched:
        theirs = "".join(f", as {name}," for name in own.faces.report.get(WITHOUT_IMAGES, ())[:1])
        return (f"none of its sequences{theirs} is one of {own.root}, whose are called as {min(every)}, without the "
                "number of a frame; is it the table of another set?")
    there = f"{len(matched):,} of its sequences are in {own.root}, as {matched[0]}"
    if own.options.get("facs"):                     # its files say which frame they code, and none is empty
        return f"{there}, and none with the frames that are coded, a sequence's last"
    return f"{there}, and every field of theirs is empty, which means not coded. Write 1 for present, 0 for absent"


def asked_of_units(mine: Mapping) -> dict:
    """What a reader's own parameters, for all chapters or for that on units, ask of units: for `check_units`."""
    chapter = mine.get("action_units")
    found = {**mine, **(chapter if isinstance(chapter, Mapping) else {})}
    return {name: found[name] for name in ("least", "least_held_out", "held_out") if name in found}


def remarks(own: OwnSet) -> list[str]:
    """What is not wrong, and yet to be known before hours go into it; last, what the loader left out or missed: how
    many of each kind, and the first few."""
    said, found = [], len(own.faces)
    if not .98 <= found / PUBLISHED[own.name] <= 1.02:
        said.append(f"{found:,} images; {own.called} was published with {PUBLISHED[own.name]:,}")
    if own.codes:
        coded = own.faces.sequences[own.faces.action_units.notna().any(axis=1)]
        known, every = len(set(coded)), len(set(own.faces.sequences))
        if known < every:
            said.append(f"action units are known of {known:,} of {every:,} sequences")
        said += doubts(own.faces)
    elif own.name in CODED_BY:
        said.append(f"no action units are known; {CODED_BY[own.name]}")
    if own.folds < FOLDS_OF[own.name]:
        said.append(f"{own.folds} folds instead of {FOLDS_OF[own.name]}")
    return said + (f"{own.faces.report}".split("\n") if own.faces.report else [])


def doubts(faces: FaceDataset) -> list[str]:
    """What in the codes hardly can be: columns without any 0, or any code; labels without the unit that they demand."""
    units, said = faces.action_units, []
    never = [name for name in units if not (units[name] == 0).any()]
    if never:
        said.append(f"never absent, so nothing can be asked of them: {', '.join(never)}; write 0 for absent, an empty "
                    "field means not coded")
    for expression, unit in DEMANDED.items():
        if expression in faces.classes and unit in units:
            shown = units.loc[faces.labels == faces.classes.index(expression), unit].dropna()
            if len(shown) and shown.mean() < .5:
                said.append(f"{unit} is coded as present in {int(shown.sum()):,} of {len(shown):,} images of "
                            f"{expression}, which demands it: are 0 and 1, rows or columns of the codes mixed up?")
    return said
