"""What the chapters are told of a reader's set: one file of parameters, kept beside the pages.

    FER_BOOK_PARAMETERS=_build/ck_plus/parameters.yml jupyter-book build --path-output _build/ck_plus book/

builds the same pages again. It says where set and networks lie, and, in `about`, what the pages say of both. It follows
from these alone, so that a second build with nothing changed runs nothing again.
"""
import hashlib
from pathlib import Path

import yaml

from ...analysis.measures import FILE as MEASURES
from ...analysis.queue import group_folder
from ...runs.grid import Job
from ...runs.provenance import seen
from ...runs.run import PROVENANCE, configuration, folder_name
from ...system.files import write_whole
from ..notebooks import RESULTS
from ..values import ABOUT
from .faces import OwnSet
from .pages import instead
from .plan import CONTROLS, RUNS, Plan

FILE = "parameters.yml"
TOLD = "dataset", "data_root", "options", "show_faces"         # by the command itself
# A live training judges ten times in 160 steps: of the 7,178 images of FER2013 that would take most of its time
MANY, SELDOM = 2000, {"every": 80}
HEAD = """# What the chapters of these pages are told, written by `python -m fer_lib.pages build`. By itself:
#   FER_BOOK_PARAMETERS=THIS_FILE jupyter-book build --path-output FOLDER book/
"""


def values_for(own: OwnSet, plan: Plan, store: Path, sources: dict[str, str], *, show_faces: bool = False,
               mine: dict | None = None) -> dict:
    """The parameters of all chapters. mine: a reader's own, which override these."""
    jobs = plan.jobs
    example, large = (folder_of(first_both(jobs, group), store, sources) for group in (CONTROLS, RUNS))
    close = large if plan.size == 96 and large else example         # that a page looks at closely
    size = plan.size if close == large else 48
    looked_at = {"run": str(close), "size": size, "controls": str(store / CONTROLS)}
    seldom = own.judged_on > MANY and "changes" not in (mine or {})
    photographs = {"store": str(store), "group": CONTROLS, "drawn": str(RESULTS / CONTROLS), "example": str(example)}
    chapters = {
        "index": {"example": str(example), "store": str(store)}, "explore": {"run": str(example)},
        "data": {"store": str(store)},
        "network": {"run": str(close), "size": size},
        "recognition": {"store": str(store)} | ({"changes": SELDOM} if seldom else {}),
        "filters": looked_at, "action_units": looked_at, "photographs": photographs, "interventions": photographs,
        "paper_and_code": {"store": str(store)},
        "scale": {"options": {}}}                   # of the twin, whose training it times
    if not own.codes:
        del chapters["action_units"]                # what it says of people's networks, `photographs` does then
        chapters["photographs"] = photographs | {"people": own.people}
    found = {"dataset": own.name, "data_root": str(own.root), "options": own.options, "size": plan.size}
    found |= {"classes": own.classes} if own.classes else {}
    found |= {"show_faces": True} if show_faces else {}
    for name, value in (mine or {}).items():
        if name in chapters and isinstance(value, dict):
            chapters[name] = chapters[name] | value
        else:
            found[name] = value
    return found | chapters | {ABOUT: about(own, plan, store, show_faces)}


def first_both(jobs: list[Job], group: str) -> Job | None:
    """The first CNN+AD of a group."""
    return next((job for job in jobs if job.group == group and job.recipe.variant == "CNN+AD"), None)


def folder_of(job: Job | None, store: Path, sources: dict[str, str]) -> Path | None:
    """Where a job's run lies."""
    if job is None:
        return None
    config = configuration(job.load(sources), job.recipe, job.fold, job.seed)
    return group_folder(store, job) / folder_name(config)


def about(own: OwnSet, plan: Plan, store: Path, show_faces: bool) -> dict:
    """What pages say, see `pages.about`; and a digest of the networks, so that others make other pages."""
    faces = f"{own.faces!r}".strip("<>").removeprefix(f"{own.name}: ")
    return {"set": own.name, "called": own.called, "faces": faces, "plan": plan.name, "codes": own.codes,
            "people": own.people, "runs": any(job.group == RUNS for job in plan.jobs), "trial": plan.trial,
            "show_faces": show_faces, "cannot": plan.cannot, "instead": instead(own, store),
            "fingerprint": seen(own.faces), "networks": networks_digest(store)}


def networks_digest(store: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(store.glob(f"*/*/{PROVENANCE}")):
        digest.update(f"|{path.parent.relative_to(store)}|".encode())
        digest.update(path.read_bytes())
        measures = path.with_name(MEASURES)
        digest.update(measures.read_bytes() if measures.exists() else b"")
    return digest.hexdigest()[:16]


def written_here(path: Path) -> bool:
    """Is the file one of `write_values`, or a reader's own?"""
    with path.open("rb") as file:
        return file.readline() == HEAD.encode().splitlines(keepends=True)[0]


def write_values(values: dict, path: Path):
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, HEAD + yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=100))
