"""A build that was stopped is known to the next one, which then writes every page again.

Sphinx keeps what it has read before it writes the pages. Where it is killed between the two, a disk is full, or a page
cannot be written, the next build takes all pages for up to date, and old numbers stay beside new results. So a file
stands beside the pages while they are made. Where a build finds it, Sphinx forgets what it has read; chapters still
come from their cache.
"""
from pathlib import Path

from sphinx.application import ENV_PICKLE_FILENAME


def setup(app):
    app.connect("config-inited", begin, priority=900)       # before Sphinx takes up what it has read
    app.connect("build-finished", end, priority=1000)       # after all that is written last
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def begin(app, config):
    if marker(app).exists():
        (Path(app.doctreedir) / ENV_PICKLE_FILENAME).unlink(missing_ok=True)
    marker(app).touch()


def end(app, error):
    if error is None:
        marker(app).unlink(missing_ok=True)


def marker(app) -> Path:
    """Of this kind of pages: html, latex, …"""
    return Path(app.outdir).parent / f".unfinished-{Path(app.outdir).name}"
