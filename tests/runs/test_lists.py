"""Lists of runs as people write them: what is wrong, all at once, in sentences that name file, item and field."""
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fer_lib.runs import lists
from fer_lib.runs.grid import jobs_of, read_jobs
from fer_lib.runs.lists import check, read_items

TWIN = "faces: {name: synthetic, size: 48}"


@pytest.fixture
def written(tmp_path):
    """written(text or bytes): the path of a list."""
    def write(content: str | bytes) -> Path:
        path = tmp_path / "list.yml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def mistakes(path) -> list[str]:
    with pytest.raises(ValueError) as error:
        read_jobs(path)
    return [line.replace(f"{path.parent}/", "") for line in str(error.value).splitlines()]


@pytest.mark.parametrize("item, said", [
    # one of another kind
    ("seeds: [1.5]", "seeds must be whole numbers from 0 to 9,007,199,254,740,991, each once, not 1.5"),
    ("seeds: [1.0]", "seeds must be whole numbers .*, not 1.0"),
    ("seeds: 3", "seeds must be a list of whole numbers .*, not 3"),
    ("seeds: ['1']", 'seeds must be whole numbers .*, not "1", which is a text; write 1'),
    ("seeds: [null]", "seeds must be whole numbers .*, not null"),
    ("seeds: [[1]]", r"seeds must be whole numbers .*, not \[1\]"),
    ("folds: [true]", "folds must be whole numbers from 0 to 9, each once, not true"),
    ("folds: 3", "folds must be a list of whole numbers from 0 to 9, each once, not 3"),
    ("folds: 0-9", 'folds must be a list .*, not "0-9"'),
    ("folds: {0: 1}", "folds must be a list .*, not {0: 1}"),
    ("folds: null", "folds must be a list .*, not null"),
    ("shuffled: 'no'", 'shuffled must be true or false, not "no", which is a text; write false'),
    ("shuffled: 1", "shuffled must be true or false, not 1"),
    ("identity: 1", "identity must be true or false, not 1"),
    ("identity: 'yes'", 'identity must be true or false, not "yes", which is a text; write true'),
    ("group: control", "group must be one of runs, controls, photographs, differences, null, not .control."),
    ("group: [runs]", "group must be one of .*, not .'runs'."),
    ("trial: 3e3", 'trial must be a whole number from 1 to .*, or null, not "3e3", which is a text; write 3000'),
    ("trial: true", "trial must be a whole number .*, not true"),
    ("trial: 3000.0", "trial must be a whole number .*, not 3000.0"),
    ("weights: 'false'", 'weights must be true or false, or a list .*, not "false", which is a text; write false'),
    ("weights: 0", "weights must be true or false, or a list of whole numbers .*, not 0"),
    ("weights: [true]", "weights must be whole numbers from 0 to 9, each once, not true"),
    ("weights: {}", "weights must be true or false, .* or {folds: [^}]*}, or one of these, not {}"),
    ("weights: {seeds: 1}", "weights.seeds must be a list of whole numbers from 0 to .*, each once, not 1"),
    ("weights: {seeds: [true]}", "weights.seeds must be whole numbers .*, not true"),
    ("weights: {seeds: []}", r"weights.seeds must be a list .*, not \[\]"),
    ("weights: {folds: [10]}", "weights.folds must be whole numbers from 0 to 9, each once, not 10"),
    ("weights: {seed: [1]}", 'weights has no "seed" .is seeds meant.., only folds, seeds'),
    ("recipe: fast", 'recipe must be one of released, paper, quick, not "fast"'),
    ("recipe: [paper]", "recipe must be one of released, paper, quick, not .'paper'."),
    ("changes: [dropout]", "changes must be fields of the recipe and their values, .*, not .'dropout'."),
    ("changes: {rate: 1e-3}", 'changes.rate must be a number above 0, not "1e-3", which is a text; write 0.001'),
    ("changes: {rate: '0.001'}", 'changes.rate must be a number above 0, not "0.001", which is a text; write 0.001'),
    ("changes: {rate: true}", "changes.rate must be a number above 0, not true"),
    ("changes: {rate: null}", "changes.rate must be a number above 0, not null"),
    ("changes: {rescale: 'no'}", 'changes.rescale must be true or false, not "no", which is a text; write false'),
    ("changes: {replacement: null}", "changes.replacement must be true or false, not null"),
    ("changes: {decay_biases: 0}", "changes.decay_biases must be true or false, not 0"),
    ("changes: {dropout: 1}", "changes.dropout must be true or false, not 1"),
    ("changes: {steps: 200.0}", "changes.steps must be a whole number from 1 to 1,000,000,000, not 200.0"),
    ("changes: {initialisation: fanin}", 'changes.initialisation must be one of .*, not "fanin"'),
    # out of range
    ("folds: [-1]", "folds must be whole numbers from 0 to 9, each once, not -1"),
    ("folds: [10]", "folds must be whole numbers from 0 to 9, each once, not 10"),
    ("folds: [0, 1, 0]", r"folds must be a list of whole numbers from 0 to 9, each once, not \[0, 1, 0\]"),
    ("folds: []", r"folds must be a list .*, not \[\]"),
    ("seeds: []", r"seeds must be a list .*, not \[\]"),
    ("seeds: [-1]", "seeds must be whole numbers .*, not -1"),
    (f"seeds: [{10 ** 30}]", "seeds must be whole numbers .*, not 1000"),
    ("trial: 0", "trial must be a whole number .*, not 0"),
    ("trial: 40000", "trial must not be above the recipe's steps, 31,000, as 40,000 is"),
    ("changes: {rate: .nan}", "changes.rate must be a number above 0, not nan"),
    ("changes: {rate: .inf}", "changes.rate must be a number above 0, not inf"),
    (f"changes: {{rate: {10 ** 400}}}", "changes.rate must be a number above 0, not 1000"),
    ("changes: {k: 0}", "changes.k must be a number above 0, or null to draw it, not 0"),
    (f"changes: {{steps: {10 ** 10}}}", "changes.steps must be a whole number .*, not 10000000000"),
    ("changes: {every: 500, patience: 20}", "recipe: patience must be None or a whole number .* every=500, not 20"),
    ("folds: [1], weights: [2]", r"weights must be of folds among \[1\], not 2"),
    ("folds: [1], weights: {folds: [1, 3]}", r"weights must be of folds among \[1\], not 3"),
    ("seeds: [1, 2], weights: {seeds: [0]}", r"weights must be of seeds among \[1, 2\], not 0"),
    ("shuffled: true, identity: true", "identity must be false where shuffled is true: a network has labels of one"),
    # misspelt
    ("seed: [1]", 'it has no "seed" .is seeds meant.., only faces, recipe, changes, folds, seeds, shuffled, trial'),
    ("1: 2", "it has no 1, only faces"),
    ("changes: {learning_rate: 1}", 'changes has no "learning_rate".*, only augment, dropout, bias'),
])
def test_a_mistake_is_a_sentence(written, item, said):
    [line] = mistakes(written(f"- {{{TWIN}, {item}}}\n"))
    assert line.startswith("list.yml, item 1: ")
    assert re.match(said, line.removeprefix("list.yml, item 1: ")), line


