"""`make book` of a reader's set is the command, with what make was given."""
import os
import subprocess

import pytest

from fer_lib.pages.notebooks import BOOK


@pytest.mark.parametrize("value, shown", [("1", True), ("0", False), ("", False)])
def test_make_shows_photographs_only_where_it_is_told_to(value, shown):
    done = subprocess.run(["make", "-n", "book", "FACES=ck48", f"SHOW_FACES={value}"], cwd=BOOK.parent, check=True,
                          capture_output=True, encoding="utf-8")
    assert ("--show-faces" in done.stdout) == shown


@pytest.mark.parametrize("given", ["ROOT=x", "OPTIONS=au_table: x", "PLAN=minutes", "DRY_RUN=1", "faces=ck48 ROOT=x"])
def test_make_builds_no_book_of_drawn_faces_for_somebody_who_asks_for_another(given):
    names = [given] if "table" in given else given.split()
    done = subprocess.run(["make", "book", *names], cwd=BOOK.parent, check=False, capture_output=True,
                          encoding="utf-8", env=os.environ | {"FACES": "", "PARAMETERS": ""})
    assert done.returncode and "name a set (--faces ck_plus" in done.stderr and "jupyter-book" not in done.stdout


def test_make_asks_only_what_there_is_to_do():
    done = subprocess.run(["make", "-n", "book", "FACES=ck48", "ROOT=x", "DRY_RUN=1"], cwd=BOOK.parent, check=True,
                          capture_output=True, encoding="utf-8")
    assert "--dry-run" in done.stdout
