"""What the chapter `action_units` shows: charts, tables, its numbers glued and in words.

    from fer_lib.pages import action_units as page
"""
from ...analysis.samples import usable_units
from .about import About, glue_comparable, glue_parameters, require_units, show_sample
from .chance import show_tests
from .choices import show_choices
from .divergences import bar_charts, heat_map, turn_histograms
from .furrows import show_furrows
from .held_out import explain_filters, show_held_out
from .networks import show_networks, show_people
from .one_by_one import load_probe, show_one_by_one
from .special import show_special
from .use import show_use

__all__ = ["About", "bar_charts", "explain_filters", "glue_comparable", "glue_parameters", "heat_map", "load_probe",
           "require_units", "show_choices", "show_furrows", "show_held_out", "show_networks", "show_one_by_one",
           "show_people", "show_sample", "show_special", "show_tests", "show_use", "turn_histograms", "usable_units"]
