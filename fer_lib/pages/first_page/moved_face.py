"""A drawn face on which the reader moves one action unit after the other, and what four filters of a network answer.

    run = shown_network(RESULTS)
    shown = plan(["AU12", "AU4"], steps=10)
    pictures = drawn(person=3, shown=shown)         # (N, 1, 192, 192), which the network is shown at its own size

All is drawn and asked when the page is made; the page keeps the pictures and the answers, and loads nothing else.
"""
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from IPython.display import HTML

from ...analysis.networks import networks, with_weights
from ...analysis.ranks import sample_auc
from ...analysis.rules import rules
from ...analysis.samples import Sample
from ...datasets import resize
from ...faces import ACTION_UNITS, Frame, render_frame
from ...faces.changes import sitting
from ...faces.sampling import draw_probe_people
from ...runs.run import Run
from ...runs.store import read_run
from ..about import CALLED
from ..claims import count_known_before, older_than_rules
from ..interactive import HERE, part
from ..notebooks import glue
from ..pictures import sprites

SIDE = 192                          # pixels of a picture on the page, twice those that faces are published with
DRAWINGS = "synthetic"              # the set of drawn faces
GROUPS = "photographs", "controls"  # of stored runs: of the first that has such a network


def shown_network(root: Path, folder: str | None = None) -> Run:
    """The run in a folder; or the first CNN+AD with weights that was trained on photographs, or, until there is one, on
    drawn faces. ValueError where there is none. root: the folder of the groups."""
    if folder is not None:
        return read_run(Path(folder).expanduser())
    for group in GROUPS:
        if run := with_weights(root / group):
            return run
    raise ValueError(f"{root} has no CNN+AD with weights in {' or '.join(GROUPS)}: name a run's folder (-p example)")


def learned_from(run: Run) -> str:
    """A sentence on what the network has seen."""
    name = run.config["dataset"]["name"]
    if name == DRAWINGS:
        return "It learned expressions from other drawn people. Networks of photographs are not stored yet."
    return f"It learned expressions from photographs ({CALLED.get(name, name)}), and has never seen a drawing."


def rising(known: Sample, units: Sequence[str]) -> pd.DataFrame:
    """Of each unit (rows) the filter that most surely answers more when it is added to a resting face: `filter`, and
    the `AUC` that it was chosen by; of equal ones the filter that then rises most, in its own standard deviations."""
    auc = sample_auc(known, known.labels)                           # (F, A), within a person
    spread = known.responses.std(0) + 1e-9
    still = known.responses[known.is_neutral].mean(0)
    rows = []
    for unit in units:
        column = known.units.columns.get_loc(unit)
        growth = (known.responses[known.units[unit].to_numpy() == 1].mean(0) - still) / spread
        best = np.lexsort((growth, np.nan_to_num(auc[:, column])))[-1]
        rows.append({"filter": int(best), "AUC": float(auc[best, column])})
    return pd.DataFrame(rows, index=list(units))


def plan(units: Sequence[str], steps: int) -> list[dict[str, float]]:
    """What the pictures show: the face at rest, then each unit in so many steps to its full intensity."""
    return [{}, *({unit: step / steps} for unit in units for step in range(1, steps + 1))]


def drawn(person: int, shown: Sequence[dict[str, float]]) -> np.ndarray:
    """Pictures (N, 1, SIDE, SIDE) of a person of the probe set, 1 for P001, that differ in nothing else."""
    people = draw_probe_people(person)
    frames = [Frame(person - 1, "", "", units, **sitting(person - 1)) for units in shown]
    return np.stack([render_frame(people[-1], frame, SIDE) for frame in frames])[:, None]


def as_seen(pictures: np.ndarray, pixels: int) -> np.ndarray:
    """Those pictures as a network of so many pixels is shown faces: smaller, by the same way as the published ones."""
    halved = pictures.reshape(len(pictures), 1, SIDE // 2, 2, SIDE // 2, 2).mean((3, 5))
    return resize(np.floor(halved + .5).astype(np.uint8), pixels)


def moved_face(pictures: np.ndarray, steps: int, best: pd.DataFrame, answers: np.ndarray, largest: np.ndarray,
               points: pd.DataFrame, told: str) -> HTML:
    """The face, its slider, and a bar for each filter.

    pictures: of `plan`, which steps is of, (N, 1, S, S) uint8; best: see `rising`, a row for each unit that can be
    moved; answers: (N, F) to the pictures; largest: (F,) the strongest answer of each filter to any drawn face, which
    is a full bar; points: (N, classes) of probability; told: on the network.
    """
    filters = best["filter"].to_numpy()
    shares = answers[:, filters] / np.maximum(largest, answers.max(0))[filters]
    sheet, places = sprites(pictures[:, 0], np.arange(len(pictures)), SIDE, columns=steps)
    frames = [[0, *range(1 + steps * i, 1 + steps * (i + 1))] for i in range(len(best))]
    return part("moved_face.js", {
        "sheet": sheet, "places": places.tolist(), "frames": frames, "told": told,
        "units": [{"name": unit, "about": ACTION_UNITS[unit].name.lower()} for unit in best.index],
        "filters": [f"conv3:{f}" for f in filters], "shares": np.round(100 * shares).astype(int).tolist(),
        "named": points.idxmax(axis=1).tolist(), "points": np.round(points.max(axis=1)).astype(int).tolist()},
        HERE / "moved_face.css")


def glue_filters(run: Run, best: pd.DataFrame, own: Sample):
    """Which filter is shown for each unit, and how well it tells the unit of the person who is shown. own: of whom."""
    auc = sample_auc(own, own.labels)
    for unit, filter, known in best.itertuples():
        told = float(auc[filter, own.units.columns.get_loc(unit)])
        about = f"{run.folder.name}: the filter that answers most surely to {unit} added to rest, chosen on others"
        glue(f"index_filter_{unit.lower()}", filter, source=about)
        glue(f"index_auc_{unit.lower()}", told, n=int(own.units[unit].notna().sum()), display=f"{told:.2f}",
             source=f"{about} (AUC there {known:.2f}); AUC on pictures of the person shown")


def glue_rules(root: Path):
    """How many of the measured networks in the groups of a folder are as old as the rules, whose date is shown."""
    before, total = count_known_before(networks(root))
    glue("index_rules", before, n=total,
         source="measured networks that were made before the rules of verdicts, or on their day, of all",
         display=f"{rules()['units'].date}; {older_than_rules(before, total)}")
