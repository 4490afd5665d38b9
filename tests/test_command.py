"""The command that trains a list of runs: what it says before, while and after; and what it needs to be installed."""
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import torch
from training_faces import toy_file

from fer_lib import command, provenance, runs
from fer_lib.command import main, plan
from fer_lib.grid import read_jobs
from fer_lib.runs import stored_runs

LIST = """
- faces: {name: synthetic, size: 48}
  recipe: quick
  changes: {steps: 8, every: 4, batch: 4, dropout: true}
  folds: [0, 1]
- faces: {name: fer2013, size: 48}
  seeds: [1, 2, 3]
"""
TIMELESS = re.compile(r"[\d.]+ (?=s a step)|(?<=At most )[\d.]+|, \d+ min")

pytestmark = [pytest.mark.usefixtures("one_thread", "own_folders"), pytest.mark.filterwarnings("error::UserWarning")]


@pytest.fixture
def given(tmp_path):
    """given(text): the arguments for a list, with the toy set as a file and a store of its own."""
    data = toy_file(tmp_path)

    def arguments(text=LIST, *more):
        (tmp_path / "list.yml").write_text(text, encoding="utf-8")
        return [str(tmp_path / "list.yml"), "--store", str(tmp_path / "store"), "--data", str(data), *more]

    return arguments


def test_it_says_what_it_will_do_does_it_and_finds_it_afterwards(given, tmp_path, capsys, monkeypatch):
    main(given(LIST, "--dry-run"))
    out = TIMELESS.sub("", capsys.readouterr().out)
    assert out == (f"2 runs to make, 0 already in {tmp_path}/store or among the book's\nleft out: 3 runs on fer2013, "
                   "which needs --root fer2013=FOLDER or --data FILE\n48 pixels: s a step. At most  minutes, if every "
                   "run takes all its steps.\n")
    assert not (tmp_path / "store").exists()
    main(given(LIST, "--half"))
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
    numbers = LIST.replace("  folds", "  weights: [0]\n  folds")
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
    begun = [plan(jobs, Path(given()[2]), data, elsewhere=elsewhere).begun for elsewhere in (False, True)]
    assert begun == [1, 1]


def test_folders_are_named_from_the_root_as_workers_run_elsewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert command.source("ck_plus=CK+") == ("ck_plus", str(tmp_path / "CK+"))
    assert command.source("ck_plus=~/CK+") == ("ck_plus", str(Path.home() / "CK+"))


def test_how_long_follows_from_the_runs_that_ended_early(given, capsys, monkeypatch):
    text = LIST.replace("steps: 8, every: 4", "steps: 60, every: 2, patience: 2")
    monkeypatch.setattr("fer_lib.training.finished", lambda history, *_: len(history) == 3)
    main(given(text))
    monkeypatch.setattr(command, "seconds_a_step", lambda *_: 10.)
    more = text.replace("[0, 1]", "[0, 1, 2]")
    main(given(more, "--dry-run"))
    assert "The 2 runs of this store that may end early did so after 6 steps on average; if these do, 1.0 minutes." \
        in capsys.readouterr().out
    main(given(more + LIST.replace("steps: 8, every: 4", "steps: 60, every: 60"), "--dry-run"))
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


@pytest.mark.parametrize("text, message", [
    ("- {faces: {name: tfd}, folds: []}\n- {faces: {name: synthetic, size: 48}, folds: [10]}",
     "list.yml, item 2: synthetic has folds 0…9, not 10"),
    ("- {faces: {name: synthetic, size: 47}}", "list.yml, item 1: size must be 96 or 48, not 47"),
    ("- {faces: {name: synthetic, size: 48, seed: 4}}", "item 1: .*toy.npz holds synthetic with seed=0, not 4"),
    ("- {faces: {name: tfdd}}", "list.yml, item 1: faces must have a name"),
])
def test_a_mistake_is_found_before_anything_is_trained(given, tmp_path, capsys, text, message):
    with pytest.raises(SystemExit) as exit:
        main(given(text))
    assert exit.value.code == 1 and not (tmp_path / "store").exists()
    assert re.search(message, capsys.readouterr().err)


@pytest.mark.parametrize("more, message", [
    (["--data", "{}/list.yml"], "list.yml is no file of `python -m fer_lib.datasets`"),
    (["--data", "{}/none.npz"], "none.npz is no file of `python -m fer_lib.datasets`"),
    (["--root", "fer2013"], "fer2013 must be a set and its folder, such as fer2013=~/fer2013"),
    (["--root", "faces=here"], "faces=here must be a set and its folder"),
])
def test_a_source_that_is_none_is_an_error(given, tmp_path, capsys, more, message):
    with pytest.raises(SystemExit) as exit:
        main(given(LIST, *(each.format(tmp_path) for each in more)))
    assert exit.value.code == 2 and message in capsys.readouterr().err


def test_a_list_that_is_not_there_is_an_error(capsys, tmp_path):
    with pytest.raises(SystemExit):
        main([str(tmp_path / "none.yml")])
    assert "none.yml" in capsys.readouterr().err


def test_on_a_bare_node_nothing_else_is_needed(given, tmp_path):
    """Whatever is not a dependency of fer_lib itself cannot be imported, nor what draws and reads faces."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.match(r"[\w-]+", one)[0] for extra in project["optional-dependencies"].values() for one in extra}
    absent = sorted({"cv2", "PIL", "skimage", "sklearn", "IPython", "matplotlib", "nbformat"} | {
        name.replace("-", "_") for name in names})
    script = f"import sys\nsys.modules.update(dict.fromkeys({absent}))\nfrom fer_lib.command import main\nmain()"
    result = subprocess.run([sys.executable, "-c", script, *given()], capture_output=True, encoding="utf-8")
    assert result.returncode == 0, result.stderr
    assert len(stored_runs(tmp_path / "store")) == 2 and "scipy" in absent


def test_the_module_is_the_command(given):
    result = subprocess.run([sys.executable, "-m", "fer_lib.runs", *given(LIST, "--dry-run")], capture_output=True,
                            encoding="utf-8")
    assert result.returncode == 0 and result.stdout.startswith("2 runs to make"), result.stderr
    assert command.main is main
