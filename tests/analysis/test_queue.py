"""A list of networks: trained in its order, measured, stripped of weights, and gone on with after a kill."""
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from toy_probe import toy_probe
from training_faces import toy_file

from fer_lib.analysis import __main__ as commands
from fer_lib.analysis import measures
from fer_lib.analysis import queue as module
from fer_lib.analysis.measures import FILE, differences, leaves, read_measures
from fer_lib.analysis.networks import networks
from fer_lib.analysis.queue import BEGUN, DONE, MEASURE, TO_COME, Standing, hours_left, standing, table
from fer_lib.runs.grid import Job, read_jobs
from fer_lib.runs.run import seal_of
from fer_lib.runs.store import read_run, stored_runs
from fer_lib.training import Recipe

LIST = """
- group: controls
  faces: {name: synthetic, size: 48}
  recipe: quick
  changes: {steps: 2, every: 1, batch: 2}
  seeds: [1, 2]
  weights: {seeds: [1]}
- group: runs
  faces: {name: synthetic, size: 48}
  recipe: quick
  changes: {steps: 3, every: 1, batch: 2, dropout: true}
  weights: false
- group: photographs
  faces: {name: fer2013, size: 48}
"""


@pytest.fixture(scope="module", autouse=True)
def probe():
    """Drawn people are replaced by a few small pictures, and what takes longest, a filter's gradient, by a constant:
    see the slow test for the real ones."""
    found = toy_probe(2, size=48)
    with pytest.MonkeyPatch.context() as patch:
        for place in (module, commands):
            patch.setattr(place, "probe_of", lambda size, sources: found)
            patch.setattr(place, "changed_of", lambda size: None)
        patch.setattr(measures, "regions", lambda size: {"AU1": np.eye(size, dtype=bool)})
        patch.setattr(measures, "energy_within", lambda *_: np.full((256, 1), .5))
        yield


def written(folder):
    """A list and a set in a folder; → the folder, and the command that trains and measures."""
    (folder / "list.yml").write_text(LIST, encoding="utf-8")
    return folder, ["queue", f"{folder / 'list.yml'}", "--store", f"{folder / 'store'}", "--data",
                    f"{toy_file(folder)}"]


@pytest.fixture
def given(tmp_path):
    return written(tmp_path)


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """After the command."""
    folder, command = written(tmp_path_factory.mktemp("done"))
    commands.main(command)
    return folder


@pytest.fixture
def done(original, tmp_path):
    """A copy of it."""
    shutil.copytree(original / "store", tmp_path / "store")
    return written(tmp_path)


def standings(folder) -> list:
    jobs, sources = read_jobs(folder / "list.yml"), {"synthetic": f"{folder / 'toy.npz'}"}
    return [standing(job, folder / "store", sources) for job in jobs]


def test_a_status_changes_nothing(given, capsys):
    folder, command = given
    commands.main([*command, "--status"])
    assert "left out: the runs on fer2013" in capsys.readouterr().out and not (folder / "store").exists()


def test_trained_measured_and_stripped(done, capsys):
    folder, command = done
    assert [each.what for each in standings(folder)] == [DONE, DONE, DONE, module.ABSENT]
    kept = [read_run(path) for path in sorted(folder.glob("store/*/*/"))]
    assert [run.has_weights for run in kept] == [True, False, False]
    assert all(read_measures(run)["trained"]["best filter"] > 0 for run in kept)
    commands.main(command)
    assert "0.0 hours left" in capsys.readouterr().out
    commands.main(["verify", f"{folder / 'store/controls'}", "--data", f"{folder / 'toy.npz'}"])
    said = capsys.readouterr().out
    assert "seed1" in said and ": the same" in said and "without its weights" in said
    assert set(networks(folder / "store")["kind"]) == {"CNN", "CNN+D", "not trained"}


