import json
import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from fer_lib.analysis import VERDICTS
from fer_lib.pages import notebooks
from fer_lib.pages.notebooks import RECORD, glue, glue_verdict


@pytest.fixture
def glued(monkeypatch):
    """glued(…): calls glue and returns the record that it keeps, after a way through JSON."""
    return lambda *args, **options: record_of(monkeypatch, *args, **options)[0]


def record_of(monkeypatch, *args, **options):
    shown = []
    monkeypatch.setattr(notebooks, "show", lambda data, raw, metadata: shown.append((data, metadata)))
    glue(*args, **options)
    [(data, metadata)] = shown
    return json.loads(json.dumps(metadata[RECORD], allow_nan=False)), data, metadata


def test_the_record(glued):
    record = glued("images", 1308, source="twin, all frames", n=np.int64(327))
    age = datetime.now(UTC) - datetime.fromisoformat(record.pop("computed"))
    assert timedelta(0) <= age < timedelta(minutes=1)
    assert record == {
        "name": "images",
        "value": 1308,
        "display": "1,308",
        "n": 327,
        "source": "twin, all frames",
    }


@pytest.mark.parametrize(
    "value, kept, display",
    [
        (0, 0, "0"),
        (1_335_508, 1_335_508, "1,335,508"),
        (0.91234, 0.91234, "0.912"),
        (99.456, 99.456, "99.5"),
        (1234.5678, 1234.5678, "1,235"),
        (-1234.5678, -1234.5678, "-1,235"),
        (3.0, 3.0, "3"),
        (2e-6, 2e-6, "2e-06"),
        (True, 1, "1"),
        (np.float32(0.5), 0.5, "0.5"),
        (np.int64(1308), 1308, "1,308"),
        (np.array([0.25]), 0.25, "0.25"),
        (torch.tensor(0.75), 0.75, "0.75"),
        (float("nan"), None, "nan"),
        (-math.inf, None, "-inf"),
    ],
)
def test_values_and_how_they_are_shown(glued, value, kept, display):
    record = glued("x", value, source="here")
    assert (record["value"], record["display"]) == (kept, display) and record["n"] is None


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_any_number_is_shown_to_three_digits(value):
    with pytest.MonkeyPatch.context() as monkeypatch:
        record = record_of(monkeypatch, "x", value, source="here")[0]
    assert record["value"] == value
    assert float(record["display"].replace(",", "")) == pytest.approx(value, rel=0.006)


def test_a_display_of_ones_own(glued):
    assert glued("accuracy", 0.912, source="here", display="91 %")["display"] == "91 %"


def test_what_the_roles_of_myst_nb_read(monkeypatch):
    _, data, metadata = record_of(monkeypatch, "images", 1308, source="here")
    prefix = metadata["scrapbook"]["mime_prefix"]
    assert metadata["scrapbook"]["name"] == "images" and metadata["strip_text_quotes"] is True
    assert prefix and data == {prefix + "text/plain": "'1,308'"}


@pytest.mark.parametrize("value", ["91 %", None, [1, 2], 1j, np.nan * 1j, {"a": 1}])
def test_only_a_real_number_is_kept(value):
    with pytest.raises(TypeError, match=r"glue\('x', …\) keeps one real number"):
        glue("x", value, source="here")


@pytest.mark.parametrize("name", ["", "two words", "data.md::images", "1st", None])
def test_a_name_that_a_role_cannot_take(name):
    with pytest.raises(ValueError, match="letters, digits and underscores"):
        glue(name, 1, source="here")


def test_the_source_must_be_said():
    with pytest.raises(TypeError, match="source"):
        glue("x", 1)


@pytest.mark.parametrize("word", VERDICTS)
def test_a_verdict_is_kept_as_its_word_and_its_number(monkeypatch, word):
    shown = []
    monkeypatch.setattr(notebooks, "show", lambda data, raw, metadata: shown.append(metadata[RECORD]))
    glue_verdict("x", word, source="here", n=3)
    [record] = shown
    assert (record["display"], record["n"]) == (word, 3)
    assert record["value"] == (None if math.isnan(VERDICTS[word]) else VERDICTS[word])


def test_no_other_word_is_a_verdict():
    with pytest.raises(ValueError, match="'held'.*supported, partly supported"):
        glue_verdict("x", "held", source="here")
