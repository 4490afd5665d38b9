"""What the chapter `paper_and_code` shows: where the paper's text and its authors' code part, and what that costs.

`sides` sets the three beside each other, `costs` draws what each difference costs; `normalised`, `stretched` and
`starts` look at three of them closely, `by_text` at all of the text's at once, `selection` at which checkpoint is kept.
"""
from .by_text import glue_by_text, show_by_text
from .costs import cost_chart, costs, glue_costs
from .normalised import normalised_faces, spread_table
from .selection import by_both_rules, glue_gain, means_of_rules
from .sides import sides
from .starts import STAGES, signal_chart, start_table, width_table
from .stretched import curves_of_a_face, glue_difference, level_table

__all__ = ["STAGES", "by_both_rules", "cost_chart", "costs", "curves_of_a_face", "glue_by_text", "glue_costs",
           "glue_difference", "glue_gain", "level_table", "means_of_rules", "normalised_faces", "show_by_text", "sides",
           "signal_chart", "spread_table", "start_table", "width_table"]
