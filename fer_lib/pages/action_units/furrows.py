"""What a filter's unit is worth on faces without painted furrows."""
import numpy as np
import pandas as pd
from IPython.display import Markdown, display

from ..notebooks import glue
from ..numbers import typeset
from .about import About


def show_furrows(auc: np.ndarray, bare_auc: np.ndarray, unit: np.ndarray, about: About):
    """Median held-out AUC (F,) with furrows and without, and the units that lose most; unit: (F,) each filter's."""
    median, bare = (np.median(held_out[about.responsive]) for held_out in (auc, bare_auc))
    glue("au_bare", bare, n=about.n, display=f"{bare:.2f}",
         source=f"{about.run}: held-out AUC of a filter's unit on faces without painted furrows, median of filters")
    names = np.array(about.units)[unit][about.responsive]
    lost = pd.Series((auc - bare_auc)[about.responsive]).groupby(names).median().sort_values(ascending=False)
    display(Markdown(f"Without furrows the median held-out AUC is **{bare:.2f}** instead of {median:.2f}. Most is lost "
                     f"for {', '.join(lost.index[:3])}: {typeset(lost.iloc[0], '.2f')} at most."))
