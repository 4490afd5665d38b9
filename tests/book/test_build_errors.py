"""What a build takes for an error, and says of it."""
import re

import pytest
from tiny_book import chapter


def test_a_failing_cell_fails_every_build(book):
    book.write("book/two.md", chapter("1 / 0"))
    for _ in range(2):
        result = book.build()
        assert result.returncode != 0
        assert re.search(
            r"two.md: WARNING: Executing notebook failed(.*\n)+.*ZeroDivisionError", result.stderr
        )


def test_sys_exit_is_an_error(book):
    book.write("book/two.md", chapter("import sys; sys.exit(0)"))
    result = book.build()
    assert result.returncode != 0
    assert re.search(r"two.md: WARNING: Executing notebook failed(.*\n)+.*SystemExit", result.stderr)


def test_a_chapter_without_parameters_is_an_error_before_it_runs(book):
    before = book.runs()
    book.replace("book/two.md", "[parameters]", "[parameter]")
    book.replace("book/two.md", "ran", "ran and ran")
    result = book.build()
    assert result.returncode != 0 and "two.md has no cell tagged `parameters`" in result.stderr
    assert book.runs() == before


def test_a_chapter_whose_cells_would_not_run_is_an_error(book):
    book.replace("book/two.md", "file_format: mystnb\n", "")
    result = book.build()
    assert result.returncode != 0 and "two.md has code cells that would not run" in result.stderr


def test_a_page_of_text_needs_no_parameters(book):
    book.write("book/two.md", "# Two\n\nThe example\n\n````\n```{code-cell} python\nx\n```\n````\n")
    assert book.build("-W").returncode == 0


def test_two_chapters_with_the_same_number_are_an_error(book):
    book.replace("book/two.md", 'glue("undefined"', 'glue("images"')
    for _ in range(2):  # the second time no page is read
        result = book.build()
        assert result.returncode != 0 and "one and two both glue 'images'" in result.stderr


def test_a_number_that_nobody_glued_is_a_warning(book):
    book.replace("book/two.md", "{glue:}`accuracy`", "{glue:}`acuracy`")
    result = book.build("-W", "--keep-going")
    assert result.returncode != 0 and "acuracy" in result.stderr


@pytest.mark.slow
def test_a_cell_may_take_longer_than_jupyter_books_30_seconds(book):
    book.write("book/two.md", chapter("import time; time.sleep(35)"))
    assert book.build("-W").returncode == 0
