"""What the chapter `data` shows of a set of faces: counts, people, units by expression, how visible each unit is."""
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import HTML
from matplotlib.figure import Figure
from pandas.io.formats.style import Styler

from ..datasets import TEST, TRAIN, VALIDATION, FaceDataset, load_dataset
from ..faces import ACTION_UNITS, Frame, Shot, Subject, render
from ..faces.sampling import FREQUENCY
from ..runs.store import stored_runs
from ..system.paths import expand
from .figures import name_marks
from .markup import escaped, styled
from .notebooks import glue
from .pictures import face_grid, face_table

WIDE = Shot(zoom=.88)               # than the twin is cropped, to show the chin
PARTS = {"train": TRAIN, "validation": VALIDATION, "test": TEST}
WITHHELD = ("The photographs of this set are not shown; SHOW_FACES=1 (papermill: -p show_faces True) shows them, in "
            "your own copy.")


def classes_of(faces: FaceDataset) -> pd.Series:
    """The name of each image's class."""
    return pd.Series(np.array(faces.classes)[faces.labels])


def statistics(faces: FaceDataset) -> Styler:
    """A row for each class: images, sequences, people, parts of fold 0, mean grey and contrast."""
    shown, table = classes_of(faces), pd.DataFrame({"images": faces.counts})
    for what, values in (("sequences", faces.sequences), ("subjects", faces.subjects)):
        if values is not None:
            table[what] = pd.Series(values).replace("", None).groupby(shown).nunique()      # "": not known
    for part, number in PARTS.items() if faces.folds is not None else ():
        table[part] = pd.Series(faces.folds[:, 0] == number).groupby(shown).sum()
    table["mean grey"] = pd.Series([image.mean() for image in faces.images]).groupby(shown).mean()
    table["contrast"] = pd.Series([image.std() for image in faces.images]).groupby(shown).mean()
    return styled(table).format(precision=0, thousands=",").format(precision=1, subset=["mean grey", "contrast"])


def people_known(faces: FaceDataset) -> bool:
    return faces.subjects is not None and bool((faces.subjects != "").any())


def last_frames(faces: FaceDataset) -> pd.DataFrame:
    """Position of each known person's last frame of each expression, NaN where there is none: (people, classes), those
    who show most of the expressions first."""
    by_person = pd.DataFrame({"subject": faces.subjects, "class": classes_of(faces)}).reset_index()
    last = by_person[by_person["subject"] != ""].groupby(["subject", "class"])["index"].max().unstack()
    last = last.reindex(columns=faces.classes)
    return last.loc[last.notna().sum(axis=1).sort_values(ascending=False, kind="stable").index]


def one_person(faces: FaceDataset) -> HTML:
    """The person who shows most of the expressions, with each one's action units; without people, one image of each
    class."""
    names = list(faces.classes)
    at = (last_frames(faces).iloc[0].dropna().astype(int) if people_known(faces) else
          pd.Series({name: int(np.flatnonzero(faces.labels == label)[0]) for label, name in enumerate(names)
                     if label in faces.labels}))
    return face_grid([faces.images[position, 0] for position in at],
                     [name + units_in_words(faces, position) for name, position in at.items()], width=104)


def units_in_words(faces: FaceDataset, position: int) -> str:
    """": AU6, AU12", of a face that shows some."""
    if faces.action_units is None:
        return ""
    shown = faces.action_units.iloc[position]
    return f": {', '.join(shown.index[shown > 0])}" if (shown > 0).any() else ""


def people_by_expression(faces: FaceDataset, count: int) -> HTML:
    """Those who show most of the expressions, at each expression's last frame; without people, any images."""
    if not people_known(faces):
        positions = np.random.default_rng(0).permutation(len(faces))[:24]
        return face_grid(faces.images[positions, 0], classes_of(faces)[positions])
    return face_table({subject: [None if np.isnan(position) else faces.images[int(position), 0] for position in row]
                       for subject, row in last_frames(faces).iloc[:count].iterrows()}, faces.classes)