@pytest.mark.parametrize("faces, said", [
    ("", "faces must be a set by its name, such as {name: synthetic}, not null"),
    ("tfd", 'faces must be a set by its name, such as {name: synthetic}, not "tfd"'),
    ("{}", "faces must have name: one of synthetic, ck_plus, ck48, tfd, fer2013"),
    ("{name: synthetik}", 'faces.name must be one of synthetic, ck_plus, ck48, tfd, fer2013, not "synthetik"'),
    ("{name: [tfd]}", "faces.name must be one of .*, not .'tfd'."),
    ("{name: tfd, size: '48'}", 'faces.size must be one of 96, 48, not "48", which is a text; write 48'),
    ("{name: tfd, size: 48.0}", "faces.size must be one of 96, 48, not 48.0"),
    ("{name: tfd, size: 47}", "faces.size must be one of 96, 48, not 47"),
    ("{name: tfd, classes: 7}", "faces.classes must be one of null, 6, 8, not 7"),
    ("{name: synthetic, part: probe}", 'faces.part must be one of labelled, not "probe"'),
    ("{name: synthetic, furrows: .nan}", "faces.furrows must be a number, 0 or above, not nan"),
    ("{name: synthetic, subjects: 1.5}", "faces.subjects must be a whole number .*, or null, not 1.5"),
    ("{name: ck_plus, detect: 0}", "faces.detect must be true or false, not 0"),
    ("{name: tfd, padding: .1}", 'faces has no "padding", only name, size, classes, part, identities'),
    ("{name: ck_plus, root: ~/CK+}", 'faces has no "root", only name'),
    ("{name: ck48, au_table: ''}", "faces.au_table: a path must not be empty"),
    ("{name: ck48, facs: ~no-such-user/x}", "faces.facs: .* there is no user 'no-such-user'"),
    ("{name: ck48, facs: 3}", "faces.facs must be a path, or null, not 3"),
])
def test_a_mistake_in_the_faces_is_one_too(written, faces, said):
    [line] = mistakes(written(f"- faces: {faces}\n"))
    assert re.match(f"list.yml, item 1: {said}", line), line


