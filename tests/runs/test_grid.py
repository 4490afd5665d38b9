"""Many runs, here and on a cluster: every job once, whatever fails or dies."""
import gc
import math
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from training_faces import toy_file

from fer_lib.runs import cluster, grid
from fer_lib.runs import store as runs
from fer_lib.runs.grid import Job, at_chance, read_jobs, train_all
from fer_lib.runs.store import load_or_train, stored_runs
from fer_lib.training import Recipe

FACES = {"name": "synthetic", "size": 48}
QUICK = Recipe.quick(batch=4, steps=6, every=3)
DECIDED = "weights.safetensors", "history.csv", "metrics.json", "config.json"

pytestmark = [pytest.mark.usefixtures("one_thread", "own_folders"), pytest.mark.filterwarnings("error::UserWarning")]


@pytest.fixture
def sources(tmp_path):
    return {"synthetic": str(toy_file(tmp_path))}


def listed(tmp_path, text):
    (tmp_path / "list.yml").write_text(text, encoding="utf-8")
    return read_jobs(tmp_path / "list.yml")


def decided(store):
    return {run.folder.name: {name: (run.folder / name).read_bytes() for name in DECIDED
                              if (run.folder / name).exists()} for run in stored_runs(store)}


# Lists


def test_the_jobs_of_a_list_come_in_its_order(tmp_path):
    jobs = listed(tmp_path, """
- faces: {name: synthetic, size: 48}
  changes: {dropout: true, steps: 7}
  folds: [0, 2]
  seeds: [1, 5]
  weights: [2]
- faces: {name: fer2013}
  recipe: paper
  shuffled: true
  trial: 3000
  weights: false
""")
    assert [(job.item, job.fold, job.seed, job.keep_weights) for job in jobs] == [
        (1, 0, 1, False), (1, 0, 5, False), (1, 2, 1, True), (1, 2, 5, True), (2, 0, 0, False)]
    assert jobs[0].recipe == Recipe.released(dropout=True, steps=7) and jobs[-1].recipe == Recipe.paper()
    assert jobs[-1].shuffled and jobs[-1].trial == 3000 and not jobs[0].shuffled and jobs[0].trial is None
    assert str(jobs[0]) == "synthetic 48, CNN+D, fold 0, seed 1"
    assert str(jobs[-1]) == "fer2013 96, CNN, shuffled labels, fold 0, seed 0"


def test_weights_are_kept_by_fold_and_by_seed():
    def kept(weights):
        jobs = grid.jobs_of({"name": "synthetic"}, folds=[0, 2], seeds=[1, 5], weights=weights)
        return [(job.fold, job.seed) for job in jobs if job.keep_weights]

    both = [(0, 1), (0, 5), (2, 1), (2, 5)]
    assert kept(True) == kept([0, 2]) == both and kept(False) == kept([]) == []
    assert kept({"seeds": [1]}) == [(0, 1), (2, 1)] and kept({"folds": [2]}) == kept([2]) == [(2, 1), (2, 5)]
    assert kept({"folds": [2], "seeds": [1]}) == [(2, 1)]


def test_people_as_classes_and_what_a_run_is_evidence_for(tmp_path, sources):
    jobs = listed(tmp_path, """
- {faces: {name: synthetic, size: 48}, identity: true, folds: [3, 4], group: controls}
- {faces: {name: synthetic, size: 48}}
""")
    assert [(job.identity, job.group) for job in jobs] == [(True, "controls"), (True, "controls"), (False, None)]
    assert str(jobs[1]) == "synthetic 48, CNN, identities, fold 4, seed 0"
    for job in jobs[:2]:
        faces = job.load(sources)
        assert faces.of_people and faces.parameters["identity"] == job.fold and len(faces.split(job.fold).train)
    assert not jobs[2].load(sources).of_people
    [made] = train_all([Job(FACES, QUICK, 3, identity=True, group="controls")], store=tmp_path / "store",
                       sources=sources, progress=False)
    assert made.run.parent == tmp_path / "store", "whatever its group"
    assert runs.read_run(made.run).labels == "identity"


