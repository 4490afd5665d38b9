"""How the book is cited: everywhere the same, with the version of pyproject.toml and the identifiers of _config.yml."""
import tomllib
from types import SimpleNamespace

import citation
import pytest
import yaml
from pybtex.database import parse_string
from sphinx.errors import ExtensionError
from tiny_book import ROOT

DOI, SWHID = "10.5281/zenodo.1234567", "swh:1:dir:" + "0123456789" * 4
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
FILE = (ROOT / "CITATION.cff").read_text("utf-8")


def sphinx_config(doi="", swhid="", address=""):
    return SimpleNamespace(html_baseurl=address, html_theme_options={}, copyright="2026", book_doi=doi,
                           book_swhid=swhid)


def entry_of(text):
    (entry,) = parse_string(text, "bibtex").entries.values()
    return entry


def test_bibtex_citation_cff_and_pyproject_agree():
    about, entry = yaml.safe_load(FILE), entry_of(citation.bibtex(citation.citation_of(ROOT, sphinx_config())))
    assert PROJECT["version"] == about["version"] == entry.fields["version"]
    assert [author["name"] for author in PROJECT["authors"]] == [author["name"] for author in about["authors"]]
    assert [str(person).strip("{}") for person in entry.persons["author"]] == [CONFIG["author"]] == [
        author["name"] for author in about["authors"]]
    assert entry.fields["title"].strip("{}") == about["title"] and about["title"].startswith(CONFIG["title"])
    assert entry.fields["year"] == CONFIG["copyright"] and about["license"] == PROJECT["license"]


def test_the_repository_s_file_is_the_one_that_a_build_writes():
    """After another version or identifier: cp _build/html/CITATION.cff CITATION.cff"""
    own = CONFIG["sphinx"]["config"]
    assert citation.citation_file(FILE, PROJECT["version"], own["book_doi"], own["book_swhid"]) == FILE


def test_identifiers_are_in_both_once_they_are_set_and_in_neither_before():
    plain = citation.bibtex(citation.citation_of(ROOT, sphinx_config()))
    assert "doi" not in plain and "swhid" not in plain and "url" not in plain
    fields = entry_of(citation.bibtex(citation.citation_of(ROOT, sphinx_config(DOI, SWHID, "https://a.org")))).fields
    assert (fields["doi"], fields["swhid"], fields["url"]) == (DOI, SWHID, "https://a.org")
    text = citation.citation_file(FILE, "2.0", DOI, SWHID)
    about = yaml.safe_load(text)
    assert (about["version"], about["doi"]) == ("2.0", DOI)
    assert about["identifiers"] == [{"type": "swh", "value": SWHID}]
    assert citation.citation_file(text, PROJECT["version"]) == FILE


def test_people_are_named_as_bibtex_has_it():
    people = ["{the fer-lib contributors}", citation.name_of({"family-names": "Paine", "given-names": "Tom Le"})]
    text = citation.bibtex(citation.Citation("A title", people, "1", "2026", ""))
    group, person = entry_of(text).persons["author"]
    assert person.last_names == ["Paine"] and person.first_names + person.middle_names == ["Tom", "Le"]
    assert group.last_names == ["{the fer-lib contributors}"]


def test_the_paper_s_entry_is_that_of_the_bibliography():
    entry = entry_of(citation.entry_of(citation.PAPER, (ROOT / "book/references.bib").read_text("utf-8")))
    assert entry.fields["doi"] == "10.1109/ICCVW.2015.12" and len(entry.persons["author"]) == 3
    with pytest.raises(ExtensionError, match="no khorrami"):
        citation.entry_of("khorrami", "@misc{khorrami2015,\n}\n")


@pytest.mark.parametrize("doi, swhid", [("https://doi.org/10.5281/zenodo.1", ""), ("zenodo.1", ""), ("", "swh:1:dir:0"),
                                        ("", "https://archive.softwareheritage.org/" + SWHID)])
def test_what_is_no_identifier_is_an_error(doi, swhid):
    with pytest.raises(ExtensionError, match="is no"):
        citation.check(None, {"book_doi": doi, "book_swhid": swhid})


def test_identifiers_pass():
    citation.check(None, {"book_doi": DOI, "book_swhid": SWHID})
    citation.check(None, {"book_doi": "", "book_swhid": SWHID + ";origin=https://a.org/b"})


def test_a_file_without_a_version_is_an_error():
    with pytest.raises(ExtensionError, match="version"):
        citation.citation_file("title: A book\n", "1.0")
