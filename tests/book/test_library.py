"""The page `library`: its examples run, what it lists is there, and a docstring's example is code."""
import doctest
import importlib
import re
from io import StringIO
from pathlib import Path

import pytest
from docstrings import defaults_are_python, examples_are_code
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


@pytest.mark.parametrize("module, members", LISTED)
def test_its_docstring_is_set_as_it_is_written(module, members):
    """Found here, and not at the end of a build."""
    lines, said = importlib.import_module(module).__doc__.splitlines(), StringIO()
    examples_are_code(None, "module", module, None, None, lines)
    publish_string("\n".join(lines), writer_name="null", settings_overrides={"warning_stream": said})
    assert "indent" not in said.getvalue()


def test_an_example_is_code():
    lines = ["Do it.", "", "    run = do(", "        it)", "", "    run.again()", "", "arg: a thing,", "    and more."]
    examples_are_code(None, "function", "do", None, None, lines)
    (code,) = re.findall("<pre.*?</pre>", publish_string("\n".join(lines), writer_name="html").decode(), re.DOTALL)
    assert "run.again()" in code and "and more." not in code


def test_a_default_that_is_made_anew_is_python():
    signature = "(name: str, report: ~fer_lib.Report = <factory>, of: dict = <factory>)"
    assert defaults_are_python(None, "class", "Faces", None, None, signature, None) == (
        "(name: str, report: ~fer_lib.Report = ..., of: dict = ...)", None)
    assert defaults_are_python(None, "module", "faces", None, None, None, None) == (None, None)


@pytest.mark.pages
def test_signatures_are_shown_as_they_are_meant(pages):
    """What Sphinx cannot read as Python it shows with the marks of its own syntax."""
    text = (pages / "library.html").read_text(encoding="utf-8")
    signatures = re.findall(r'<dt class="sig .*?</dt>', text, re.DOTALL)
    assert len(signatures) > 100
    assert not [signature for signature in signatures if "~" in re.sub("<[^>]*>", "", signature)]
