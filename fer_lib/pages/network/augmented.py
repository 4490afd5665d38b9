"""A face as the network is shown it, and views of it as training shows it."""
import torch
from IPython.display import HTML

from ..notebooks import glue
from ..pictures import face_grid
from .anatomy import around_grey


def normalised_face(x: torch.Tensor, around: torch.Tensor, shown: torch.Tensor) -> HTML:
    """(1, 1, S, S) each: a face in [0, 2], the means around its pixels, and what of it the network is shown."""
    return face_grid([x[0, 0].numpy() / 2, around[0, 0].numpy() / 2, around_grey(shown)[0, 0].numpy()],
                     ["the face", "mean of 5×5 pixels around each", "what the network is shown"], width=104,
                     alt=["A face", "The same face, blurred", "Its edges, black and white on grey"])


def views_of_a_face(seen: torch.Tensor) -> HTML:
    """(N, 1, S, S) in [0, 2]."""
    glue("network_views", len(seen), source="parameter of this chapter")
    return face_grid(seen[:, 0].numpy() / 2, [f"view {i + 1}" for i in range(len(seen))], width=76,
                     alt=[f"View {i + 1}: the face turned, larger or smaller, moved, perhaps mirrored, of another "
                          "brightness" for i in range(len(seen))])
