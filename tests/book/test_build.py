"""`jupyter-book build` on a tiny book: what runs again, what is an error, what is in results.json."""

import datetime
import json
import os
import re
import shutil

import pytest
from fer_book import explorer_assets, inputs, inputs_digest, versions
from tiny_book import ASCII, ROOT, TinyBook, chapter


def results(book):
    def refuse(constant):
        raise ValueError(f"{constant} is not JSON")

    return json.loads((book.html / "results.json").read_text(encoding="utf-8"), parse_constant=refuse)


def page(book, name):
    return (book.html / f"{name}.html").read_text(encoding="utf-8")


def written(book):
    return {name: (book.html / f"{name}.html").stat().st_mtime_ns for name in ("index", "one", "two")}


# What is built


def test_the_first_build(built_once):
    book, result = built_once
    assert result.returncode == 0, result.stderr
    assert book.runs() == (1, 1) and "encryption" not in result.stderr
    assert 'It has <span class="output text_plain">1,308</span> images' in page(book, "one")
    assert 'There are <span class="pasted-text">1,308</span> images' in page(book, "index")
    assert "91\N{NO-BREAK SPACE}%" in page(book, "two")
    widgets = book.html / "_static/widgets/embed-amd.js"        # a script, and not compressed
    assert "define(" in widgets.read_text(encoding="utf-8") and not [*widgets.parent.glob("*.gz")]


def test_a_style_that_changed_is_copied_though_no_page_did(book):
    style = "book/_ext/static/pages.css"
    book.write(style, f"{(book.root / style).read_text(encoding='utf-8')}\n/* another */\n")
    before = book.runs()
    assert book.build("-W").returncode == 0 and book.runs() == before
    assert (book.html / "_static/pages.css").read_text(encoding="utf-8").endswith("/* another */\n")
    book.restore()
    book.build("-W")


def test_every_glued_number_is_in_results_json(book):
    content = results(book)
    records = [{key: value for key, value in r.items() if key != "computed"} for r in content["results"]]
    assert records == [
        {
            "name": "images",
            "value": 1308,
            "display": "1,308",
            "n": None,
            "source": "twin, all frames",
            "chapter": "one",
        },
        {
            "name": "accuracy",
            "value": 0.91234,
            "display": "91 %",
            "n": 130,
            "source": "fold 0, test",
            "chapter": "two",
        },
        {
            "name": "undefined",
            "value": None,
            "display": "nan",
            "n": None,
            "source": "no image",
            "chapter": "two",
        },
    ]
    for record in content["results"]:
        age = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(record["computed"])
        assert datetime.timedelta(0) <= age < datetime.timedelta(hours=1)
    assert content["versions"] == versions() and content["inputs"] == inputs_digest(book.root)


def test_every_page_links_to_results_json(book):
    for name in ("index", "one", "two", "search", "genindex"):
        assert re.search('href="results.json" download', page(book, name)), name


def test_every_page_has_a_description_and_every_chapter_a_notebook(book):
    assert re.search('<meta name="description" content="There are .* images."', page(book, "index"))
    assert "notebooks/" not in page(book, "index"), "a page without code"
    for name in ("one", "two"):
        assert f'href="notebooks/{name}.ipynb"' in page(book, name)
        notebook = json.loads((book.html / f"notebooks/{name}.ipynb").read_text(encoding="utf-8"))
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        assert "parameters" in code[0]["metadata"]["tags"] and not any(cell["outputs"] for cell in code)
    assert not (book.html / "notebooks/index.ipynb").exists()


def test_from_the_folder_of_the_configuration_the_same_is_built(book):
    before, pages = book.runs(), written(book)
    result = book.build("-W", source=".")
    assert result.returncode == 0, result.stderr
    assert (book.runs(), written(book)) == (before, pages) and not list(book.root.glob("book/_build"))


@pytest.mark.slow
def test_a_first_build_from_there_where_the_locale_has_ascii_only(tmp_path):
    book = TinyBook(tmp_path / "a book")
    book.replace("book/two.md", "It is right", "“Für wahr” – it is right")
    book.replace("book/two.md", 'source="no image"', 'source="kein Bild – für 96×96"')
    result = book.build("-W", source=".", **ASCII)
    assert result.returncode == 0, result.stderr
    assert book.runs() == (1, 1) and "“Für wahr” – it is right" in page(book, "two")
    assert results(book)["results"][-1]["source"] == "kein Bild – für 96×96"


