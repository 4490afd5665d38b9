"""A build that is killed while it writes, and the next one."""
import signal

DIES = '''

import signal

first = setup


def setup(app):
    app.connect("html-page-context", lambda *_: os.environ.get("DIES") and os.kill(os.getpid(), signal.SIGKILL))
    return first(app)
'''


def test_no_old_page_stays_after_a_build_that_was_killed_while_it_wrote(book):
    path = "book/_ext/own_values.py"
    text = (book.root / path).read_text(encoding="utf-8")
    book.write(path, text + DIES)
    book.replace("book/one.md", '"images", 1308', '"images", 1309')
    one, two = book.runs()
    killed = book.build("--keep-going", DIES="1")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert "1309" not in book.page("index").replace(",", "") and book.runs() == (one + 1, two)
    result = book.build("-W", "--keep-going")
    assert result.returncode == 0, result.stderr
    assert all("1309" in book.page(name).replace(",", "") for name in ("index", "one", "two"))
    assert book.results()["results"][0]["value"] == 1309
    assert book.runs() == (one + 1, two), "chapters come from the cache"
    assert not list((book.root / "_build").glob(".unfinished*"))
    written = book.written()
    assert book.build("-W", "--keep-going").returncode == 0 and book.written() == written, "only once"
