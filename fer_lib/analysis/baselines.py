"""What came before such networks, as far as a page can have it: features made by hand, a classifier with one constant.

    method = methods(faces, folds)["HOG + SVM"]
    found = tune(method, method.features(pixels), faces.labels, faces.split(0))
    (found.named == faces.labels[faces.split(0).test]).mean()

Every method sees 48×48 pixels as floats in [0, 1]. They are stand-ins, and not the systems that were published.
"""
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from joblib import cpu_count
from scipy.fft import set_workers
from scipy.signal import fftconvolve
from skimage.feature import hog
from skimage.filters import gabor_kernel
from skimage.measure import block_reduce
from sklearn.base import ClassifierMixin
from sklearn.decomposition import PCA
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from tqdm import tqdm

from ..datasets import FaceDataset, Split

MANY = 5000                         # training images, of which a constant is chosen on no more
COMPONENTS = 100                    # principal components, where a fold has as many training images
EARLIER = "best earlier method"     # its kind in a table of networks, as in rules.yml
CNN_AD = "CNN+AD"                   # that rules.yml compares it with


class Method(NamedTuple):
    features: Callable[[np.ndarray], np.ndarray]            # (N, 48, 48) → (N, F)
    classifier: Callable[[float], ClassifierMixin]          # by its constant
    constants: Sequence[float]                              # that are tried: C, which multiplies a sum over images


class Tuned(NamedTuple):
    """What a method made of a fold."""
    named: np.ndarray               # (n,) the class that it names for each test image
    constant: float                 # that was chosen
    validation: float               # its accuracy there; 0 where a set has no validation part


def methods(faces: FaceDataset, folds: Iterable[int]) -> dict[str, Method]:
    """By name. All folds share the number of principal components, which the smallest of them can have."""
    components = min([COMPONENTS, *(len(faces.split(fold).train) for fold in folds)])
    return {
        "majority": Method(lambda pixels: flat(pixels)[:, :1], lambda C: DummyClassifier(), [1]),
        "PCA + LR": Method(flat, lambda C: make_pipeline(
            PCA(components, whiten=True, random_state=0), LogisticRegression(C=C, max_iter=1000)), [.01, .1, 1]),
        "HOG + SVM": Method(hog_features, lambda C: LinearSVC(C=C, dual="auto", random_state=0), [.01, .1, 1]),
        "Gabor + SVM": Method(gabor_features, lambda C: make_pipeline(
            StandardScaler(), LinearSVC(C=C, dual="auto", random_state=0)), [1e-5, 1e-4, 1e-3])}


def flat(pixels: np.ndarray) -> np.ndarray:
    return pixels.reshape(len(pixels), -1)


def hog_features(pixels: np.ndarray) -> np.ndarray:
    """(N, 48, 48) → (N, 800): 8 orientations, 8×8 cells, 2×2 blocks (Dalal & Triggs 2005)."""
    return np.stack([hog(image, 8, (8, 8), (2, 2)) for image in tqdm(pixels, "HOG", delay=2)]).astype(np.float32)


def gabor_features(pixels: np.ndarray) -> np.ndarray:
    """(N, 48, 48) → (N, 1152): the mean magnitude in 6×6 fields of 32 filters, of 4 frequencies and 8 orientations
    (after Bartlett et al. 2005)."""
    # In single precision, as the pixels are, on the cores that it may have, few images at once: less than half the time
    filters = [gabor_kernel(frequency, angle, dtype=np.complex64)[None] for frequency in (.25, .177, .125, .088)
               for angle in np.pi * np.arange(8) / 8]

    def fields(images: np.ndarray, kernel: np.ndarray) -> np.ndarray:
        return flat(block_reduce(np.abs(fftconvolve(images, kernel, "same", axes=(1, 2))), (1, 8, 8), np.mean))

    pieces = np.array_split(pixels, len(pixels) // 100 + 1)
    with set_workers(cpu_count()):
        return np.concatenate([np.concatenate([fields(piece, kernel) for kernel in filters], axis=1)
                               for piece in tqdm(pieces, "Gabor", delay=2)])


def tune(method: Method, x: np.ndarray, labels: np.ndarray, split: Split) -> Tuned:
    """Trained on a fold's training part, with the constant that is best on validation (of equal ones the first; the
    middle one where there is no validation part). Of more than MANY training images so many, by chance, choose it: each
    weighs the more, so that their sum weighs as that of all against the penalty of the weights.

    x: (N, F) features and labels: (N,) of the whole set.
    """
    train, validation, test = split

    def fitted(constant: float, images: np.ndarray) -> ClassifierMixin:
        return method.classifier(constant).fit(x[images], labels[images])

    def score(model: ClassifierMixin) -> float:
        return model.score(x[validation], labels[validation])

    if not len(validation):
        constant = method.constants[len(method.constants) // 2]
        return Tuned(fitted(constant, train).predict(x[test]), constant, 0)
    some = train if len(train) <= MANY else np.random.default_rng(0).choice(train, MANY, replace=False)
    models = [fitted(constant * len(train) / len(some), some) for constant in method.constants]
    scores = [score(model) for model in models]
    best = int(np.argmax(scores))
    constant, model, validated = method.constants[best], models[best], scores[best]
    if some is not train:
        model = fitted(constant, train)
        validated = score(model)
    return Tuned(model.predict(x[test]), constant, validated)


def best_on_validation(tried: dict[str, dict[int, Tuned]]) -> str | None:
    """The name of the method with the highest mean over folds; None if none was tried. tried: by name and fold."""
    return max(tried, key=lambda name: np.mean([found.validation for found in tried[name].values()]), default=None)


def accuracy_of(by_fold: dict[int, Tuned], faces: FaceDataset, fold: int) -> float:
    """On test images."""
    return float((by_fold[fold].named == faces.labels[faces.split(fold).test]).mean())


def with_best_method(networks: pd.DataFrame, tried: dict[str, dict[int, Tuned]], faces: FaceDataset) -> pd.DataFrame:
    """`with_best_of`, of methods as they were tried."""
    folds = networks.loc[networks["kind"] == CNN_AD, "fold"].unique()
    return with_best_of(networks, {name: {fold: accuracy_of(by_fold, faces, fold) for fold in folds}
                                   for name, by_fold in tried.items()})


def with_best_of(networks: pd.DataFrame, accuracies: dict[str, dict[int, float]]) -> pd.DataFrame:
    """A table of networks, and below it the method that is best *on their test folds*, once for each fold and seed of
    CNN+AD: what a rule compares the network with. As it was where there is no such network, or no method.

    networks: see `networks.table_of`. accuracies: 0–1, by method and fold.
    """
    ours = networks.loc[networks["kind"] == CNN_AD, ["group", "fold", "seed"]].drop_duplicates()
    if not len(ours) or not accuracies:
        return networks
    best = max(accuracies, key=lambda name: sum(accuracies[name][fold] for fold in ours["fold"].unique()))
    of_best = 100 * ours["fold"].map(accuracies[best])
    return pd.concat([networks, ours.assign(kind=EARLIER, accuracy=of_best).sort_values(["fold", "seed"])],
                     ignore_index=True)
