"""The synthetic twin of CK+: drawn faces with known action units, for those who have no licence for CK+ (yet).

118 subjects and 327 sequences with CK+'s counts per expression and action units as often as in CK+'s coding; of each
sequence a neutral frame, then three that rise to the apex. `part="probe"`: people who are not in the twin, every action
unit alone and in random pairs, without an expression. `part="changes"`: some of them, in pictures that differ in
one thing (`fer_lib.faces.changes`). Unlike CK+'s, the action units of every frame are known.

All are published with this library (`published`), the same bytes on every machine; other people are drawn here.

    python -m fer_lib.datasets.synthetic --as-ck-plus DIR       # as photographs in CK+'s own layout
"""
import argparse
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from PIL import Image

from ..system.console import command, folder_argument, sentence
from ..system.paths import expand
from . import EXPRESSIONS, FaceDataset, published

if TYPE_CHECKING:
    from ..faces import Frame, Subject

VERSION = "generator 1"             # fer_lib.faces.GENERATOR_VERSION
# Code and head asset decide the pixels of what is drawn, files those of what is published: a cached copy is made anew
# when any of them changes.
DRAWN_BY = sorted(path for path in (Path(__file__).parents[1] / "faces").iterdir() if path.suffix in (".py", ".npz"))
MADE_FROM = [*DRAWN_BY, *published.files()]
PARTS = "labelled", "probe", "changes"
PEOPLE = {"labelled": 118, "probe": 12, "changes": 6}
SEQUENCES = 327
FRAME = (640, 490)                  # pixels, width and height of most of CK+


def load(root: Path | None = None, *, part: str = "labelled", progress: bool = True, subjects: int | None = None,
         sequences: int | None = None, seed: int = 0, furrows: float = 1.) -> FaceDataset:
    """The twin, or one of its other parts; `root` is not used.

    subjects: people, as many as PEOPLE unless said otherwise. Published `changes` have 48 pixels, all else 96.
    sequences: of the twin, 327 unless said otherwise, in CK+'s proportions. seed: other people. furrows: depth of what
    is painted from the action units; 0 leaves the moved geometry. ValueError where these do not go together;
    ImportError where others than the published ones are asked for, but not what draws them is there.
    """
    if root is not None:
        raise ValueError(f"synthetic comes with the book, from no folder: leave out root={str(root)!r}")
    if not 0 <= furrows < np.inf:
        raise ValueError(f"furrows must be 0 or more, not {furrows!r}")
    usual = {PEOPLE[part], None}, {SEQUENCES if part == "labelled" else None, None}, {0}, {1.}
    if all(value in values for value, values in zip((subjects, sequences, seed, furrows), usual, strict=True)):
        return published.checked(part).versioned(VERSION)
    drawn = generator()
    people, frames = sample(part, subjects, sequences, seed)
    classes = EXPRESSIONS if part == "labelled" else ()
    intensities = intensity_table(frames)
    return FaceDataset(
        "synthetic", drawn.render_frames(people, frames, furrows=furrows, progress=progress)[:, None],
        [classes.index(frame.label) if classes else -1 for frame in frames], classes,
        subjects=[people[frame.subject].name for frame in frames], sequences=[frame.sequence for frame in frames],
        action_units=(intensities > 0).astype("float32"), intensities=intensities).versioned(VERSION)


def generator():
    """The room `fer_lib.faces`; ImportError where what it needs is not installed."""
    try:
        from .. import faces
    except ModuleNotFoundError as error:
        raise ImportError(f"other faces than the published ones are drawn, and that needs {error.name}: install "
                          "fer_lib with its extra [faces], or leave out subjects, sequences, seed, furrows") from error
    return faces


def sample(part: str = "labelled", subjects: int | None = None, sequences: int | None = None,
           seed: int = 0) -> tuple[list["Subject"], list["Frame"]]:
    """People and what each picture shows, before anything is drawn."""
    drawn = generator()
    sizes = {"subjects": subjects, "sequences": sequences}
    given = {name: value for name, value in sizes.items() if value is not None}
    if part == "labelled":
        return drawn.draw_twin(**given, seed=seed)
    if sequences is not None:
        raise ValueError("sequences is for the twin; in its other parts every subject shows all that there is")
    return {"probe": drawn.draw_probe, "changes": drawn.draw_changes}[part](**given, seed=seed)