@pytest.mark.parametrize("name", ["paper", "small", "controls", "evidence"])
def test_the_book_s_lists_can_be_read(name):
    jobs = read_jobs(Path(__file__).parents[2] / f"book/parameters/{name}.yml")
    assert len(jobs) == len({(str(job), job.recipe) for job in jobs}) > 0, "none twice"


# Here


def test_every_job_is_made_once_and_found_afterwards(tmp_path, sources, monkeypatch, capsys):
    jobs = [Job(FACES, QUICK, fold) for fold in (0, 1)] + [Job(FACES, QUICK, 0, 3, shuffled=True, keep_weights=False)]
    made = train_all(jobs, store=tmp_path / "store", half=True, sources=sources)
    assert [one.job for one in made] == jobs and not [one.failed for one in made if one.failed]
    assert {one.run for one in made} == {run.folder for run in stored_runs(tmp_path / "store")} and len(made) == 3
    assert all(one.steps == 6 and one.accuracy == run.metrics["test"]["accuracy"] and one.seconds > 0
               for one in made for run in [runs.read_run(one.run)])
    assert [(one.run / "weights.safetensors").exists() for one in made] == [True, True, False]
    assert runs.read_run(made[2].run).config["dataset"]["parameters"]["shuffled"] == 3
    assert f"{made[0].run}: {made[0].accuracy:.1%} after 6 steps" in capsys.readouterr().out
    monkeypatch.setattr(runs, "train", None)
    again = train_all(jobs, store=tmp_path / "store", sources=sources, progress=False)
    assert again == made


def test_one_that_fails_does_not_stop_the_others(tmp_path, sources):
    bad = Recipe.quick(batch=4, steps=6, every=3, rate=1e9)
    made = train_all([Job(FACES, bad), Job({"name": "tfd"}, QUICK), Job(FACES, QUICK, 99), Job(FACES, QUICK)],
                     store=tmp_path / "store", sources=sources, progress=False)
    assert made[0].failed.startswith("FloatingPointError: the loss is ") and math.isnan(made[0].accuracy)
    assert "root" in made[1].failed and "has folds 0…9, not 99" in made[2].failed and not made[3].failed
    assert [run.folder for run in stored_runs(tmp_path / "store")] == [made[3].run]


def test_a_trial_at_chance_is_the_result_and_one_above_it_is_not(tmp_path, sources):
    still = Recipe.quick(batch=2, steps=9, every=3, rate=1e-9)
    learns = Recipe.quick(batch=8, steps=31, every=10)
    made = train_all([Job(FACES, still, trial=6), Job(FACES, learns, trial=30)], store=tmp_path / "store",
                     sources=sources, progress=False)
    assert [one.steps for one in made] == [6, 31] and not [one.failed for one in made if one.failed]
    assert sorted(run.metrics["steps"] for run in stored_runs(tmp_path / "store")) == [6, 30, 31]
    faces = grid.load(FACES, sources)
    found = [at_chance(load_or_train(faces, recipe, store=tmp_path / "store", progress=False), faces)
             for recipe in (Recipe.quick(batch=4, steps=6, every=3, rate=1e-9), learns)]
    assert found == [True, False]


# On a cluster


