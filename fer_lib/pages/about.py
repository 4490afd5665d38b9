"""What the pages of another set than the book's own say of it, as a file of parameters has it (`about`).

    about = read_about(path)            # None where it is about the book's own faces
    about.line("index"), about.tags

The book's extension reads this when it starts, so PyTorch is not imported here.
"""
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

import yaml

from .parameters import ParameterError
from .values import ABOUT

CALLED = {"ck_plus": "CK+", "ck48": "CK+48", "tfd": "TFD", "fer2013": "FER2013"}
# Who judges what: below that page's title stands why a claim is not testable
JUDGED_ON = {"variants": "recognition", "biases": "recognition", "earlier": "recognition", "parts": "filters",
             "units": "action_units", "identity": "action_units", "photographs": "photographs",
             "interventions": "interventions", "differences": "paper_and_code"}
OF_THE_BOOK = "scale", "your_network", "library", "terms", "cite"       # pages that are the same on any faces
OF_DRAWN_FACES = "drawn", "codes", "people", "runs"     # tags of the book as it is


@dataclass(frozen=True)
class About:
    """Of the faces that a build is about, and its networks."""
    set: str
    called: str
    faces: str = ""                 # how many of what
    plan: str = ""
    codes: bool = True
    people: bool = True
    runs: bool = True               # are there networks by the stopping rule?
    trial: bool = False
    show_faces: bool = False
    cannot: Mapping[str, str] = field(default_factory=dict)     # claim → why it is not testable
    instead: Mapping[str, str] = field(default_factory=dict)    # page → what stands there instead, Markdown
    fingerprint: str = ""
    networks: str = ""

    @property
    def tags(self) -> list[str]:
        """For Sphinx's directive `only`."""
        known = (name for name in ("codes", "people", "runs", "trial", "show_faces") if getattr(self, name))
        return ["own", self.set, *known, *(f"no_{claim}" for claim in self.cannot)]

    @property
    def title(self) -> str:
        """That ends every page's own, in the browser's bar."""
        return f"on {self.called}"

    def line(self, page: str) -> str:
        """Below a page's title."""
        if page in OF_THE_BOOK:
            return f"These pages are about {self.called}; this one is about the book itself."
        plan = {"quick": "networks of the quick plan", "full": "networks of the full plan",
                "minutes": "networks of a trial"}.get(self.plan)
        return f"This page is about {self.called}: " + "; ".join(part for part in (self.faces, plan) if part) + "."

    def not_testable(self, page: str) -> list[tuple[str, str]]:
        """(claim in full, why) of those that a page would judge. Of a trial it is said once, in its banner."""
        if self.trial:
            return []
        from ..analysis.rules import rules

        return [(rules()[name].claim, why) for name, why in self.cannot.items() if JUDGED_ON.get(name) == page]


TRIAL = ("A trial: every network was trained for a few steps and has learned nothing. These pages show how a book on "
         "this set looks; no number in them, and no verdict, means anything.")
NOT_TO_BE_PUBLISHED = ("These pages show photographs of people. The set's licence does not let you publish them, or "
                       "pass them on: keep them to yourself.")


def shows_photographs(values: Mapping[str, Mapping]) -> bool:
    """Does a chapter show another set's pictures, by what each is told (values.read_values)? Whatever `about` says."""
    return any(told.get("show_faces") and told.get("dataset", "synthetic") != "synthetic" for told in values.values())


def read_about(path: Path) -> About | None:
    """What a file of parameters says; of one that names a set and says no more, what is known of the set by its name.
    ParameterError for a field that there is not."""
    given = yaml.safe_load(Path(path).read_text(encoding="utf-8")) or {}
    if (said := given.get(ABOUT)) is None:
        name = given.get("dataset", "synthetic")
        options = given.get("options") or {}
        if name not in CALLED:
            return None
        codes = name == "ck_plus" or (name == "ck48" and bool({"au_table", "facs"} & set(options)))
        return About(name, CALLED[name], codes=codes, people=name != "fer2013",
                     show_faces=bool(given.get("show_faces")))
    known = {one.name for one in fields(About)}
    if not isinstance(said, dict) or not {"set", "called"} <= set(said) <= known:
        raise ParameterError(f"{path}: {ABOUT} is a table of set, called, and of {', '.join(sorted(known))}; let "
                             "`python -m fer_lib.pages build` write it")
    return About(**said)
