"""What the chapter `action_units` shows: charts, tables, its numbers glued and in words.

    from fer_lib.pages import action_units as page
"""
from .about import About, glue_comparable, glue_parameters, require_units, tell_sample, usable_units
from .chance import tell_tests
from .choices import tell_choices
from .divergences import bar_charts, heat_map, turn_histograms
from .furrows import tell_furrows
from .held_out import tell_held_out
from .networks import tell_networks
from .one_by_one import load_probe, tell_one_by_one
from .special import tell_special
from .summary import as_list, filters_in_words, tests_in_words, units_in_words
from .use import tell_use

__all__ = ["About", "as_list", "bar_charts", "filters_in_words", "glue_comparable", "glue_parameters", "heat_map",
           "load_probe", "require_units", "tell_choices", "tell_furrows", "tell_held_out", "tell_networks",
           "tell_one_by_one", "tell_sample", "tell_special", "tell_tests", "tell_use",
           "tests_in_words", "turn_histograms", "units_in_words", "usable_units"]