def intensity_table(frames: list["Frame"]) -> pd.DataFrame:
    """Intensity 0–1 of every action unit in every frame (N, A) float32, that of the side that shows more."""
    drawn = generator()
    sides = pd.DataFrame([drawn.by_side(frame.action_units) for frame in frames])
    left, right = (pd.DataFrame(sides[side].tolist(), columns=list(drawn.ACTION_UNITS)) for side in sides)
    return left.combine(right, np.fmax).fillna(0).astype("float32")


def write_as_ck_plus(folder: Path, *, progress: bool = True, furrows: float = 1., **options):
    """Write the twin as whole 640×490 frames with emotion and FACS files, in CK+'s layout.

    options: subjects, sequences, seed, as for `load`. FACS intensities are 1–5, a fifth of the range each.
    FileExistsError where `folder` is there already; it appears when it is complete.
    """
    folder = expand(folder)
    if folder.exists():
        raise FileExistsError(f"{folder} exists; name a new folder, or delete it first")
    if not 0 <= furrows < np.inf:
        raise ValueError(f"furrows must be 0 or more, not {furrows!r}")
    people, frames = sample("labelled", **options)
    drawn = generator()
    partial = folder.with_name(f"{folder.name}.partial-{os.getpid()}")
    try:
        for positions, pictures in drawn.subject_by_subject(people, frames, progress=progress, furrows=furrows,
                                                            full=FRAME):
            for position, picture in zip(positions, pictures, strict=True):
                name, number = frames[position].sequence, 1 + position % 4
                Image.fromarray(picture).save(_place(partial, "cohn-kanade-images", name) / f"{name}_{number:08d}.png")
        for frame, coding in zip(frames[3::4], intensity_table(frames[3::4]).to_dict("records"), strict=True):
            last = f"{frame.sequence}_00000004"
            emotion = _place(partial, "Emotion", frame.sequence) / f"{last}_emotion.txt"
            emotion.write_text(f"   {EXPRESSIONS.index(frame.label):.7e}\n", "utf-8")
            lines = (f"   {int(unit[2:]):.7e}   {np.ceil(5 * intensity):.7e}\n"
                     for unit, intensity in coding.items() if intensity)
            (_place(partial, "FACS", frame.sequence) / f"{last}_facs.txt").write_text("".join(lines), "utf-8")
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _place(folder: Path, kind: str, sequence: str) -> Path:
    place = folder.joinpath(kind, *sequence.split("_"))
    place.mkdir(parents=True, exist_ok=True)
    return place


@command
def main(arguments: list[str] | None = None):
    parser = argparse.ArgumentParser(prog="python -m fer_lib.datasets.synthetic",
                                     description="Write the synthetic twin of CK+ in CK+'s own layout.")
    parser.add_argument("--as-ck-plus", metavar="DIR", type=folder_argument, required=True,
                        help="a new folder, to hold cohn-kanade-images/, Emotion/ and FACS/")
    parser.add_argument("--subjects", type=int, help="people (default: 118)")
    parser.add_argument("--sequences", type=int, help="sequences of four frames (default: 327)")
    parser.add_argument("--seed", type=int, default=0, help="other people (default: %(default)s)")
    parser.add_argument("--furrows", type=float, default=1., metavar="DEPTH",
                        help="depth of what is painted from the action units, 0 for none (default: %(default)s)")
    given = vars(parser.parse_args(arguments))
    place = given.pop("as_ck_plus")
    try:
        write_as_ck_plus(place, **given)
    except (ValueError, FileExistsError) as error:
        parser.error(str(error))
    except OSError as error:                            # a full disk does not say whose
        raise OSError(f"{place} was not written: {sentence(error)}") from error
    print(f"{place}: read it with load_dataset('ck_plus', root={str(place)!r})")


if __name__ == "__main__":
    main()
