"""CK+ (Lucey et al. 2010): root holds cohn-kanade-images/, Emotion/ and FACS/.

The paper's set (section 4): of each sequence with an emotion label the first frame as neutral and the last
three as the emotion; the face found by Viola–Jones, cropped, and resized to 96×96. FACS codes the last frame:
the last three carry it, the first is NaN. `part="probe"`: the same frames of the FACS-coded sequences without
an emotion label.
"""
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from . import EXPRESSIONS, FaceDataset, Report, subject_folds
from .reading import CK_PLUS_IMAGES, action_unit_tables, pictures, read_facs, read_pictures, subfolders

VERSION = f"OpenCV {cv2.__version__}"


def _labels(root: Path, name: str) -> Path | None:
    """Of the spellings found on disks the first that holds subjects."""
    folders = [root / spelling for spelling in (name, f"{name}_labels/{name}", f"{name}_labels")]
    return next((folder for folder in folders if any(folder.glob("S[0-9]*"))), None)


def load(root: Path, *, part: str = "labelled", progress: bool = True, detect: bool = True,
         padding: float = 0.) -> FaceDataset:
    """CK+ from `root`; as unpacked, each folder may lie in one of its archive's name: Emotion_labels/, FACS_labels/,
    extended-cohn-kanade-images/.

    detect: False for frames that are square crops already. padding: enlarges the box by this share of its
    width on every side, as far as the frame reaches. Sequences without a label, frames without a face and
    unreadable files are left out and reported; a garbled label or FACS file is a ValueError. Without FACS/
    there are no action units.
    """
    if not padding >= 0:
        raise ValueError(f"padding must be a share of the box, 0 or more, not {padding!r}")
    emotion_folder, facs_folder = _labels(root, "Emotion"), _labels(root, "FACS")
    for name, folder, wanted in (("Emotion", emotion_folder, True), ("FACS", facs_folder, part == "probe")):
        if wanted and folder is None:
            raise FileNotFoundError(f"{root} has no {name}/ or {name}_labels/ with folders S005 …")
    images = next(root / name for name in CK_PLUS_IMAGES if (root / name).is_dir())
    report, no_label = Report(), Report()
    codings = read_facs(facs_folder, report) if facs_folder else {}
    sequences = {f"{folder.parent.name}_{folder.name}": folder
                 for subject in subfolders(images) for folder in subfolders(subject)}
    emotions = {name: read_emotion(emotion_folder, name, no_label) for name in sequences}
    labelled = [name for name in sequences if emotions[name] is not None]
    probe = [name for name in sequences if emotions[name] is None and name in codings]
    if part == "labelled":
        report |= no_label
        for file in sorted(emotion_folder.glob("S*/*/[!.]*_emotion.txt")):
            if f"{file.parts[-3]}_{file.parts[-2]}" not in sequences:
                report.add("label without images", file.name)
    else:
        for name in sorted(sequences.keys() - {*labelled, *probe}):
            report.add("sequence without label and FACS code", name)

    frames = []                                     # (file, sequence, label, coded?)
    for name in labelled if part == "labelled" else probe:
        files = pictures(sequences[name])
        if len(files) < 4:
            report.add("sequence of fewer than four frames", name)
            continue
        neutral, emotion = (0, emotions[name]) if part == "labelled" else (-1, -1)
        frames += [(files[0], name, neutral, False), *((file, name, emotion, True) for file in files[-3:])]
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


def read_emotion(folder: Path, sequence: str, report: Report) -> int | None:
    """0–7 in CK+'s own order, that of EXPRESSIONS; None, and a line in `report`, where there is none."""
    place = folder.joinpath(*sequence.split("_", 1))
    files = sorted(place.glob("[!.]*_emotion.txt"))
    if len(files) > 1:
        raise ValueError(f"{place} holds {len(files)} emotion files; a sequence has one. Keep the right one.")
    text = files[0].read_text(errors="replace", encoding="utf-8").strip() if files else ""
    if not text:
        reason = "label file empty" if files else "label folder empty" if place.is_dir() else "no label"
        report.add(reason, sequence)
        return None
    try:
        return range(len(EXPRESSIONS)).index(float(text))
    except ValueError:
        raise ValueError(f"{files[0]}: {text[:40]!r} is not an emotion 0–7. Unpack the labels again, or "
                         "delete the file to leave the sequence out.") from None


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
