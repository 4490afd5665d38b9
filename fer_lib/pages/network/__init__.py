"""What the chapter `network` shows: the network drawn, tables and pictures, its numbers glued and in words.

    from fer_lib.pages import network as page
"""
from .anatomy import drawn, layer_table
from .augmented import views_of_a_face
from .biases import FACTORS, fading_table, glue_biases
from .chosen import chosen_face, without_biases
from .fields import field_table, framed_faces
from .first_filters import glue_filters, on_smoothness, two_mosaics
from .summary import summary

__all__ = ["FACTORS", "chosen_face", "drawn", "fading_table", "field_table", "framed_faces", "glue_biases",
           "glue_filters", "layer_table", "on_smoothness", "summary", "two_mosaics", "views_of_a_face",
           "without_biases"]