def test_one_that_was_killed_between_training_and_measuring(given, monkeypatch, capsys):
    folder, command = given

    def killed(*_):
        raise KeyboardInterrupt
    with monkeypatch.context() as patch:
        patch.setattr(module, "measure", killed)
        with pytest.raises(SystemExit) as ended:
            commands.main(command)
    assert ended.value.code == 130
    assert [each.what for each in standings(folder)] == [MEASURE, TO_COME, TO_COME, module.ABSENT]
    weights = next(folder.glob("store/*/*/weights.safetensors")).read_bytes()
    commands.main(command)
    assert [each.what for each in standings(folder)][:3] == [DONE] * 3
    first = next(run for run in stored_runs(folder / "store/controls") if run.has_weights)
    assert (first.folder / "weights.safetensors").read_bytes() == weights, "it was not trained again"


def test_one_that_has_neither_weights_nor_measures_is_to_come(done):
    folder, command = done
    (folder / "store").joinpath(next(run.folder for run in stored_runs(folder / "store/runs")), FILE).unlink()
    assert [each.what for each in standings(folder)][:3] == [DONE, DONE, TO_COME]
    commands.main(command)
    assert [each.what for each in standings(folder)][:3] == [DONE] * 3


def test_where_action_units_were_corrected_networks_are_asked_again(done, monkeypatch):
    """Those that have their weights: no training sees action units."""
    folder, command = done
    first = next(run for run in stored_runs(folder / "store/controls") if run.has_weights)
    weights = (first.folder / "weights.safetensors").read_bytes()
    known = module.load

    def corrected(faces, sources):
        found = known(faces, sources)
        shown = pd.DataFrame({"AU1": np.arange(len(found)) % 2.})
        return replace(found, action_units=shown) if found.classes else found
    monkeypatch.setattr(module, "load", corrected)
    assert [each.what for each in standings(folder)][:3] == [MEASURE, DONE, DONE]
    commands.main(command)
    assert [each.what for each in standings(folder)][:3] == [DONE] * 3
    assert (first.folder / "weights.safetensors").read_bytes() == weights


def test_measure_fills_what_is_missing(done, capsys):
    folder, _ = done
    path = next(run for run in stored_runs(folder / "store/controls") if run.has_weights).folder / FILE
    before = path.read_bytes()
    path.unlink()
    asked = ["measure", f"{folder / 'store/controls'}", f"{folder / 'store/runs'}", "--data", f"{folder / 'toy.npz'}"]
    commands.main(asked)
    assert path.read_bytes() == before and "measured" in capsys.readouterr().out
    commands.main(asked)
    assert "measured" not in capsys.readouterr().out


