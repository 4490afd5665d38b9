"""Memory kept between training steps."""
import ctypes
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from training_faces import toy

from fer_lib import Recipe, train
from fer_lib.system.memory import kept_memory


class MallInfo(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")]


def mapped_blocks() -> int:
    """How many blocks malloc has from the system one by one."""
    mallinfo = ctypes.CDLL(None).mallinfo2
    mallinfo.restype = MallInfo
    return mallinfo().hblks


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="needs glibc 2.33 or newer")
def test_large_blocks_are_kept_within_and_given_back_after():
    """In a process of its own: what others have freed may hold such a block."""
    done = subprocess.run([sys.executable, __file__], capture_output=True, encoding="utf-8", timeout=120,
                          env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})
    assert done.returncode == 0, done.stderr


def large_blocks():
    def added() -> int:
        before = mapped_blocks()
        large = torch.ones(64, 2 ** 20)                             # 256 MB
        return mapped_blocks() - before + 0 * len(large)

    assert added() == 1
    with kept_memory():
        assert added() == 0
    assert added() == 1
    with pytest.raises(ZeroDivisionError), kept_memory():
        raise ZeroDivisionError
    assert added() == 1, "after an error, too"


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="needs glibc 2.33 or newer")
def test_what_is_free_can_be_given_back_meanwhile():
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1]) * resource.getpagesize()

    with kept_memory() as give_back:
        some = [torch.ones(2 ** 20) for _ in range(64)]             # 4 MB each
        del some[::2]                                               # holes between blocks that stay
        before = resident()
        give_back()
        assert before - resident() > 100 * 2 ** 20
        assert all(bool((one == 1).all()) for one in some)


def test_a_training_comes_out_the_same_to_the_last_bit():
    faces, recipe = toy(size=48), Recipe.quick(augment=True, dropout=True, batch=64, steps=2, every=2)
    plain, history = train(faces, recipe, progress=False)
    with kept_memory():
        kept, again = train(faces, recipe, progress=False)
    assert history.equals(again)
    for name, value in plain.state_dict().items():
        assert torch.equal(value, kept.state_dict()[name]), name


if __name__ == "__main__":
    large_blocks()
