"""Bring runs that were made before there were digests to today's form, once.

    python -m fer_lib.runs.seal [STORE …]            # by default all of the book's

Each is judged again first, and left as it is where it is not what it says. What is added: the digest of each file, and
the version of the training instead of a digest of the code. What is corrected: `n` and `interval` of runs on labels
that were dealt anew, which counted a sequence whose frames were told to be neutral as three cases.
"""
import argparse

from ..datasets import FaceDataset
from ..evaluation import wilson
from ..system.console import command, folder_argument, say
from ..system.files import write_whole
from .arguments import sets
from .grid import load
from .run import PROVENANCE, TEXTS, Run, as_json, read_run, sealed
from .store import stored_runs
from .verify import book_stores, verify


def seal(run: Run, faces: FaceDataset) -> list[str]:
    """Seal a run. faces: as `load_dataset` gives them. → what is wrong with it; then it is left as it was."""
    metrics = corrected(run, faces)
    run = Run(run.folder, run.config, run.history, metrics, run.provenance)
    if wrong := verify(run, faces).wrong:
        return wrong
    files = {name: (run.folder / name).read_bytes() for name in TEXTS}
    if metrics != read_run(run.folder).metrics:
        files["metrics.json"] = as_json(metrics)
        write_whole(run.folder / "metrics.json", files["metrics.json"])
    write_whole(run.folder / PROVENANCE, as_json(sealed(run.provenance, files)))
    return []


def corrected(run: Run, faces: FaceDataset) -> dict:
    """The metrics with cases counted by the true sequence."""
    metrics, split = dict(run.metrics), faces.split(run.config["fold"])
    for part in ("validation", "test"):
        if part in metrics:
            n = len(set(faces.cases[getattr(split, part)].tolist()))
            metrics[part] = metrics[part] | {"n": n, "interval": list(wilson(metrics[part]["accuracy"], n))}
    return metrics if "shuffled" in run.config["dataset"]["parameters"] else run.metrics


@command
def main(arguments: list[str] | None = None):
    parser = argparse.ArgumentParser(prog="python -m fer_lib.runs.seal", parents=[sets],
                                     description=__doc__.split("\n")[0])
    parser.add_argument("store", type=folder_argument, nargs="*", help="folders of runs (default: the book's)")
    given = parser.parse_args(arguments)
    refused = 0
    for run in (run for store in given.store or book_stores() for run in stored_runs(store)):
        asked = {"name": run.config["dataset"]["name"]} | run.loaded_with
        wrong = [] if run.is_sealed else seal(run, load(asked, given.sources))
        refused += bool(wrong)
        say(f"{run.folder}: {'; '.join(wrong) or 'sealed' + ' before' * run.is_sealed}")
    if refused:
        parser.exit(1, f"{refused} runs are not what they say, and were left as they are\n")


if __name__ == "__main__":
    main()
