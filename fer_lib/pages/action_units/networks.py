"""Whole networks beside each other: trained, on shuffled labels, and not trained."""
import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import Markdown, display

from ...analysis.comparisons import seed_means
from ...analysis.measures import COMMONEST, NAMED
from ..charts import WHERE_NOT_LEARNED, by_kind, dots_by_kind, learned_and_not
from ..markup import percent
from ..notebooks import glue

MEASURED = {"held-out AUC": "held-out AUC,\nmedian filter", "AUC within expressions": "AUC within\nexpressions",
            "share that keep their unit": "share of filters\nthat keep their unit",
            "best filter": "best filter of a unit,\nunits one by one: AUC",
            "best filter, rotated": "the same of random\nmixtures: AUC",
            "beyond chance": "share of filters\nbeyond chance"}
KEYS = {"CNN+AD": "trained", "CNN": "plain", "CNN, shuffled labels": "shuffled", "CNN, identities": "people",
        "not trained": "fresh"}
PEOPLE = {"CNN": "in networks that learned expressions (CNN)", "CNN, identities": "in those that learned people",
          "not trained": "in those that learned nothing"}
GLUED = {"held-out AUC": ("networks", "{:.2f}".format), "beyond chance": ("beyond", percent),
         "AUC within expressions": ("within", "{:.2f}".format), "share that keep their unit": ("kept", percent),
         "best filter": ("best", "{:.2f}".format), NAMED: ("by_heart", percent), COMMONEST: ("commonest", percent)}


def compared(networks: pd.DataFrame) -> bool:
    """Is there anything to compare in a table of networks?"""
    return len(networks) > 0 and set(MEASURED) <= set(networks)


def draw(networks: pd.DataFrame):
    """A dot for each network."""
    if compared(networks):
        dots_by_kind(networks, MEASURED)
        plt.show()


def show_networks(networks: pd.DataFrame, dataset: str, size: int) -> str:
    """Draw them, and glue the means over seeds of each kind → what they come to, which is displayed, too."""
    draw(networks)
    for column, (name, show) in GLUED.items():
        for kind, key in KEYS.items():
            seeds = seed_means(networks[networks["kind"] == kind], column) if column in networks else ()
            if len(seeds):
                mean = seeds.mean()
                glue(f"au_{name}_{key}", mean, n=len(seeds), display=show(mean),
                     source=f"{dataset}, {size} pixels, {kind}, mean over seeds: {column}, see "
                            "fer_lib/analysis/rules.yml")
    sentence = answer(networks)
    display(Markdown(sentence))
    shuffled = networks[networks["kind"] == "CNN, shuffled labels"]
    if compared(networks) and len(shuffled):
        display(Markdown(memorised_in_words(shuffled[NAMED].mean(), shuffled[COMMONEST].mean())))
    return sentence


def answer(networks: pd.DataFrame) -> str:
    """What the median filter knows of its unit, as pairs that it tells apart, where networks learned expressions and
    where they did not."""
    if not compared(networks):
        return "There are no networks of this size in the book for these faces, so nothing is compared."
    learned, other = learned_and_not(networks, "held-out AUC")
    said = [f"{100 * learned:.0f} of 100 pairs where networks learned expressions"] * pd.notna(learned)
    said += [f"at most {100 * other:.0f} {WHERE_NOT_LEARNED}"] * pd.notna(other)
    return ("Of two faces of people who were not trained on, one of which shows a filter's unit, the median filter "
            f"tells which is which: in {', '.join(said)}. Guessing gives 50.")


def show_people(networks: pd.DataFrame):
    """What filters know in networks that learned who people are, beside the same of expressions, and of nothing."""
    for sentence in people_in_words(networks):
        display(Markdown(sentence))


def people_in_words(networks: pd.DataFrame) -> list[str]:
    """Of the best filter for a unit and of the typical filter, as far as they were measured: mean over seeds of the
    AUC in PEOPLE's kinds. Nothing without networks of people."""
    found = []
    for column, what in (("best filter", "Where units come one by one, the best filter for a unit has a mean AUC of"),
                         ("held-out AUC", "Of units in expressions the *typical* filter has")):
        said = by_kind(networks, column, "{:.2f}".format, PEOPLE) if column in networks else []
        if len(said) == len(PEOPLE):
            found.append(f"{what} {', '.join(said)}.")
    return found


def memorised_in_words(named: float, guess: float) -> str:
    """Have networks on shuffled labels learned these by heart? Shares that are named as told, and of the commonest."""
    return (
        f"Networks on shuffled labels name {percent(named)} of their training images as told (the commonest label: "
        f"{percent(guess)}): " + (
            f"they have learned {'them' if named > .99 else 'most of them'} by heart." if named > (1 + guess) / 2 else
            "they have learned hardly any of them by heart, and stand for a training that found nothing, not for one "
            "that found something else."))