def test_identity_is_refused_where_a_set_does_not_say_who_is_who(written):
    assert mistakes(written("- {faces: {name: fer2013}, identity: true}\n")) == [
        "list.yml, item 1: identity must be false, as fer2013 does not say who its images show, not true"]
    assert mistakes(written("- {faces: {name: tfd, identities: false}, identity: true}\n")) == [
        "list.yml, item 1: identity must be false where faces.identities is: then people are not known"]
    jobs = read_jobs(written("- {faces: {name: fer2013}, identity: false}\n- {faces: {name: tfd}, identity: true}\n"
                             "- {faces: {name: tfd, identities: false}}\n"))
    assert [job.identity for job in jobs] == [False, True, False]


@pytest.mark.parametrize("name, folds, wanted", [("fer2013", "[1]", "0, as this set has one"),
                                                 ("tfd", "[5]", "whole numbers from 0 to 4, each once")])
def test_a_fold_that_the_set_has_not_is_one(written, name, folds, wanted):
    assert mistakes(written(f"- {{faces: {{name: {name}}}, folds: {folds}}}")) == [
        f"list.yml, item 1: folds must be {wanted}, not {folds[1]}"]


def test_all_mistakes_of_a_list_are_said_at_once(written):
    said = mistakes(written(f"- {{{TWIN}, seeds: [1.5, x], trial: 3e3}}\n- {{{TWIN}}}\n- 3\n- {{seed: 1}}\n"))
    assert [line.partition(" must")[0] for line in said] == [
        "list.yml, item 1: seeds", "list.yml, item 1: seeds", "list.yml, item 1: trial", "list.yml, item 3: it",
        "list.yml, item 4: it", 'list.yml, item 4: it has no "seed" (is seeds meant?), only '
        + ", ".join(lists.schema(None)["properties"])]
    many = mistakes(written(f"- {{{TWIN}, folds: 3}}\n" * 30))
    assert len(many) == 21 and many[-1] == "and 10 more"


@pytest.mark.parametrize("first, second", [
    ("", ""), ("seeds: [0, 1]", "seeds: [1, 2]"), ("", "weights: false"), ("changes: {k: 1}", "changes: {k: 1.0}"),
    ("recipe: paper", "recipe: released, changes: {rate: .001, initialisation: paper, normalisation: full}"),
])
def test_a_run_that_is_asked_for_twice_is_a_mistake(written, first, second):
    [line] = mistakes(written(f"- {{{TWIN}, {first}}}\n- {{{TWIN}, {second}}}\n"))
    assert re.fullmatch(r"list.yml, item 2: fold 0, seed [01] is the same run as in item 1", line), line


def test_faces_in_other_words_are_the_same_run(written):
    assert mistakes(written("- faces: {name: synthetic}\n- faces: {name: synthetic, size: 96, furrows: 1, seed: 0}\n"))
    assert mistakes(written("- faces: {name: ck48}\n- faces: {name: ck48, au_table: ~/units.csv}\n"))
    assert mistakes(written(f"- {{{TWIN}, group: runs}}\n- {{{TWIN}, group: controls}}\n"))
    assert len(read_jobs(written(f"- {{{TWIN}}}\n- {{{TWIN}, shuffled: true}}\n- {{{TWIN}, trial: 30}}\n"
                                 f"- {{{TWIN}, identity: true}}\n- {{{TWIN}, changes: {{rescale: false}}}}\n"))) == 5


@pytest.mark.parametrize("content, said", [
    ("", "list.yml must be a list of items, as book/parameters/paper.yml is, not null"),
    ("# nothing\n", "list.yml must be a list of items.*, not null"), ("[]", r"list.yml must be .*, not \[\]"),
    (f"{TWIN}\n", "list.yml must be a list of items.*, not {'faces': {'name': 'synthetic', "),
    ("3", "list.yml must be a list of items"), ("- {faces: [", "list.yml is not YAML, line 2: did not find"),
    (f"- {TWIN}\n\tseeds: [1]\n", "list.yml is not YAML, line 2: found"),
    (f"- {{{TWIN}}}\n- {{{TWIN}, seeds: [1], seeds: [2]}}\n", "list.yml, line 2: 'seeds' is there twice"),
    (f"- {{{TWIN}, seeds: [010]}}", "list.yml, line 1: 010 is not a decimal number"),
    (f"- {{{TWIN}, seeds: [1:30]}}", "list.yml, line 1: 1:30 is not a decimal number"),
    (f"- {{{TWIN}, seeds: [0x1F]}}", "list.yml, line 1: 0x1F is not a decimal number"),
    ("- !!python/object/apply:os.system [ls]", "list.yml, line 1: could not determine a constructor for the tag"),
    ("- &a [*a]", "list.yml, line 1: an alias stands within what it stands for"),
    (f"- {{{TWIN}, seeds: *one}}", "list.yml is not YAML, line 1: found undefined alias"),
    ("- 1\n--- \n- 2\n", "list.yml is not YAML, line 2: "),
    ("- {? {a: b} : 1}", "list.yml, line 1: found unhashable key"),
    ("- 2001-99-99", r"list.yml is not YAML .ValueError: month must be in 1\.\.12"),
    ("- !!bool x", "list.yml is not YAML .KeyError"), ("- !!int ''", "list.yml is not YAML .IndexError"),
    ("- " + "9" * 5000, "list.yml is not YAML .ValueError: Exceeds the limit"),
    ("[" * 100_000, "list.yml is not YAML, line 1: "), ("- " * 100_000, "list.yml is not YAML, line 1: "),
    (b"\x00\x01", "list.yml is not YAML .ReaderError"), (b"- {faces: \xff}", "list.yml is not YAML .ReaderError"),
    (f"- {{{TWIN}}}\n".encode("utf-16")[:-1], "list.yml is not YAML .ReaderError"),
])
def test_what_is_no_list_in_yaml_is_an_error_that_says_where(written, content, said):
    [line] = mistakes(written(content))
    assert re.match(said, line), line


