"""What the chapter `network` shows: the network drawn, tables and pictures, its numbers glued and in words.

    from fer_lib.pages import network as page
"""
from .anatomy import drawn, layer_table
from .augmented import curves_of_a_face, glue_difference, level_table, views_of_a_face
from .biases import FACTORS, fading_table, glue_biases
from .chosen import chosen_face, without_biases
from .differences import differences
from .fields import field_table, framed_faces
from .first_filters import glue_filters, on_smoothness, two_mosaics
from .normalised import normalised_faces, spread_table
from .starts import STAGES, signal_chart, start_table, width_table
from .summary import summary

__all__ = ["FACTORS", "STAGES", "chosen_face", "curves_of_a_face", "differences", "drawn", "fading_table",
           "field_table", "framed_faces", "glue_biases", "glue_difference", "glue_filters", "layer_table",
           "level_table", "normalised_faces", "on_smoothness", "signal_chart", "spread_table", "start_table",
           "summary", "two_mosaics", "views_of_a_face", "width_table", "without_biases"]
