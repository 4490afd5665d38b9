"""Chapters that are run ahead of the pages, several at a time."""
import time
from contextlib import contextmanager
from threading import Lock, Thread
from types import SimpleNamespace

import nbformat.v4 as v4
import pytest
import run_chapters
import sqlalchemy
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.cache.main import JupyterCacheBase


@pytest.fixture
def at_once(monkeypatch, tmp_path):
    """at_once(sources): chapters with this code are run by two threads → how many of each were at work together."""
    most, now, lock = {}, {}, Lock()

    @contextmanager
    def client(notebook, *_):
        code = notebook.cells[0].source
        with lock:
            now[code] = now.get(code, 0) + 1
            most[code] = max(most.get(code, 0), now[code])
        time.sleep(.1)
        yield
        with lock:
            now[code] -= 1

    reader = SimpleNamespace(read=lambda text: v4.new_notebook(cells=[v4.new_code_cell(text)]), read_fmt=None)
    monkeypatch.setattr(run_chapters, "create_client", client)
    monkeypatch.setattr(run_chapters, "create_nb_reader", lambda *_: reader)
    monkeypatch.setattr(run_chapters, "own_text", lambda name, text: text)
    monkeypatch.setattr(run_chapters, "SphinxDocLogger", lambda _: None)

    def run(*sources):
        for i, source in enumerate(sources):
            (tmp_path / f"{i}.md").write_text(source, encoding="utf-8")
        env = SimpleNamespace(doc2path=lambda name: tmp_path / f"{name}.md", myst_config=None,
                              mystnb_config=SimpleNamespace(metadata_key="mystnb"))
        run_chapters.run_together(env, [str(i) for i in range(len(sources))], 2, None)
        return most

    return run


def test_chapters_of_the_same_code_run_one_after_another(at_once):
    """They have one place in the cache, which two may not make at the same time."""
    assert at_once("x = 1", "x = 1", "y = 2") == {"x = 1": 1, "y = 2": 1}


def test_what_comes_while_another_is_stored_is_kept(monkeypatch, tmp_path):
    """It comes between jupyter-cache's two questions, of which the second begins once the other thread had its time."""
    monkeypatch.setattr(JupyterCacheBase, "cache_notebook_bundle", JupyterCacheBase.cache_notebook_bundle)
    run_chapters.store_one_at_a_time()
    first, second = get_cache(tmp_path), get_cache(tmp_path)
    first.list_cache_records()                                              # makes the tables

    def bundle(name):
        notebook = v4.new_notebook(cells=[v4.new_code_cell(name, execution_count=1)])
        return CacheBundleIn(notebook, name)

    other = Thread(target=lambda: second.cache_notebook_bundle(bundle("the other")))

    @sqlalchemy.event.listens_for(first.db, "before_cursor_execute")
    def meanwhile(connection, cursor, statement, *_):
        if "NOT IN" in statement:
            other.start()
            other.join(.5)

    first.cache_notebook_bundle(bundle("one"))
    other.join()
    assert sorted(record.uri for record in first.list_cache_records()) == ["one", "the other"]


@pytest.mark.parametrize("left", ["whole", "nothing", "a folder", "half", "no record"])
def test_what_a_build_was_killed_at_storing_is_stored_by_the_next(tmp_path, left):
    cache, notebook = get_cache(tmp_path), v4.new_notebook(cells=[v4.new_code_cell("x = 1", execution_count=1)])
    record = cache.cache_notebook_bundle(CacheBundleIn(notebook, "one"))
    stored = tmp_path / "executed" / record.hashkey / "base.ipynb"
    if left in ("nothing", "a folder"):
        stored.unlink()
        if left == "nothing":
            stored.parent.rmdir()
    elif left == "half":
        stored.write_text(stored.read_text("utf-8")[:-9], encoding="utf-8")
    elif left == "no record":
        run_chapters.NbCacheRecord.remove_record(record.pk, cache.db)
    run_chapters.mend(cache)
    if left == "whole":
        assert cache.match_cache_notebook(notebook).pk == record.pk
    else:
        with pytest.raises(KeyError):
            cache.match_cache_notebook(notebook)
        cache.cache_notebook_bundle(CacheBundleIn(notebook, "one"))
    assert cache.merge_match_into_notebook(notebook)[1].cells[0].source == "x = 1"
