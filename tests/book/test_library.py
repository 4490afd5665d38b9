"""The page `library`: its examples run, what it lists is there, and a docstring's example is code."""
import doctest
import importlib
import re
from pathlib import Path

import pytest
from docstrings import examples_are_code
from docutils.core import publish_string

PAGE = Path(__file__).parents[2] / "book/library.md"
LISTED = re.findall(r"\.\. automodule:: ([\w.]+)\n(?:   :members:(.*)\n)?", PAGE.read_text(encoding="utf-8"))


def test_its_examples_give_what_they_say(own_cache):
    text = re.sub("^```.*$", "", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)      # an empty line ends it
    runner = doctest.DocTestRunner()
    runner.run(doctest.DocTestParser().get_doctest(text, {}, PAGE.name, f"{PAGE}", 0))
    assert runner.tries > 8 and runner.failures == 0


@pytest.mark.parametrize("module, members", LISTED)
def test_what_it_lists_has_a_docstring(module, members):
    found = importlib.import_module(module)
    assert len(LISTED) > 20 and found.__doc__
    assert all(getattr(found, name.strip()).__doc__ for name in members.split(",") if name.strip())


def test_an_example_is_code():
    lines = ["Do it.", "", "    run = do(", "        it)", "", "    run.again()", "", "arg: a thing,", "    and more."]
    examples_are_code(None, "function", "do", None, None, lines)
    (code,) = re.findall("<pre.*?</pre>", publish_string("\n".join(lines), writer_name="html").decode(), re.DOTALL)
    assert "run.again()" in code and "and more." not in code
