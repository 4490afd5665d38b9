"""A face, darker and flatter, after either normalisation: pictures, and how much of its contrast is left."""
import pandas as pd
import torch
from IPython.display import HTML
from pandas.io.formats.style import Styler

from ...analysis.contrast import INSIDE, below_floor, rim_share
from ...preprocessing import FLOOR, local_contrast_normalise
from ..markup import percent
from ..notebooks import glue
from ..numbers import small_table
from ..pictures import face_grid

AS_IT_IS = "as it is"
SHORT = {"half as bright": "dark", "half the contrast": "flat"}


def normalised_faces(changed: dict[str, torch.Tensor], normalised: dict[str, dict[str, torch.Tensor]]) -> HTML:
    """A row for each face (1, 1, S, S): it, and what each normalisation makes of it; a column has one scale."""
    rows = []
    for how, face in changed.items():
        shown = [face[0, 0].numpy() / 2]
        for of_mode in normalised.values():
            limit = of_mode[AS_IT_IS][INSIDE].abs().quantile(.99).item()
            shown.append(.5 + of_mode[how][0, 0].numpy() / (2 * limit))
        alt = [f"A face, {how}", *(f"The same after {mode} normalisation" for mode in normalised)]
        rows.append(face_grid(shown, [how, *normalised], width=100, alt=alt).data)
    return HTML('<div style="max-width:22rem">' + "<br>".join(rows) + "</div>")


def spread_table(spread: pd.DataFrame, changed: dict[str, torch.Tensor]) -> Styler:
    """spread: standard deviation within the border of each face (rows) after each normalisation (columns). Glues it
    relative to the face as it is; where the floor of full normalisation counts; and the rim of the subtractive face."""
    relative, n = spread / spread.loc[AS_IT_IS], changed[AS_IT_IS][INSIDE].numel()
    for mode in spread:
        for how, short in SHORT.items():
            glue(f"paper_and_code_{mode}_{short}", relative.at[how, mode], n=n, display=f"{relative.at[how, mode]:.2f}",
                 source=f"standard deviation of the {mode} face, {how}, relative to as it is; without the border")
    glue("paper_and_code_floor", FLOOR, source="fer_lib/preprocessing.py, grey levels of [0, 2]")
    for how, short in ((AS_IT_IS, ""), ("half as bright", "_dark")):
        below = below_floor(changed[how])
        share = below.double().mean().item()
        glue(f"paper_and_code_floor_share{short}", share, n=below.numel(), display=percent(share, 1),
             source=f"pixels whose local standard deviation is below the floor, face {how}; without the border")
    rim = rim_share(local_contrast_normalise(changed[AS_IT_IS], "subtractive"))
    glue("paper_and_code_rim", rim, n=changed[AS_IT_IS].numel(), display=percent(rim),
         source="sum of squares of the subtractive face in its outer two pixels, of all")
    return small_table(spread, precision=3)
