"""Do filters keep their unit where units come one by one? On the probe set, of people who were not trained on."""
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Markdown, display

from ...analysis.probe import without_faint
from ...analysis.specificity import Specificity, other_people
from ...datasets import FaceDataset, load_dataset
from ..charts import INK
from ..figures import name_marks
from ..markup import percent
from ..notebooks import glue
from .about import About


def load_probe(faces: FaceDataset, train: np.ndarray, root: str | None, options: dict, *, people: int | None = None,
               faintest: float = 0.) -> FaceDataset | None:
    """The images without an expression of the same set, of people who are not at `train` (positions); None where it has
    none. Says who they are, or why not.

    root, options: as the faces were loaded. Of drawn sets only: people, how many; faintest, which of their units are
    left out (see `probe.clear`), since the faces have none as faint.
    """
    drawn = faces.name == "synthetic"
    own = {name: value for name, value in options.items() if name not in ("subjects", "sequences")}
    own |= {"subjects": people} if drawn else {}
    try:
        probe = load_dataset(faces.name, root, size=faces.images.shape[-1], part="probe", **own)
    except ValueError as error:                                 # a set without such images
        print(error)
        return None
    probe = without_faint(probe, faintest) if drawn else probe
    others = other_people(probe.subjects, None if faces.subjects is None else faces.subjects[train])
    if others is None:
        print("Whose faces the probe set shows is not known: these may be people whom the network was trained on.")
        return None
    print(f"probe set: {others.sum():,} of {len(probe):,} images, {len(set(probe.subjects[others]))} of "
          f"{len(set(probe.subjects))} people; the network was trained on the others, or their names are not known")
    return probe.select(others) if others.any() else None


def show_one_by_one(found: Specificity | None, held_out_auc: np.ndarray, probe: FaceDataset | None, about: About):
    """A dot for each filter whose unit can be looked at; or why none can. held_out_auc: (F,) on expressions."""
    if not found:
        why = ("too few images of other people are left, or no person both shows a unit and does not" if probe else
               "there is no probe set of other people")
        print(f"Whether filters keep their unit cannot be asked on these faces: {why}. The networks at the top were "
              "asked with drawn people; here the null within expressions, above, stands in.")
        return
    median, n = np.median(found.auc), len(found.filters)
    on_expressions = held_out_auc[found.filters]
    glue("au_probe_same", found.same, n=n, display=percent(found.same),
         source=f"{about.run}: filters whose unit on expressions has the largest |AUC − ½| on the probe set, too")
    glue("au_probe_guess", found.guess, n=1000, display=percent(found.guess),
         source="the same with the winners dealt to other filters, mean")
    glue("au_probe_auc", median, n=n, display=f"{median:.2f}",
         source=f"{about.run}: AUC on the probe set for the unit that won on expressions, in its direction, median")
    draw(on_expressions, found.auc, found.filters)
    display(Markdown(
        f"*A dot for each filter whose unit the probe has: {found.cases:,} cases of {found.people} people, "
        f"{len(found.units)} units.*\n\nThe median AUC for the unit that won on expressions, in its direction, is "
        f"**{median:.2f}** (held-out expressions: {np.median(on_expressions):.2f}).\n\nThat unit still has the largest "
        f"|AUC − ½| of all for **{percent(found.same)}** of the filters; if winners are dealt to other filters at "
        f"random, for {percent(found.guess)} (p = {found.p:.2g}). What networks that were not trained keep stands in "
        "the figure at the top."))


def draw(on_expressions: np.ndarray, alone: np.ndarray, filters: np.ndarray):
    _, axes = plt.subplots(figsize=(4.8, 4.8), layout="constrained")
    marks = axes.scatter(on_expressions, alone, s=14, color=INK["CNN+AD"], alpha=.6, linewidths=0)
    name_marks(marks, [f"conv3:{f} · AUC {x:.2f} on held-out expressions · {y:.2f} one by one"
                       for f, x, y in zip(filters, on_expressions, alone, strict=True)])
    axes.plot([0, 1], [0, 1], color="black", linewidth=.8, linestyle=":")
    axes.axhline(.5, color="black", linewidth=.8)
    axes.set(xlabel="AUC, held-out expressions", ylabel="AUC, units one by one and in pairs", xlim=(.2, 1),
             ylim=(.2, 1))
    plt.show()
