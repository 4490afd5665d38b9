"""The command from its arguments to the chapters' file of parameters; what trains and what runs them stands in."""
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import torch
import yaml
from filelock import FileLock, Timeout
from forked import wait_for
from PIL import Image

from fer_lib.analysis.rules import rules
from fer_lib.datasets import EXPRESSIONS
from fer_lib.pages import __main__ as commands
from fer_lib.pages.about import read_about
from fer_lib.pages.notebooks import BOOK
from fer_lib.pages.own_book import command, standing
from fer_lib.pages.own_book.faces import own_set
from fer_lib.pages.own_book.plan import plan_for
from fer_lib.pages.own_book.standing import Progress, check_disk, images_judged, in_steps, table
from fer_lib.pages.own_book.values import HEAD
from fer_lib.pages.values import cells_of, read_values

CLASSES = [name for name in EXPRESSIONS if name != "neutral"]


@pytest.fixture
def root(tmp_path, monkeypatch):
    """CK+48 of twelve people, below a folder with a space in its name."""
    monkeypatch.setenv("FER_LIB_CACHE", str(tmp_path / "cache"))
    rng = np.random.default_rng(0)
    for person in range(12):
        for i, expression in enumerate(CLASSES):
            place = tmp_path / f"my faces/CK+48/{expression}/S{person:03}_{i:03}_00000012.png"
            place.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(rng.integers(0, 255, (48, 48), np.uint8)).save(place)
    rows = [f"S{person:03}_{i:03},{i % 2},{person % 2}\n" for person in range(12) for i in range(len(CLASSES))]
    (tmp_path / "units.csv").write_text(f"sequence,AU1,AU12\n{''.join(rows)}", encoding="utf-8")
    return tmp_path / "my faces"


@pytest.fixture
def called(monkeypatch):
    """What is trained, and from which file the pages are built."""
    found = {}
    monkeypatch.setattr(command, "train_and_measure", lambda jobs, store, sources, **options: found.update(
        jobs=jobs, store=store, sources=sources, options=options) or [])
    monkeypatch.setattr(command, "build_pages", lambda parameters, output, _: found.update(
        parameters=parameters, output=output))
    monkeypatch.setattr("fer_lib.pages.own_book.standing.together", lambda *_: .1)
    return found


def build(*arguments):
    commands.main(["build", *map(str, arguments)])


def test_the_plan_is_told_trained_and_then_the_chapters_run_on_it(root, tmp_path, called, capsys):
    out = tmp_path / "pages of mine"
    build("--faces", "ck48", "--root", root, "--options", f"au_table: {tmp_path}/units.csv", "--plan", "minutes",
          "--output", out, "--store", tmp_path / "store")
    (store,) = (tmp_path / "store").iterdir()
    assert re.fullmatch("ck48-minutes-[0-9a-f]{8}", store.name), "another set, or plan, has networks of its own"
    assert called["output"] == out and called["store"] == store and len(called["jobs"]) == 6
    assert called["sources"] == {"ck48": str(root / "CK+48")} and called["options"]["measured_groups"] == {"controls"}
    told = capsys.readouterr().out
    assert "84 images; CK+48 was published with 981" in told and "6 are to come: about" in told
    assert f"The networks are kept in {store}" in told
    file = called["parameters"]
    values = read_values(file, cells_of(BOOK))
    assert file == out / "parameters.yml" and values["recognition"]["store"] == str(store)
    assert values["action_units"]["dataset"] == "ck48" and values["action_units"]["controls"] == str(store / "controls")
    assert values["filters"]["run"].startswith(str(store / "controls/ck48-48-cnn_ad-fold0-seed1-"))
    assert values["data"]["options"] == {"au_table": str(tmp_path / "units.csv")}
    about = read_about(file)
    assert about.called == "CK+48" and about.trial
    assert about.tags[:6] == ["own", "ck48", "codes", "people", "runs", "trial"]
    assert sorted(about.tags[6:]) == sorted(f"no_{claim}" for claim in rules()), "a trial judges nothing"
    assert "checking" in about.instead and "action_units" not in about.instead


