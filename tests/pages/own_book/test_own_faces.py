"""What is wrong with a reader's set is one sentence, before anything is trained."""
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_sets import faces, own, without_people
from PIL import Image

from fer_lib.pages.notebooks import BOOK
from fer_lib.pages.own_book.faces import (
    HELD_OUT,
    LEAST,
    LEAST_HELD_OUT,
    PUBLISHED,
    asked_of_units,
    check_units,
    check_whole,
    own_set,
    remarks,
)
from fer_lib.pages.values import cells_of

CLASSES = "anger", "contempt", "disgust", "fear", "happy", "sadness", "surprise"


@pytest.fixture
def root(tmp_path, monkeypatch):
    """CK+48 of twenty people, as it is on a disk."""
    monkeypatch.setenv("FER_LIB_CACHE", str(tmp_path / "cache"))
    rng = np.random.default_rng(0)
    for i, (person, expression) in enumerate((person, name) for person in range(20) for name in CLASSES):
        place = tmp_path / f"CK+48/{expression}/S{person:03}_{i % 7:03}_00000012.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 255, (48, 48), np.uint8)).save(place)
    return tmp_path / "CK+48"


def names(people=20):
    """Sequences of the first people."""
    return [f"S{person:03}_{i:03}" for person in range(people) for i in range(len(CLASSES))]


def units(root, sequences, shown=None):
    """A table; shown: of AU1, by default every other sequence, the others of AU12."""
    table, every_other = root.with_name("units.csv"), np.arange(len(sequences)) % 2
    shown = every_other if shown is None else shown
    pd.DataFrame({"sequence": sequences, "AU1": shown, "AU12": shown[::-1]}).to_csv(table, index=False)
    return table


def test_a_set_says_what_it_can_be_asked(root):
    table = str(units(root, names(12)))
    found = own_set("ck48", str(root), {"au_table": table})
    assert found.codes and found.people and found.folds == 10 and found.called == "CK+48"
    assert found.asked(48) == {"name": "ck48", "size": 48, "au_table": table}
    said = remarks(found)
    assert "140 images; CK+48 was published with 981" in said
    assert "action units are known of 84 of 140 sequences" in said


def test_what_was_left_out_and_what_does_not_match_is_told(root):
    table = units(root, [*names(), "S010_4", "S900_001"])
    (root / "happy/S000_004_00000013.png").write_text("no picture", encoding="utf-8")
    shutil.copy(root / "happy/S001_004_00000012.png", root / "fear/S001_004_00000099.png")
    said = remarks(own_set("ck48", str(root), {"au_table": str(table)}))
    for line in ("action units without images (3): S001_004, S010_4, S900_001",
                 "unreadable image (1): happy/S000_004_00000013.png"):
        assert line in said
    assert any(line.startswith("sequence in several class folders (2): ") for line in said)
    many = remarks(own_set("ck48", str(root), {"au_table": str(units(root, names(12)))}))
    assert any(line.startswith("sequence without action units (kept, NaN) (56): S012_") and line.endswith(", …")
               for line in many), "the first few of many"


def test_without_codes_it_is_said_how_to_name_them(root):
    found = own_set("ck48", str(root), {})
    assert not found.codes and any("au_table: units.csv" in line for line in remarks(found))


@pytest.mark.parametrize("given, said", [
    ({"au_tabel": "x.csv"}, r"CK\+48 has no option au_tabel, only au_table, facs; is au_table meant\?"),
    ({"au_table": "nowhere.csv"}, r"nowhere\.csv"), ({"size": 96}, r"CK\+48 has no option size"),
    ({"au_table": 5}, "faces.au_table must be a path, or null, not 5"),
])
def test_a_wrong_option_is_a_sentence(root, given, said):
    with pytest.raises((ValueError, OSError), match=said):
        own_set("ck48", str(root), given)


def test_a_wrong_root_is_a_sentence(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"gone does not exist\. ck48 needs"):
        own_set("ck48", str(tmp_path / "gone"), {})


def test_a_table_of_another_set_s_sequences_is_refused(root):
    with pytest.raises(ValueError, match=r"units\.csv: none of its sequences, as s000_0, is one of "
                                         ".*called as S000_000, without the number of a frame"):
        own_set("ck48", str(root), {"au_table": str(units(root, ["s000_0", "s001_1"]))})


def test_a_table_whose_every_field_is_empty_is_said_to_be_so(root):
    (root / "neutral").mkdir()                      # its frames are not coded anyway
    shutil.copy(root / "anger/S000_000_00000012.png", root / "neutral/S000_000_00000001.png")
    table = units(root, [*names(2), "S900_001"], np.full(15, np.nan))
    with pytest.raises(ValueError, match=r"units\.csv: 14 of its sequences are in .*, as S000_000, and every field of "
                                         "theirs is empty, which means not coded. Write 1 for present, 0 for absent"):
        own_set("ck48", str(root), {"au_table": str(table)})


def test_codes_of_other_frames_than_the_set_s_are_said_to_be_so(root):
    for person in range(2):
        place = root.with_name("FACS") / f"S{person:03}/000/S{person:03}_000_00000030_facs.txt"
        place.parent.mkdir(parents=True)
        place.write_text("12 3\n", encoding="utf-8")
    with pytest.raises(ValueError, match="FACS: 2 of its sequences are .*, as S000_000, and none with the frames"):
        own_set("ck48", str(root), {"facs": str(root.with_name("FACS"))})


