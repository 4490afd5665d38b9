"""Servers as the explorer meets them: some know other types than Python's, some pack or cut files, some stand still."""
import gzip
import time
from http import HTTPStatus
from pathlib import Path

from browser import Quiet

COMMON = {".html": "text/html", ".css": "text/css", ".js": "application/javascript"}


class Server(Quiet):
    """What subclasses change: the headers and the bytes of a file, and how it is sent."""
    protocol_version = "HTTP/1.1"           # a body shorter than announced is an error

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            return self.send_error(HTTPStatus.NOT_FOUND)
        name, body = path.name, path.read_bytes()
        headers = {"Content-Type": COMMON.get(path.suffix, "application/octet-stream")}
        answer = self.answer(name, headers, body)
        if answer is None:
            return self.send_error(HTTPStatus.NOT_FOUND)
        headers, body = answer
        self.send_response(HTTPStatus.OK)
        for key, value in ({"Content-Length": len(body)} | headers).items():
            self.send_header(key, str(value))
        self.end_headers()
        try:
            self.send(name, body)
        except OSError:                     # the page was closed
            self.close_connection = True

    def answer(self, name: str, headers: dict, body: bytes) -> tuple[dict, bytes] | None:
        """None: there is no such file."""
        return headers, body

    def send(self, name: str, body: bytes):
        self.wfile.write(body)


class Strict(Server):
    """As Debian's nginx: what it does not know is octet-stream; and no type is guessed by the browser."""

    def answer(self, name, headers, body):
        return headers | {"X-Content-Type-Options": "nosniff"}, body


class PlainText(Server):
    """As Python's on a Windows whose registry says that scripts are plain text."""

    def answer(self, name, headers, body):
        return headers | ({"Content-Type": "text/plain"} if name.endswith(".js") else {}), body


class Unpacking(Server):
    """A file that is gzip is announced as what it holds, packed for the way: the browser unpacks it."""

    def answer(self, name, headers, body):
        return headers | ({"Content-Encoding": "gzip"} if name.endswith(".gz") else {}), body


class StrictUnpacking(Strict, Unpacking):
    """Both at once."""

    def answer(self, name, headers, body):
        return Strict.answer(self, name, *Unpacking.answer(self, name, headers, body))


class Packing(Server):
    """Everything is packed for the way, also what is gzip already."""

    def answer(self, name, headers, body):
        return headers | {"Content-Encoding": "gzip"}, gzip.compress(body, 1)


class Slow(Server):
    """2 MB a second to everybody together, one file after the other."""

    def send(self, name, body):
        for at in range(0, len(body), 200_000):
            time.sleep(.1)
            self.wfile.write(body[at:at + 200_000])


class AlwaysAPage(Server):
    """As one that is set up for an application of one page."""

    def answer(self, name, headers, body):
        page = b"<!DOCTYPE html><title>Welcome</title>"
        return (headers, body) if name == "explore.html" else ({"Content-Type": "text/html"}, page)


def spoiling(kind: str, *names: str, of: type[Server] = Server) -> type[Server]:
    """A server that spoils these files: missing, page, empty, half, garbage; breaks, which announces more than it
    sends; late, which sends nothing until the test ends; stops, half way."""
    class Spoiling(of):
        def answer(self, name, headers, body):
            headers, body = super().answer(name, headers, body)
            if name not in names:
                return headers, body
            if kind == "missing":
                return None
            if kind == "page":
                return {"Content-Type": "text/html"}, b"\n<html><body>Not here</body></html>"
            if kind == "breaks":
                return headers | {"Content-Length": len(body) + 1000}, body
            spoilt = {"empty": b"", "half": body[:len(body) // 2], "garbage": b"\x1f\x8b\x08" + bytes(5000)}
            return headers, spoilt.get(kind, body)

        def send(self, name, body):
            if name in names and kind in ("late", "stops"):
                self.wfile.write(body[:len(body) // 2] if kind == "stops" else b"")
                time.sleep(60)              # a daemon's: it ends with the tests
            super().send(name, body)
            self.close_connection = True

    return Spoiling


def policy(text: str) -> type[Server]:
    """A server with this Content-Security-Policy."""
    class Policy(Server):
        def answer(self, name, headers, body):
            return headers | {"Content-Security-Policy": text}, body

    return Policy
