"""`python -m fer_lib.pages build`: the whole book on a reader's own faces, in one command.

First all that can be wrong is looked for; then what has to be trained is trained, by a plan that is printed; then the
chapters run on it. Stopped at any point, the same command goes on. A second one on the same networks or the same pages
waits for the first.
"""
import argparse
import os
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path

import yaml
from filelock import lock_descriptor

from ...analysis.queue import train_and_measure
from ...datasets.cache import cache_folder
from ...runs.arguments import address, device, missing_device
from ...runs.grid import failures_in_words
from ...runs.lists import short
from ...runs.provenance import seen
from ...runs.store import make_writable
from ...runs.throughput import processes_here
from ...system.console import argument, folder_argument, path_argument, say
from ...system.files import check_writable
from ..about import CALLED
from ..notebooks import BOOK
from ..values import NAMED_BY, cells_of, checked, read_table
from .faces import asked_of_units, own_set, remarks
from .plan import PLANS, plan_for
from .standing import announce, check_disk, progress_of
from .values import FILE, TOLD, values_for, write_values, written_here

OF_A_SET = "root", "options", "plan", "show_faces", "store", "device", "scheduler"      # options that need --faces
EXAMPLES = """examples:
  python -m fer_lib.pages build --faces ck_plus --root ~/CK+ --plan minutes
      every page once, with networks that have learned nothing: does it run here?
  python -m fer_lib.pages build --faces ck48 --root ~/CK+48 --options "au_table: units.csv"
      the quick plan: about two hours on two cores, then the pages
  python -m fer_lib.pages build --faces fer2013 --root ~/fer2013 --dry-run
      only what there is to do, and how long it takes
  python -m fer_lib.pages build --parameters mine.yml --output _build/mine
      the book of drawn faces with other parameters; nothing is trained first"""


@argument
def options_argument(text: str) -> dict:
    """YAML: "au_table: units.csv", or "{padding: 0.1}"."""
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(f"{text!r} is not YAML, such as \"au_table: units.csv\" ({error})") from error
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise ValueError(f"{text!r} must be names and values, such as \"au_table: units.csv\"")
    if empty := [name for name, value in found.items() if value is None]:
        raise ValueError(f"{text!r} gives {empty[0]} no value; quote it all, such as \"au_table: units.csv\"")
    return found


def add_to(commands):
    parser = commands.add_parser(
        "build", help="the whole book on your own faces", epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="The whole book on your own faces: train the networks that the verdicts need, run the chapters,\n"
                    "write the pages. It may be stopped at any time: the same command goes on.")
    parser.add_argument("--faces", choices=CALLED, help="the set; without it, the book's drawn faces")
    parser.add_argument("--root", help="where the set lies; needed with --faces")
    parser.add_argument("--options", type=options_argument, default={}, metavar="YAML",
                        help='of the set\'s loader, such as "au_table: units.csv" (needs --faces)')
    parser.add_argument("--plan", choices=PLANS,
                        help="; ".join(f"{name}: {what}" for name, what in PLANS.items())
                             + " (default: quick; needs --faces)")
    parser.add_argument("--parameters", type=path_argument, metavar="FILE.yml",
                        help="parameters of chapters, for all or by chapter, that override the command's")
    parser.add_argument("--show-faces", action="store_true",
                        help="show photographs; such pages may not be published (needs --faces)")
    parser.add_argument("--store", type=folder_argument,
                        help="a folder for networks, in which each set and plan has its own (default: in your cache; "
                             "needs --faces)")
    parser.add_argument("--output", type=folder_argument,
                        help="where the pages come (default: _build/SET, or _build/mine)")
    parser.add_argument("--device", type=device, help="cpu or cuda (default: cuda where there is one; needs --faces)")
    parser.add_argument("--scheduler", type=address, metavar="tcp://HOST:PORT",
                        help="of a Dask cluster that trains (needs --faces)")
    parser.add_argument("--dry-run", action="store_true",
                        help="only say what there is to do, and how long it takes; without a set, only check the file")
    parser.set_defaults(do=build, parser=parser)


