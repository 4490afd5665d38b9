"""Synthetic faces with known action units.

    from fer_lib.faces import render, subjects
    picture = render(subjects(1)[0], {"AU12": 0.8, "AU6": 0.5}, size=96)     # (96, 96) uint8

`action_units` says what each unit moves, `head` moves its points, `paint` is what is drawn on the skin,
`population` who is in the twin of CK+, `sampling` what they show, `changes` what pictures show that differ in one
thing, `renderer` how a picture is made of it.
"""
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np

from . import paint
from .action_units import ACTION_UNITS, by_side, facial_actions
from .changes import draw_changes
from .head import head
from .population import Subject
from .renderer import Person, Shot, draw
from .sampling import Frame, draw_people, draw_probe, draw_twin

__all__ = ["ACTION_UNITS", "Frame", "Shot", "Subject", "by_side", "draw_changes", "draw_probe", "draw_twin", "render",
           "render_frame", "render_frames", "subject_by_subject", "subjects"]

# Raised by hand whenever the same arguments give other pictures; a test notices when it was forgotten.
GENERATOR_VERSION = "1"
subjects = draw_people


def render(subject: Subject, action_units: dict[str, float] | None = None, size: int = 96, *, furrows: float = 1.,
           shot: Shot | None = None, gaze: tuple[float, float] = (0., 0.), resting_drift: float = 0.,
           samples: int = 3) -> np.ndarray:
    """Draw one face → (size, size) uint8, or (height, width) of `shot.frame`.

    action_units: intensities 0–1, {"AU12": 0.8, "AU14L": 0.5} (L, R: the subject's left, right). furrows: depth of
    what is painted from them; 0 leaves only the geometry. gaze: radians to the subject's left and upwards. samples:
    rays a pixel in either direction. An unknown unit or an intensity outside 0–1 is a ValueError.
    """
    action_units, shot, somebody = action_units or {}, shot or Shot(), person(subject)
    actions = facial_actions(action_units)
    for name, weight in subject.resting.items():
        actions[name] = actions.get(name, 0.) + weight + (resting_drift if name == "browInnerUp" else 0.)
    # a photographer opens the lens for dark skin, but not all the way
    shot = replace(shot, exposure=shot.exposure * (.5 / subject.look.skin) ** .42)
    depth = somebody.lines + paint.furrow_depth(action_units, furrows)
    return draw(somebody, head().move(somebody.resting, actions), head().light(actions), depth, shot,
                size=size, samples=samples, gaze=gaze)


@lru_cache(maxsize=2)
def person(subject: Subject) -> Person:
    """Shape, paint and hair of a subject, whose pictures mostly come in a row."""
    age = float(np.clip((subject.age - 25) / 65, 0, 1))
    return Person(head().identity(subject.ancestry, float(subject.male), age, **subject.changes), subject.look)


def render_frame(subject: Subject, frame: Frame, size: int = 96, furrows: float = 1.,
                 full: tuple[int, int] | None = None) -> np.ndarray:
    """The picture of a drawn `Frame`; with `full` = (width, height) a whole frame, framed as CK+ is, not a crop."""
    shot = frame.shot if full is None else replace(frame.shot, frame=full, zoom=.62 * frame.shot.zoom)
    return render(subject, frame.action_units, size, furrows=furrows, shot=shot, gaze=frame.gaze,
                  resting_drift=frame.resting_drift, samples=3 if full is None else 2)


def render_frames(people: list[Subject], frames: list[Frame], **options) -> np.ndarray:
    """All frames → (N, size, size) uint8; options as `subject_by_subject`."""
    pictures: list = [None] * len(frames)
    for positions, drawn in subject_by_subject(people, frames, **options):
        for position, picture in zip(positions, drawn, strict=True):
            pictures[position] = picture
    return np.stack(pictures)


def subject_by_subject(people: list[Subject], frames: list[Frame], *, progress: bool = True,
                       workers: int | None = None, **options) -> Iterator[tuple[list[int], list[np.ndarray]]]:
    """Positions in `frames` and their pictures, in no particular order, drawn by one process a core.

    options: as `render_frame`. The number of workers does not change a byte.
    """
    from joblib import Parallel, cpu_count, delayed  # not needed to draw one face

    from ..system.console import progress_bar

    of_subject = defaultdict(list)
    for position, frame in enumerate(frames):
        of_subject[frame.subject].append(position)
    jobs = (delayed(_render_subject)(people[who], [frames[i] for i in positions], positions, options)
            for who, positions in of_subject.items())
    with progress_bar(desc="drawing faces", total=len(frames), unit=" images", progress=progress) as bar:
        for positions, drawn in Parallel(workers or cpu_count(), return_as="generator_unordered")(jobs):
            yield positions, drawn
            bar.update(len(positions))


def _render_subject(subject: Subject, frames: list[Frame], positions: list[int], options: dict):
    return positions, [render_frame(subject, frame, **options) for frame in frames]
