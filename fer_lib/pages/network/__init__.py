"""What the chapter `network` shows: the network drawn, pictures and a chart, its numbers glued and in words.

    from fer_lib.pages import network as page
"""
from .anatomy import drawn, layer_table
from .augmented import normalised_face, views_of_a_face
from .biases import FACTORS, fading_chart, glue_biases
from .chosen import chosen_face, without_biases
from .fields import framed_faces, glue_fields
from .first_filters import glue_filters, on_smoothness, two_mosaics

__all__ = ["FACTORS", "chosen_face", "drawn", "fading_chart", "framed_faces", "glue_biases", "glue_fields",
           "glue_filters", "layer_table", "normalised_face", "on_smoothness", "two_mosaics", "views_of_a_face",
           "without_biases"]