def test_a_page_alone(book):
    result = book.build(source="book/one.md")
    assert result.returncode == 0, result.stderr
    built = book.root / "_build/_page/book-one/html"
    assert "1,308</span> images" in (built / "one.html").read_text(encoding="utf-8")
    assert (built / "notebooks/one.ipynb").exists() and (built / "results.json").exists()
    shutil.rmtree(book.root / "_build/_page")


def test_a_chapter_that_is_not_in_the_contents_is_not_built(book):
    book.write("book/draft.md", chapter("1 / 0"))
    assert book.build("-W").returncode == 0 and not (book.html / "draft.html").exists()


# What makes chapters run again


def test_nothing_changed(book):
    before, pages = book.runs(), written(book)
    result = book.build("-W")
    assert result.returncode == 0 and (book.runs(), written(book)) == (before, pages)


def test_what_chapters_read_makes_all_run_again(book):
    """One such file; which others there are, the tests of the digest say."""
    (one, two), pages, record = book.runs(), written(book), results(book)
    book.write("book/results/run/metrics.json", '{"accuracy": 0.8}\n')
    assert book.build("-W").returncode == 0 and book.runs() == (one + 1, two + 1)
    assert not set(pages.values()) & set(written(book).values())
    assert results(book)["inputs"] != record["inputs"]
    assert len(list((book.root / "_build/.jupyter_cache").iterdir())) == 1


def test_an_edit_of_prose_runs_nothing(book):
    before, pages, record = book.runs(), written(book), results(book)
    book.replace("book/two.md", "It is right", "It answers correctly")
    assert book.build("-W").returncode == 0 and book.runs() == before
    assert "It answers correctly" in page(book, "two") and results(book) == record
    assert written(book)["one"] == pages["one"]  # index has the table of contents, and is always written


def test_an_edit_of_a_cell_runs_that_chapter_only(book):
    one, two = book.runs()
    others = results(book)["results"][1:]
    book.replace("book/one.md", "1308", "1309")
    assert book.build("-W").returncode == 0 and book.runs() == (one + 1, two)
    for name in ("one", "two", "index"):  # the last two show the first's number
        assert "1,309</span> images" in page(book, name), name
    first, *rest = results(book)["results"]
    assert (first["name"], first["value"], rest) == ("images", 1309, others)


def test_an_edit_of_the_extension_writes_all_pages_and_runs_nothing(book):
    before, pages = book.runs(), written(book)
    book.replace("book/_ext/fer_book.py", "HERE =", "# another\nHERE =")
    assert book.build("-W").returncode == 0 and book.runs() == before
    assert not set(pages.values()) & set(written(book).values())


def test_a_number_that_is_gone_leaves_results_json(book):
    book.replace("book/one.md", 'glue("images"', 'print("images"')
    book.replace("book/one.md", ', source="twin, all frames"', "")
    book.replace("book/one.md", "{glue:}`images`", "many")
    for name in ("index", "two"):
        book.replace(f"book/{name}.md", "{glue:text}`one.md::images:s`", "many")
    assert book.build("-W").returncode == 0
    assert [record["name"] for record in results(book)["results"]] == ["accuracy", "undefined"]


@pytest.mark.parametrize(
    "name",
    [
        "fer_lib/network.py",
        "fer_lib/faces/head.npz",
        "fer_lib/pages/interactive/common.js",
        "fer_lib/pages/explore/boot.js",
        "book/results/run/weights.safetensors",
        "book/paper.csv",
        "requirements.lock",
    ],
)
def test_the_digest_is_of_what_chapters_read(tmp_path, name):
    assert digest_changes_with(tmp_path / name, tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "fer_lib/__pycache__/network.cpython-311.pyc",
        "fer_lib/.network.py.swp",
        "fer_lib/pages/explore/face.js",
        "fer_lib/pages/explore/explorer.css",
        "book/one.md",
        "book/references.bib",
        "book/parameters/ck_plus.yml",
        "book/_ext/fer_book.py",
        "book/_vendor/require.js",
        "book/results/runs/cnn.lock",
        "book/results/runs/cnn.partial/checkpoint.safetensors",
        "book/results/runs/cnn.partial/whole/metrics.json",
        "book/out.ipynb",
        "tests/test_network.py",
        "README.md",
    ],
)
def test_the_digest_is_of_nothing_else(tmp_path, name):
    assert not digest_changes_with(tmp_path / name, tmp_path)


def digest_of(root):
    (root / "requirements.lock").write_text("torch==2\n", encoding="utf-8")
    return inputs_digest(root)


def digest_changes_with(new, root):
    before = digest_of(root)
    new.parent.mkdir(parents=True, exist_ok=True)
    new.write_bytes(b"new")
    return inputs_digest(root) != before


