"""Damaged trees, lists and runs, at random from a seed: what comes out is right, or an error that names the file.

For every loader, list and stored run. What is read of a file that nobody has touched is what was read of it before;
what is not read any more is reported, or gone; an error is of a documented kind and names a path; nothing takes long.
"""
import shutil
import signal
import warnings
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from damage import damage
from PIL import Image
from scipy.io import savemat
from training_faces import QUICK, toy

from fer_lib.datasets import load_dataset
from fer_lib.runs.grid import Job, read_jobs
from fer_lib.runs.store import load_or_train, read_run
from fer_lib.training import Recipe

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("one_thread")]

DOCUMENTED = ValueError, OSError, TypeError, ImportError
TREES, BLOCKS = 25, 8               # of each loader: so many changes in so many tests


@contextmanager
def within(seconds: int):
    """TimeoutError where it takes longer."""
    def late(*_):
        raise AssertionError(f"took longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def picture(rng, path, size):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(rng.integers(0, 256, (size, size), dtype=np.uint8)).save(path)


def ck_plus(root, rng):
    """Four people with three sequences of five frames: two with a label, of which one is coded, and one only coded."""
    for person in range(4):
        for number in range(3):
            subject, sequence = f"S{person:03}", f"{number + 1:03}"
            name = f"{subject}_{sequence}"
            for frame in range(1, 6):
                picture(rng, root / f"cohn-kanade-images/{subject}/{sequence}/{name}_{frame:08}.png", 32)
            for kind, given, lines in (("Emotion", number < 2, [f"   {1 + (person + number) % 7:.7e}"]),
                                       ("FACS", number != 1, ["   1.0000000e+00   2.0000000e+00",
                                                              f"   {12 + person:.7e}   0.0000000e+00"])):
                if given:
                    file = root / f"{kind}/{subject}/{sequence}/{name}_00000005_{kind.lower()}.txt"
                    file.parent.mkdir(parents=True)
                    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {"detect": False}


def ck48(root, rng):
    rows = []
    for person in range(4):
        for number, expression in enumerate(("anger", "happy", "surprise"), 1):
            name = f"S{person:03}_{number:03}"
            for frame in (7, 8, 9):
                picture(rng, root / f"CK+48/{expression}/{name}_{frame:08}.png", 48)
            rows.append({"sequence": name, "AU1": person % 2, "AU12": number % 2})
    pd.DataFrame(rows).to_csv(root / "units.csv", index=False)
    return {"au_table": str(root / "units.csv")}


def fer2013_folders(root, rng):
    for part, usages in (("train", ["Training"]), ("test", ["PublicTest", "PrivateTest"])):
        for expression in ("angry", "happy", "sad"):
            for i in range(4):
                picture(rng, root / f"{part}/{expression}/{usages[i % len(usages)]}_{rng.integers(10 ** 7)}.jpg", 48)


def fer2013_table(root, rng):
    table = pd.DataFrame([{"emotion": i % 7, "pixels": " ".join(map(str, rng.integers(0, 256, 48 * 48))),
                           "Usage": ("Training", "PublicTest", "PrivateTest")[i % 3]} for i in range(12)])
    table.to_csv(root / "fer2013.csv", index=False)


def tfd(root, rng):
    n = 24
    folds = np.repeat(np.arange(1, 4, dtype=np.uint8), n // 3)[:, None].repeat(5, 1)
    savemat(root / "TFD_48x48.mat", {
        "images": rng.integers(0, 256, (n, 48, 48), dtype=np.uint8), "labs_ex": np.arange(n)[:, None] % 7 + 1,
        "labs_id": np.arange(n)[:, None], "folds": folds})


TREE = {"ck_plus": ck_plus, "ck48": ck48, "fer2013": fer2013_folders, "fer2013 table": fer2013_table, "tfd": tfd}
IN_ONE_FILE = "fer2013 table", "tfd"        # nothing but the file's own form can tell what has changed in it


def rows_of(faces) -> dict[str, tuple]:
    """What is known of each image, by its file."""
    units = None if faces.action_units is None else faces.action_units.to_dict("records")
    return {file: (faces.images[i].tobytes(), faces.classes[faces.labels[i]] if faces.classes else None,
                   None if faces.subjects is None else faces.subjects[i],
                   None if faces.sequences is None else faces.sequences[i],
                   None if units is None else {name: value for name, value in units[i].items() if value == value})
            for i, file in enumerate(faces.files)}


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    """(root, options, rows) of a right tree of each kind."""
    made = {}
    for name, make in TREE.items():
        root = tmp_path_factory.mktemp("pristine") / "set"
        root.mkdir()
        options = make(root, np.random.default_rng(0)) or {}
        made[name] = root, options, rows_of(loaded(name, root, options))
    return made


def loaded(name, root, options):
    options = {key: value.replace("PLACE", str(root)) if isinstance(value, str) else value
               for key, value in options.items()}
    return load_dataset(name.split()[0], root, size=48, cache=False, progress=False, **options)


@pytest.mark.parametrize("block", range(BLOCKS))
@pytest.mark.parametrize("name", TREE)
def test_a_damaged_tree_is_read_rightly_or_refused_by_name(pristine, tmp_path, name, block):
    whole, options, known = pristine[name]
    options = {key: value.replace(str(whole), "PLACE") if isinstance(value, str) else value
               for key, value in options.items()}
    for number in range(TREES):
        seed = block * TREES + number
        root = tmp_path / f"{seed}"
        shutil.copytree(whole, root)
        changed, told = damage(root, np.random.default_rng([len(name), seed])), f"{name}, change {seed}"
        try:
            with within(10), warnings.catch_warnings(action="ignore"):
                faces = loaded(name, root, options)
        except DOCUMENTED as error:
            assert str(root) in str(error) or any(part in str(error) for part in changed), f"{told}: {error!r}"
        else:
            problems = [] if name in IN_ONE_FILE else wrong(known, faces, changed, root)
            assert not problems, f"{told}, {sorted(changed)}: {problems}\n{faces.report}"
        shutil.rmtree(root)


def wrong(known, faces, changed, root) -> list[str]:
    """What is read of untouched files and is not what was read before, or is there, not read, and not reported."""
    rows, found = rows_of(faces), []
    reported = str(dict(faces.report))
    units_changed = any("units.csv" in name or "FACS" in name for name in changed)
    for file, row in rows.items():
        if any(name.endswith(file) for name in changed):
            continue                                        # itself: any picture is one
        if file not in known:
            found.append(f"{file} was not read before")
        elif row[:4] != known[file][:4]:
            found.append(f"{file} is {row[1:]}, was {known[file][1:]}")
        elif row[4] != known[file][4] and row[4] and not units_changed:     # none is known any more: that is said
            found.append(f"{file} shows {row[4]}, not {known[file][4]}")
    for file in known.keys() - rows.keys():
        name = Path(file).name
        if any(path.is_file() for path in root.rglob(name)) and not any(
                said in reported for said in (file, name.rsplit("_", 1)[0])):
            found.append(f"{file} is there, not read and not reported")
    return found


LIST = [{"faces": {"name": "synthetic", "size": 48}, "recipe": "released", "folds": [0, 1, 2], "seeds": [1],
         "changes": {"augment": True, "k": 1, "every": 50}, "weights": [0]},
        {"faces": {"name": "fer2013", "size": 48}, "recipe": "quick", "changes": {"rate": .001, "patience": 100},
         "shuffled": True, "trial": 100},
        {"faces": {"name": "tfd", "identities": True}, "identity": True, "group": "matched", "folds": [0, 1],
         "seeds": [1, 2], "weights": {"folds": [1], "seeds": [2]}}]
STRANGE = (None, "", "no", "false", "0-9", "1e-3", "~", "all", -1, 0, 1, 1.5, 3e3, 10 ** 30, True, False, [], {},
           [None], [1.5], [True], ["0"], [-1], [[0]], [0, 0], {"name": None}, {"name": "synthetic", "size": "48"},
           float("nan"), float("inf"), "2026-11-27", "\u202e")


def strange(value, rng):
    """The list with a value in it, at any depth, that is another, is gone, or has a misspelt name."""
    if isinstance(value, dict | list) and value and rng.random() < .75:
        copy = dict(value) if isinstance(value, dict) else list(value)
        key = list(copy)[rng.integers(len(copy))] if isinstance(copy, dict) else int(rng.integers(len(copy)))
        what = rng.random()
        if what < .15:
            del copy[key]
        elif what < .3 and isinstance(copy, dict):
            copy[f"{key}s"] = copy.pop(key)
        else:
            copy[key] = strange(copy[key], rng)
        return copy
    return STRANGE[rng.integers(len(STRANGE))]


def is_right(job: Job) -> bool:
    whole = all(type(value) is int and value >= 0 for value in (job.fold, job.seed))
    one_kind = type(job.shuffled) is type(job.identity) is bool and not (job.shuffled and job.identity)
    return (whole and one_kind and type(job.keep_weights) is bool and isinstance(job.recipe, Recipe)
            and (job.trial is None or (type(job.trial) is int and 0 < job.trial <= job.recipe.steps)))


@pytest.mark.parametrize("block", range(8))
def test_a_strange_list_is_read_rightly_or_refused_by_name(tmp_path, block):
    path, refused = tmp_path / "list.yml", 0
    for number in range(50):
        rng = np.random.default_rng([1, block, number])
        if number % 2:
            value = strange(LIST, rng)
            path.write_text(yaml.safe_dump(value), encoding="utf-8")
        else:
            path.write_text(yaml.safe_dump(LIST), encoding="utf-8")
            folder = tmp_path / "one"
            folder.mkdir()
            shutil.move(path, folder / "list.yml")
            damage(folder, rng)
            left = sorted(folder.iterdir())
            if left and left[0].is_file():
                shutil.copy(left[0], path)
            shutil.rmtree(folder)
        try:
            with within(10):
                jobs = read_jobs(path)
        except DOCUMENTED as error:
            assert str(path) in str(error), f"{number}: {error!r}"
            refused += 1
        else:
            assert all(map(is_right, jobs)), f"{path.read_bytes()[:300]} gives {jobs}"
    assert refused > 10


@pytest.fixture(scope="module")
def run(tmp_path_factory, one_thread):
    store = tmp_path_factory.mktemp("store")
    return load_or_train(toy(), Recipe.quick(**QUICK), store=store, half=True, progress=False)


def numbers(run):
    return (run.config, run.metrics, run.provenance, run.history.to_csv(),
            {name: value.tolist() for name, value in run.network.state_dict().items() if value.numel() < 5000})


@pytest.mark.parametrize("block", range(8))
def test_a_damaged_run_is_read_rightly_or_refused_by_name(run, tmp_path, block):
    known, whole = numbers(run), torch.cat([value.flatten() for value in run.network.state_dict().values()])
    for number in range(40):
        folder = tmp_path / f"{number}" / run.folder.name
        shutil.copytree(run.folder, folder)
        changed = damage(folder, np.random.default_rng([2, block, number]))
        try:
            with within(10):
                found = read_run(folder)
                read = numbers(found)
        except DOCUMENTED as error:
            assert str(folder) in str(error), f"{sorted(changed)}: {error!r}"
        else:
            assert read == known, sorted(changed)
            assert torch.equal(torch.cat([value.flatten() for value in found.network.state_dict().values()]), whole)
        shutil.rmtree(folder.parent)


def test_damage_changes_something(tmp_path):
    """Or the tests above would say nothing."""
    ck48(tmp_path / "whole", np.random.default_rng(0))
    changes = []
    for seed in range(60):
        shutil.copytree(tmp_path / "whole", tmp_path / f"{seed}")
        changes.append(frozenset(damage(tmp_path / f"{seed}", np.random.default_rng(seed))))
    assert sum(map(bool, changes)) > 50 and len(set(changes)) > 40