def test_what_measures_otherwise_is_said(done, capsys):
    folder, _ = done
    path = next(run for run in stored_runs(folder / "store/controls") if run.has_weights).folder / FILE
    stored = json.loads(path.read_text(encoding="utf-8"))
    stored["trained"]["units"]["AU4"] += .2
    stored["digest"] = seal_of(stored)
    path.write_text(json.dumps(stored), encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        commands.main(["verify", f"{folder / 'store/controls'}", "--data", f"{folder / 'toy.npz'}"])
    assert ended.value.code == 1 and "WRONG: trained, units AU4: " in capsys.readouterr().out


def test_differences_are_allowed_as_far_as_machines_differ():
    here = {"made": {"processor": "a", "date": "1"}, "before": {},
            "trained": {"units": {"AU1": .8}, "filters": {"AU1": 3}, "criteria": 30.}}
    elsewhere = {"made": {"processor": "b", "date": "2"}, "before": {},
                 "trained": {"units": {"AU1": .84}, "filters": {"AU1": 9}, "criteria": 31.}}
    assert differences(here, here | {"made": {"processor": "a", "date": "3"}}) == []
    newer = {"made": {"processor": "a", "instructions": "avx512"}}      # that of a family's name was measured before
    assert differences(here, elsewhere | newer) == []
    assert differences(here, elsewhere) == []
    same_machine = differences(here, elsewhere | {"made": here["made"]})
    assert [one.split(":")[0] for one in same_machine] == ["trained, criteria", "trained, filters AU1",
                                                           "trained, units AU1"]
    assert differences(here, elsewhere | {"trained": {"units": {"AU1": .7}}})[0].startswith("trained, criteria: none")
    assert dict(leaves({"a": {"b": 1}, "c": 2})) == {"a b": 1, "c": 2}


def test_what_is_to_come(given):
    folder, _ = given
    found = standings(folder)
    assert hours_left(found) is None
    told = table(found)
    assert told["to come"].tolist() == [2, 1, 1] and told["group"].tolist() == ["controls", "runs", "photographs"]
    assert told["runs"].sum() == 4 and not told["done"].any()


def test_the_paper_s_grid_comes_after_the_list(given, capsys):
    """Its runs at the paper's size, as evidence for the verdicts."""
    folder, command = given
    (folder / "paper.yml").write_text("""
- faces: {name: synthetic, size: 96}
  folds: [0, 1]
- faces: {name: fer2013, size: 48}
""", encoding="utf-8")
    assert [(job.group, job.faces["size"], job.fold) for job in module.grid_of(folder / "paper.yml")] == [
        ("runs", 96, 0), ("runs", 96, 1)]
    commands.main([*command, "--status"])
    assert "paper.yml" not in capsys.readouterr().out, "there is no GPU"
    commands.main([*command, "--status", "--grid", f"{folder / 'paper.yml'}"])
    assert "synthetic 96, CNN " in capsys.readouterr().out


@pytest.mark.parametrize("given, said", [("0", "whole number"), ("two", "whole number"), ("-1", "whole number")])
def test_a_number_of_processes_that_is_none(given, said, capsys):
    with pytest.raises(SystemExit) as ended:
        commands.main(["queue", "list.yml", "--store", "store", "--processes", given])
    assert ended.value.code == 2 and said in capsys.readouterr().err


def test_runs_of_another_list_do_not_say_how_long_an_item_lasts():
    """The first item of each: of the one a run took 10 steps, at a second each; of the other none is done."""
    job = Job({"name": "synthetic", "size": 48}, Recipe.quick(steps=100), item=1)
    run = SimpleNamespace(provenance={"seconds": 10.})
    done, open_here = Standing(job, DONE, 10, run), Standing(job, TO_COME)
    assert hours_left([done, open_here]) == pytest.approx(10 / 3600)
    assert hours_left([done], [open_here]) == pytest.approx(100 / 3600)


@pytest.mark.slow
def test_killed_at_any_time_it_goes_on_to_the_same_bits(given, tmp_path):
    """As its users run it, with the drawn probe set."""
    folder, command = given
    run = [sys.executable, "-m", "fer_lib.analysis", *command]
    for seconds in (8, 15, 20):
        with pytest.raises(subprocess.TimeoutExpired):
            subprocess.run(run, timeout=seconds, check=True, capture_output=True)
    subprocess.run(run, check=True, capture_output=True)
    (tmp_path / "other").mkdir()
    again = [f"{tmp_path / 'other'}" if part == f"{folder / 'store'}" else part for part in run]
    subprocess.run(again, check=True, capture_output=True)
    for path in folder.glob("store/*/*/history.csv"):
        assert path.read_bytes() == (tmp_path / "other" / path.relative_to(folder / "store")).read_bytes()
    assert BEGUN not in [each.what for each in standings(folder)]


def test_groups_that_are_not_to_be_measured_are_done_when_they_are_trained(done):
    folder, _ = done
    sources = {"synthetic": f"{folder / 'toy.npz'}"}
    jobs = [job for job in read_jobs(folder / "list.yml") if job.group == "controls"]
    kept = next(run for run in stored_runs(folder / "store/controls") if run.has_weights)
    (kept.folder / FILE).unlink()
    for groups, expected in ((None, {MEASURE, DONE}), ({"controls"}, {MEASURE, DONE}), ({"runs"}, {DONE})):
        assert {standing(job, folder / "store", sources, groups).what for job in jobs} == expected
