"""The command that trains a list of runs: what it says before, while and after; and what it needs to be installed."""
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import torch
from forked import completed
from training_faces import toy

from fer_lib.runs import __main__ as command
from fer_lib.runs import arguments, estimate, provenance
from fer_lib.runs import store as runs
from fer_lib.runs.__main__ import main, plan
from fer_lib.runs.grid import Job, read_jobs
from fer_lib.runs.store import stored_runs
from fer_lib.training import Recipe, State

TIMELESS = re.compile(r"[\d.]+ (?=s a step)|(?<=At most )[\d.]+|, \d+ min")

pytestmark = [pytest.mark.usefixtures("one_thread", "own_folders", "untimed"),
              pytest.mark.filterwarnings("error::UserWarning")]


def test_it_says_what_it_will_do_does_it_and_finds_it_afterwards(given, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(command, "seconds_a_step", estimate.seconds_a_step)
    main(given(given.list, "--dry-run"))
    out = TIMELESS.sub("", capsys.readouterr().out)
    assert out == (f"2 runs to make, 0 already in {tmp_path}/store or among the book's\nleft out: 3 runs on fer2013, "
                   "which needs --root fer2013=FOLDER or --data FILE\n48 pixels: s a step. At most  minutes, if every "
                   "run takes all its steps.\n")
    assert not (tmp_path / "store").exists()
    main(given(given.list, "--half"))
    made = stored_runs(tmp_path / "store")
    assert [run.config["fold"] for run in made] == [0, 1] and made[0].recipe.variant == "CNN+D"
    out = TIMELESS.sub("", capsys.readouterr().out)
    for run in made:
        assert f"{run.folder}: {run.metrics['test']['accuracy']:.1%} after 8 steps\n" in out
    monkeypatch.setattr(runs, "train", None)
    main(given())
    assert f"0 runs to make, 2 already in {tmp_path}/store or" in capsys.readouterr().out


def told_to_make(arguments, capsys):
    capsys.readouterr()
    main([*arguments, "--dry-run"])
    return capsys.readouterr().out.splitlines()[0]


def test_the_book_s_runs_need_not_be_made(given, tmp_path, capsys, monkeypatch):
    main(given())
    (tmp_path / "store").rename(tmp_path / "book")                  # where `own_folders` says that the book has them
    assert told_to_make(given(), capsys).startswith("0 runs to make, 2 already in ")
    monkeypatch.setattr(runs, "train", None)
    main(given())
    assert not (tmp_path / "store").exists()


def test_a_run_without_weights_is_to_do_where_they_are_wanted(given, tmp_path, capsys):
    numbers = given.list.replace("  folds", "  weights: [0]\n  folds")
    main(given(numbers))
    assert told_to_make(given(numbers), capsys).startswith("0 runs to make, 2 already in ")
    assert told_to_make(given(), capsys).startswith("1 runs to make, 1 already in ")
    main(given())
    assert all(run.has_weights for run in stored_runs(tmp_path / "store"))


@pytest.fixture
def stopped(given, capsys, monkeypatch):
    """The first run of the list is stopped at its fourth step of eight; what is said then."""
    train = runs.train

    def stopped(*args, save, **options):
        def and_stop(state):
            save(state)
            if state.step == 4:
                raise KeyboardInterrupt
        return train(*args, save=and_stop, save_every=0., **options)

    with monkeypatch.context() as patch:
        patch.setattr(runs, "train", stopped)
        with pytest.raises(SystemExit) as exit:
            main(given())
    assert exit.value.code == 130
    return capsys.readouterr().err


def test_a_stopped_one_goes_on_and_says_so(given, stopped, capsys):
    assert "Stopped. The same command goes on" in stopped
    assert re.fullmatch("2 runs to make, 0 already in .*, 1 to go on from a checkpoint", told_to_make(given(), capsys))


def test_one_that_will_start_anew_does_not_count_as_begun(given, stopped, capsys, monkeypatch):
    monkeypatch.setattr(provenance, "TRAINING_VERSION", 99)
    assert "checkpoint" not in told_to_make(given(), capsys)
    with pytest.warns(UserWarning, match="was made with another training_version: training starts anew") as said:
        main(given())
    assert len(said) == 1, "by the run itself"


def test_any_machine_s_checkpoint_counts(given, stopped, monkeypatch):
    threads = torch.get_num_threads()
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads + 1)
    jobs, data = read_jobs(Path(given()[0])), {"synthetic": given()[-1]}
    assert plan(jobs, Path(given()[2]), data).begun == 1


