"""CK+ (Lucey et al. 2010): root holds cohn-kanade-images/, Emotion/ and FACS/.

The paper's set (section 4): of each sequence with an emotion label the first frame as neutral and the last
three as the emotion; the face found by Viola–Jones, cropped, and resized to 96×96. FACS codes the last frame:
the last three carry it, the first is NaN. `part="probe"`: the same frames of the FACS-coded sequences without
an emotion label.

Which frame is the first (number 1) and which the last (the coded one) is said by the names of the files.
"""
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from . import EXPRESSIONS, FaceDataset, Report, subject_folds
from .ck_files import LAST, LabelFile, action_unit_tables, label_files, numbered_frames, read_facs
from .layouts import CK_PLUS_IMAGES
from .reading import folders_in, not_used, number, pictures_in, read_pictures, read_text, subfolders

VERSION = f"OpenCV {cv2.__version__}"
LABELS = "Emotion", "FACS"


def load(root: Path, *, part: str = "labelled", progress: bool = True, detect: bool = True,
         padding: float = 0.) -> FaceDataset:
    """CK+ from `root`; as unpacked, each folder may lie in one of its archive's name: Emotion_labels/, FACS_labels/,
    extended-cohn-kanade-images/.

    detect: False for frames that are square crops already. padding: enlarges the box by this share of its
    width on every side, as far as the frame reaches. Left out and reported are sequences without a label, frames
    without a face, unreadable files, and what the names contradict: a sequence without its coded frame or whose label
    files code different frames, a neutral frame that is not number 1, frames after the coded one. A garbled label or
    FACS file is a ValueError. Without FACS/ there are no action units.
    """
    if not 0 <= padding < np.inf:
        raise ValueError(f"padding must be a share of the box, 0 or more, not {padding!r}")
    emotion_folder, facs_folder = (_labels(root, name) for name in LABELS)
    for name, folder, required in (("Emotion", emotion_folder, True), ("FACS", facs_folder, part == "probe")):
        if required and folder is None:
            raise FileNotFoundError(f"{root} has no {name}/ or {name}_labels/ with folders S005 …")
    images = next(root / name for name in CK_PLUS_IMAGES if (root / name).is_dir())
    report, no_label = Report(), Report()
    _beside(root, report)
    codings = read_facs(facs_folder, report) if facs_folder else {}
    labels = label_files(emotion_folder, "emotion", report)
    sequences = {f"{folder.parent.name}_{folder.name}": folder for subject in folders_in(images, root, report)
                 for folder in folders_in(subject, root, report)}
    emotions = {name: read_emotion(labels, name, no_label) for name in sequences}
    labelled = [name for name in sequences if emotions[name] is not None]
    probe = [name for name in sequences if emotions[name] is None and name in codings]
    if part == "probe" and not probe:
        raise ValueError(f"{root} has no coded sequences without an expression: no probe set")
    if part == "labelled":
        report |= no_label
        for name in sorted(labels.keys() - sequences.keys()):
            if labels[name]:
                report.add("label without images", labels[name].path.name)
    else:
        for name in sorted(sequences.keys() - {*labelled, *probe}):
            report.add("sequence without label and FACS code", name)
    for name in sorted(codings.keys() - sequences.keys()):
        report.add("FACS code without images", name)

    frames = []                                     # (file, sequence, label, coded?)
    for name in labelled if part == "labelled" else probe:
        coded = {file.frame for file in (labels.get(name), codings.get(name)) if file}
        neutral, emotion = (0, emotions[name]) if part == "labelled" else (-1, -1)
        frames += [(file, name, emotion if last else neutral, last)
                   for file, last in first_and_last(sequences[name], name, coded, root, report)]
    convert = partial(crop_face, detector=face_detector(), padding=padding) if detect else as_crop
    images, kept = read_pictures([frame[0] for frame in frames], root, convert, report, progress)
    files, names, labels, coded = zip(*(frames[i] for i in kept), strict=True)
    tables = action_unit_tables(codings, np.where(coded, names, "")) if codings else ()
    # Folds follow from the labelled sequences, faces found or not, and a subject has its fold in both parts.
    order = dict.fromkeys(name.split("_")[0] for name in sorted(labelled) + sorted(sequences))
    subjects = [name.split("_")[0] for name in names]
    return FaceDataset("ck_plus", images, labels, EXPRESSIONS if part == "labelled" else (), subjects, names,
                       *tables, files=[file.relative_to(root).as_posix() for file in files],
                       folds=subject_folds(subjects, order), report=report).versioned(VERSION)


