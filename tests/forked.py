"""Programs that tests start, as forks of a process that has imported what takes seconds: torch, captum, Sphinx.

Everything else is their own: arguments, environment, folder, output, status, and `fer_lib`, which is imported anew.
What an interpreter decides as it starts (encodings, `-W`, what is installed) a fork cannot show: those tests start one.
"""
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).parents[1]
FIRST = ["torch", "torch._dynamo", "safetensors.torch", "captum.attr", "seaborn", "matplotlib_inline.backend_inline",
         "ipywidgets", "sklearn.decomposition", "sklearn.linear_model", "sklearn.svm", "scipy.stats",
         "ipykernel.kernelapp", "ipykernel.debugger", "jupytext", "nbclient", "jupyter_book.cli.main",
         "jupyter_book.sphinx",
         "sphinx.builders.html", "myst_nb.sphinx_ext", "sphinx_book_theme", "sphinx_design",
         "pydata_sphinx_theme.toctree", "sphinx_togglebutton", "sphinx_copybutton", "sphinx_comments",
         "sphinx_external_toc", "sphinxcontrib.bibtex", "sphinx_jupyterbook_latex", "sphinx_multitoc_numbering",
         "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.intersphinx"]


def warm() -> multiprocessing.context.BaseContext:
    """Its processes are such forks."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(FIRST)
    return context


def forked(target, *args) -> multiprocessing.Process:
    """A process of its own group that calls target(*args)."""
    process = warm().Process(target=alone, args=(target, *args))
    process.start()
    while process.is_alive() and os.getpgid(process.pid) != process.pid:     # until then a signal to it would reach us
        time.sleep(.001)
    return process


def alone(target, *args):
    os.setsid()
    others = {entry for entry in sys.path if (Path(entry) / "fer_lib").is_dir()}        # an installed copy
    sys.path[:] = [*(entry for entry in sys.path if entry and entry not in others and (
        ROOT not in Path(entry).parents or Path(entry).is_relative_to(sys.prefix))), str(ROOT)]
    target(*args)


def completed(program: Path | str, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess:
    """Of a program in Python, such as `jupyter-book`, or a module: as subprocess.run with capture_output."""
    with ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8")) for _ in ("stdout", "stderr")]
        paths = [f"/proc/{os.getpid()}/fd/{file.fileno()}" for file in files]
        process = forked(run, program, arguments, dict(os.environ), cwd or Path.cwd(), *paths)
        process.join()
        texts = [file.seek(0) or file.read() for file in files]
    return subprocess.CompletedProcess([program, *arguments], process.exitcode, *texts)


def run(program: Path | str, arguments: list[str], environment: dict, cwd: Path, out: str, err: str):
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY), number)
    replace(environment, cwd)
    sys.argv = [str(program), *arguments]
    if isinstance(program, Path):
        runpy.run_path(str(program), run_name="__main__")
    else:
        runpy.run_module(program, run_name="__main__", alter_sys=True)


def replace(environment: dict, cwd: Path):
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)


def wait_for(what: Callable[[], object], seconds: float = 30.):
    """Until it is so: of another process, by what it leaves."""
    last = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < last, f"waited for {seconds:.0f} seconds"
        time.sleep(.05)


class Kernel:
    """What jupyter_client asks of `subprocess.Popen`."""
    stdin = stdout = stderr = None

    def __init__(self, process: multiprocessing.Process):
        self.process, self.pid = process, process.pid

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self) -> int:
        self.process.join()
        return self.process.exitcode

    def send_signal(self, number: int):
        os.kill(self.pid, number)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def kill(self):
        self.send_signal(signal.SIGKILL)


def kernels_are_forks(monkeypatch):
    """Kernels that this process starts. A fork is there, and gone, at once: what a client waits for messages that do
    not come, and between two looks whether a kernel has ended, is a tenth, which was half of a small chapter's time."""
    from jupyter_client.channels import AsyncZMQSocketChannel
    from jupyter_client.manager import KernelManager
    from jupyter_client.provisioning import local_provisioner
    message, end = AsyncZMQSocketChannel.get_msg, KernelManager._async_wait
    monkeypatch.setattr(local_provisioner, "launch_kernel", launch_kernel)
    monkeypatch.setattr(AsyncZMQSocketChannel, "get_msg", lambda channel, timeout=None: message(
        channel, .02 if timeout == .2 else timeout))
    monkeypatch.setattr(KernelManager, "_async_wait", lambda manager, pollinterval=.1: end(manager, pollinterval / 10))


def launch_kernel(command: list[str], *, env: dict, cwd: str | None = None, **_) -> Kernel:
    """In place of `jupyter_client.launcher.launch_kernel`."""
    return Kernel(forked(kernel, command[command.index("-f"):], env, cwd or os.getcwd()))


def kernel(arguments: list[str], environment: dict, cwd: str):
    replace(environment, Path(cwd))
    import matplotlib
    from ipykernel.kernelapp import IPKernelApp
    matplotlib.rcParams["backend"] = "module://matplotlib_inline.backend_inline"
    IPKernelApp.launch_instance([*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])        # whom it ends with
