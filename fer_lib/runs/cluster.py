"""Work on all machines of a Dask cluster."""
import asyncio
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from ..system.console import say

TIMEOUT = 30.                   # seconds that a scheduler, which may be starting, has to answer


def scheduler_address(text: str) -> str:
    """tcp://HOST:PORT, of which HOST:PORT is enough, or tls://…. ValueError for anything else."""
    whole = text if "://" in text else f"tcp://{text}"
    try:
        parts = urlsplit(whole)
        good = parts.scheme in ("tcp", "tls") and parts.hostname and parts.port and parts.netloc == whole[6:]
    except ValueError:                          # of the port
        good = False
    if not (good and re.fullmatch(r"[^\s@]+", whole)):
        raise ValueError(f"{text!r} is no address of a Dask scheduler, which is tcp://HOST:PORT, such as "
                         "tcp://localhost:8786")
    return f"{parts.scheme}://{parts.netloc}"


def on_cluster(work: Callable, items: Iterable, scheduler: str) -> Iterator[tuple[int, Any]]:
    """Number of an item and what `work` makes of it, as they come; in place of it the error, if a worker raises one.

    Of a worker that dies another takes over. OSError where no scheduler answers, ValueError for what is no address,
    ImportError without Dask.
    """
    # inproc: of a LocalCluster without processes
    address = scheduler if scheduler.startswith("inproc://") else scheduler_address(scheduler)
    try:
        from distributed import Client, as_completed
    except ModuleNotFoundError as error:
        raise ImportError("a cluster needs Dask: install fer_lib with its extra [cluster]") from error
    found = identity(address)
    if not found["workers"]:
        say(f"{address} has no worker yet: waiting for one")
    with Client(address, timeout=TIMEOUT) as client:
        futures = {client.submit(work, item, pure=False): number for number, item in enumerate(items)}
        for future in as_completed(list(futures)):
            yield futures[future], future.exception() or future.result()


def identity(address: str) -> dict:
    """What a scheduler says of itself. Asked before there is a Client, which at an address of something else waits
    without end, and of one that never started prints a traceback when Python ends."""
    from distributed import rpc

    async def ask() -> dict:
        scheduler = rpc(address)
        try:
            return await asyncio.wait_for(scheduler.identity(), TIMEOUT)
        finally:
            await scheduler.close_rpc()

    with ThreadPoolExecutor(1) as thread:       # a notebook has an event loop of its own
        try:
            return thread.submit(asyncio.run, ask()).result()
        except Exception as error:              # whatever is made of an answer that is not Dask's
            raise OSError(f"no Dask scheduler answers at {address} within {TIMEOUT:g} seconds"
                          + f" ({error})" * bool(str(error))) from error