def every_unit(somebody: Subject, size: int) -> HTML:
    """Every action unit in full, each beside the neutral face."""
    at_rest = render(somebody, size=size, shot=WIDE)
    pairs = [np.hstack([at_rest, render(somebody, {unit: 1.}, size=size, shot=WIDE)]) for unit in ACTION_UNITS]
    return face_grid(pairs, [f"{unit} {about.name}" for unit, about in ACTION_UNITS.items()], width=160,
                     alt=[f"The same synthetic face, neutral and with {unit}, {about.name.lower()}"
                          for unit, about in ACTION_UNITS.items()])


def probe_frames(person: Subject, frames: list[Frame]) -> HTML:
    """Frames of one unit or two, without a session's light and pose."""
    return face_grid([render(person, frame.action_units, size=130, shot=WIDE) for frame in frames],
                     [" + ".join(frame.action_units) if len(frame.action_units) > 1 else
                      "".join(f"{unit}, {intensity:.1f}" for unit, intensity in frame.action_units.items())
                      for frame in frames], width=76,
                     alt=["A synthetic face with " + " and ".join(f"{unit} at {intensity:.1f}" for unit, intensity in
                                                                  frame.action_units.items()) for frame in frames])


def painted_or_moved(somebody: Subject, shown: tuple[dict[str, float], ...], size: int) -> HTML:
    """Some units at rest, moved only, and with what is painted from them."""
    def row(**options) -> list[np.ndarray]:
        return [render(somebody, units, size=size, shot=WIDE, **options) for units in shown]

    at_rest = render(somebody, size=size, shot=WIDE)
    return face_table({"neutral": [at_rest] * len(shown), "moved, not painted": row(furrows=0),
                       "moved and painted": row()}, [" + ".join(units) for units in shown], width=88)


def unit_shares(faces: FaceDataset) -> pd.DataFrame:
    """Share of each expression's sequences that show a unit, coded frames only: (units, expressions)."""
    units, shown = faces.action_units, classes_of(faces)
    coded = units.notna().any(axis=1) & (shown != "neutral")
    by_sequence = units[coded].groupby([shown[coded], faces.sequences[coded]]).max()
    return by_sequence.groupby(level=0).mean().T


def units_by_expression(faces: FaceDataset) -> tuple[HTML, pd.Series]:
    """A table of `unit_shares` with CK+'s in small figures → it, and the differences in all cells."""
    of_ck_plus, found = pd.DataFrame(FREQUENCY), unit_shares(faces)
    table = found.reindex(index=[unit for unit in ACTION_UNITS if unit in found.index],
                          columns=[name for name in of_ck_plus if name in found.columns])
    reference = of_ck_plus.reindex_like(table)
    head = "font-size:.65rem;padding:.2rem .1rem;text-align:center"
    heads = "".join(f'<th scope="col" style="{head}">{escaped(name)}</th>' for name in table)
    rows = []
    for unit in table.index:
        cells = "".join(share_cell(table.at[unit, name], reference.at[unit, name]) for name in table)
        rows.append('<tr><th scope="row" style="text-align:left;padding:.2rem .2rem .2rem 0">'
                    f'{escaped(unit)}</th>{cells}</tr>')
    shown = HTML(f'<table style="font-size:.8rem"><thead><tr><th></th>{heads}</tr></thead>'
                 f'<tbody>{"".join(rows)}</tbody></table>')
    return shown, (table - reference).stack().dropna()


def share_cell(share: float, of_ck_plus: float) -> str:
    small = "" if np.isnan(of_ck_plus) else f'<br><span style="font-size:.8em">{of_ck_plus:.2f}</span>'
    strength = 0 if np.isnan(share) else share              # never so dark that the numbers are hard to read
    return (f'<td style="background:rgba(31,92,140,{.55 * strength:.2f});text-align:center;line-height:1.1;'
            f'padding:.2rem .1rem">{"not coded" if np.isnan(share) else f"{share:.2f}"}{small}</td>')


