"""What takes long, beside a notebook's cells: in a thread, with a bar that says how far it is, and a button to stop it.

    work = Work()
    work.begin(task)                # task(tell) calls tell("responses", 64, 1308) on its way; what was before stops
    work.wait()                     # until it is done; its error, if it failed, is raised here
    work.row                        # bar, words and button
"""
from collections.abc import Callable
from threading import Event, Thread

import ipywidgets as widgets

from ..markup import escaped

STOP, GO_ON = "Stop", "Go on"
Tell = Callable[[str, int, int], None]              # what is done, how many, of how many


class Stopped(Exception):
    """Raised by `tell` in a task that is to stop."""


class Work:
    """One task at a time."""

    def __init__(self):
        self.bar = widgets.IntProgress(max=1, layout={"width": "10rem"})
        self.words = widgets.HTML()
        self.button = widgets.Button(description=STOP, disabled=True, layout={"width": "5rem"})
        self._show(False)
        self.row = widgets.HBox([self.bar, self.button, self.words], layout={"flex_flow": "row wrap"})
        self.button.on_click(lambda _: self.stop() if self.under_way else self.go_on())
        self._task, self._thread, self._over, self._error = None, None, Event(), None

    @property
    def under_way(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def begin(self, task: Callable[[Tell], None]):
        """Do this instead of what is being done."""
        self._task, before, self._error = task, self._thread, None
        self._over.set()
        self._over = Event()
        self._thread = Thread(target=self._do, args=(task, before, self._over), daemon=True)
        self._thread.start()

    def stop(self):
        """Stop what is being done: at its next step, which a batch of images or twenty shuffles are."""
        self._over.set()

    def go_on(self):
        """Do what was stopped; what it has kept is not computed again."""
        if self._task is not None and not self.under_way:
            self.begin(self._task)

    def wait(self, seconds: float | None = None) -> bool:
        """→ whether it was done in that time; None waits as long as it takes. An error of the task is raised, once."""
        while (thread := self._thread) is not None and thread.is_alive():
            thread.join(seconds)
            if seconds is not None:
                break
        error, self._error = self._error, None
        if error is not None:
            raise error
        return not self.under_way

    def say(self, words: str, error: bool = False):
        role = ' role="alert"' if error else ' role="status"'
        self.words.value = f"<span{role}>{escaped(words)}</span>" if words else ""

    def _show(self, busy: bool):
        """Bar and button stand there while there is something to be told or stopped."""
        for part in (self.bar, self.button):
            part.layout.display = None if busy else "none"

    def _do(self, task: Callable[[Tell], None], before: Thread | None, over: Event):
        def tell(what: str, done: int, of: int):
            if over.is_set():
                raise Stopped
            self.bar.max, self.bar.value = max(of, 1), done
            self.say(f"{what}: {done:,} of {of:,}")

        if before is not None:
            before.join()
        try:
            if over.is_set():
                return                              # there is something newer already
            self.button.description, self.button.disabled, self.bar.value = STOP, False, 0
            self._show(True)
            self.say("")
            task(tell)
            self.bar.value, self.button.disabled = self.bar.max, True
            self._show(False)
            self.say("")
        except Stopped:
            self.button.description = GO_ON
            self.say("stopped")
        except Exception as error:                  # of whatever is computed: the reader is told, and `wait` raises it
            self._error, self.button.disabled = error, True
            self.say(f"{type(error).__name__}: {error}", error=True)