@pytest.fixture
def dask(tmp_path):
    """Address of a Dask scheduler, and start(n): n more workers, each a process of its own on one thread."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "dask"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(
        [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])}
    started = []

    def run(*what):
        with (tmp_path / f"{len(started)}.log").open("w", encoding="utf-8") as log:
            started.append(subprocess.Popen([*command, *what], stdout=log, stderr=log, env=environment, cwd=tmp_path))
        return started[-1]

    run("scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2], "--no-dashboard", "--no-show")
    yield address, lambda n: [run("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
                                  "--host", "127.0.0.1") for _ in range(n)]
    for process in started:
        process.kill()
        process.wait()


def test_eight_runs_on_two_workers_of_which_one_is_killed(tmp_path, sources, dask):
    """All eight are there, each once, and equal to what one process makes."""
    address, start = dask
    recipe = Recipe.quick(batch=4, steps=6, every=3, augment=True, dropout=True)
    jobs = [Job(FACES, recipe, fold, seed) for seed in (0, 1) for fold in range(4)]
    store, (victim, _) = tmp_path / "store", start(2)
    watcher = killed_in_the_middle(victim, store)
    made = train_all(jobs, address, store=store, half=True, sources=sources, progress=False)
    assert watcher.wait(10) == 0 and victim.wait(10) == -signal.SIGKILL
    assert not [one.failed for one in made if one.failed] and [one.job for one in made] == jobs
    assert sorted(one.run for one in made) == sorted(run.folder for run in stored_runs(store))
    assert len({one.run for one in made}) == 8 and not list(store.glob("*.partial"))
    train_all(jobs, store=tmp_path / "alone", half=True, sources=sources, progress=False)
    assert decided(store) == decided(tmp_path / "alone")


def killed_in_the_middle(victim, store):
    """A process that kills the victim once two runs are in the making and one of them, at least, is there."""
    script = """
import os, signal, sys, time
from pathlib import Path
store, victim = Path(sys.argv[1]), int(sys.argv[2])
for _ in range(6000):
    if list(store.glob("*/config.json")) and len(list(store.glob("*.partial"))) == 2:
        os.kill(victim, signal.SIGKILL)
        sys.exit()
    time.sleep(.01)
sys.exit("nothing to kill")
"""
    return subprocess.Popen([sys.executable, "-c", script, str(store), str(victim.pid)])


def test_what_fails_on_a_worker_comes_back_with_its_reason(tmp_path, sources, dask):
    address, start = dask
    start(1)
    made = train_all([Job(FACES, QUICK, 99), Job(FACES, QUICK)], address, store=tmp_path / "store", sources=sources,
                     progress=False)
    assert "has folds 0…9, not 99" in made[0].failed and not made[1].failed


@pytest.fixture
def not_dask():
    """The address of a program that takes what comes and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_where_no_scheduler_answers_is_an_error_soon(sources, tmp_path, not_dask, monkeypatch, capsys):
    monkeypatch.setattr(cluster, "TIMEOUT", .3)
    for address in ("127.0.0.1:9", "tcp://127.0.0.1:9", not_dask):
        with pytest.raises(OSError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:\d+ within 0\.3 seconds"):
            train_all([Job(FACES, QUICK)], address, store=tmp_path, sources=sources, progress=False)
    gc.collect()                                # an unfinished Client would print a traceback when it goes
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("text, address", [
    ("host:8786", "tcp://host:8786"), ("tcp://host:8786", "tcp://host:8786"), ("tls://host:8786", "tls://host:8786"),
    ("10.0.0.1:1", "tcp://10.0.0.1:1"), ("[::1]:8786", "tcp://[::1]:8786"), ("TCP://host:8786", "tcp://host:8786"),
])
def test_an_address_is_host_and_port(text, address):
    assert cluster.scheduler_address(text) == address


@pytest.mark.parametrize("text", [
    "", "host", "tcp://host", "http://host:8786", "https://host:8786", "file:///tmp/x:1", ":8786", "tcp://:8786",
    "host:", "host:0", "host:99999", "host:abc", "host:-1", "host:8786/", "tcp://host:8786/path", "host:8786?x",
    "host 1:8786", " host:8786", "host:8786\n", "user@host:8786", "::1:8786", "tcp://tcp://host:8786", "//host:8786",
    "tcp:host:8786",
])
def test_what_is_no_address_is_an_error_before_anything_is_loaded(text, tmp_path):
    with pytest.raises(ValueError, match="is no address of a Dask scheduler, which is tcp://HOST:PORT"):
        train_all([Job({"name": "tfd"}, QUICK)], text, store=tmp_path, progress=False)


def test_without_dask_the_error_says_what_to_install(sources, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ImportError, match=r"extra \[cluster\]"):
        train_all([Job(FACES, QUICK)], "tcp://127.0.0.1:9", store=tmp_path, sources=sources, progress=False)