def visibility(auc: pd.DataFrame) -> Figure:
    """A dot for each unit (rows) with painted furrows and one without (columns `painted`, `not painted`): AUC."""
    figure, axis = plt.subplots(figsize=(6, 4.8), layout="constrained")
    axis.hlines(auc.index, auc.min(axis=1), auc.max(axis=1), color=".7", linewidth=1.5)
    axis.plot(auc["painted"], auc.index, "o", color="#1f5c8c", label="moved and painted")
    axis.plot(auc["not painted"], auc.index, "o", color="#1f5c8c", markerfacecolor="white", label="moved only")
    axis.set(xlabel="AUC against neutral, 60 people not trained on", xlim=(min(.9, auc.min(axis=None) - .01), 1.003))
    axis.invert_yaxis()
    axis.legend(loc="upper left")
    return figure


def accuracy_dots(folds: dict[str, Sequence[float]], guess: float) -> Figure:
    """A row for each method, a dot for each fold's accuracy; dotted: `guess`, naming the largest class."""
    figure, axes = plt.subplots(figsize=(7, 1.2 + .4 * len(folds)), layout="constrained")
    for row, (name, accuracies) in enumerate(folds.items()):
        marks = axes.scatter(100 * np.asarray(accuracies), np.full(len(accuracies), row), s=36, color="#1f5c8c",
                             alpha=.7, linewidths=0)
        name_marks(marks, [f"{name} · fold {i} · {100 * share:.1f}" for i, share in enumerate(accuracies)])
    axes.axvline(100 * guess, color="black", lw=1, ls=":")
    axes.annotate("always the largest class", (100 * guess, -.5), xytext=(4, -2), textcoords="offset points", va="top",
                  fontsize=9)
    axes.set(xlabel="right, per cent of the test faces of a fold", xlim=(0, 100), ylim=(len(folds) - .5, -.9),
             yticks=range(len(folds)), yticklabels=folds)
    return figure


def origin(made: dict, same: bool, what: str) -> str:
    """Where a stored number comes from, and whether its faces are the same as now."""
    return (f"Stored: {made['command']}, {made['date']},\ngenerator {made['generator']}, torch {made['torch']}, "
            f"NumPy {made['numpy']}, scikit-learn {made['scikit-learn']}.\n"
            + (f"{what} the same as now." if same else f"{what} CHANGED since then: run the command again."))


@dataclass(frozen=True)
class CnnBeside:
    """The paper's network without dropout and augmentation, beside the linear classifier."""
    runs: pd.DataFrame              # a row for each fold: test_accuracy, test_images
    source: str
    told: str                       # lines on how they were made

    @classmethod
    def of(cls, kept: dict, store: str | None, faces: FaceDataset) -> "CnnBeside":
        """The twin's, as `kept` in twin.json; or those of a store that were trained on these faces."""
        if store is None:
            runs = pd.DataFrame(kept["runs"])
            same = kept["twin"] == load_dataset("synthetic", size=48).fingerprint
            length = (f"{runs['steps'].max()} steps of 64 images, training loss {runs['last_training_loss'].max():.2g} "
                      "or less.")
            return cls(runs, "book/results/twin.json", f"{length}\n{origin(kept['provenance'], same, 'The twin is')}")
        own = [run for run in stored_runs(expand(store) / "runs") if run.recipe.variant == "CNN" and
               run.config["dataset"]["name"] == faces.name and run.labels == "expressions"]
        rows = [{"test_accuracy": run.metrics["test"]["accuracy"], "test_images": run.metrics["test"]["images"]}
                for run in own]
        told = "\n".join(f"{run.folder.name}: {run.metrics['steps']:,} steps" for run in own)
        return cls(pd.DataFrame(rows, columns=["test_accuracy", "test_images"]), f"runs on {faces.name}",
                   told or f"No network without dropout and augmentation was trained on {faces.name}.")

    @property
    def row(self) -> dict[str, Sequence[float]]:
        """Of `accuracy_dots`; nothing where there are none."""
        name = "the paper's network" + " (twin)" * self.source.endswith("twin.json")
        return {name: self.runs["test_accuracy"]} if len(self.runs) else {}

    def glue_and_tell(self):
        if len(self.runs):
            mean = self.runs["test_accuracy"].mean()
            glue("network_accuracy", mean, n=self.runs["test_images"].sum(), display=f"{100 * mean:.0f} %",
                 source=f"{self.source}, the paper's network without dropout and augmentation; mean over folds")
        print(self.told)
