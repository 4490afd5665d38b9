"""The scripts and styles beside the pages: copied when they have changed, unpacked where they lie compressed.

Sphinx copies them only where it writes a page: a build after a change of a style alone would leave the old one.
A page that is opened as a file can ask for none but plain scripts; compressed, the widgets' is a quarter as large.
"""
import gzip
from pathlib import Path

PACKED = ".js.gz"


def root_if_changed(app, env, added, changed, removed) -> list[str]:
    """The first page, to be written again, where a file is another than its copy."""
    copies = Path(app.outdir, "_static")
    for folder in (Path(app.srcdir, name) for name in app.config.html_static_path):
        for file in (path for path in folder.rglob("*") if path.is_file()):
            copy = unpacked(copies / file.relative_to(folder))
            if copy.exists() and copy.stat().st_mtime_ns < file.stat().st_mtime_ns and (
                    copy.read_bytes() != content(file)):        # what only looks newer is not copied
                return [env.config.root_doc]
    return []


def unpack(app, error):
    if error or app.builder.format != "html":
        return
    for file in Path(app.outdir, "_static").glob(f"*/*{PACKED}"):
        unpacked(file).write_bytes(content(file))
        file.unlink()


def unpacked(path: Path) -> Path:
    return path.with_suffix("") if path.name.endswith(PACKED) else path


def content(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes()) if file.name.endswith(PACKED) else file.read_bytes()


def setup(app):
    app.connect("env-get-outdated", root_if_changed)
    app.connect("build-finished", unpack)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
