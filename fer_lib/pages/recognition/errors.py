"""What is taken for what: a matrix, the recall of each class, and the faces behind them."""
from collections.abc import Callable, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from IPython.display import HTML, display
from matplotlib.figure import Figure
from pandas.io.formats.style import Styler

from ...analysis.bootstrap import people_in
from ...datasets import FaceDataset
from ...evaluation import predict
from ...runs.run import Run
from ..heat import make_legible
from ..interactive import confusion_faces
from ..markup import styled
from ..notebooks import glue
from ..pictures import face_grid
from .runs import about

WITHHELD = "Photographs are not shown; SHOW_FACES=1 (papermill: -p show_faces True) shows them, in your own copy."


def confusion(runs: Sequence[Run], where: str) -> Figure:
    """Test images of runs of one variant and size, a row for each true class, as per cent of the row. where: live or
    stored."""
    share, counts = row_shares(runs)
    classes = runs[0].config["classes"]
    figure, axes = plt.subplots(figsize=(6.4, 5.6), constrained_layout=True)
    names = [f"{name} ({n})" for name, n in zip(classes, counts, strict=True)]
    sns.heatmap(100 * share, annot=True, fmt=".0f", cmap="Greys", vmin=0, vmax=100, cbar=False, linewidths=.5, ax=axes,
                xticklabels=classes, yticklabels=names)
    make_legible(axes)
    axes.set(xlabel="named", ylabel="true (test images)", title=f"{about(runs, where)}, per cent of the row")
    axes.tick_params(axis="x", rotation=45)
    axes.tick_params(axis="y", rotation=0)
    return figure


def show_confusion(live: Sequence[Run], stored: Sequence[Run]):
    """The matrix of each, if there are runs of it."""
    for where, runs in (("live", live), ("stored", stored)):
        if runs:
            confusion(runs, where)
            plt.show()


def row_shares(runs: Sequence[Run]) -> tuple[np.ndarray, np.ndarray]:
    """Of the runs' test images together: (classes, classes) the share of each true class, a row, that was named so, NaN
    where no image shows it; and (classes,) how many do."""
    counts = sum(np.array(run.metrics["test"]["confusion"]) for run in runs)
    total = counts.sum(axis=1, keepdims=True)
    return np.divide(counts, total, where=total > 0, out=np.full(counts.shape, np.nan)), total[:, 0]


def least_found_in_words(runs: Sequence[Run]) -> str:
    """The class that the runs find least often, in how many folds never."""
    share, counts = row_shares(runs)
    least = int(np.nanargmin(share.diagonal()))
    name = runs[0].config["classes"][least]
    found = [run.metrics["test"]["recall"][name] for run in runs]
    there = [one for one in found if one is not None]               # None: the fold has no image of it
    return (f"Least found is {name}: {100 * share[least, least]:.0f} % of its {counts[least]} images, and none at all "
            f"in {sum(one == 0 for one in there)} of {len(there)} folds.")


def recalls(live: Sequence[Run], stored: Sequence[Run]) -> Styler:
    """A column for each run."""
    table = pd.DataFrame({f"{where} {run.recipe.variant}, fold {run.config['fold']}": run.metrics["test"]["recall"]
                          for where, runs in (("live", live), ("stored", stored)) for run in runs})
    return styled(table).format(lambda share: "no image" if pd.isna(share) else f"{100 * share:.0f}")


def probabilities(runs: Sequence[Run], faces: FaceDataset,
                  faces_at: Callable[[int], FaceDataset]) -> tuple[np.ndarray, np.ndarray]:
    """(N,) the test images of all runs' folds, and (N, classes) what each run gives those of its own fold.

    faces_at: the faces by the size that a run was trained on.
    """
    tests = [faces.split(run.config["fold"]).test for run in runs]
    found = [predict(run.network, faces_at(run.pixels).images[test], run.recipe.normalisation).softmax(1).numpy()
             for run, test in zip(runs, tests, strict=True)]
    return np.concatenate(tests), np.concatenate(found)


def show_faces(runs: Sequence[Run], live: Sequence[Run], faces: FaceDataset, faces_at: Callable[[int], FaceDataset],
               may_show: bool):
    """Say which runs these are, glue how many test images they have, and show them, if one may. live: the live ones."""
    print(about(runs, "live" if runs[0] in live else "stored"))
    glue("recognition_faces_images", sum(run.metrics["test"]["images"] for run in runs),
         source=f"test images of {', '.join(run.folder.name for run in runs)}")
    if may_show:
        display(faces_by_field(runs, faces, faces_at))
    else:
        print(WITHHELD)


def faces_by_field(runs: Sequence[Run], faces: FaceDataset, faces_at: Callable[[int], FaceDataset]) -> HTML:
    """The matrix, any field of which shows its faces."""
    images, probability = probabilities(runs, faces, faces_at)
    named = probability.argmax(1)
    captions = [f"{faces.classes[label]} ({sure:.0%}){units_of(faces.action_units, image)}"
                for image, label, sure in zip(images, named, probability.max(1), strict=True)]
    return confusion_faces(faces.images[images, 0], faces.labels[images], named, faces.classes, captions)


def show_most_wrong(run: Run, faces: FaceDataset, faces_at: Callable[[int], FaceDataset], most: int, may_show: bool):
    """The faces of `most_wrong`, or their captions alone: that photographs are not shown, `show_faces` has said."""
    wrong = most_wrong(run, faces, faces_at, most)
    if may_show:
        display(face_grid(faces.images[wrong["image"], 0], list(wrong["caption"]), width=108))
    else:
        print(*wrong["caption"], sep="\n")


def most_wrong(run: Run, faces: FaceDataset, faces_at: Callable[[int], FaceDataset], most: int) -> pd.DataFrame:
    """Test images that a run is surest of and wrong about: image, caption. Of a person one frame of each class, since
    the others are nearly equal."""
    images, probability = probabilities([run], faces, faces_at)
    wrong = pd.DataFrame({"image": images, "true": faces.labels[images], "named": probability.argmax(1),
                          "sure": probability.max(1), "who": people_in(faces, images)})
    wrong = wrong[wrong["named"] != wrong["true"]].sort_values("sure", ascending=False)
    wrong = wrong.drop_duplicates(["who", "true"]).head(most)
    return wrong.assign(caption=[
        f"{faces.classes[error.true]}, named {faces.classes[error.named]} ({error.sure:.0%})"
        f"{units_of(faces.action_units, error.image)}" for error in wrong.itertuples()])


def units_of(action_units: pd.DataFrame | None, image: int) -> str:
    """"; AU1 + AU12", to end a caption with: the units that a face was coded with, and how many were not coded; empty
    for a set without units."""
    if action_units is None:
        return ""
    coded = action_units.iloc[image]
    if coded.isna().all():
        return "; not coded"
    missing = coded.isna().sum()
    return "; " + (" + ".join(coded.index[coded == 1]) or "no unit") + f" ({missing} not coded)" * bool(missing)
