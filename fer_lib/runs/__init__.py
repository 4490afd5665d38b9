"""Trained networks on disk: found, or trained and kept; one, or all of a list.

    run = load_or_train(faces, Recipe.released(), fold=0, seed=0)   # store.py; a run's folder: run.py
    python -m fer_lib.runs LIST.yml --store DIR                         # all of a list: grid.py, lists.py
    python -m fer_lib.runs.verify                                       # are they what they say they are?

`run` writes the digest of each file, reads a run only where its files have theirs, and says what has changed since it
was made. A list may be made on many machines (`cluster`), or in several `processes` of this one. `checkpoints` keeps a
training's state, from which a killed one goes on to the same bits; `provenance` collects what a run's numbers follow
from; `estimate` and `throughput`, how long runs take.
"""
from .run import Run, read_run
from .store import load_or_train, run_for, stored_run, stored_runs

__all__ = ["Run", "load_or_train", "read_run", "run_for", "stored_run", "stored_runs"]
