"""Numbers that others printed: none is shown without how it is known, and what a file lacks is said."""
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_lib.pages.notebooks import BOOK
from fer_lib.pages.printed import MARKS, as_printed, of_variant, percent, read_printed

HEAD = "method,dataset,classes,accuracy,known,printed_in,source\n"
FILES = "paper.csv", "earlier.csv"


@pytest.fixture
def written(tmp_path):
    """written(rows): the path of a file of them."""
    def write(rows: str, head: str = HEAD) -> Path:
        path = tmp_path / "numbers.csv"
        path.write_text(head + rows, encoding="utf-8")
        return path

    return write


def test_a_number_is_shown_as_it_was_printed_and_with_its_mark(written):
    table = read_printed(written("a,TFD,7,0.850,second hand,li2022,table\nb,TFD,7,0.65,recalled,,memory\n"
                                 "c,TFD,7,,not known,,none\n"))
    assert list(table["shown"]) == ["85.0‡", "65†", ""]
    assert table["accuracy"].isna().tolist() == [False, False, True] and table["classes"].tolist() == [7, 7, 7]


@given(st.integers(0, 10_000), st.integers(2, 4))
def test_per_cent_has_the_digits_of_the_share(number, digits):
    share = f"{number / 10_000:.{digits}f}"
    shown = percent(share)
    assert float(shown) == pytest.approx(100 * float(share)) and len(shown.partition(".")[2]) == digits - 2


@pytest.mark.parametrize("row, said", [
    ("a,TFD,7,0.85,true,,x", "known is 'true', not one of recalled, second hand, not known"),
    ("a,TFD,7,0.85,,,x", "known is '', not one of"),
    ("a,TFD,7,,recalled,,x", "an accuracy that is not known is left empty, and no other"),
    ("a,TFD,7,0.85,not known,,x", "an accuracy that is not known is left empty, and no other"),
    ("a,TFD,7,85.0,recalled,,x", "accuracy is '85.0', not a share from 0 to 1 such as 0.951"),
    ("a,TFD,7,-0.85,recalled,,x", "accuracy is '-0.85', not a share"),
    ("a,TFD,7,nan,recalled,,x", "accuracy is 'nan', not a share"),
    ("a,TFD,7,0.85‡,recalled,,x", "accuracy is '0.85‡', not a share"),
    ("a,TFD,7,0.85,second hand,,x", "printed_in names the publication of what is known at second hand"),
    ("a,TFD,7,0.85,recalled,li2022,x", "printed_in names the publication of what is known at second hand"),
    ("a,TFD,seven,0.85,recalled,,x", "classes is 'seven', not their number"),
    ("a,TFD,7,0.85,recalled,,", "source is empty"),
    ("a,TFD,7,0.85,recalled,,x, y", "it has more or fewer cells than there are columns"),
    ("a,TFD,7,0.85,recalled", "it has more or fewer cells than there are columns"),
])
def test_what_is_wrong_with_a_row(written, row, said):
    path = written(f"good,TFD,7,0.85,recalled,,memory\n{row}\n")
    with pytest.raises(ValueError, match=re.escape(f"{path}, row 2: {said}")):
        read_printed(path)


def test_all_mistakes_are_told_at_once(written):
    with pytest.raises(ValueError) as error:
        read_printed(written("a,TFD,7,0.85,,,x\nb,TFD,7,2,recalled,,\n"))
    assert [re.search(r"row (\d)", line)[1] for line in str(error.value).splitlines()] == ["1", "2", "2"]


@pytest.mark.parametrize("content, said", [
    ("", "no column dataset, classes, accuracy, known, printed_in, source"),
    ("dataset,classes,accuracy,verified,source\n", "no column known, printed_in")])
def test_a_file_of_other_columns(written, content, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        read_printed(written("", head=content))


@pytest.mark.parametrize("name", FILES)
def test_publications_at_second_hand_stand_in_the_references(name):
    references = set(re.findall(r"^@\w+\{(\w+),", (BOOK / "references.bib").read_text("utf-8"), re.MULTILINE))
    cited = set(read_printed(BOOK / name)["printed_in"]) - {""}
    assert cited and cited <= references


def test_of_the_paper_the_corrected_numbers_are_known_at_second_hand_and_the_first_ones_recalled():
    table = read_printed(BOOK / "paper.csv")
    known = {(row.dataset, row.classes, row.version): row.shown for row in table.itertuples() if row.shown}
    first = {("TFD", 7): "89.8†", ("CK+", 8): "96.4†", ("CK+", 6): "98.3†"}
    corrected = {("TFD", 7): "88.6‡", ("CK+", 8): "95.1‡", ("CK+", 6): "95.7‡"}
    assert known == ({(*where, "2015 (v1)"): shown for where, shown in first.items()}
                     | {(*where, "v3"): shown for where, shown in corrected.items()})
    assert set(table[table["variant"] != "CNN+AD"]["known"]) == {"not known"}


def test_every_earlier_number_has_its_mark():
    table = read_printed(BOOK / "earlier.csv")
    assert (table["shown"].str[-1] == table["known"].map(MARKS)).all()
    assert not table.duplicated(["method", "dataset", "classes"]).any()


def test_what_was_printed_of_earlier_methods_stands_beside_the_paper_s_own_numbers():
    earlier, printed = (read_printed(BOOK / name) for name in ("earlier.csv", "paper.csv"))
    rows = {row.pop("set"): row for row in as_printed(earlier, printed).to_dict("records")}
    assert list(rows["CK+, 8 classes"].values()) == ["AUDN 92.1‡", "96.4† in 2015 (v1), 95.1‡ in v3", "1 of 1"]
    assert rows["TFD, 7 classes"]["below its v3"] == "5 of 5"
    assert rows["CK+, 6 classes"]["below its v3"] == "3 of 5", "as printed, two were not behind"
    assert rows["FER2013, 7 classes"]["the paper's CNN+AD"] == rows["FER2013, 7 classes"]["below its v3"] == "n/a"
    assert "people, about 65‡" in rows["FER2013, 7 classes"]["earlier methods"]


def test_what_is_not_known_of_the_paper_is_no_number():
    earlier, printed = (read_printed(BOOK / name) for name in ("earlier.csv", "paper.csv"))
    assert of_variant(printed, "CNN") == ""
    alone = as_printed(earlier, printed[printed["known"] == "recalled"])
    assert set(alone["below its v3"]) == {"n/a"} and (alone["the paper's CNN+AD"] == "n/a").sum() == 1