def build(given):
    given.output = given.output or BOOK.parent / "_build" / (given.faces or "mine")
    check_arguments(given)
    check_writable(given.output, "--output")
    mine = own_parameters(given.parameters, TOLD if given.faces else ())
    if given.faces is None:
        if given.dry_run:
            say(f"nothing is to be trained; every chapter can take what {given.parameters} says")
            return
        with alone(given.output, "pages") as lock:
            build_pages(given.parameters, given.output, lock)
        return
    given.plan = given.plan or "quick"
    say(f"reading {CALLED[given.faces]}")
    own = own_set(given.faces, given.root, given.options, mine.get("classes"), **asked_of_units(mine))
    plan, sources = plan_for(own, given.plan), {own.name: str(own.root)}
    # By what trainings see: another set, or plan, has networks of its own, and corrected action units the same ones
    store = (given.store or cache_folder() / "books") / f"{own.name}-{plan.name}-{seen(own.faces)[:8]}"
    said = f"{own.faces!r}".strip("<>")
    say("\n".join([f"{said}; from {own.root}", *remarks(own)]))
    values = values_for(own, plan, store, sources, show_faces=given.show_faces, mine=mine)
    checked(values, cells_of(BOOK), "the chapters' parameters")      # before anything is trained
    with nullcontext() if given.dry_run else alone(store, "networks"):
        progress = progress_of(plan, store, sources)
        check_disk(progress, store, given.output)
        announce(plan, progress, store, sources, given.device, given.scheduler)
        if given.dry_run:
            return
        if progress.to_do:
            make_writable(store)
            outcomes = train_and_measure(progress.to_do, store, sources, scheduler=given.scheduler, device=given.device,
                                         measured_groups=plan.measured,
                                         processes_of=partial(processes_here, device=given.device))
            if failed := failures_in_words(outcomes):
                raise OSError(f"{failed}\nThe pages were not built. The same command goes on with what is missing.")
        with alone(given.output, "pages") as lock:
            file = given.output / FILE
            write_values(values_for(own, plan, store, sources, show_faces=given.show_faces, mine=mine), file)
            build_pages(file, given.output, lock)


def check_arguments(given):
    """argparse's kind of error, status 2."""
    if given.faces is None and given.parameters is None:
        given.parser.error("name a set (--faces ck_plus --root ~/CK+) or a file of parameters (--parameters mine.yml)")
    if given.faces and not given.root:
        given.parser.error(f"--root is needed: where {CALLED[given.faces]} lies")
    if given.faces is None and (needs := [f"--{name.replace('_', '-')}" for name in OF_A_SET if getattr(given, name)]):
        given.parser.error(f"{', '.join(needs)}: only for a set; name it, --faces ck_plus")
    if (given.output / "_build").resolve() == (BOOK.parent / "_build").resolve():
        given.parser.error("--output: there the pages would take the place of the book's own; say another folder, "
                           "--output _build/mine")
    if given.faces and not may_be_replaced(given.output / FILE, given.parameters):
        given.parser.error(f"--output: there the command's own parameters would take the place of "
                           f"{given.output / FILE}; say another folder, or give that file another name")
    if not given.scheduler and (missing := missing_device(given.device)):
        given.parser.error(f"argument --device: {missing}")


def may_be_replaced(file: Path, parameters: Path | None) -> bool:
    """Is it the command's own, if it is there, and not what --parameters names?"""
    if not file.exists():
        return True
    named = parameters is not None and parameters.exists() and parameters.samefile(file)
    return written_here(file) and not named


def own_parameters(path: Path | None, told: Collection[str]) -> dict:
    """A reader's file of parameters, checked as a build would. ParameterError, a line for each mistake; ValueError
    where it says what the command says, for all chapters or for one, or names a set that the command does not. told:
    names of what the command says; none without a set."""
    if path is None:
        return {}
    found, cells = read_table(path), cells_of(BOOK)
    for of_chapter in (found, *(found[name] for name in cells if isinstance(found.get(name), dict))):
        if not told and (of_chapter.get("dataset", "synthetic") != "synthetic" or of_chapter.get("data_root")):
            raise ValueError(f"{path} names a set, on which nothing would be checked or trained first; name it on the "
                             "command line, --faces ck_plus --root ~/CK+, and leave dataset and data_root out of the "
                             "file")
        if twice := [name for name in told if name in of_chapter]:
            raise ValueError(f"{path}: {twice[0]} is given on the command line (--faces, --root, --options, "
                             "--show-faces); leave it out of the file")
    checked(found, cells, f"{path}")
    return found


@contextmanager
def alone(folder: Path, what: str) -> Iterator[int]:
    """While it lasts no other command works on this folder. Gives the lock's file descriptor: a process that has it
    keeps the lock until it ends, too. OSError where the folder cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a", encoding="utf-8") as lock:
        if not lock_descriptor(lock.fileno(), blocking=False):
            say(f"another command is at work on these {what}, {folder}: waiting for it")
            lock_descriptor(lock.fileno())
        yield lock.fileno()


def build_pages(parameters: Path, output: Path, lock: int):
    """Run the chapters and write the pages; ends with the status of jupyter-book where that is none of success. lock:
    of the pages, see `alone`. Where this process is killed, jupyter-book goes on to its end, and so keeps the lock; it
    takes its kernels with it, which look whether it is there."""
    say(f"running the chapters; the pages come to {short(str(output))}")
    program = Path(sys.executable).with_name("jupyter-book")
    done = subprocess.run([program, "build", "--keep-going", "--path-output", output, f"{BOOK}/"], cwd=BOOK.parent,
                          env=os.environ | {NAMED_BY: str(parameters)}, check=False, pass_fds=[lock])
    if done.returncode:
        sys.exit(done.returncode)
    say(f"{output / '_build/html/index.html'}")
