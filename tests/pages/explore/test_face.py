"""The face that the page draws is the one that Python renders: whole pictures, and unit by unit."""
import gzip
import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from skimage.metrics import structural_similarity

from fer_lib import load_dataset
from fer_lib.evaluation import predict
from fer_lib.faces import ACTION_UNITS, Shot, draw_twin, render, render_frame, subjects
from fer_lib.pages.explore.bundle import in_steps, packed, person_file, write_head
from fer_lib.runs.store import stored_run

DRAW = """
import {read} from "./files.js";
import {Face} from "./face.js";
const people = {};
window.ready = read("head.bin.gz").then((head) => { window.face = new Face(head); return true; });
window.draw = async ({who, units, options}) => {
  people[who] ??= await read(`${who}.bin.gz`);
  if (face.person !== people[who]) face.person = people[who];
  face.show(units, options);
  return Array.from(face.pixels());
};
"""


@pytest.fixture(scope="module")
def twin():
    return draw_twin()


@pytest.fixture(scope="module", params=[1, pytest.param(25, marks=pytest.mark.slow)])
def frames(twin, request):
    """So many frames of each label of the twin. (Without a graphics card the page needs most of a second for each.)"""
    labels, rng = np.array([frame.label for frame in twin[1]]), np.random.default_rng(0)
    return [twin[1][i] for label in np.unique(labels)
            for i in rng.choice(np.flatnonzero(labels == label), request.param, replace=False)]


@pytest.fixture(scope="module")
def draw(chromium, site, twin):
    """draw(name, units, shot=…, gaze=…, drift=…, furrows=…) → (96, 96) as the page draws it."""
    folder, address = site
    people = {subject.name: subject for subject in (*twin[0], *subjects(2))}
    write_head(folder, [])
    (folder / "draw.js").write_text(DRAW, encoding="utf-8")
    (folder / "draw.html").write_text("<script type=module src=draw.js></script>", encoding="utf-8")
    page = chromium.new_page()
    page.goto(f"{address}/draw.html")
    assert page.evaluate("window.ready")

    def drawn(who, units, shot=None, **options):
        if not (file := folder / f"{who}.bin.gz").exists():
            file.write_bytes(person_file(people[who]))
        seen = {name: value for name, value in asdict(shot or Shot()).items()
                if name not in ("sensor_noise", "seed", "frame")}
        what = {"who": who, "units": units, "options": {"shot": seen} | options}
        return np.array(page.evaluate("(what) => draw(what)", what), np.uint8).reshape(96, 96)

    yield drawn
    page.close()


@pytest.fixture(scope="module")
def both(draw, twin, frames):
    """Pictures (N, 96, 96) of the same frames, without the sensor's noise: by Python, by the page."""
    quiet = [replace(frame, shot=replace(frame.shot, sensor_noise=0.)) for frame in frames]
    ours = [render_frame(twin[0][frame.subject], frame) for frame in quiet]
    theirs = [draw(twin[0][frame.subject].name, frame.action_units, frame.shot, gaze=frame.gaze,
                   drift=frame.resting_drift) for frame in quiet]
    return np.stack(ours), np.stack(theirs)


def test_faces_of_the_twin_are_the_same(both):
    likeness = np.array([structural_similarity(*pair, data_range=255) for pair in zip(*both, strict=True)])
    assert likeness.mean() >= .99 and likeness.min() >= .97, "the issue asks for a mean of .90"
    assert np.abs(both[0].astype(float) - both[1]).mean() < .5, "grey levels"


def test_the_network_names_the_same_expressions(both):
    run = stored_run()
    named = [predict(run.network, pictures[:, None], run.recipe.normalisation).argmax(1) for pictures in both]
    assert (named[0] == named[1]).float().mean() >= .95


@pytest.fixture(scope="module")
def at_rest(draw):
    """Somebody, and the resting face by Python and by the page, as floats."""
    subject = subjects(2)[0]
    return subject, render(subject).astype(float), draw(subject.name, {}).astype(float)


@pytest.mark.parametrize("unit", [*ACTION_UNITS, "AU2L", "AU12R", *(
    pytest.param(unit, marks=pytest.mark.slow) for unit in ("AU2R", "AU12L", "AU14L", "AU14R"))])
def test_every_unit_changes_the_face_as_in_python(draw, at_rest, unit):
    subject, our_rest, their_rest = at_rest
    ours, theirs = render(subject, {unit: 1.}) - our_rest, draw(subject.name, {unit: 1.}) - their_rest
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] >= .95 and np.abs(ours).max() > 10


@pytest.mark.parametrize("units", [{"AU1": .8, "AU4": .7}, {"AU4": 1., "AU7": .9}, {"AU6": .9, "AU12": 1., "AU25": .7},
                                   {"AU23": .8, "AU24": .6}, {"AU14L": .9, "AU12R": .4}])
def test_units_that_meet_are_combined_as_in_python(draw, units):
    subject = subjects(2)[1]
    ours, theirs = render(subject, units), draw(subject.name, units)
    assert structural_similarity(ours, theirs, data_range=255) > .99
    without = draw(subject.name, units, furrows=0)
    assert structural_similarity(render(subject, units, furrows=0.), without, data_range=255) > .99
    assert (without != theirs).any()


def test_turned_heads_gaze_and_light(draw):
    subject = subjects(2)[0]
    shot = Shot(yaw=.2, pitch=-.1, roll=.05, shift=(4., -3.), zoom=1.1, light=(-.8, -.5, .2), key=.8, blur=.6)
    ours = render(subject, {"AU12": .5}, shot=shot, gaze=(.2, -.1))
    theirs = draw(subject.name, {"AU12": .5}, shot, gaze=[.2, -.1])
    assert structural_similarity(ours, theirs, data_range=255) > .99


def test_files_hold_what_was_packed():
    raw = gzip.decompress(packed({"a": np.arange(3, dtype=np.uint8), "b": np.array([[1.5, 2]], np.float32)}, {"a": 2.},
                                 name="x"))
    length = int.from_bytes(raw[:4], "little")
    header = json.loads(raw[4:4 + length])
    assert header["name"] == "x" and header["arrays"]["a"] == {"type": "uint8", "shape": [3], "at": 0, "scale": 2.}
    b = header["arrays"]["b"]
    assert b["at"] == 4 and (4 + length) % 4 == 0
    assert np.frombuffer(raw, np.float32, 2, 4 + length + b["at"]).tolist() == [1.5, 2]
    assert person_file(subjects(1)[0]) == person_file(subjects(1)[0]), "the same bytes each time"


def test_numbers_that_do_not_fit_are_an_error():
    assert in_steps(np.array([.5, -1.]), 100).tolist() == [50, -100]
    with pytest.raises(OverflowError, match="300 steps do not fit uint8"):
        in_steps(np.array([0., 3.]), 100, np.uint8)


def test_the_data_weigh_little():
    """A page loads the head and one person; the explorer's whole budget is 9 MB, of which the network has 3."""
    from fer_lib.pages.explore.bundle import head_file
    assert len(head_file()) < 1.2e6 and max(len(person_file(subject)) for subject in subjects(6)) < .2e6


def test_faces_of_the_twin_are_these(twin, frames):
    """The frames above are those that the book's networks were trained on."""
    faces = load_dataset("synthetic", progress=False)
    assert len(faces) == len(twin[1]) and len({frame.label for frame in frames}) == 8
