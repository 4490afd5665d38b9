"""Which variant is ahead, as dots."""
import matplotlib.pyplot as plt
import pandas as pd

from ..charts import VARIANTS, dots_by_kind


def show_dots(judged: pd.DataFrame):
    """A dot for each network of a variant, by its accuracy (points), if there are any."""
    own = judged[judged["kind"].isin(VARIANTS)]
    if len(own):
        dots_by_kind(own, {"accuracy": "accuracy on test, per cent"}, ink=VARIANTS, width=4.8)
        plt.show()
