"""Several processes of one machine: what they make, how one that dies ends it, and how fast they are together."""
import os
import signal
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest
from forked import forked, wait_for, warm
from tqdm import tqdm
from training_faces import toy_file

from fer_lib.runs import processes
from fer_lib.runs.grid import Job, train_all
from fer_lib.runs.processes import at_the_same_time, on_processes
from fer_lib.runs.store import stored_runs
from fer_lib.runs.throughput import against_goal, processes_for, processes_here, together
from fer_lib.training import Recipe

FACES = {"name": "synthetic", "size": 48}

pytestmark = pytest.mark.usefixtures("one_thread", "own_folders", "quickly")


@pytest.fixture
def quickly(monkeypatch):
    """Processes that need not import torch first."""
    warm()
    monkeypatch.setattr(processes, "START", "forkserver")


def squared(number: int) -> int:
    if number < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return number ** 2


def met(ready) -> tuple[float, float]:
    came = time.time()
    ready()
    return came, time.time()


def test_what_they_make_is_that_of_one_process(tmp_path):
    """And what fails comes back with its reason."""
    sources = {"synthetic": str(toy_file(tmp_path))}
    jobs = [Job(FACES, Recipe.quick(batch=4, steps=6, every=3, dropout=True), fold) for fold in (0, 99, 1)]
    made = train_all(jobs, store=tmp_path / "two", sources=sources, processes=2, progress=False)
    assert [one.job for one in made] == jobs and "has folds 0…9, not 99" in made[1].failed
    train_all(jobs, store=tmp_path / "one", sources=sources, progress=False)
    one, two = ([(run.folder / "history.csv").read_bytes() for run in stored_runs(tmp_path / name)]
                for name in ("one", "two"))
    assert one == two and len(one) == 2
    assert together(jobs[0], sources, "cpu", 2) > 0


def test_a_process_that_is_killed_is_an_error_of_what_it_was_at():
    found = dict(on_processes(squared, [3, -1], 1))
    assert isinstance(found[1], BrokenProcessPool) and (found[0] == 9 or isinstance(found[0], BrokenProcessPool))


def test_they_begin_together():
    (came, left), (came_too, left_too) = at_the_same_time(met, 2)
    assert min(left, left_too) >= max(came, came_too)


@pytest.mark.slow
def test_they_begin_as_python_starts_them_where_there_is_a_gpu(monkeypatch):
    monkeypatch.setattr(processes, "START", "spawn")
    test_they_begin_together()


def test_they_end_with_the_one_that_asked(tmp_path):
    """Killed, it leaves nobody behind who would write where the same command goes on."""
    asking = forked(ask, tmp_path)
    wait_for(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text(encoding="utf-8"))
    asking.kill()
    asking.join()
    at_work = Path("/proc", (tmp_path / "pid").read_text(encoding="utf-8"))
    wait_for(lambda: not at_work.exists())


def test_one_that_is_stopped_leaves_no_lock_of_the_system_behind():
    """Python says so, "leaked semaphore objects", below the line that says that all is well."""
    assert dict(on_processes(locked_by_system, [1], 1)) == {0: False}


def locked_by_system(bars: int) -> bool:
    list(tqdm(range(bars), disable=True))
    return hasattr(tqdm.get_lock(), "mp_lock")


def ask(folder: Path):
    processes.START = "fork"
    list(on_processes(wait, [folder], 1))


def wait(folder: Path):
    (folder / "pid").write_text(f"{os.getpid()}", encoding="utf-8")
    time.sleep(60)


@pytest.mark.parametrize("size, asked, gpu, cores, expected", [
    (96, None, True, 16, 1), (96, 4, True, 16, 1), (48, None, True, 16, 8), (48, None, True, 2, 2),
    (48, 3, True, 16, 3), (48, None, False, 16, 1), (48, 2, False, 16, 2),
])
def test_small_networks_share_a_gpu(size, asked, gpu, cores, expected):
    assert processes_for(size, asked, gpu, cores) == expected


@pytest.mark.parametrize("size, device, cores, expected", [
    (48, "cpu", 1, 1), (48, "cpu", 2, 2), (48, "cpu", 16, 4), (96, "cpu", 16, 1),
    (48, "cuda", 16, 8), (96, "cuda", 16, 1),
])
def test_as_many_at_once_as_a_machine_has_cores_and_memory_for(monkeypatch, size, device, cores, expected):
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert processes_here(size, device) == expected


def test_the_pace_is_told_beside_its_goal():
    assert against_goal(96, .002, 1) == ("96 pixels, the first 100 steps: 2.00 ms a step (goal 3 ms: reached), "
                                         "62 s a run of 31,000 (goal 95 s: reached)")
    assert "3.50 ms a step (goal 3 ms: missed), 108 s a run of 31,000 (goal 95 s: missed)" in against_goal(96, .0035, 1)
    assert against_goal(48, .0007, 8) == ("48 pixels, 8 networks at once, the first 100 steps: 0.70 ms a step "
                                          "(goal 0.6 ms: missed)")
