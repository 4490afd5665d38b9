"""How chapters are run, under papermill and jupyter-book alike: what the kernel's long work shows, and to whom.

Long work draws progress bars (tqdm). They go to the console as they come, and not into the notebook, which keeps what
else was written to stderr: a warning is part of a result, the way to it is not.
"""
import atexit
import re
import shutil
import sys
import time
from contextlib import suppress

from nbclient import NotebookClient
from tqdm import tqdm
from traitlets import TraitError

# The end of a bar; what comes right before it, with a total or without; how tqdm wipes a bar out or goes up a line
TIMES = re.compile(r" \[\d+:\d\d[^\]\r\n]*\] *")
COUNT = re.compile(r"(?:\d+%\|[^|]*\| \S+/\S+|\d[\w.]* ?\w+)$")
MOVES = re.compile(r"\x1b\[A|\r *(?=\r|$)")
DRAWING = re.compile(r"\|[^|]*\| ?")
STARTS = 3                              # of a kernel, where it ends as it begins


class ChapterClient(NotebookClient):
    """Runs notebooks; `console` shows their progress, where it is not None; `first` is code that the kernel runs before
    their first cell, unseen. RuntimeError where that fails."""

    def __init__(self, nb, **options):
        super().__init__(nb, **options)
        self.console, self.first = Console(), ""
        self.on_cell_executed = lambda **_: self.console and self.console.close()

    def create_kernel_manager(self):
        """Messages from and to the kernel are encrypted, as ipykernel asks in every run where they are not."""
        manager = super().create_kernel_manager()
        with suppress(TraitError):          # pyzmq was built without
            manager.transport_encryption = "auto"
        return manager

    async def async_start_new_kernel(self, **options):
        self.options = options
        await super().async_start_new_kernel(**options)

    async def async_start_new_kernel_client(self):
        """A kernel that has died before its first word is started again, on other ports: those that were free when it
        was started may be another program's when it takes them, and then it ends."""
        for left in reversed(range(STARTS)):
            try:
                client = await super().async_start_new_kernel_client()
                break
            except RuntimeError as error:
                if not left or "died" not in str(error):        # jupyter_client has no exception of its own for it
                    atexit.unregister(self._cleanup_kernel)     # nbclient's, which needs a kernel
                    raise
                self.km = self.create_kernel_manager()
                await self.async_start_new_kernel(**self.options)
        if self.first:
            reply = await client.execute(self.first, silent=True, reply=True, timeout=self.startup_timeout)
            if reply["content"]["status"] != "ok":
                raise RuntimeError("\n".join(reply["content"].get("traceback", [f"did not run: {self.first}"])))
        return client

    def output(self, outs, msg, display_id, cell_index):
        content = msg["content"]
        if msg["msg_type"] == "stream" and content["name"] == "stderr":
            bars, content["text"] = split_bars(content["text"])
            if bars and self.console:
                self.console.show(bars[-1])
            if not content["text"]:
                return None
        return super().output(outs, msg, display_id, cell_index)


def split_bars(text: str) -> tuple[list[str], str]:
    """What a cell wrote to stderr → the states of its progress bars, and the rest; "" where that is blank."""
    text = MOVES.sub("", text)
    bars, rest, place = [], [], 0
    for times in TIMES.finditer(text):
        line = max(text.rfind(end, place, times.start()) + 1 for end in "\r\n")
        begin = max(line, place)
        if COUNT.search(text[max(begin, times.start() - 200):times.start()]):
            bars.append(text[begin:times.end()].strip())
            rest.append(text[place:begin])
            place = times.end()
    left = "".join([*rest, text[place:]])
    if bars:
        left = left.replace("\r", "").lstrip("\n")
    return bars, left if left.strip() else ""


class Console:
    """Shows the newest state of the bars of a running cell on stderr: in a terminal in a line that is below what else
    tqdm draws there, elsewhere as lines. name: of the chapter, for when several run at once."""

    def __init__(self, name: str = ""):
        self.name, self.bar, self.lines = name, None, Lines()

    def show(self, state: str):
        state = f"{self.name}: {state}" if self.name else state
        if not sys.stderr.isatty():
            self.lines.write(state)
            return
        if self.bar is None:
            self.bar = tqdm(bar_format="{desc}", leave=False)
        columns = shutil.get_terminal_size().columns - 1
        shorter = state if len(state) <= columns else DRAWING.sub(" ", state)
        self.bar.set_description_str(encodable(shorter[:columns]))

    def close(self):
        if self.bar is not None:
            self.bar.close()
            self.bar = None


class Lines:
    """A file for tqdm where stderr is no terminal: a line at most every `seconds`, and when a bar is done."""
    encoding = "utf-8"

    def __init__(self, seconds: float = 30):
        self.seconds, self.printed_at, self.state = seconds, -float("inf"), ""

    def write(self, text: str):
        for state in filter(str.strip, re.split(r"[\r\n]", MOVES.sub("", text))):
            self.state = state.strip()
        if self.state and ("\n" in text or time.monotonic() - self.printed_at >= self.seconds):
            print(encodable(self.state), file=sys.stderr, flush=True)
            self.state, self.printed_at = "", time.monotonic()

    def flush(self):
        pass


def encodable(text: str) -> str:
    """The text in characters that stderr has."""
    encoding = sys.stderr.encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)
