"""What the book needs beyond jupyter-book, as a Sphinx extension that _config.yml loads.

* The table of contents is _toc.yml at the top of the repository.
* A chapter runs again when something that it may read has changed, not only its own code cells.
* A chapter without parameters is an error, since it could not be run on other data.
* Every number that a chapter glues is in results.json, which each page offers.
* Pages load nothing from another host, and have the repository's buttons only where its address is set.
* Each page has a description, and each chapter a notebook to download, which Colab can run.
* Icons are drawn once.
"""
import hashlib
import html
import json
import os
import platform
import shutil
import textwrap
import zlib
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import jupytext
import nbformat
import yaml
from docutils import nodes
from myst_nb.core.read import is_myst_markdown_notebook
from myst_nb.ext.glue.crossref import read_glue_cache
from myst_nb.ext.glue.utils import PendingGlueReference
from myst_nb.sphinx_ import NbMetadataCollector
from own_values import given, named, said
from sphinx.errors import ExtensionError

import fer_lib
from fer_lib.pages.notebooks import RECORD

HERE = Path(__file__).parent
# What results depend on besides the code here; the rest is settled by the lock file.
PACKAGES = ("torch", "numpy", "pandas", "scipy", "scikit-learn", "captum", "opencv-python-headless",
            "embreex")
TEXTS = {".md", ".bib", ".ipynb"}
# The first cell of a notebook to download, where the repository's address is known. Not the versions of
# requirements.lock: Colab's Python may be another than they are for.
FETCH = """# In Colab: fetch the book and what it needs. Elsewhere this does nothing.
import sys

if "google.colab" in sys.modules:
    !git clone --quiet {address} /content/the_book
    !git -C /content/the_book checkout --quiet {commit}
    %pip install --quiet --editable "/content/the_book[faces,book]"
    sys.path.insert(0, "/content/the_book")
    %cd /content/the_book/book"""


def setup(app):
    if Path(app.srcdir) == HERE.parents[1]:         # `jupyter-book build .` where _config.yml is; chapters are in book/
        app.srcdir = app.confdir = app.srcdir / HERE.parent.name
    app.connect("config-inited", configure, priority=100)
    app.connect("env-before-read-docs", check_chapters)
    app.connect("doctree-read", follow_other_chapters)
    app.connect("html-page-context", link_results)
    app.connect("html-page-context", describe)
    app.connect("html-page-context", mend_roles)
    app.connect("html-page-context", offer_notebook, priority=900)      # after the theme's own buttons
    app.connect("build-finished", write_notebooks)
    app.connect("build-finished", write_results)
    app.connect("build-finished", draw_icons_once)
    app.add_js_file("pages.js", priority=1)         # before require.js, which it sets up
    app.add_css_file("pages.css", priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True,
            "env_version": zlib.crc32(Path(__file__).read_bytes())}     # another one reads all pages anew


def configure(app, config):
    root, build = Path(app.srcdir).parent, Path(app.outdir).parent
    config.external_toc_path = "../_toc.yml"        # from the chapters' folder
    # not in _config.yml: jupyter-book would put every script that it finds there on every page
    config.html_static_path = [*config.html_static_path, str(HERE / "static"), str(HERE.parent / "_vendor")]

    # The cache compares code cells only; another digest is another cache, and Sphinx reads all pages anew
    caches = build / ".jupyter_cache"
    config.nb_execution_cache_path = str(caches / inputs_digest(root))
    for old in caches.glob("*"):
        if str(old) != config.nb_execution_cache_path:
            shutil.rmtree(old) if old.is_dir() else old.unlink()

    if (root / "book/explore.md").exists():
        config.html_static_path.append(str(explorer_assets(root, build)))

    options = config.html_theme_options
    options["navbar_persistent"] = []               # or the theme adds a bar with a second search button
    if options.get("repository_url"):
        options |= dict.fromkeys(("use_repository_button", "use_issues_button", "use_edit_page_button"), True)
    else:
        options.pop("launch_buttons", None)


# What the answers of the explorer's networks depend on, besides versions: also what decides which `offered` picks, each
# run's configuration, and which have weights. Its files depend on the others, too.
ASKED = ("fer_lib/*.py", "fer_lib/system/*.py", "fer_lib/runs/*.py", "fer_lib/analysis/*.py", "fer_lib/datasets/*.py",
         "fer_lib/datasets/drawn_faces/*", "fer_lib/pages/explore/networks.py", "fer_lib/pages/pictures.py",
         "book/results/runs/*/*.json", "book/results/runs/*/weights.*", "book/results/photographs/*/config.json",
         "book/results/photographs/*/weights.*")