def test_a_list_that_grows_by_its_aliases_is_refused_at_once(written):
    rows = ["- &a [x, x, x, x, x, x, x, x, x]"]
    rows += [f"- &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
    [line] = mistakes(written("\n".join(rows)))
    assert re.fullmatch(r"list.yml, line \d: a list of more than 10,000 parts", line)


def test_aliases_and_merged_fields_are_what_yaml_has_them_for(written):
    jobs = read_jobs(written("- faces: &a {<<: &b {name: tfd, size: 96}, size: 48}\n- faces: {<<: *b, classes: 6}\n"
                             "- {faces: *a, seeds: [1]}\n"))
    assert [job.faces for job in jobs] == [{"name": "tfd", "size": 48}, {"name": "tfd", "size": 96, "classes": 6},
                                           {"name": "tfd", "size": 48}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_list_is_read_in_the_encoding_that_it_has(written, encoding):
    text = f"# Gesichter für später: übt\n- {{{TWIN}}}\n"
    assert len(read_jobs(written(text.encode(encoding)))) == 1


def test_a_list_that_cannot_be_read_is_an_error_that_names_it(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.yml"):
        read_jobs(tmp_path / "none.yml")
    with pytest.raises(IsADirectoryError, match=str(tmp_path)):
        read_jobs(tmp_path)


def test_paths_and_numbers_of_the_faces_are_kept_as_loaders_have_them():
    [job] = jobs_of({"name": "ck48", "au_table": "~/units.csv", "facs": None})
    assert job.faces == {"name": "ck48", "au_table": str(Path.home() / "units.csv"), "facs": None}
    [job] = jobs_of({"name": "synthetic", "furrows": 1, "subjects": 5})
    assert repr(job.faces) == "{'name': 'synthetic', 'furrows': 1.0, 'subjects': 5}"


def test_in_python_folds_and_seeds_may_be_any_numbers_in_a_row():
    jobs = jobs_of({"name": "synthetic"}, folds=range(2), seeds=np.arange(2), weights=(1,))
    assert [(job.fold, type(job.fold), job.seed, job.keep_weights) for job in jobs] == [
        (0, int, 0, False), (0, int, 1, False), (1, int, 0, True), (1, int, 1, True)]
    for folds in ("01", 3, [1.5], {0: 1}):
        with pytest.raises(ValueError, match="^folds must be "):
            jobs_of({"name": "synthetic"}, folds=folds)
    with pytest.raises(ValueError, match="^seeds must be .*\nshuffled must be true or false, not 0$"):
        jobs_of({"name": "synthetic"}, seeds=[-1], shuffled=0)


# Whatever an item is


SIMPLE = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
KEYS = st.sampled_from(["name", "faces", "folds", "seeds", "weights", "k"]) | SIMPLE
ANYTHING = st.recursive(SIMPLE, lambda inner: st.one_of(
    st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)), max_leaves=8)
FIELDS = "folds", "seeds", "weights", "trial", "changes", "recipe", "shuffled", "identity", "group"


@given(st.one_of(ANYTHING, st.fixed_dictionaries(
    {"faces": st.just({"name": "tfd"})}, optional=dict.fromkeys(FIELDS, ANYTHING))))
@example({"\x85": None})                        # a line separator of Unicode, where a name should be
def test_whatever_an_item_is_it_has_jobs_or_sentences(item):
    try:
        check(item)
        assert jobs_of(**item)
    except ValueError as error:
        assert all(re.search(" must | has no |: a path | there is no ", line) for line in str(error).splitlines())


def test_the_book_s_lists_hold_nothing_that_is_read_otherwise():
    for path in (Path(__file__).parents[2] / "book/parameters").glob("*.yml"):
        if path.stem in ("paper", "small", "controls", "evidence"):
            for item in read_items(path):
                check(item)
