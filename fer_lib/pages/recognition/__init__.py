"""What the chapter `recognition` shows of its runs, live and stored.

`runs` says which of them a figure is of, `curves` draws how they learned, `tables` sets accuracies beside each other,
`verdicts` says which variant is ahead, `errors` shows what is taken for what, `glued` hands numbers to prose.
"""
from .curves import show_curves
from .errors import least_found_in_words, recalls, show_confusion, show_faces, show_most_wrong
from .glued import glue_ahead, glue_constants, glue_first_weights, glue_judged, glue_parameters, glue_rows
from .runs import by_size, most_settled, of_one_training, one_for_each_fold
from .tables import (
    accuracies,
    biases,
    by_cases,
    constants,
    earlier_methods,
    live_and_stored,
    made_with,
    stored_as,
)
from .verdicts import show_dots

__all__ = ["accuracies", "biases", "by_cases", "by_size", "constants", "earlier_methods", "glue_ahead",
           "glue_constants", "glue_first_weights", "glue_judged", "glue_parameters", "glue_rows",
           "least_found_in_words", "live_and_stored", "made_with", "most_settled", "of_one_training",
           "one_for_each_fold", "recalls", "show_confusion", "show_curves", "show_dots", "show_faces",
           "show_most_wrong", "stored_as"]