def test_the_file_changes_with_the_networks_and_with_nothing_else(root, tmp_path, called):
    given = ("--faces", "ck48", "--root", root, "--plan", "minutes", "--output", tmp_path / "out", "--store",
             tmp_path / "s")
    texts = []
    for network in (b"", b"", b"{}"):
        if network:
            place = called["store"] / "controls/some-run/provenance.json"
            place.parent.mkdir(parents=True)
            place.write_bytes(network)
        build(*given)
        texts.append((tmp_path / "out/parameters.yml").read_text(encoding="utf-8"))
    assert texts[0] == texts[1] != texts[2]
    assert "action_units" in read_about(tmp_path / "out/parameters.yml").instead, "no codes were named"
    assert yaml.safe_load(texts[0])["photographs"]["people"], "so networks of people are judged there"


def test_dry_run_trains_and_writes_nothing(root, tmp_path, called, capsys):
    build("--faces", "ck48", "--root", root, "--dry-run", "--output", tmp_path / "out")
    assert not called and not (tmp_path / "out").exists()
    told = capsys.readouterr().out
    assert "not testable: units. Of CK+48 no action units are known here" in told and "au_table: units.csv" in told


def test_own_parameters_come_before_the_command_s(root, tmp_path, called):
    (tmp_path / "mine.yml").write_text("errors_shown: 7\nfilters: {filters: 3}\n", encoding="utf-8")
    build("--faces", "ck48", "--root", root, "--plan", "minutes", "--parameters", tmp_path / "mine.yml",
          "--output", tmp_path / "out", "--show-faces")
    values = read_values(called["parameters"], cells_of(BOOK))
    assert values["recognition"]["errors_shown"] == 7 and values["filters"]["filters"] == 3
    assert values["filters"]["controls"], "beside what the command says"
    assert values["data"]["show_faces"] and read_about(called["parameters"]).show_faces


def test_without_a_set_the_book_of_drawn_faces_is_built_with_a_file(tmp_path, called):
    (tmp_path / "mine.yml").write_text("seed: 3\n", encoding="utf-8")
    build("--parameters", tmp_path / "mine.yml", "--output", tmp_path / "out")
    assert called == {"parameters": tmp_path / "mine.yml", "output": tmp_path / "out"}


def test_without_a_set_a_dry_run_looks_at_the_file_alone(root, tmp_path, called, capsys):
    (tmp_path / "mine.yml").write_text("seed: 3\ndata: {dataset: synthetic}\n", encoding="utf-8")
    build("--parameters", tmp_path / "mine.yml", "--output", tmp_path / "out", "--dry-run")
    assert not called and not (tmp_path / "out").exists()
    assert "every chapter can take what" in capsys.readouterr().out