@pytest.mark.parametrize("a_step, at_most", [(.25, 20), (.0005, 105), (3., 10)])
def test_the_speed_is_that_of_steps_alone(monkeypatch, a_step, at_most):
    """Neither of the start, here a hundred seconds, nor of the first steps, nor of an evaluation."""
    clock, done = [0.], []

    def train(*args, after_step, **options):
        clock[0] += 100
        for step in range(1, 1001):
            clock[0] += 50 if step < 5 else a_step
            done.append(step)
            after_step(State(step=step))

    monkeypatch.setattr(estimate, "train", train)
    monkeypatch.setattr(estimate.time, "monotonic", lambda: clock[0])
    job = Job({"name": "synthetic"}, Recipe.released())
    assert estimate.seconds_a_step(job, toy(), "cpu") == pytest.approx(a_step)
    assert done[-1] <= at_most + 15


def test_folders_are_named_from_the_root_as_workers_run_elsewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for folder in ("CK+", "home/CK+"):
        (tmp_path / folder).mkdir(parents=True)
    assert arguments.source("ck_plus=CK+") == ("ck_plus", str(tmp_path / "CK+"))
    assert arguments.source("ck_plus=~/CK+") == ("ck_plus", str(tmp_path / "home/CK+"))


def test_how_long_follows_from_the_runs_that_ended_early(given, capsys, monkeypatch):
    text = given.list.replace("steps: 8, every: 4", "steps: 60, every: 2, patience: 2")
    monkeypatch.setattr("fer_lib.training.finished", lambda history, *_: len(history) == 3)
    main(given(text))
    monkeypatch.setattr(command, "seconds_a_step", lambda *_: 10.)
    more = text.replace("[0, 1]", "[0, 1, 2]")
    main(given(more, "--dry-run"))
    assert "The 2 runs of this store that may end early did so after 6 steps on average; if these do, 1.0 minutes." \
        in capsys.readouterr().out
    longer = given.list.replace("steps: 8, every: 4", "steps: 60, every: 60").partition("- faces: {name: fer2013")[0]
    main(given(more + longer, "--dry-run"))
    assert "if these do, 21.0 minutes." in capsys.readouterr().out, "what may not end early takes all its steps"


def test_what_failed_is_listed_at_the_end_and_is_the_exit_status(given, tmp_path, capsys):
    with pytest.raises(SystemExit) as exit:
        main(given("""
- {faces: {name: synthetic, size: 48}, recipe: quick, changes: {steps: 8, every: 4, batch: 4, rate: 1.0e+9}}
- {faces: {name: synthetic, size: 48}, recipe: quick, changes: {steps: 8, every: 4, batch: 4}}
"""))
    assert exit.value.code == 1 and len(stored_runs(tmp_path / "store")) == 1
    assert "1 of 2 runs failed:\n  FAILED synthetic 48, CNN, fold 0, seed 0: FloatingPointError: the loss is " \
        in capsys.readouterr().err


@pytest.mark.slow
def test_what_learns_too_fast_is_timed_all_the_same(given, capsys, monkeypatch):
    monkeypatch.setattr(command, "seconds_a_step", estimate.seconds_a_step)
    main(given(given.list.replace("batch: 4", "batch: 4, rate: 1.0e+9, k: 1.0e+9"), "--dry-run"))
    assert "48 pixels: " in capsys.readouterr().out


def test_a_log_file_shows_whole_lines(given, tmp_path):
    """Every 30 seconds; here at every step, of which there are 8 a run."""
    script = ("from fer_lib.runs import __main__ as command\nfrom fer_lib.system import console\n"
              "console.EVERY = 0.\ncommand.seconds_a_step = lambda *_: .1\ncommand.main()")
    (tmp_path / "script.py").write_text(script, encoding="utf-8")
    done = completed(tmp_path / "script.py", *given())
    log = done.stdout + done.stderr
    assert "\r" not in log and "\x1b" not in log and "" not in log.splitlines()
    assert re.search(r"^runs: 1 of 2 done; CNN\+D, fold 1, seed 0: 5 of 8 steps, 00:\d\d so far, [\d:?]+ left, "
                     r"loss=\d\.\d+, validation=\d\.\d+$", log, re.MULTILINE), log
    assert len(re.findall(rf"^{tmp_path}/store/.*: \d+\.\d% after 8 steps, 0 min$", log, re.MULTILINE)) == 2


def test_on_a_bare_node_nothing_else_is_needed(given, tmp_path):
    """Whatever is not a dependency of fer_lib itself cannot be imported, nor what draws and reads faces."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.match(r"[\w-]+", one)[0] for extra in project["optional-dependencies"].values() for one in extra}
    absent = sorted({"cv2", "PIL", "skimage", "sklearn", "IPython", "matplotlib", "nbformat"} | {
        name.replace("-", "_") for name in names})
    script = ("import runpy, sys\n"
              f"sys.modules.update(dict.fromkeys({absent}))\n"
              "runpy.run_module('fer_lib.runs', run_name='__main__', alter_sys=True)")
    result = subprocess.run([sys.executable, "-c", script, *given()], capture_output=True, encoding="utf-8")
    assert result.returncode == 0 and result.stdout.startswith("2 runs to make"), result.stderr
    assert len(stored_runs(tmp_path / "store")) == 2 and "scipy" in absent
