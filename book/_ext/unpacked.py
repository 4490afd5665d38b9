"""Scripts that lie compressed beside the chapters, unpacked where the pages are.

A page that is opened as a file can ask for none but plain scripts; compressed, the widgets' is a quarter as large.
"""
import gzip
from pathlib import Path


def unpack(app, error):
    if error or app.builder.format != "html":
        return
    for file in Path(app.outdir, "_static").glob("*/*.js.gz"):
        file.with_suffix("").write_bytes(gzip.decompress(file.read_bytes()))
        file.unlink()


def setup(app):
    app.connect("build-finished", unpack)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
