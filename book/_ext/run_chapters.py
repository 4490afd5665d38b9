"""Chapters that have to run are run before Sphinx reads the first page, several at a time, each in its own kernel.

Sphinx alone would run them one after another, while a kernel keeps one core busy for most of its time. What they give
lies in the cache then, from which the pages are read. In _config.yml:

    chapters_at_once    how many kernels (default 2: some need 4 GB); they share the processor's threads
    chapters_first      the longest, so that no core waits for one of them at the end
    chapters_alone      those that measure time: the last, by themselves, with all threads
"""
import os
import shutil
import signal
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import suppress
from contextvars import ContextVar
from functools import partial, wraps
from pathlib import Path
from threading import Lock
from types import SimpleNamespace

from jupyter_cache import get_cache
from jupyter_cache.cache.db import NbCacheRecord
from jupyter_cache.cache.main import JupyterCacheBase
from jupyter_cache.executors import utils as executors
from myst_nb.core.execute import create_client
from myst_nb.core.loggers import SphinxDocLogger
from myst_nb.core.read import create_nb_reader
from own_values import own_text

from fer_lib.pages.kernels import ChapterClient, Console

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "LOKY_MAX_CPU_COUNT")
chapter = ContextVar("chapter", default="")         # that this thread runs
threads = ContextVar("threads", default=None)       # of its kernel; None: all
running: set[ChapterClient] = set()
alike: dict[str, Lock] = {}         # by a chapter's code: those with the same have one place in the cache
FIRST = "from fer_lib.pages.figures import draw_as_svg; draw_as_svg()"      # in each kernel; figures.py shows them


def setup(app):
    app.add_config_value("chapters_at_once", 2, "", types=[int])
    app.add_config_value("chapters_first", [], "", types=[list])
    app.add_config_value("chapters_alone", [], "", types=[list])
    executors.executenb = partial(run_notebook, app)                    # myst-nb offers no other way
    store_one_at_a_time()
    app.connect("env-before-read-docs", run_ahead, priority=600)        # what is wrong without running was found before
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def run_notebook(app, notebook, cwd=None, **options):
    """What jupyter-cache runs a chapter with, in place of nbclient's own client."""
    client = ChapterClient(notebook, resources={"metadata": {"path": cwd}} if cwd else {}, **options)
    client.console = None if app.quiet else Console(chapter.get())
    client.first = FIRST
    running.add(client)
    try:
        return client.execute(env=environment(threads.get()))
    finally:
        running.discard(client)


def store_one_at_a_time():
    """What a chapter gave is lost, and the chapter run again, where it comes while another's is stored: to remove the
    oldest, jupyter-cache asks what there is twice, and takes what is new the second time for old."""
    store, lock = JupyterCacheBase.cache_notebook_bundle, Lock()

    @wraps(store)
    def one_at_a_time(*args, **options):
        with lock:
            return store(*args, **options)

    JupyterCacheBase.cache_notebook_bundle = one_at_a_time


def environment(most: int | None) -> dict[str, str]:
    """That of this process, in which libraries take at most so many threads; what a user has set, stays."""
    return (dict.fromkeys(THREADS, str(most)) if most else {}) | os.environ


def run_ahead(app, env, names: list[str]):
    """Run those of these pages that are chapters and not in the cache; the first that fails ends the others, too."""
    if env.mystnb_config.execution_mode != "cache":
        return
    mend(get_cache(env.mystnb_config.execution_cache_path))         # makes its tables, too: two threads may not
    alone = [name for name in names if name in app.config.chapters_alone]
    first = {name: place for place, name in enumerate(app.config.chapters_first)}
    beside = sorted(set(names) - set(alone), key=lambda name: (first.get(name, len(first)), name))
    cores = os.cpu_count() or 1
    at_once = max(1, min(app.config.chapters_at_once, cores))
    run_together(env, beside, at_once, cores // at_once if at_once > 1 else None)
    run_together(env, alone, 1, None)


def mend(cache: JupyterCacheBase):
    """Forget chapters that a build was killed at storing: jupyter-cache fails on half of one, again and again."""
    folders = {folder.name: folder for folder in Path(cache.path).glob("executed/*")}
    for record in cache.list_cache_records():
        notebook = Path(cache.path, "executed", record.hashkey, "base.ipynb")
        if notebook.exists() and notebook.read_bytes().rstrip().endswith(b"}"):
            del folders[record.hashkey]
        else:
            NbCacheRecord.remove_record(record.pk, cache.db)
    for folder in folders.values():
        shutil.rmtree(folder)


def run_together(env, names: list[str], at_once: int, each: int | None):
    with ThreadPoolExecutor(at_once) as pool:
        jobs = [pool.submit(run, env, name, each) for name in names]
        try:
            for job in wait(jobs, return_when=FIRST_EXCEPTION).done:
                job.result()
        except BaseException:                       # Ctrl-C, too
            pool.shutdown(wait=False, cancel_futures=True)
            for client in list(running):
                with suppress(AttributeError, ProcessLookupError):      # it has not begun, or has just ended
                    os.kill(client.km.provisioner.pid, signal.SIGKILL)
            raise


def run(env, name: str, most: int | None):
    """Run a chapter into the cache, unless it is there; as myst-nb does when it reads the page."""
    path = env.doc2path(name)
    text = own_text(name, Path(path).read_text(encoding="utf-8"))
    reader = create_nb_reader(path, env.myst_config, env.mystnb_config, text)
    if reader is None:                              # a page of text
        return
    notebook = reader.read(text)
    if env.mystnb_config.metadata_key in notebook.metadata:             # it has rules of its own: left to myst-nb
        return
    chapter.set(name)
    threads.set(most)
    document = SimpleNamespace(settings=SimpleNamespace(env=SimpleNamespace(docname=name)))      # all that it looks at
    code = "\0".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    with (alike.setdefault(code, Lock()),
          create_client(notebook, path, env.mystnb_config, SphinxDocLogger(document), reader.read_fmt)):
        pass
