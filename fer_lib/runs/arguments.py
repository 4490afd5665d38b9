"""What commands are told on the command line, checked before anything is loaded: argparse's kind of error, status 2."""
import argparse
import json
import re

import numpy as np
import torch

from ..datasets import LOADERS
from ..system.console import argument
from ..system.paths import expand
from .cluster import scheduler_address

address = argument(scheduler_address)


@argument
def source(text: str) -> tuple[str, str]:
    """SET=FOLDER, or the file that is the whole set."""
    name, _, where = text.partition("=")
    if name not in LOADERS or not where:
        raise ValueError(f"{text!r} must be a set and where it lies, such as fer2013=~/fer2013; the sets are "
                         f"{', '.join(LOADERS)}")
    if not (found := expand(where)).exists():
        raise ValueError(f"{found} does not exist")
    return name, str(found)


@argument
def file_source(text: str) -> tuple[str, str]:
    """The set that a file of `python -m fer_lib.datasets` holds, and the file."""
    file = expand(text)
    try:
        if not file.is_file():                          # a pipe would be waited for
            raise ValueError("it is a folder" if file.is_dir() else "there is no such file")
        with np.load(file, allow_pickle=False) as arrays:
            name = json.loads(str(arrays["text"]))["name"]
        if name not in LOADERS:
            raise ValueError(f"it holds {name!r}")
    except Exception as error:                          # whatever zipfile, json or NumPy say of damage
        raise ValueError(f"{file} is no file of `python -m fer_lib.datasets` ({error})") from error
    return name, str(file)


@argument
def device(text: str) -> str:
    if not re.fullmatch(r"cpu|cuda(:\d+)?", text):
        raise ValueError(f"{text!r} is no device: cpu, cuda, or cuda:1 for the second GPU")
    return text


@argument
def count(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d*", text):
        raise ValueError(f"{text!r} must be a whole number above 0")
    return int(text)


def missing_device(name: str | None) -> str | None:
    """Why there is no such device on this machine, if there is none."""
    if name is None or name == "cpu":
        return None
    found = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if int(name.partition(":")[2] or 0) < found:
        return None
    return f"{name} is not here: torch {torch.__version__} finds {found} GPUs on this machine"


class OnePerSet(argparse.Action):
    """Into the dict `sources`: set → where it lies."""

    def __call__(self, parser, given, value, option_string=None):
        name, where = value
        if name in given.sources:
            raise argparse.ArgumentError(self, f"{name} has a place already, {given.sources[name]}; give it one")
        given.sources = given.sources | {name: where}


sets = argparse.ArgumentParser(add_help=False)          # what every command that loads sets is told
sets.add_argument("--data", type=file_source, action=OnePerSet, dest="sources", metavar="FILE.npz", default={},
                  help="a set in one file, of `python -m fer_lib.datasets`; may be given again")
sets.add_argument("--root", type=source, action=OnePerSet, dest="sources", metavar="SET=FOLDER", default={},
                  help="where a set lies; may be given again")
