"""Chapters that run at once, and builds of several sets beside each other."""
import json
import os

import pytest
from tiny_book import chapter

# Chapters


def meeting(here, other):
    """A cell that goes on when the other chapter is running, too."""
    return (f'import os, time\nopen("../{here}-is-here", "w").close()\nlast = time.monotonic() + 60\n'
            f'while not os.path.exists("../{other}-is-here"):\n'
            '    assert time.monotonic() < last\n    time.sleep(.05)\n'
            'print("threads:", os.environ.get("OMP_NUM_THREADS"))')


def test_two_chapters_run_at_once_and_share_the_threads(book, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)            # as `make test` sets it
    book.write("book/one.md", chapter(meeting("one", "two"), 'from fer_lib.pages.notebooks import glue\n'
                                      'glue("images", 1, source="none")'))
    book.write("book/two.md", chapter(meeting("two", "one")))
    result = book.build("-W", "--keep-going")
    assert result.returncode == 0, result.stderr
    each = max(1, (os.cpu_count() or 1) // 2)
    assert f"threads: {each}" in book.page("one") and f"threads: {each}" in book.page("two")


def test_one_that_measures_time_runs_by_itself_with_all_threads(book, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    book.replace("_config.yml", "[scale]", "[one]")
    book.write("book/two.md", chapter('import time; time.sleep(2); open("../two-is-done", "w").close()'))
    book.write("book/one.md", chapter(
        'import os; print("by itself:", os.path.exists("../two-is-done"), os.environ.get("OMP_NUM_THREADS"))',
        'from fer_lib.pages.notebooks import glue\nglue("images", 1, source="none")'))
    assert book.build("-W", "--keep-going").returncode == 0
    assert "by itself: True None" in book.page("one")


def test_one_that_fails_ends_the_other(book):
    book.write("book/one.md", chapter(meeting("a", "b"), "1 / 0"))
    book.write("book/two.md", chapter(meeting("b", "a"), 'time.sleep(30); open("../b-is-done", "w").close()'))
    result = book.build()
    assert result.returncode != 0 and "ZeroDivisionError" in result.stderr
    assert not (book.root / "b-is-done").exists()


# Books


def test_one_file_of_parameters_is_for_all_chapters_of_a_build_beside_the_other(book, tmp_path, monkeypatch):
    mine = tmp_path / "mine.yml"
    mine.write_text("size: 5\ntwo: {size: 7}\n", encoding="utf-8")
    show = "print('of size', size)"
    for name in ("one", "two"):
        text = (book.root / f"book/{name}.md").read_text(encoding="utf-8")
        book.write(f"book/{name}.md", text + f"\n```{{code-cell}} python\n{show}\n```\n")
    monkeypatch.setenv("FER_BOOK_PARAMETERS", str(mine))
    built = book.root / "_build/mine/_build/html"
    for _ in range(2):                          # the second time from the cache
        result = book.build("-W", "--path-output", "_build/mine")
        assert result.returncode == 0, result.stderr
        one, two = ((built / f"{name}.html").read_text(encoding="utf-8") for name in ("one", "two"))
        assert "of size 5" in one and "of size 7" in two and "With these values" in one
        assert book.runs() == (2, 2), "once by this build, once by the first"
    content = json.loads((built / "results.json").read_text(encoding="utf-8"))
    assert content["parameters"] == {"one": {"size": 5}, "two": {"size": 7}}
    mine.write_text("size: 6\n", encoding="utf-8")
    assert book.build("-W", "--path-output", "_build/mine").returncode == 0
    assert "of size 6" in (built / "two.html").read_text(encoding="utf-8") and "parameters" not in book.results()


def test_parameters_that_no_chapter_has_are_an_error_before_anything_runs(book, tmp_path, monkeypatch):
    (tmp_path / "mine.yml").write_text("siz: 5\n", encoding="utf-8")
    monkeypatch.setenv("FER_BOOK_PARAMETERS", str(tmp_path / "mine.yml"))
    before = book.runs()
    result = book.build("--path-output", "_build/mine")
    assert result.returncode != 0 and "did you mean size?" in result.stderr and book.runs() == before


@pytest.mark.parametrize("options, source", [((), "book/"), (("--path-output", "."), "book/"), ((), "book/one.md")])
def test_parameters_take_no_place_of_the_book_s_own_pages(book, tmp_path, monkeypatch, options, source):
    (tmp_path / "mine.yml").write_text("size: 5\n", encoding="utf-8")
    monkeypatch.setenv("FER_BOOK_PARAMETERS", str(tmp_path / "mine.yml"))
    caches, written = sorted((book.root / "_build/.jupyter_cache").iterdir()), book.written()
    result = book.build(*options, source=source)
    assert result.returncode != 0 and "--path-output _build/mine" in " ".join(result.stderr.split())
    assert sorted((book.root / "_build/.jupyter_cache").iterdir()) == caches and book.written() == written
