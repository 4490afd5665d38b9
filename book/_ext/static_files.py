"""The scripts and styles beside the pages: copied when they have changed, unpacked where they lie compressed.

Sphinx copies them only where it writes a page: a build after a change of a style alone would leave the old one.
A page that is opened as a file can ask for none but plain scripts; compressed, the widgets' is a quarter as large.
"""
import gzip
from pathlib import Path


def root_if_changed(app, env, added, changed, removed) -> list[str]:
    """The first page, to be written again, where a file is newer than its copy."""
    copies = Path(app.outdir, "_static")
    for folder in (Path(app.srcdir, name) for name in app.config.html_static_path):
        for file in (path for path in folder.rglob("*") if path.is_file()):
            copy = copies / file.relative_to(folder)
            copy = copy.with_suffix("") if file.name.endswith(".js.gz") else copy
            if copy.exists() and copy.stat().st_mtime_ns < file.stat().st_mtime_ns:
                return [env.config.root_doc]
    return []


def unpack(app, error):
    if error or app.builder.format != "html":
        return
    for file in Path(app.outdir, "_static").glob("*/*.js.gz"):
        file.with_suffix("").write_bytes(gzip.decompress(file.read_bytes()))
        file.unlink()


def setup(app):
    app.connect("env-get-outdated", root_if_changed)
    app.connect("build-finished", unpack)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
