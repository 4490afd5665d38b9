"""Does *your* network encode action units? A report on any network, asked with drawn faces whose units are known.

    from fer_lib.pages import report
    report(features, title="my network", out="report.html")        # features: (N, 1, S, S) uint8 → (N, F)
    report(network, layer="layer3", size=224, channels=3, mean=(.485, .456, .406), std=(.229, .224, .225))

    python -m fer_lib.pages report resnet.py:network --layer layer3 --size 224 --channels 3

Its files:

    How it is asked
        target          what the user names: a function or a network in a file of Python, an ONNX file
        sources         any of these as a `Network`; `modules` a torch module's layer, `onnx_file` a tensor, `fresh` the
                        same with fresh weights
        view, outputs   what it is shown, and what it puts out
        drawn, asking   the drawn faces; all of them, in batches
    What it is asked
        answers         everything; of it `units_shown` units one by one, `expressions`, `effects` of units on what it
                        says, `occlusion` where on the face; `by_halves` what is chance
        paper           the paper's network beside it
    What is said
        numbers, words  with n and source, as JSON; in sentences
        page, figures   one file of HTML, which loads nothing
        made            all of it together
"""
import sys
from types import ModuleType

from .made import Report, report

__all__ = ["Report", "report"]


class _Room(ModuleType):
    """`from fer_lib.pages import report` is the function and its room in one."""

    def __call__(self, *args, **options) -> Report:
        return report(*args, **options)


sys.modules[__name__].__class__ = _Room
