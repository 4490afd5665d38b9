"""Numbers of the chapter for prose, this chapter's and others', and for results.json."""
import re
from collections.abc import Sequence

import pandas as pd

from ...analysis.bootstrap import LEAST_PEOPLE
from ...analysis.networks import LEVEL
from ...analysis.rules import rules as stated_rules
from ...network import ZeroBiasCNN, initialise
from ...runs.run import Run
from ...training import Recipe, stream
from ..claims import count_known_before, older_than_rules, with_interval
from ..markup import percent
from ..notebooks import glue


def glue_rows(where: str, rows: Sequence[dict], source: str):
    """The accuracy of each row, as recognition_live_cnn_ad."""
    for row in rows:
        glue(f"recognition_{where}_{re.sub(r'[^a-z]+', '_', row['model'].lower())}", row["accuracy"], n=row["n"],
             display=percent(row["accuracy"], 1), source=source)


def glue_constants():
    """What is the same whatever was trained."""
    glue("recognition_least_people", LEAST_PEOPLE, source="fer_lib/analysis/bootstrap.py")
    glue("recognition_level", LEVEL, source="fer_lib/analysis/networks.py", display=f"{LEVEL:g} nat")
    glue("recognition_released_steps", Recipe.released().steps, source="Recipe.released()")


def glue_parameters(runs: Sequence[Run], recipe: str, steps: int | None):
    """How the live runs were trained. recipe, steps: the parameters of the page."""
    glue("recognition_steps", runs[0].recipe.steps, source=f"parameters of this page: recipe {recipe}, steps {steps}")
    glue("recognition_every", runs[0].recipe.every, source=f"recipe {recipe}")
    glue("recognition_size", runs[0].pixels, source="parameters of this page")


def glue_first_weights(stored: Sequence[Run]):
    """The scale of first weights: of the first stored run, with its seed, and of seed 0, which was passed over."""
    glue("recognition_passed_k", initialise(ZeroBiasCNN(), seed=stream(0, 0)), source="first weights of seed 0, fold 0")
    for run in stored[:1]:
        glue("recognition_stored_seed", run.config["seed"], source=run.folder.name)
        glue("recognition_stored_k", run.metrics["k"], source=run.folder.name)


def glue_judged(judged: pd.DataFrame, settled: Sequence[Run]):
    """What verdicts rest on. judged: the table of networks; settled: their runs, of one size."""
    if settled:
        glue("recognition_deciding", settled[0].pixels, source="pixels of the stored runs that verdicts rest on")
        glue("recognition_read_every", settled[0].recipe.every, source=f"{settled[0].folder.name}: its recipe")
    known, of_all = count_known_before(judged)
    glue("recognition_known_before", known, n=of_all, display=older_than_rules(known, of_all),
         source="networks behind the verdicts that were made before the rules, or on their day")
    date = stated_rules()["variants"].date
    glue("recognition_rules", date.toordinal(), display=f"{date}",
         source="fer_lib/analysis/rules.yml: the date of the rules, as its proleptic Gregorian ordinal")


def glue_ahead(compared: pd.DataFrame, deciding: int | None):
    """How many are compared, if any; how far the stored CNN+AD of that size is ahead of the best method by cases, if
    both were.

    compared: see `tables.live_and_stored`, with the columns of `bootstrap.against`.
    """
    if len(compared):
        glue("recognition_compared", len(compared), source="the table of stored runs against the best earlier method")
    for row in compared.to_dict("records"):
        if (row["run"], row["network"], row["pixels"]) == ("stored", "CNN+AD", deciding):
            glue("recognition_ahead", row["points"], n=row["cases"],
                 display=with_interval(row["points"], row["from"], row["to"]),
                 source=f"stored CNN+AD against {row['against']}, {row['folds']} folds, points of accuracy by cases")