DRAWN = ("fer_lib/faces/*.*", "fer_lib/pages/explore/*.*", "fer_lib/pages/interactive/common.*", "book/_vendor/onnx/*")


def explorer_assets(root: Path, build: Path) -> Path:
    """The folder that holds explorer/, what that page loads; made anew when anything that it depends on has changed. To
    ask its networks takes a minute: their answers are kept beside, for when only the page has changed."""
    asked = build / f".explorer/asked-{digest_of(root, ASKED)}"
    folder = build / f".explorer/{digest_of(root, ASKED + DRAWN)}"
    if not (folder / "explorer").exists() and (root / "_build" / folder.relative_to(build) / "explorer").exists():
        shutil.copytree(root / "_build" / folder.relative_to(build), folder, dirs_exist_ok=True)    # of the book itself
    if not (folder / "explorer").exists():          # the folder itself is there after a build that was interrupted
        from fer_lib.pages.explore.assets import write_assets  # only now: importing PyTorch takes seconds
        from fer_lib.pages.explore.networks import offered

        for old in folder.parent.glob("*"):
            if old != asked:
                shutil.rmtree(old)
        write_assets(folder / "explorer", offered(root / "book/results"), asked)
    return folder


def digest_of(root: Path, patterns: tuple[str, ...]) -> str:
    """16 hexadecimal digits that change with these files and with the versions installed."""
    digest = hashlib.sha256(json.dumps(versions()).encode())
    for path in (path for files in patterns for path in sorted(root.glob(files))):
        digest.update(f"|{path.relative_to(root).as_posix()}|".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def inputs(root: Path) -> list[Path]:
    """The files that any chapter may read: the library, stored results and other data, the lock file.

    Not the texts of book/, nor parameters/, which are for papermill, nor the explorer's scripts, which run in the
    page, except the one that a cell writes into it, nor what begins with _ or a dot, nor what a training beside keeps
    there until its run is whole.
    """
    def wanted(path):
        names = path.relative_to(root).parts
        hidden = any(name.startswith((".", "__pycache__")) or name.endswith((".lock", ".partial")) for name in names)
        loaded_by_page = (names[:3] == ("fer_lib", "pages", "explore") and path.suffix in {".js", ".css"}
                          and path.name != "boot.js")
        return path.is_file() and not (hidden or loaded_by_page or path.suffix in TEXTS) and not (
            names[0] == "book" and (names[1] == "parameters" or names[1][0] == "_"))

    files = [path for place in ("fer_lib", "book") for path in (root / place).rglob("*") if wanted(path)]
    return [*sorted(files), root / "requirements.lock"]


def inputs_digest(root: Path) -> str:
    """16 hexadecimal digits that change with any of `inputs`, with the versions installed, and with other values."""
    digest = hashlib.sha256(json.dumps(versions()).encode())
    if path := named():
        digest.update(path.read_bytes())
    for path in inputs(root):
        digest.update(f"|{path.relative_to(root).as_posix()}|".encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


def versions() -> dict[str, str]:
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}


def check_chapters(app, env, names: list[str]):
    """Before anything runs: an error for code cells that would not run, or that lack parameters."""
    for path in map(Path, map(env.doc2path, names)):
        text = path.read_text(encoding="utf-8")
        cells = [cell for cell in jupytext.reads(text, "md:myst").cells if cell.cell_type == "code"]
        if cells and not is_myst_markdown_notebook(text):
            raise ExtensionError(f"{path} has code cells that would not run; add the line `file_format: mystnb` to its "
                                 "front matter.")
        if cells and not any("parameters" in cell.metadata.get("tags", []) for cell in cells):
            raise ExtensionError(f"{path} has no cell tagged `parameters`; add `:tags: [parameters]` to the code cell "
                                 "that holds the chapter's defaults.")


def follow_other_chapters(app, doctree):
    """A page that shows another chapter's numbers is written again when that chapter changes."""
    for reference in doctree.findall(PendingGlueReference):
        app.env.note_dependency(app.env.doc2path(reference.refdoc))


def link_results(app, page, template, context, doctree):
    address = context["pathto"]("results.json", resource=True)
    context["theme_extra_footer"] = (f'<p>Every number that these chapters compute: '
                                     f'<a href="{address}" download>results.json</a></p>')


def describe(app, page, template, context, doctree):
    """What a search engine shows: the page's first paragraph."""
    paragraph = next(iter(doctree.findall(nodes.paragraph)), None) if doctree else None
    if paragraph is not None:
        text = textwrap.shorten(" ".join(paragraph.astext().split()), 200, placeholder=" …")
        context["metatags"] += f'<meta name="description" content="{html.escape(text)}">\n'


def mend_roles(app, page, template, context, doctree):
    """A list of citations may not be called a list: it holds more than items. And one role is deprecated."""
    if "body" in context:
        body = context["body"].replace('<div role="list" class="citation-list">', '<div class="citation-list">')
        context["body"] = body.replace(' role="doc-biblioentry"', "")


def offer_notebook(app, page, template, context, doctree):
    """Beside the theme's download of the text; and Colab, which opens notebooks only, gets that of the branch
    `notebooks`, which .github/workflows/pages.yml writes."""
    if page not in pages_of(app) or not has_code(app, page):
        return
    for group in context.get("header_buttons", []):
        for button in group.get("buttons", []):
            if button.get("text") == "Colab":
                repository = urlsplit(app.config.html_theme_options["repository_url"]).path.rstrip("/")
                button["url"] = f"https://colab.research.google.com/github{repository}/blob/notebooks/{page}.ipynb"
        if group.get("label") == "download-buttons":
            group["buttons"].insert(0, {
                "type": "link", "url": context["pathto"](f"notebooks/{page}.ipynb", resource=True), "text": ".ipynb",
                "tooltip": "Download the chapter as a notebook", "icon": "fas fa-book",
                "label": "download-notebook-button"})


def pages_of(app) -> list[str]:
    """All pages in the order of the book; or the one that was asked for, as `jupyter-book build book/data.md` does."""
    return list(getattr(app.config, "external_site_map", [app.config.master_doc]))


def has_code(app, page: str) -> bool:
    return is_myst_markdown_notebook(Path(app.env.doc2path(page)).read_text(encoding="utf-8"))


def write_notebooks(app, error):
    """_build/html/notebooks: the chapters as notebooks, not run; in Colab each fetches the book first."""
    if error or app.builder.format != "html":
        return
    for page in (page for page in pages_of(app) if has_code(app, page)):
        path = Path(app.outdir) / f"notebooks/{page}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        notebook = jupytext.read(app.env.doc2path(page))
        if address := app.config.html_theme_options.get("repository_url"):
            commit = os.environ.get("GITHUB_SHA", app.config.html_theme_options["repository_branch"])
            cell = FETCH.format(address=address, commit=commit)
            notebook.cells.insert(0, nbformat.v4.new_code_cell(cell))
        jupytext.write(notebook, path)


def draw_icons_once(app, error):
    """The theme's icons come from a font. Its script, half a megabyte compressed, would draw the same ones again."""
    script = Path(app.outdir) / "_static/scripts/fontawesome.js"
    if script.exists():
        script.write_text("// The icons are drawn from the theme's font.\n", encoding="utf-8")


def records(app) -> list[dict]:
    """The glued numbers of all chapters, in the order of the book; ExtensionError where two have the same name."""
    found, home = [], {}
    glued = NbMetadataCollector.get_doc_data(app.env)       # kept for pages that were not read this time
    for chapter in pages_of(app):
        outputs = read_glue_cache(app.env.mystnb_config.output_folder, chapter)
        for name in glued[chapter].get("glue", []):
            if not (record := outputs[name]["metadata"].get(RECORD)):
                continue                                    # a figure, say, by myst_nb's own glue
            if home.setdefault(name, chapter) != chapter:
                raise ExtensionError(f"{home[name]} and {chapter} both glue {name!r}; rename one of them.")
            found.append(record | {"chapter": chapter})
    return found


def rules_stated() -> dict[str, str]:
    """Which rules the verdicts follow: version and date of rules.yml, of which `analysis.rules` would import PyTorch,
    which takes seconds, in every build."""
    stated = yaml.safe_load((Path(fer_lib.__file__).parent / "analysis/rules.yml").read_text(encoding="utf-8"))
    return {name: f"{stated[name]}" for name in ("version", "date")}


def write_results(app, error):
    """_build/html/results.json."""
    if error or app.builder.format != "html":
        return
    digest = Path(app.config.nb_execution_cache_path).name
    about = {"inputs": digest, "versions": versions(), "rules": rules_stated()} | (
        {"parameters": given} if given else {}) | ({"about": asdict(said[0])} if said else {})
    text = json.dumps(about | {"results": records(app)},
                      indent=1, ensure_ascii=False, allow_nan=False)
    (Path(app.outdir) / "results.json").write_text(text + "\n", encoding="utf-8")
