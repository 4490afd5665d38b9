"""How the book is cited: BibTeX and CITATION.cff, with pyproject.toml's version and _config.yml's identifiers.

    ```{citation} book          BibTeX of the book; `paper`: of the paper that it repeats
    ```
    ```{identifiers}            its DOI and Software Heritage identifier, as links; nothing where there are none
    ```

_build/html/CITATION.cff is the repository's, with version and identifiers as they are now; a test wants them equal.
"""
import re
import tomllib
import zlib
from pathlib import Path
from typing import NamedTuple

import yaml
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

KINDS = {"book_doi": r"10\.\d{4,9}/\S+", "book_swhid": r"swh:1:(cnt|dir|rel|rev|snp):[0-9a-f]{40}(;\S+)?"}
AT = {"book_doi": "https://doi.org/", "book_swhid": "https://archive.softwareheritage.org/"}
CALLED = {"book_doi": "DOI", "book_swhid": "Software Heritage"}
PAPER = "khorrami2015"


class Citation(NamedTuple):
    title: str
    authors: list[str]
    version: str
    year: str
    url: str                        # "" where the book has no address; the same of both identifiers
    doi: str = ""
    swhid: str = ""


def citation_of(root: Path, config) -> Citation:
    """Of the book in a repository's folder. config: Sphinx's."""
    about = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    url = config.html_baseurl or config.html_theme_options.get("repository_url", "")
    return Citation(about["title"], list(map(name_of, about["authors"])), version_of(root), f"{config.copyright}", url,
                    config.book_doi, config.book_swhid)


def version_of(root: Path) -> str:
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def name_of(author: dict) -> str:
    """As BibTeX has it: a group's name is not taken apart."""
    return "{" + author["name"] + "}" if "name" in author else f"{author['family-names']}, {author['given-names']}"


def bibtex(book: Citation) -> str:
    fields = {"title": f"{{{book.title}}}", "author": " and ".join(book.authors), "year": book.year,
              "version": book.version, "url": book.url, "doi": book.doi, "swhid": book.swhid}
    lines = [f"  {name:<7} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{ferlib{book.year},", *lines, "}"])


def entry_of(key: str, bibliography: str) -> str:
    """A work's entry, as it stands in a file of BibTeX."""
    found = re.search(rf"^@\w+\{{{key},.*?^\}}", bibliography, re.MULTILINE | re.DOTALL)
    if found is None:
        raise ExtensionError(f"there is no {key} in the bibliography")
    return found[0]


def citation_file(text: str, version: str, doi: str = "", swhid: str = "") -> str:
    """CITATION.cff with this version and these identifiers, and no others."""
    text = re.sub(r"(?m)^(doi: .*|identifiers:(\n +- .*)*)\n", "", text)
    lines = [f'version: "{version}"', *[f"doi: {doi}"] * bool(doi),
             *["identifiers:", f"  - {{type: swh, value: '{swhid}'}}"] * bool(swhid)]
    found, times = re.subn(r"(?m)^version: .*$", "\n".join(lines), text)
    if times != 1:
        raise ExtensionError("CITATION.cff has no line `version: …`, or several")
    return found


class ShowCitation(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        root, source = Path(self.env.srcdir).parent, Path(self.env.srcdir) / "references.bib"
        for path in (root / "CITATION.cff", root / "pyproject.toml", source):
            self.env.note_dependency(f"{path}")
        if self.arguments[0] not in ("book", "paper"):
            raise self.error(f"{self.arguments[0]!r} is neither `book` nor `paper`")
        text = (bibtex(citation_of(root, self.config)) if self.arguments[0] == "book" else
                entry_of(PAPER, source.read_text("utf-8")))
        return [nodes.literal_block(text, text, language="bibtex", classes=["citation-text"])]


class ShowIdentifiers(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        return [nodes.paragraph("", f"{CALLED[name]}: ", nodes.reference("", value, refuri=AT[name] + value))
                for name in KINDS if (value := self.config[name])]


def check(app, config):
    for name, pattern in KINDS.items():
        if (value := config[name]) and not re.fullmatch(pattern, value):
            raise ExtensionError(f"_config.yml: {name} {value!r} is no {CALLED[name]} identifier; leave out what is "
                                 f"before it, such as {AT[name]}")


def write_citation(app, error):
    source = Path(app.srcdir).parent / "CITATION.cff"
    if error or app.builder.format != "html" or not source.exists():
        return
    text = citation_file(source.read_text("utf-8"), version_of(source.parent), app.config.book_doi,
                         app.config.book_swhid)
    (Path(app.outdir) / "CITATION.cff").write_text(text, "utf-8")


def link_citation(app, page, template, context, doctree):
    """In the footer of every page, after results.json."""
    if "cite" in app.env.found_docs:
        context["theme_extra_footer"] = f'{context.get("theme_extra_footer") or ""}' \
            f'<p><a href="{context["pathto"]("cite")}">Cite this book, or take it along</a></p>'


def setup(app):
    for name in KINDS:
        app.add_config_value(name, "", "env", types=[str])
    app.add_css_file("take.css")
    app.add_directive("citation", ShowCitation)
    app.add_directive("identifiers", ShowIdentifiers)
    app.connect("config-inited", check)
    app.connect("html-page-context", link_citation, priority=600)       # fer_book's footer comes before
    app.connect("build-finished", write_citation)
    return {"parallel_read_safe": True, "parallel_write_safe": True,
            "env_version": zlib.crc32(Path(__file__).read_bytes())}