def _labels(root: Path, name: str) -> Path | None:
    """Of the spellings found on disks the first that holds subjects."""
    folders = [root / spelling for spelling in (name, f"{name}_labels/{name}", f"{name}_labels")]
    return next((folder for folder in folders if any(place.name[:1] == "S" and place.name[1:2].isdigit()
                                                     for place in subfolders(folder))), None)


def _beside(root: Path, report: Report):
    """Report what lies in `root` besides images and labels, such as the Landmarks/ of the distribution."""
    known = {Path(name).parts[0] for name in CK_PLUS_IMAGES} | {f"{name}{end}" for name in LABELS
                                                                for end in ("", "_labels")}
    not_used([folder for folder in folders_in(root, root, report) if folder.name not in known], root, report,
             "folder that is not used")


def read_emotion(labels: dict[str, LabelFile | None], sequence: str, report: Report) -> int | None:
    """0–7 in CK+'s own order, that of EXPRESSIONS; None, and a line in `report`, where there is none."""
    file = labels.get(sequence)
    text = read_text(file.path).strip() if file else ""
    if not text:
        reason = "label file empty" if file else "label folder empty" if sequence in labels else "no label"
        report.add(reason, sequence)
        return None
    try:
        return range(len(EXPRESSIONS)).index(number(text))
    except ValueError:
        raise ValueError(f"{file.path}: {text[:40]!r} is not an emotion 0–7. Unpack the labels again, or "
                         "delete the file to leave the sequence out.") from None


def first_and_last(folder: Path, sequence: str, coded: set[int], root: Path,
                   report: Report) -> Iterator[tuple[Path, bool]]:
    """(file, False) of the neutral frame and (file, True) of those that carry the labels, by their numbers.

    coded: the frames that the sequence's label files name. What the names contradict is left out and reported.
    """
    if len(coded) > 1:
        report.add("emotion and FACS file code different frames (sequence left out)", sequence)
        return
    last, = coded
    frames = numbered_frames(pictures_in(folder, root, report), sequence, root, report)
    later = sorted(frame for frame in frames if frame > last)
    if len(frames) - len(later) < 1 + LAST:
        report.add("sequence of fewer than four frames", sequence)
        return
    if last not in frames:
        report.add("coded frame missing (sequence left out)", f"{sequence}_{last:08}")
        return
    not_used([frames[frame] for frame in later], root, report, "frame after the coded one")
    if 1 in frames:
        yield frames[1], False
    else:
        report.add("first frame missing (no neutral frame)", f"{sequence}_{1:08}")
    for frame in range(last - LAST + 1, last + 1):
        if frame in frames:
            yield frames[frame], True
        else:
            report.add("frame missing", f"{sequence}_{frame:08}")


def face_detector() -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")


def crop_face(frame: np.ndarray, detector: cv2.CascadeClassifier, padding: float = 0.) -> np.ndarray | str:
    """The face in a grey (H, W) uint8 frame → (96, 96) uint8, or why there is none.

    As the released code: boxes of 0.5–0.8 of the shorter side, scale 1.3, 5 neighbours, else 3; the first box
    that the detector returns. Resized by cv2.resize's default, INTER_LINEAR: bilinear between pixel centres
    without smoothing first, as scikit-image's resize did in 2015.
    """
    shorter = min(frame.shape)
    for neighbours in (5, 3):
        boxes = detector.detectMultiScale(frame, scaleFactor=1.3, minNeighbors=neighbours,
                                          minSize=(int(.5 * shorter),) * 2, maxSize=(int(.8 * shorter),) * 2)
        if len(boxes):
            x, y, width, height = boxes[0]
            pad = min(round(padding * width), x, y, frame.shape[1] - x - width, frame.shape[0] - y - height)
            return cv2.resize(frame[y - pad:y + height + pad, x - pad:x + width + pad], (96, 96))
    return "no face found"


def as_crop(image: np.ndarray) -> np.ndarray | str:
    return cv2.resize(image, (96, 96)) if image.shape[0] == image.shape[1] else "not square, so not a crop"
