"""The whole book on a reader's own faces: `python -m fer_lib.pages build --faces ck_plus --root ~/CK+`.

    faces       the set, and what is wrong with it, found before anything is trained
    plan        the networks that the verdicts need on it, as a list; and what cannot be had, and why
    standing    how much of the plan is done, and how long the rest takes on this machine
    values      what the chapters are told: one file of parameters, which jupyter-book takes by itself, too
    pages       pages that would say nothing of it, and what stands there instead
    in_book     what the book itself finds, to stand beside
    command     these in a row: train, measure, build
"""
from .command import add_to

__all__ = ["add_to"]
