"""Folders, text and tables, as `reading` finds them on disk; its pictures are in test_reading."""
import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_lib.datasets import Report
from fer_lib.datasets.reading import listing, number, pictures_in, read_rows


def test_a_link_that_leads_nowhere_or_in_a_circle_is_an_error_that_names_it(tmp_path, text):
    text(tmp_path / "a/x.png", "x")
    (tmp_path / "b").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "c.png").symlink_to(tmp_path / "a/x.png")
    (tmp_path / ".hidden").symlink_to(tmp_path / "nowhere")
    found = listing(tmp_path)
    assert [path.name for path in found.folders] == ["a", "b"] and [path.name for path in found.files] == ["c.png"]
    for name, target in (("dead.png", "nowhere"), ("loop", "loop")):
        (tmp_path / name).symlink_to(tmp_path / target)
        with pytest.raises(OSError, match=f"'{tmp_path / name}'"):
            listing(tmp_path)
        (tmp_path / name).unlink()
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(OSError, match=f"Neither a file nor a folder: '{tmp_path}/pipe.png'"):
        listing(tmp_path)


def test_a_name_of_any_bytes_can_be_printed(tmp_path):
    (tmp_path / os.fsdecode(b"\xffx.txt")).touch()
    report = Report()
    assert pictures_in(tmp_path, tmp_path, report) == [] and "\ufffdx.txt" in str(report) and str(report).encode()


def rows(tmp_path, content, encoding="utf-8"):
    (tmp_path / "a.csv").write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return [row for _, row in read_rows(tmp_path / "a.csv")]


def test_rows_of_a_table(tmp_path):
    expected = [["a", "b"], ["1", "x, y"]]
    for content in ("a,b\n1,\"x, y\"\n", "\ufeffa, b\r\n\r\n1 , \"x, y\"\r\n   \r\n", "a,b\r1,\"x, y\""):
        assert rows(tmp_path, content) == expected
    assert [line for line, _ in read_rows(tmp_path / "a.csv")] == [1, 2]
    assert rows(tmp_path, "ä,b\n") == [["ä", "b"]]


@pytest.mark.parametrize("content, message", [
    (b"", "it is empty"), (b"\n \n", "it is empty"), ("a,ä\n".encode("latin-1"), "codec can't decode"),
    ("a,b\n".encode("utf-16"), "codec can't decode"), (b"a,b\n1,\"x\n", "line 2: unexpected end of data"),
    (b"a,b\n1,\"x\"y\n", "line 2"), (b"a,b\n1\n", "line 2: 1 fields, where the header has 2"),
    (b"a,b\n1,2,\n", "line 2: 3 fields"), (b"a,b\n1," + b"x" * 200_000, "line 2: field larger"),
])
def test_what_is_no_table_is_said_with_its_line(tmp_path, content, message):
    with pytest.raises(ValueError, match=f"{tmp_path}/a.csv cannot be read as a table: .*{message}"):
        rows(tmp_path, content)


@pytest.mark.parametrize("text, value", [("3", 3), ("3.0000000e+00", 3), ("-.5", -.5), ("1.", 1), ("+2E1", 20)])
def test_numbers(text, value):
    assert number(text) == value


@given(st.text(max_size=6))
def test_no_other_text_is_a_number(text):
    try:
        assert number(text) == float(text) and text.isascii() and not set(text) - set("0123456789+-.eE")
    except ValueError:
        assert not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text)
