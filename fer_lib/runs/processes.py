"""Work in several processes of this machine: networks so small that one does not keep a GPU, or all cores, busy."""
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any

import torch
from tqdm import tqdm

from ..system import console

START = "spawn"                     # how Python begins a process: each by itself, as CUDA wants it


def on_processes(work: Callable, items: Iterable, processes: int) -> Iterator[tuple[int, Any]]:
    """Number of an item and what `work` makes of it, as they come; in place of it the error, if one is raised. Where a
    process is killed, those that are not done yet are errors, too. What is asked for comes and goes by pickle."""
    with pool(processes) as executor:
        futures = {executor.submit(work, item): number for number, item in enumerate(items)}
        for future in as_completed(futures):
            yield futures[future], future.exception() or future.result()


def at_the_same_time(work: Callable, processes: int) -> list:
    """What so many processes make of work(ready), each, where all wait in ready() for the last to be there.
    BrokenBarrierError (a RuntimeError) where one never is, since it failed, say."""
    with pool(processes, multiprocessing.get_context(START).Barrier(processes)) as executor:
        return [future.result() for future in [executor.submit(call_with_barrier, work) for _ in range(processes)]]


@contextmanager
def pool(processes: int, barrier=None) -> Iterator[ProcessPoolExecutor]:
    """Processes that end with this one, however it ends: what they were at goes on from its checkpoint."""
    executor = ProcessPoolExecutor(processes, multiprocessing.get_context(START), initializer=begin,
                                   initargs=(max(1, (os.cpu_count() or 1) // processes), barrier))
    others = {*multiprocessing.active_children()}
    try:
        yield executor
    except BaseException:
        for process in {*multiprocessing.active_children()} - others:   # a pool would wait for what they are at
            process.terminate()
        raise
    finally:
        executor.shutdown(cancel_futures=True)


def begin(threads: int, barrier):
    """In each process, before its work."""
    global meeting_point                                # it is passed on where a process is made, and only there
    meeting_point = barrier
    console.one_of_many = True
    tqdm.set_lock(threading.RLock())                    # else one of the system, which Ctrl-C would leave behind
    signal.signal(signal.SIGINT, signal.SIG_IGN)        # Ctrl-C is for the one that waits for them
    torch.set_num_threads(threads)
    threading.Thread(target=end_with_parent, daemon=True).start()


def end_with_parent():
    multiprocessing.parent_process().join()
    os._exit(1)


def call_with_barrier(work: Callable) -> Any:
    return work(lambda: meeting_point.wait(timeout=600))
