"""Is a network homogeneous up to conv3, f(cx) = c·f(x) for every c > 0? Without biases it is: convolutions are linear
then, and ReLU and maximum keep a positive factor.

    fading(network, see(images), (1., 1 / 2))
"""
import pandas as pd
import torch

from ..network import ZeroBiasCNN
from .layers import outputs

DEPARTURE, AS_BEFORE, PROBABILITY = "departure", "as before", "probability"


@torch.no_grad()
def fading(network: ZeroBiasCNN, x: torch.Tensor, factors: tuple[float, ...]) -> pd.DataFrame:
    """Of normalised faces (N, 1, S, S) times each factor c (rows) what becomes of conv3 and of the answer (columns):

    departure: mean of |f(cx) - c·f(x)| over conv3's neurons, by the mean of c·f(x); NaN where none responds.
    as before: share of these neurons that are on, or off, as for x. probability: of the class that is named for x, mean
    over faces.
    """
    whole = outputs(network, x)
    named = whole["output"].argmax(1, keepdim=True)
    rows = {}
    for c in factors:
        faded = outputs(network, c * x)
        expected, found = c * whole["relu3"], faded["relu3"]
        rows[c] = {DEPARTURE: ((found - expected).abs().mean() / expected.mean()).item(),
                   AS_BEFORE: ((found > 0) == (expected > 0)).double().mean().item(),
                   PROBABILITY: faded["output"].softmax(1).gather(1, named).mean().item()}
    return pd.DataFrame(rows).T
