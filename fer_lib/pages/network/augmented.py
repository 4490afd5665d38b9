"""Views of a face as training shows it."""
import torch
from IPython.display import HTML

from ..notebooks import glue
from ..pictures import face_grid


def views_of_a_face(seen: torch.Tensor) -> HTML:
    """(N, 1, S, S) in [0, 2]."""
    glue("network_views", len(seen), source="parameter of this chapter")
    return face_grid(seen[:, 0].numpy() / 2, [f"view {i + 1}" for i in range(len(seen))], width=76,
                     alt=[f"View {i + 1}: the face turned, larger or smaller, moved, perhaps mirrored, of another "
                          "brightness" for i in range(len(seen))])
