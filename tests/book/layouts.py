"""Small copies of each data set in its own layout, made of drawn faces: what a reader would have on disk."""
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from scipy.io import savemat

from fer_lib import FaceDataset
from fer_lib.datasets import EXPRESSIONS, resize, subject_folds, synthetic
from fer_lib.datasets.fer2013 import ORDER

SMALL = {"subjects": 12, "sequences": 40}       # of the twin that the copies are made of


def write(name: str, twin: FaceDataset, root: Path) -> dict:
    """Write the twin as the set `name` → the chapter's parameters for it."""
    if name == "synthetic":
        return {"options": SMALL}
    return {"dataset": name, "data_root": str(root)} | WRITERS[name](twin, root)


def save(path: Path, image: np.ndarray):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path)


def labelled(faces: FaceDataset):
    """(position, expression, sequence, number of the frame in it) of each image."""
    for i, sequence in enumerate(faces.sequences):
        yield i, faces.classes[faces.labels[i]], sequence, 1 + i % 4


def ck_plus(twin: FaceDataset, root: Path) -> dict:
    codes = synthetic.intensity_table(synthetic.sample(**SMALL)[1])
    for i, expression, name, frame in labelled(twin):
        place = name.replace("_", "/")
        save(root / f"cohn-kanade-images/{place}/{name}_{frame:08}.png", twin.images[i, 0])
        if frame == 4:
            texts = {"Emotion": f"   {EXPRESSIONS.index(expression):.7e}\n",
                     "FACS": "".join(f"   {int(unit[2:]):.7e}   {np.ceil(5 * level):.7e}\n"
                                     for unit, level in codes.iloc[i].items() if level)}
            for kind, text in texts.items():
                path = root / kind / place / f"{name}_{frame:08}_{kind.lower()}.txt"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    return {"options": {"detect": False}}


def ck48(twin: FaceDataset, root: Path) -> dict:
    images, units = resize(twin.images, 48), {}
    for i, expression, name, frame in labelled(twin):
        if frame > 1:
            save(root / f"{expression}/{name}_{frame:08}.png", images[i, 0])
            units[name] = twin.action_units.iloc[i]
    table = root.with_name("units.csv")
    pd.DataFrame(units).T.rename_axis("sequence").to_csv(table)
    return {"options": {"au_table": str(table)}}


def tfd(twin: FaceDataset, root: Path) -> dict:
    kept = twin.select(np.isin(np.array(twin.classes)[twin.labels], ORDER))
    people = {name: number for number, name in enumerate(sorted(set(kept.subjects)))}
    root.mkdir(parents=True, exist_ok=True)
    savemat(root / "TFD_48x48.mat", {
        "images": resize(kept.images, 48)[:, 0],
        "labs_ex": [1 + ORDER.index(kept.classes[label]) for label in kept.labels],
        "labs_id": [people[name] for name in kept.subjects], "folds": subject_folds(kept.subjects)[:, :5]})
    return {}


def fer2013(twin: FaceDataset, root: Path) -> dict:
    images, usage = resize(twin.images, 48).reshape(len(twin), -1), ("Training", "PublicTest", "PrivateTest")
    rows = [(ORDER.index(expression), " ".join(map(str, images[i])), usage[i // 4 % 3])
            for i, expression, _, _ in labelled(twin) if expression in ORDER]
    root.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows, columns=["emotion", "pixels", "Usage"]).to_csv(root / "fer2013.csv", index=False)
    return {}


WRITERS = {"ck_plus": ck_plus, "ck48": ck48, "tfd": tfd, "fer2013": fer2013}
