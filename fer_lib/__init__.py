"""Do deep neural networks learn facial action units? Faces in, trained network out.

The names that chapters use, each imported from its module when it is first asked for: importing the package,
or one of its modules, loads nothing else, so that training runs where there is only torch, NumPy and pandas.
"""
from importlib import import_module

_MODULE_OF = {
    "FaceDataset": "datasets", "load_dataset": "datasets",
    "ZeroBiasCNN": "network",
    "Recipe": "training", "train": "training", "evaluate": "evaluation",
    "load_or_train": "runs",
    "glue": "pages.notebooks",
}
__all__ = list(_MODULE_OF)


def __getattr__(name: str):
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)


def __dir__():
    return sorted({*globals(), *_MODULE_OF})
