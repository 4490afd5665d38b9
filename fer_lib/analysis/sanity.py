"""Is it the filter, or the image? The same neurons in the same images by other ways back to the pixels, and in networks
that learned nothing or were made to forget (the checks of Adebayo et al. 2018; Nie et al. 2018).

    pictures = {name: to_pixels(*way, x, which, rows, columns) for name, way in ways_back(…).items()}
    likeness_table(crops_of(pictures), which, where, each, rng)     # how like guided backpropagation each is
"""
import copy

import numpy as np
import pandas as pd
from captum.attr import NeuronDeconvolution, NeuronGradient, NeuronGuidedBackprop

from ..network import ZeroBiasCNN
from .likeness import explained, mean_of, mismatched, rank_correlation, structural_similarity

GUIDED, FACE = "guided backpropagation", "the normalised face"
BEFORE, RANDOM = "guided, before training", "guided, conv3, 2, 1 random"
ELSEWHERE, CHANCE = "same filter, another image", "chance: another filter and image"
SSIM, RANK, EXPLAINED = "SSIM", "rank correlation", "variance explained by the face"


def reset(network: ZeroBiasCNN, fresh: ZeroBiasCNN, *layers: str) -> ZeroBiasCNN:
    """A copy of a network in which some layers have the weights of another one, which has not learned."""
    partly_reset = copy.deepcopy(network)
    for name in layers:
        getattr(partly_reset, name).load_state_dict(getattr(fresh, name).state_dict())
    return partly_reset


def ways_back(network: ZeroBiasCNN, untrained: ZeroBiasCNN, fresh: ZeroBiasCNN) -> dict[str, tuple]:
    """Captum's method and the network, for each of seven ways back to the pixels.

    untrained: as the network began. fresh: another one with first weights, which replace those of conv3, then conv2,
    then conv1. The layers above conv3 play no part in any of the pictures.
    """
    return {GUIDED: (NeuronGuidedBackprop, network), "gradient": (NeuronGradient, network),
            "deconvolution": (NeuronDeconvolution, network), BEFORE: (NeuronGuidedBackprop, untrained),
            "guided, conv3 random": (NeuronGuidedBackprop, reset(network, fresh, "conv3")),
            "guided, conv3, 2 random": (NeuronGuidedBackprop, reset(network, fresh, "conv3", "conv2")),
            RANDOM: (NeuronGuidedBackprop, reset(network, fresh, "conv3", "conv2", "conv1"))}


def likeness_table(pictures: dict[str, list[np.ndarray]], which: np.ndarray, where: np.ndarray, each: int,
                   rng: np.random.Generator) -> pd.DataFrame:
    """How like guided backpropagation other pictures of the same neurons are, means over neurons: structural similarity
    and rank correlation of absolute values within the neuron's field (NaN for guided backpropagation itself); and the
    share of each picture's variance that the best 5×5 filter of the normalised face explains.

    pictures: by way, GUIDED and FACE among them, the field of each of N neurons, see `attribution.crop`. which, where:
    (N,) the neuron's filter and image; each: so many images of a filter follow one another. rng: draws the pictures of
    another filter in another image.
    """
    guided, face = pictures[GUIDED], pictures[FACE]
    order = np.roll(np.arange(len(which)).reshape(-1, each), 1, axis=1).ravel()
    others = {ELSEWHERE: [guided[i] for i in order], CHANCE: mismatched(guided, which, where, rng)}
    rows = {}
    for name, fields in (pictures | others).items():
        same = name == GUIDED
        rows[name] = {SSIM: np.nan if same else mean_of(structural_similarity, guided, fields),
                      RANK: np.nan if same else mean_of(rank_correlation, guided, fields),
                      EXPLAINED: np.nan if name == FACE else mean_of(explained, fields, face)}
    table = pd.DataFrame(rows).T
    return table.loc[[GUIDED, *table.index.drop(GUIDED)]]