@pytest.mark.parametrize("sequences, shown, said", [
    (names(), np.where(np.arange(140) % 2, 1, np.nan), "140 fields say present, 0 absent, and 140 are empty"),
    (names(2), None, "14 fields say present, 14 absent, and 0 are empty"),
])
def test_units_that_the_chapter_could_not_look_at_are_refused_before_anything_is_trained(root, sequences, shown, said):
    with pytest.raises(ValueError, match=rf"units\.csv: {said}\. Write 0 for absent; an empty field means not coded\."
                       ".* by 5 sequences to train on and 3 held out; lower `least`"):
        own_set("ck48", str(root), {"au_table": str(units(root, sequences, shown))})


def test_where_units_are_too_rare_it_is_told_how_many_sequences_are_not_there(root):
    table = units(root, [*names(2), "S10_004", "S11_004"])
    with pytest.raises(ValueError, match=r"2 of its sequences are not in .*, as S10_004; 14 fields say present"):
        own_set("ck48", str(root), {"au_table": str(table)})


def test_codes_that_hardly_can_be_are_told(root):
    happy = np.array([int(name.endswith("_004")) for name in names()])
    table = root.with_name("units.csv")
    coded = {"sequence": names(), "AU1": np.arange(140) % 2, "AU6": np.where(happy, 1, np.nan), "AU12": happy}

    def told(**changed):
        pd.DataFrame(coded | changed).to_csv(table, index=False)
        return [line for line in remarks(own_set("ck48", str(root), {"au_table": str(table)}))
                if "never" in line or "demands" in line]

    assert told(AU6=0) == []
    (line,) = told()
    assert line.startswith("never absent, so nothing can be asked of them: AU6; write 0 for absent")
    assert told(AU6=np.nan)[0].startswith("never absent, so nothing can be asked of them: AU6")
    (line,) = told(AU6=0, AU12=1 - happy)
    assert line.startswith("AU12 is coded as present in 0 of 20 images of happy, which demands it: are 0 and 1, rows")


def test_more_images_than_were_published_are_told(root, monkeypatch):
    monkeypatch.setitem(PUBLISHED, "ck48", 136)
    assert any(line.startswith("140 images; ") for line in remarks(own_set("ck48", str(root), {})))
    monkeypatch.setitem(PUBLISHED, "ck48", 139)
    assert not any(line.startswith("140 images; ") for line in remarks(own_set("ck48", str(root), {})))


def test_a_table_beside_the_pictures_is_not_looked_for_there_but_found(root):
    shutil.move(units(root, names()), root / "units.csv")
    with pytest.raises(FileNotFoundError, match=r'but in the set\'s folder; write "au_table: .*CK\+48/units\.csv"'):
        own_set("ck48", str(root), {"au_table": "units.csv"})


def test_a_reader_s_own_parameters_say_how_many_sequences_a_unit_needs(root):
    table, mine = str(units(root, names(3))), {"least": 9, "action_units": {"least": 2, "least_held_out": 2, "seed": 1}}
    asked = asked_of_units(mine)
    assert asked == {"least": 2, "least_held_out": 2} and asked_of_units({"seed": 1}) == {}
    with pytest.raises(ValueError, match="by 5 sequences"):
        own_set("ck48", str(root), {"au_table": table})
    assert own_set("ck48", str(root), {"au_table": table}, **asked).codes


def test_without_own_parameters_the_chapter_s_are_asked():
    cell = {}
    exec("from typing import Literal\n" + cells_of(BOOK)["action_units"], cell)
    assert (LEAST, LEAST_HELD_OUT, [*HELD_OUT]) == (cell["least"], cell["least_held_out"], cell["held_out"])


def test_a_lost_folder_is_found(root):
    shutil.rmtree(root / "fear")
    with pytest.raises(ValueError, match="not one image shows fear, which .*; unpack the set again"):
        own_set("ck48", str(root), {})


@pytest.mark.parametrize("change, said", [
    (lambda root: (root / "happy").rename(root / "joy"), "shows happy, .* is it the folder joy. Give it that name"),
    (lambda root: shutil.copytree(root / "happy", root / "happiness"), "files are there more than once, .*: remove"),
    (lambda root: shutil.rmtree(root / "contempt"), "say classes: 6 in a file, PARAMETERS=mine.yml"),
])
def test_a_class_that_is_not_there_is_told_with_what_to_do(root, change, said):
    change(root)
    with pytest.raises(ValueError, match=said):
        own_set("ck48", str(root), {})
    if "classes: 6" in said:
        assert len(own_set("ck48", str(root), {}, classes=6).faces.classes) == 6


def test_codes_that_did_not_come_with_ck_plus_are_missed():
    with pytest.raises(ValueError, match=r"/faces has no FACS/ .* unpack it beside cohn-kanade-images/"):
        check_units(own(faces(codes=False)))


def test_a_part_without_images_is_found():
    whole = without_people()
    check_whole(own(whole))
    without_test = replace(whole, folds=np.where(whole.folds == 3, 1, whole.folds))
    with pytest.raises(ValueError, match="0 to test on"):
        check_whole(own(without_test))
    without_validation = replace(whole, folds=np.where(whole.folds == 2, 1, whole.folds))
    with pytest.raises(ValueError, match=r"the validation part of FER2013's first fold has no image"):
        check_whole(own(without_validation))
    happy = whole.labels == whole.classes.index("happy")
    lost = replace(whole, folds=np.where(happy[:, None] & (whole.folds == 1), 0, whole.folds))
    check_whole(own(lost))                          # of few images chance may have left none to train on
    many = without_people(n=900)
    happy = many.labels == many.classes.index("happy")
    with pytest.raises(ValueError, match="the train part of FER2013's first fold has no image of happy"):
        check_whole(own(replace(many, folds=np.where(happy[:, None] & (many.folds == 1), 0, many.folds))))
