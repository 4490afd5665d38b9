"""What a run's numbers follow from besides its configuration: faces, the training's version, libraries, machine.
Written to provenance.json, with the digest of each file, and compared with that in `run`."""
import platform
from dataclasses import replace

import numpy as np
import torch

from ..datasets import ABOUT_UNITS, FaceDataset
from ..training import TRAINING_VERSION

MACHINE = "device", "precision", "layout", "processor", "instructions", "threads"   # others change the last bits only
# Runs of version 1 were made before there were versions, and carry a digest of the code that made them.
VERSION_OF_CODE = {"98347fdd1cd4e1181bb6c33c2d544d691b1f5e390fd6fed75b3fc0be1c562243": 1}


def surroundings(faces: FaceDataset, device: str, precision: str) -> dict[str, str | int | None]:
    """As it is here and now, in JSON's types; the names in MACHINE are the machine's."""
    cpu = torch.device(device).type == "cpu"
    processor = torch.cpu.get_capabilities().get("cpu_name") if cpu else torch.cuda.get_device_name(device)
    return {"faces": seen(faces), "training_version": TRAINING_VERSION, "torch": torch.__version__.split("+")[0],
            "numpy": np.__version__, "device": device, "precision": precision, "layout": "channels_last",
            "processor": processor or platform.machine(), "instructions": instructions() if cpu else None,
            "threads": torch.get_num_threads() if cpu else None}


def instructions() -> str:
    """What the processor does with many numbers at once. A virtual machine's processor may have a name that a family of
    them shares; libraries choose their kernels by these, and with them the last bits."""
    return " ".join(sorted(name for name, there in torch.cpu.get_capabilities().items()
                           if there is True and name.startswith(("amx", "avx", "fma", "neon", "sve"))))


def seen(faces: FaceDataset) -> str:
    """The faces' fingerprint, without action units that were brought along with an option: no training sees them."""
    if any(faces.parameters.get(option) is not None for option in ABOUT_UNITS):
        faces = replace(faces, action_units=None, intensities=None)
    return faces.fingerprint


def with_version(made: dict) -> dict:
    """What something was made with, its `training_version` named where it has a digest of the code instead; 0 is
    before 1."""
    if "code" not in made:
        return made
    return {"training_version" if name == "code" else name: VERSION_OF_CODE.get(value, 0) if name == "code" else value
            for name, value in made.items()}