def test_the_digest_is_of_the_versions_installed(tmp_path, monkeypatch):
    before = digest_of(tmp_path)
    monkeypatch.setattr("platform.python_version", lambda: "3.99")
    assert inputs_digest(tmp_path) != before


@pytest.fixture
def assets(monkeypatch):
    """assets(root): where the explorer's files lie for the book in `root`; assets.made: how often they were made."""

    def write(folder, networks, asked):
        folder.with_name("explorer.partial").mkdir(parents=True)
        if find.interrupted:
            raise KeyboardInterrupt
        folder.with_name("explorer.partial").rename(folder)
        find.made += 1

    def find(root):
        return explorer_assets(root, root / "_build")

    find.made, find.interrupted = 0, False
    monkeypatch.setattr("fer_lib.pages.explore.assets.write_assets", write)
    monkeypatch.setattr("fer_lib.pages.explore.networks.offered", lambda results: [])
    return find


def test_the_explorer_s_files_are_made_again_after_a_build_that_was_interrupted(tmp_path, assets):
    assets.interrupted = True
    with pytest.raises(KeyboardInterrupt):
        assets(tmp_path)
    assets.interrupted = False
    assert (assets(tmp_path) / "explorer").is_dir() and assets(tmp_path) and assets.made == 1


@pytest.mark.parametrize(
    "name, anew",
    [
        ("fer_lib/pages/explore/face.js", True),
        ("book/_vendor/onnx/ort.js", True),
        ("fer_lib/runs/store.py", True),
        ("fer_lib/network.py", True),
        ("book/results/runs/cnn/config.json", True),
        ("book/results/runs/cnn/provenance.json", True),
        ("book/results/runs/cnn/weights.safetensors", True),
        ("book/results/runs/cnn.partial/checkpoint.safetensors", False),
        ("book/results/photographs/cnn/weights.safetensors", True),
        ("book/results/controls/cnn/config.json", False),
        ("book/one.md", False),
    ],
)
def test_the_explorer_s_files_are_made_anew_when_they_would_be_others(tmp_path, assets, name, anew):
    before = assets(tmp_path)
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text("new", encoding="utf-8")
    assert (assets(tmp_path) != before) == anew and assets.made == 1 + anew


def test_the_real_book_is_digested():
    names = {path.relative_to(ROOT).as_posix() for path in inputs(ROOT)}
    assert {"fer_lib/pages/notebooks.py", "fer_lib/datasets/reading.py", "requirements.lock"} <= names
    assert not any(name.endswith(".md") or "__pycache__" in name for name in names)


def test_progress_bars_are_left_out_and_warnings_stay(book):
    cell = "import warnings; from tqdm import tqdm\n{}[None for _ in tqdm(range(2000), 'faces', unit_scale=True)]"
    book.write("book/two.md", chapter(cell.format("warnings.warn('few faces')\n"), cell.format("")))
    result = book.build("-W")
    assert result.returncode == 0 and re.search(r"^two: faces: .*2.00k \[00:0", result.stderr, re.MULTILINE)
    assert "few faces" in page(book, "two") and "2.00k [" not in page(book, "two")
    assert page(book, "two").count('class="output stderr') == 1


# Several at once


def meeting(here, other):
    """A cell that goes on when the other chapter is running, too."""
    return (f'import os, time\nopen("../{here}-is-here", "w").close()\nlast = time.monotonic() + 60\n'
            f'while not os.path.exists("../{other}-is-here"):\n'
            '    assert time.monotonic() < last\n    time.sleep(.05)\n'
            'print("threads:", os.environ.get("OMP_NUM_THREADS"))')


