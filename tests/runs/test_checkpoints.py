import copy
import dataclasses
import errno
import json
import math
import os
import struct
import warnings

import numpy as np
import pytest
import torch

from fer_lib.runs.checkpoints import go_on_from, read_checkpoint, write_checkpoint
from fer_lib.training import State

MADE_WITH = {"training_version": 1, "faces": "ab", "torch": "2.13.0", "processor": "A", "precision": "float32",
             "threads": 1}


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


def read(path):
    """The state in a checkpoint, to go on from with what it was made with."""
    with warnings.catch_warnings(action="error"):
        found = go_on_from(path, MADE_WITH)
    assert found is None or (found.made_with, found.moved) == (MADE_WITH, [])
    return found and found.state


def refused(path, message, here=MADE_WITH, **options):
    """It is not gone on from, and put aside with every byte of it."""
    whole = path.read_bytes()
    with pytest.warns(UserWarning, match=message) as said:
        assert go_on_from(path, here, **options) is None
    [aside] = path.parent.glob("*.old")
    assert str(aside) in str(said[0].message) and aside.read_bytes() == whole and not path.exists()
    aside.unlink()


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
    refused(path, f"{path} is damaged .*starts anew")


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
            with pytest.raises(ValueError, match=f"{path} is damaged"):
                read_checkpoint(path)


@pytest.mark.parametrize("left", [0, 1, 8, 100, -1])
def test_a_truncated_file_is_said(path, left):
    path.write_bytes(path.read_bytes()[:left])
    refused(path, f"{path} is damaged .*starts anew")


def test_a_file_of_another_kind_is_said(path):
    from safetensors.torch import save_file

    save_file({"pending": torch.zeros(2)}, path)            # whole, but without what a checkpoint says of itself
    refused(path, f"{path} is damaged")


def test_one_that_was_made_with_something_else_is_said_by_name_and_put_aside(path, state):
    refused(path, f"{path} was made with another training_version: training starts anew", MADE_WITH | {
        "training_version": 2})
    for number in (1, 2):                                   # a second one does not take the first one's place
        write_checkpoint(path, state, MADE_WITH)
        with pytest.warns(UserWarning, match=f"another torch, threads: .*/checkpoint-{number}.safetensors.old"):
            assert go_on_from(path, MADE_WITH | {"torch": "3", "threads": 2}) is None
    assert len(list(path.parent.glob("*.old"))) == 2


def test_with_another_number_of_threads_it_goes_on_with_its_own(path, state):
    with warnings.catch_warnings(action="error"):
        found = go_on_from(path, MADE_WITH | {"threads": 7})
    assert equal(found.state, state) and (found.made_with, found.moved) == (MADE_WITH, [])


def test_with_more_threads_than_there_are_here_it_goes_on_with_these_and_says_so(path, state):
    many = 1000 * os.cpu_count()
    write_checkpoint(path, state, MADE_WITH | {"threads": many})
    with pytest.warns(UserWarning, match=f"goes on from step 7, which was made with threads {many} .here 1.: .* bits"):
        found = go_on_from(path, MADE_WITH)
    assert equal(found.state, state) and found.made_with == MADE_WITH
    assert found.moved == [{"threads": many, "step": 7}]


def test_on_another_machine_it_goes_on_says_so_and_remembers(path, state):
    there = MADE_WITH | {"processor": "B", "precision": "bfloat16"}
    with pytest.warns(UserWarning, match="made with processor A .here B., precision float32 .here bfloat16.: .* bits"):
        found = go_on_from(path, there)
    assert equal(found.state, state) and found.made_with == there
    assert found.moved == [{"processor": "A", "precision": "float32", "step": 7}]
    found.state.step = 9
    write_checkpoint(path, found.state, there, found.moved)
    with pytest.warns(UserWarning, match="step 9"):         # and back again
        again = go_on_from(path, MADE_WITH)
    assert [one["step"] for one in again.moved] == [7, 9]


@pytest.mark.parametrize("here, moved", [({"threads": 2}, []), ({"processor": "B"}, []), ({}, [{"step": 3}])])
def test_who_wants_it_of_one_machine_starts_anew(path, state, here, moved):
    write_checkpoint(path, state, MADE_WITH, moved)
    refused(path, "starts anew", MADE_WITH | here, elsewhere=False)


def test_one_of_before_there_were_versions_goes_on(path, state):
    before = {name: value for name, value in MADE_WITH.items() if name != "training_version"}
    write_checkpoint(path, state, before | {"code": "98347fdd1cd4e1181bb6c33c2d544d691b1f5e390fd6fed75b3fc0be1c562243"})
    with warnings.catch_warnings(action="error"):
        assert equal(go_on_from(path, MADE_WITH).state, state)
    write_checkpoint(path, state, before | {"code": "0" * 64})
    refused(path, "another training_version")


def test_a_state_with_other_fields_is_said(path, state):
    @dataclasses.dataclass
    class Later(State):
        momentum_of_bias: float = 0.

    write_checkpoint(path, Later(**vars(state)), MADE_WITH)
    refused(path, f"{path} is of another version .*momentum_of_bias.*: training starts anew")


@pytest.mark.parametrize("moment", ["full disk", "killed before the renaming"])
def test_a_write_that_fails_leaves_the_one_before(path, state, monkeypatch, moment):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    def stop(*_):
        raise KeyboardInterrupt

    later = copy.deepcopy(state)
    later.step = 8
    with monkeypatch.context() as patch:
        patch.setattr(os, *(("fsync", full) if moment == "full disk" else ("replace", stop)))
        with pytest.raises((OSError, KeyboardInterrupt)) as raised:
            write_checkpoint(path, later, MADE_WITH)
    assert moment != "full disk" or (raised.value.filename == str(path) and "free some space" in str(raised.value))
    assert equal(read(path), state)
    write_checkpoint(path, later, MADE_WITH)                # what the failure left is not in the way
    assert equal(read(path), later) and os.listdir(path.parent) == [path.name]
