"""`jupyter-book build` on a tiny book: what runs again, what is an error, what is in results.json."""

import datetime
import json
import re
import shutil

import pytest
from fer_book import inputs_digest, versions
from tiny_book import ASCII, TinyBook, chapter

# What is built


def test_the_first_build(built_once):
    book, result = built_once
    assert result.returncode == 0, result.stderr
    assert book.runs() == (1, 1) and "encryption" not in result.stderr
    assert 'It has <span class="output text_plain">1,308</span> images' in book.page("one")
    assert 'There are <span class="pasted-text">1,308</span> images' in book.page("index")
    assert "91\N{NO-BREAK SPACE}%" in book.page("two")
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
    content = book.results()
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
        assert re.search('href="results.json" download', book.page(name)), name


def test_every_page_has_a_description_and_every_chapter_a_notebook(book):
    assert re.search('<meta name="description" content="There are .* images."', book.page("index"))
    assert "notebooks/" not in book.page("index"), "a page without code"
    for name in ("one", "two"):
        assert f'href="notebooks/{name}.ipynb"' in book.page(name)
        notebook = json.loads((book.html / f"notebooks/{name}.ipynb").read_text(encoding="utf-8"))
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        assert "parameters" in code[0]["metadata"]["tags"] and not any(cell["outputs"] for cell in code)
    assert not (book.html / "notebooks/index.ipynb").exists()


def test_from_the_folder_of_the_configuration_the_same_is_built(book):
    before, pages = book.runs(), book.written()
    result = book.build("-W", source=".")
    assert result.returncode == 0, result.stderr
    assert (book.runs(), book.written()) == (before, pages) and not list(book.root.glob("book/_build"))


@pytest.mark.slow
def test_a_first_build_from_there_where_the_locale_has_ascii_only(tmp_path):
    book = TinyBook(tmp_path / "a book")
    book.replace("book/two.md", "It is right", "“Für wahr” – it is right")
    book.replace("book/two.md", 'source="no image"', 'source="kein Bild – für 96×96"')
    result = book.build("-W", source=".", **ASCII)
    assert result.returncode == 0, result.stderr
    assert book.runs() == (1, 1) and "“Für wahr” – it is right" in book.page("two")
    assert book.results()["results"][-1]["source"] == "kein Bild – für 96×96"


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
    before, pages = book.runs(), book.written()
    result = book.build("-W")
    assert result.returncode == 0 and (book.runs(), book.written()) == (before, pages)


def test_what_chapters_read_makes_all_run_again(book):
    """One such file; which others there are, the tests of the digest say."""
    (one, two), pages, record = book.runs(), book.written(), book.results()
    book.write("book/results/run/metrics.json", '{"accuracy": 0.8}\n')
    assert book.build("-W").returncode == 0 and book.runs() == (one + 1, two + 1)
    assert not set(pages.values()) & set(book.written().values())
    assert book.results()["inputs"] != record["inputs"]
    assert len(list((book.root / "_build/.jupyter_cache").iterdir())) == 1


def test_an_edit_of_prose_runs_nothing(book):
    before, pages, record = book.runs(), book.written(), book.results()
    book.replace("book/two.md", "It is right", "It answers correctly")
    assert book.build("-W").returncode == 0 and book.runs() == before
    assert "It answers correctly" in book.page("two") and book.results() == record
    assert book.written()["one"] == pages["one"]  # index has the table of contents, and is always written


def test_an_edit_of_a_cell_runs_that_chapter_only(book):
    one, two = book.runs()
    others = book.results()["results"][1:]
    book.replace("book/one.md", "1308", "1309")
    assert book.build("-W").returncode == 0 and book.runs() == (one + 1, two)
    for name in ("one", "two", "index"):  # the last two show the first's number
        assert "1,309</span> images" in book.page(name), name
    first, *rest = book.results()["results"]
    assert (first["name"], first["value"], rest) == ("images", 1309, others)


def test_an_edit_of_the_extension_writes_all_pages_and_runs_nothing(book):
    before, pages = book.runs(), book.written()
    book.replace("book/_ext/fer_book.py", "HERE =", "# another\nHERE =")
    assert book.build("-W").returncode == 0 and book.runs() == before
    assert not set(pages.values()) & set(book.written().values())


def test_a_number_that_is_gone_leaves_results_json(book):
    book.replace("book/one.md", 'glue("images"', 'print("images"')
    book.replace("book/one.md", ', source="twin, all frames"', "")
    book.replace("book/one.md", "{glue:}`images`", "many")
    for name in ("index", "two"):
        book.replace(f"book/{name}.md", "{glue:text}`one.md::images:s`", "many")
    assert book.build("-W").returncode == 0
    assert [record["name"] for record in book.results()["results"]] == ["accuracy", "undefined"]


def test_progress_bars_are_left_out_and_warnings_stay(book):
    cell = "import warnings; from tqdm import tqdm\n{}[None for _ in tqdm(range(2000), 'faces', unit_scale=True)]"
    book.write("book/two.md", chapter(cell.format("warnings.warn('few faces')\n"), cell.format("")))
    result = book.build("-W")
    assert result.returncode == 0 and re.search(r"^two: faces: .*2.00k \[00:0", result.stderr, re.MULTILINE)
    assert "few faces" in book.page("two") and "2.00k [" not in book.page("two")
    assert book.page("two").count('class="output stderr') == 1