@pytest.mark.parametrize("arguments, status, said", [
    ([], 2, "name a set (--faces ck_plus --root ~/CK+)"), (["--faces", "ck48"], 2, "--root is needed"),
    (["--root", "x", "--parameters", "m.yml"], 2, "--root: only for a set"),
    (["--parameters", "TOLD", "--plan", "quick", "--device", "cpu"], 2, "--plan, --device: only for a set; name it"),
    (["--parameters", "TOLD", "--scheduler", "tcp://a:1"], 2, "--scheduler: only for a set"),
    (["--faces", "ck48", "--root", "ROOT", "--output", BOOK.parent], 2, "take the place of the book's own"),
    (["--parameters", "TOLD"], 1, "names a set, on which nothing would be checked or trained first"),
    (["--parameters", "TOLD_WHERE"], 1, "name it on the command line, --faces ck_plus --root ~/CK+, and leave dataset"),
    (["--faces", "ck48", "--root", "gone"], 1, "gone does not exist"),
    (["--faces", "ck48", "--root", "ROOT", "--options", "[1]"], 2, "must be names and values"),
    (["--faces", "ck48", "--root", "ROOT", "--options", "au_tabel: x"], 1, "is au_table meant?"),
    (["--faces", "ck48", "--root", "ROOT", "--parameters", "BAD"], 1, "did you mean errors_shown?"),
    (["--faces", "ck48", "--root", "ROOT", "--parameters", "TOLD"], 1, "dataset is given on the command line"),
    (["--faces", "ck48", "--root", "ROOT", "--parameters", "TOLD_ONE"], 1, "show_faces is given on the command line"),
    (["--faces", "ck48", "--root", "ROOT", "--parameters", "BROKEN"], 1, "BROKEN, line 2: not YAML, expected the node"),
    (["--parameters", "BROKEN"], 1, "BROKEN, line 2: not YAML, expected the node"),
])
def test_a_mistake_is_a_sentence_before_anything_is_trained(root, tmp_path, called, capsys, arguments, status, said):
    for name, text in (("BAD", "errors_showm: 3\n"), ("TOLD", "dataset: tfd\n"), ("BROKEN", "seed: 1\na: ["),
                       ("TOLD_WHERE", "data: {data_root: /x}\n"), ("TOLD_ONE", "data: {show_faces: true}\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    places = {"ROOT": str(root)} | {path.name: str(path) for path in tmp_path.iterdir() if path.name.isupper()}
    with pytest.raises(SystemExit) as ended:
        build(*(places.get(one, one) for one in arguments))
    assert ended.value.code == status and said in capsys.readouterr().err and not called


@pytest.mark.parametrize("name, head", [("pages/parameters.yml", ""), ("pages/parameters.yml", HEAD),
                                        ("linked.yml", HEAD), (None, "")])
def test_a_reader_s_own_parameters_are_never_replaced(root, tmp_path, called, capsys, name, head):
    own, text = tmp_path / "pages/parameters.yml", f"{head}errors_shown: 7\n"
    own.parent.mkdir()
    own.write_text(text, encoding="utf-8")
    (tmp_path / "linked.yml").hardlink_to(own)
    with pytest.raises(SystemExit) as ended:
        build("--faces", "ck48", "--root", root, "--plan", "minutes", "--output", own.parent,
              *(["--parameters", tmp_path / name] if name else []))
    assert ended.value.code == 2 and f"would take the place of {own}" in capsys.readouterr().err
    assert not called and own.read_text(encoding="utf-8") == text


def test_a_place_that_cannot_be_written_is_found_before_training(root, tmp_path, called, capsys, monkeypatch):
    (tmp_path / "closed").mkdir()
    monkeypatch.setattr("os.access", lambda path, _: path != tmp_path / "closed")     # to root, all are open
    with pytest.raises(SystemExit) as ended:
        build("--faces", "ck48", "--root", root, "--plan", "minutes", "--output", tmp_path / "closed/pages")
    assert ended.value.code == 1 and not called
    assert f"you may not write into {tmp_path}/closed; name another place with --output" in capsys.readouterr().err


def test_a_failed_training_is_told_and_no_pages_are_built(root, tmp_path, called, monkeypatch, capsys):
    from fer_lib.runs.grid import Outcome
    monkeypatch.setattr(command, "train_and_measure", lambda jobs, *_, **__: [
        Outcome(jobs[0], failed="OSError: No space left on device")])
    with pytest.raises(SystemExit) as ended:
        build("--faces", "ck48", "--root", root, "--plan", "minutes", "--output", tmp_path / "out")
    told = capsys.readouterr().err
    assert ended.value.code == 1 and "No space left on device" in told and "The same command goes on" in told
    assert "parameters" not in called


@pytest.mark.parametrize("precision, steps", [("float32", 10), ("bfloat16", 30)])
def test_looking_at_a_large_set_is_a_part_of_the_time(root, monkeypatch, precision, steps):
    """In float32, whatever steps are made in: of FER2013 the plan promised less than it took."""
    jobs = plan_for(own_set("ck48", str(root), {}), "minutes").jobs
    job = next(one for one in jobs if one.group == "runs")
    split = job.load({"ck48": str(root)}).split(0)
    held_out = len(split.validation) + len(split.test)
    assert images_judged(split, 2) == 3 * held_out + len(split.train), "after 10 and 20 steps, and at the end"
    monkeypatch.setattr(standing, "best_precision", lambda _: getattr(torch, precision))
    assert in_steps(64 * 30, job, None) == steps


def test_a_full_disk_is_found_before(tmp_path, monkeypatch):
    class Usage:
        free = 1 << 20
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage)
    with pytest.raises(OSError, match=r"1 MB are free, and 250 MB are needed; free some space, or .* --output"):
        check_disk(Progress([]), tmp_path, tmp_path / "not yet")


def hold(folder, seconds, begun):
    with FileLock(folder / ".lock"):
        begun.set()
        time.sleep(seconds)


def test_a_second_command_on_the_same_networks_waits_and_says_so(tmp_path, capsys):
    context = multiprocessing.get_context("fork")
    begun = context.Event()
    process = context.Process(target=hold, args=(tmp_path, 1., begun))
    process.start()
    begun.wait()
    with command.alone(tmp_path, "networks"):
        process.join(5)
        assert process.exitcode == 0
    assert "another command is at work on these networks" in capsys.readouterr().out


JUPYTER_BOOK = """#!/bin/sh
echo $$ > "$FER_BOOK_PARAMETERS"
exec sleep 60
"""
KILLED = """import sys
from pathlib import Path
from fer_lib.pages.own_book import command
command.sys.executable = sys.argv[1]
output = Path(sys.argv[2])
with command.alone(output, "pages") as lock:
    command.build_pages(output / "begun", output, lock)
"""


def test_of_a_killed_command_the_build_that_goes_on_keeps_the_pages(tmp_path):
    program, out = tmp_path / "jupyter-book", tmp_path / "out"
    program.write_text(JUPYTER_BOOK, encoding="utf-8")
    program.chmod(0o755)
    killed = subprocess.Popen([sys.executable, "-c", KILLED, tmp_path / "python", out])
    wait_for(lambda: (out / "begun").exists() and (out / "begun").read_text(encoding="utf-8").strip(), seconds=60)
    killed.kill()
    killed.wait()
    try:
        with pytest.raises(Timeout):
            FileLock(out / ".lock").acquire(timeout=0)
    finally:
        os.kill(int((out / "begun").read_text(encoding="utf-8")), signal.SIGKILL)
    FileLock(out / ".lock").acquire(timeout=10).lock.release()


def test_a_table_says_what_there_is(root, tmp_path, called, capsys):
    build("--faces", "ck48", "--root", root, "--output", tmp_path / "out", "--dry-run")
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith(("controls", "    runs"))]
    assert lines[0].split() == ["controls", "CNN+AD", "48", "0", "1–5", "5", "2,000", "0", "0"]
    assert lines[-1].split() == ["runs", "CNN", "with", "biases", "48", "0–2", "1", "3", "≤", "31,000", "0", "0"]
    assert len(table(Progress([]))) == 0


@pytest.mark.parametrize("text", ["au_table:", "au_table: ~", "{padding: .1, facs: }"])
def test_an_option_without_a_value_is_no_option(text, capsys):
    with pytest.raises(SystemExit):
        build("--faces", "ck48", "--root", "x", "--options", text)
    assert "no value; quote it all, such as" in capsys.readouterr().err


def test_help_says_which_options_need_a_set(capsys):
    with pytest.raises(SystemExit):
        build("--help")
    told = " ".join(capsys.readouterr().out.split())
    for name in command.OF_A_SET:
        option = f"--{name.replace('_', '-')}"
        assert re.search(rf"{option}\b(?:(?! --\w).)*?(needs --faces|needed with --faces)", told), option
    assert "that override the command's" in told and "about two hours on two cores" in told
