"""What stands in the place of a page that a set has no answers for is true of that set."""
import re
import shlex

import pytest
from made_sets import faces, own, without_people

from fer_lib.pages.own_book.command import options_argument
from fer_lib.pages.own_book.pages import instead

UNCODED = faces("ck48", codes=False, classes=("anger", "fear", "happy"))


def test_where_codes_were_only_not_named_it_is_said_how_to_name_them(tmp_path):
    page = instead(own(UNCODED, "/my faces/CK+48"), tmp_path)["action_units"]
    assert "nobody has written down" not in page and "for these pages none were named" in page
    command = re.search(r"^make book (.*)$", page, re.MULTILINE)[1]
    given = dict(word.split("=", 1) for word in shlex.split(command))
    assert given == {"FACES": "ck48", "ROOT": "/my faces/CK+48", "OPTIONS": "au_table: units.csv"}
    assert options_argument(given["OPTIONS"]) == {"au_table": "units.csv"}
    assert "asked with drawings](photographs.md)" in page


def test_where_nobody_has_coded_the_faces_no_table_is_asked_for(tmp_path):
    page = instead(own(without_people()), tmp_path)["action_units"]
    assert "FER2013 has no codes of action units" in page and "nobody has written down" in page
    assert "au_table" not in page and "{" not in page


@pytest.mark.parametrize("made", [faces(), faces("ck48")])
def test_where_codes_are_known_the_chapter_itself_stands(made, tmp_path):
    assert set(instead(own(made), tmp_path)) == {"checking"}
