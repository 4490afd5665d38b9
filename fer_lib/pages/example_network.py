"""A chapter's example network: what its filters are, for the tips of the page that speaks of conv3:42.

    said = [of_unit("AU12", sign=1, auc=.93), …]                        # of each filter
    glue_filters(trained, faces.select(train), responses, said)         # once in a chapter
"""
import math
from base64 import b64encode
from collections.abc import Sequence

import numpy as np

from ..analysis.places import strongest_images
from ..datasets import FaceDataset
from ..faces.action_units import name_of
from ..runs.run import Run
from . import notebooks
from .pictures import sheet

TOP, WIDTH, COLUMNS = 5, 48, 20     # faces of each filter; pixels of each; faces in a row of the sheet


def glue_filters(trained: Run, faces: FaceDataset, responses: np.ndarray, said: Sequence[str]):
    """Keep, of every filter of conv3, the faces that excite it most and a sentence; the page shows them where it says
    conv3:42. Faces that are not drawn are not kept.

    faces: N images that `responses` (N, F) are to; said: (F,) of each filter, but of one that responds to none of them.
    """
    best = strongest_images(responses, TOP, faces.sequences)
    excite = np.take_along_axis(responses, best.T, axis=0).T > 0
    drawn = faces.name == "synthetic"
    needed = np.unique(best[excite]) if drawn else np.empty(0, int)
    of = f"Of {trained.recipe.variant}, {trained.pixels} pixels."
    filters = {f"conv3:{f}": {"text": f"{said[f] if excite[f].any() else 'Responds to none of the faces.'} {of}",
                              "faces": np.searchsorted(needed, best[f][excite[f]]).tolist() if drawn else []}
               for f in range(len(best))}
    file = b64encode(sheet(faces.images[needed, 0], WIDTH, COLUMNS)).decode() if len(needed) else ""
    notebooks.keep(notebooks.FILTERS, {"network": trained.folder.name, "filters": filters, "sheet": file, "size": WIDTH,
                                       "columns": COLUMNS})


def of_unit(unit: str, sign: float, auc: float) -> str:
    """A sentence on a filter that was given a unit. sign: 1 for more response with it, -1 for less; auc: of telling it,
    on people that it was not chosen on; NaN is left out."""
    direction = "more" if sign > 0 else "less"
    known = f"; AUC {auc:.2f} on other people" if math.isfinite(auc) else ""
    return f"Its unit is {unit}, {name_of(unit).lower()}: {direction} response with it{known}."
