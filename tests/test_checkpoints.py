import copy
import dataclasses
import json
import math
import os
import struct
import warnings

import numpy as np
import pytest
import torch

from fer_lib import checkpoints
from fer_lib.checkpoints import read_checkpoint, write_checkpoint
from fer_lib.training import State

MADE_WITH = {"training_version": 1, "faces": "ab", "torch": "2.13.0", "threads": None}


def normal(seed, *shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def state():
    """Two small parameters, in every kind of layout and with every kind of number."""
    weights = {"conv1.weight": normal(0, 4, 3, 5, 5).to(memory_format=torch.channels_last), "fc.bias": normal(1, 7)}
    history = [{"step": 5, "loss": 1 / 3, "validation_accuracy": math.nan, "test_accuracy": .1}]
    return State(weights, momentum={"fc.bias": normal(2, 7)}, best={name: -w for name, w in weights.items()},
                 pending=normal(3, 2, 2), history=history, step=7, best_step=5, seconds=12.3456789)


@pytest.fixture
def path(tmp_path, state):
    """A checkpoint of `state`."""
    write_checkpoint(tmp_path / "checkpoint.safetensors", state, MADE_WITH)
    return tmp_path / "checkpoint.safetensors"


def read(path, made_with=MADE_WITH):
    with warnings.catch_warnings(action="error"):
        return read_checkpoint(path, made_with)


def equal(one, other):
    """All fields, to the last bit; NaN equals NaN."""
    tensors = all(getattr(one, kind).keys() == getattr(other, kind).keys() and
                  all(torch.equal(value, getattr(other, kind)[name]) for name, value in getattr(one, kind).items())
                  for kind in ("weights", "momentum", "best"))
    rest = [json.dumps([s.history, s.step, s.best_step, s.seconds]) for s in (one, other)]
    return tensors and torch.equal(one.pending, other.pending) and rest[0] == rest[1]


def test_what_is_read_is_what_was_written(path, state):
    assert equal(read(path), state) and os.listdir(path.parent) == [path.name]


def test_a_state_before_the_first_evaluation(tmp_path, state):
    state.best, state.momentum, state.history, state.pending = {}, {}, [], torch.empty(0, 2)
    write_checkpoint(tmp_path / "c.safetensors", state, MADE_WITH)
    assert equal(read(tmp_path / "c.safetensors"), state)


def test_another_type_in_the_header_is_said(path):
    """The same bytes, read as whole numbers, would be weights, too."""
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'"F32"', b'"I32"', 1))
    with pytest.warns(UserWarning, match=f"{path} is damaged .*starts anew"):
        assert read_checkpoint(path, MADE_WITH) is None


def test_none_where_there_is_none(tmp_path):
    assert read(tmp_path / "checkpoint.safetensors") is None


def test_any_flipped_bit_is_said(path):
    """Length of the header, header, tensors: at the ends of each and at 200 places between."""
    whole = path.read_bytes()
    header = 8 + struct.unpack("<Q", whole[:8])[0]
    between = np.random.default_rng(0).integers(len(whole), size=200).tolist()
    for place in {0, 1, 7, 8, header - 1, header, header + 1, len(whole) - 1, *between}:
        for bit in (1, 2, 64):
            harmed = bytearray(whole)
            harmed[place] ^= bit
            path.write_bytes(harmed)
            with pytest.warns(UserWarning, match=f"{path} is damaged .*starts anew"):
                assert read_checkpoint(path, MADE_WITH) is None, place


@pytest.mark.parametrize("left", [0, 1, 8, 100, -1])
def test_a_truncated_file_is_said(path, left):
    path.write_bytes(path.read_bytes()[:left])
    with pytest.warns(UserWarning, match=f"{path} is damaged .*starts anew"):
        assert read_checkpoint(path, MADE_WITH) is None


def test_a_file_of_another_kind_is_said(path):
    from safetensors.torch import save_file

    save_file({"pending": torch.zeros(2)}, path)            # whole, but without what a checkpoint says of itself
    with pytest.warns(UserWarning, match=f"{path} is damaged"):
        assert read_checkpoint(path, MADE_WITH) is None


def test_one_that_was_made_with_something_else_is_said_by_name(path):
    with pytest.warns(UserWarning, match=f"{path} was made with another training_version: training starts anew"):
        assert read_checkpoint(path, MADE_WITH | {"training_version": 2}) is None
    with pytest.warns(UserWarning, match="another torch, threads, processor: "):
        assert read_checkpoint(path, MADE_WITH | {"torch": "3", "threads": 2, "processor": "x"}) is None


def test_a_state_with_other_fields_is_said(path, state):
    @dataclasses.dataclass
    class Later(State):
        momentum_of_bias: float = 0.

    write_checkpoint(path, Later(**vars(state)), MADE_WITH)
    with pytest.warns(UserWarning, match=f"{path} is of another version .*momentum_of_bias.*: training starts anew"):
        assert read_checkpoint(path, MADE_WITH) is None


@pytest.mark.parametrize("moment", ["full disk", "killed before the renaming"])
def test_a_write_that_fails_leaves_the_one_before(path, state, monkeypatch, moment):
    def half(tensors, file, metadata):
        file.write_bytes(b"half")
        raise OSError("No space left on device")

    def stop(*_):
        raise KeyboardInterrupt

    later = copy.deepcopy(state)
    later.step = 8
    with monkeypatch.context() as patch:
        patch.setattr(*((checkpoints, "save_file", half) if moment == "full disk" else (os, "replace", stop)))
        with pytest.raises((OSError, KeyboardInterrupt)):
            write_checkpoint(path, later, MADE_WITH)
    assert equal(read(path), state)
    write_checkpoint(path, later, MADE_WITH)                # what the failure left is not in the way
    assert equal(read(path), later) and os.listdir(path.parent) == [path.name]
