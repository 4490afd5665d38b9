"""The page `library`: its examples run, what it lists is there, and a docstring's example is code."""
import doctest
import importlib
import re
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from docstrings import comment_of, defaults_are_python, examples_are_code, fields_have_their_comments
from docutils import nodes
from docutils.core import publish_doctree, publish_string
from sphinx.util.docstrings import prepare_docstring

from fer_lib.analysis.ranks import RankSums
from fer_lib.analysis.responses import Responses

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


def as_set(obj):
    """Its docstring, as Sphinx hands it on, in docutils' nodes."""
    lines = prepare_docstring(obj.__doc__)
    examples_are_code(None, "", obj.__name__, obj, None, lines)
    return publish_doctree("\n".join(lines), settings_overrides={"report_level": 5})


@pytest.mark.parametrize("module", sorted({module for module, _ in LISTED}))
def test_its_examples_are_no_prose(module):
    """Of a sentence and an example alone Sphinx takes off the indentation."""
    module = importlib.import_module(module)
    begin = [line.strip() for before, line in pairwise(module.__doc__.splitlines())
             if not before.strip() and line.startswith("    ")]
    found = as_set(module)
    shown = [node.astext() for kind in (nodes.literal_block, nodes.definition_list) for node in found.findall(kind)]
    assert all(any(first in text for text in shown) for first in begin)
    assert not list(found.findall(nodes.block_quote))


def test_that_of_a_function_is_none_either():
    def do():
        """Do it.

            run = do()
            run.again()
        """

    (code,) = as_set(do).findall(nodes.literal_block)
    assert code.astext() == "run = do()\nrun.again()"


def test_two_columns_are_a_list():
    lines = ["Its files:", "", "    What is asked", "        one, two    what they are,", "            and more",
             "        three       another", ""]
    examples_are_code(None, "module", "files", None, None, lines)
    outer, inner = publish_doctree("\n".join(lines)).findall(nodes.definition_list)
    assert outer[0][0].astext() == "What is asked"
    assert [item.astext().split("\n\n") for item in inner] == [["one, two", "what they are,\nand more"],
                                                              ["three", "another"]]


def test_a_field_has_its_comment():
    assert comment_of(Responses, "strongest") == "(N, F) float32: the maximum of each filter's map"
    assert comment_of(Responses, "column") == ""
    assert comment_of(RankSums, "parts").startswith("Of each set: its columns;")
    lines, field = [RankSums.filters.__doc__], RankSums.filters
    fields_have_their_comments(None, "attribute", "fer_lib.analysis.ranks.RankSums.filters", field, None, lines)
    assert lines == ["F"]


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


@pytest.mark.pages
def test_a_module_folds_and_says_what_it_has(pages):
    text = (pages / "library.html").read_text(encoding="utf-8")
    found = re.findall(r'<p class="module-name".*?<details class="module">.*?</summary>', text, re.DOTALL)
    said = [re.sub("<[^>]*>", " ", one).split() for one in found]
    assert ["fer_lib.evaluation", "predict()", "evaluate()"] in [[one[0], *one[-2:]] for one in said]
    assert not re.search("Alias for field|Should be overridden", text)


@pytest.mark.pages
def test_what_an_address_names_is_unfolded(pages, visit):
    visited = visit(f"{(pages / 'library.html').as_uri()}#fer_lib.evaluation.predict")
    assert visited.page.locator("[id='fer_lib.evaluation.predict']").is_visible()
    assert not visited.page.locator("[id='fer_lib.network.untrained']").is_visible()