def test_two_chapters_run_at_once_and_share_the_threads(book, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)            # as `make test` sets it
    book.write("book/one.md", chapter(meeting("one", "two"), 'from fer_lib.pages.notebooks import glue\n'
                                      'glue("images", 1, source="none")'))
    book.write("book/two.md", chapter(meeting("two", "one")))
    result = book.build("-W", "--keep-going")
    assert result.returncode == 0, result.stderr
    each = max(1, (os.cpu_count() or 1) // 2)
    assert f"threads: {each}" in page(book, "one") and f"threads: {each}" in page(book, "two")


def test_one_that_measures_time_runs_by_itself_with_all_threads(book, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    book.replace("_config.yml", "[scale]", "[one]")
    book.write("book/two.md", chapter('import time; time.sleep(2); open("../two-is-done", "w").close()'))
    book.write("book/one.md", chapter(
        'import os; print("by itself:", os.path.exists("../two-is-done"), os.environ.get("OMP_NUM_THREADS"))',
        'from fer_lib.pages.notebooks import glue\nglue("images", 1, source="none")'))
    assert book.build("-W", "--keep-going").returncode == 0
    assert "by itself: True None" in page(book, "one")


def test_one_that_fails_ends_the_other(book):
    book.write("book/one.md", chapter(meeting("a", "b"), "1 / 0"))
    book.write("book/two.md", chapter(meeting("b", "a"), 'time.sleep(30); open("../b-is-done", "w").close()'))
    result = book.build()
    assert result.returncode != 0 and "ZeroDivisionError" in result.stderr
    assert not (book.root / "b-is-done").exists()


# Other values


def test_one_file_of_parameters_is_for_all_chapters_of_a_build_beside_the_other(book, tmp_path, monkeypatch):
    mine = tmp_path / "mine.yml"
    mine.write_text("size: 5\ntwo: {size: 7}\n", encoding="utf-8")
    show = "print('of size', size)"
    for name in ("one", "two"):
        text = (book.root / f"book/{name}.md").read_text(encoding="utf-8")
        book.write(f"book/{name}.md", text + f"\n```{{code-cell}} python\n{show}\n```\n")
    monkeypatch.setenv("FER_BOOK_PARAMETERS", str(mine))
    built = book.root / "_build/mine/_build/html"
    for _ in range(2):                          # the second time from the cache
        result = book.build("-W", "--path-output", "_build/mine")
        assert result.returncode == 0, result.stderr
        one, two = ((built / f"{name}.html").read_text(encoding="utf-8") for name in ("one", "two"))
        assert "of size 5" in one and "of size 7" in two and "With these values" in one
        assert book.runs() == (2, 2), "once by this build, once by the first"
    content = json.loads((built / "results.json").read_text(encoding="utf-8"))
    assert content["parameters"] == {"one": {"size": 5}, "two": {"size": 7}}
    mine.write_text("size: 6\n", encoding="utf-8")
    assert book.build("-W", "--path-output", "_build/mine").returncode == 0
    assert "of size 6" in (built / "two.html").read_text(encoding="utf-8") and "parameters" not in results(book)


def test_parameters_that_no_chapter_has_are_an_error_before_anything_runs(book, tmp_path, monkeypatch):
    (tmp_path / "mine.yml").write_text("siz: 5\n", encoding="utf-8")
    monkeypatch.setenv("FER_BOOK_PARAMETERS", str(tmp_path / "mine.yml"))
    before = book.runs()
    result = book.build("--path-output", "_build/mine")
    assert result.returncode != 0 and "did you mean size?" in result.stderr and book.runs() == before


# What is an error


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


# The repository's address


BUTTONS = (
    "btn-source-repository-button",
    "btn-source-edit-button",
    "btn-source-issues-button",
    "mybinder.org",
    "colab",
)


def test_without_an_address_no_page_has_a_button_that_needs_it(book):
    assert not [word for word in BUTTONS for name in ("index", "one") if word in page(book, name)]


def test_with_an_address_the_buttons_appear(book):
    book.replace("_config.yml", 'url: ""', "url: https://github.com/somebody/faces")
    assert book.build("-W").returncode == 0
    text = page(book, "one")
    assert not [word for word in BUTTONS if word not in text]
    for address in (
        "mybinder.org/v2/gh/somebody/faces/main?urlpath=lab/tree/book/one.md",
        "colab.research.google.com/github/somebody/faces/blob/notebooks/one.ipynb",
        "github.com/somebody/faces/edit/main/book/one.md",
        "github.com/somebody/faces/issues/new",
    ):
        assert f"https://{address}" in text
    first = json.loads((book.html / "notebooks/one.ipynb").read_text(encoding="utf-8"))["cells"][0]
    source = "".join(first["source"])
    assert first["cell_type"] == "code" and "git clone --quiet https://github.com/somebody/faces " in source
    assert f"checkout --quiet {os.environ.get('GITHUB_SHA', 'main')}" in source
    shutil.rmtree(book.html)


def test_the_address_of_the_real_book_does_not_matter_here(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "book/_ext", tmp_path / "real/book/_ext")
    shutil.copy(ROOT / "book/_toc.yml", tmp_path / "real/book")
    text = (ROOT / "_config.yml").read_text(encoding="utf-8")
    (tmp_path / "real/_config.yml").write_text(re.sub("(?m)^  url: .*", "  url: https://github.com/a/b", text), "utf-8")
    monkeypatch.setattr("tiny_book.ROOT", tmp_path / "real")
    assert (TinyBook(tmp_path / "tiny").root / "_config.yml").read_text(encoding="utf-8").count('\n  url: ""\n') == 1
