"""How long runs take, in closed forms."""
from types import SimpleNamespace

import pytest

from fer_lib.runs.estimate import flop_of_a_step, hours, likely_steps, makespan, usual_steps
from fer_lib.runs.grid import Job
from fer_lib.training import Recipe


@pytest.mark.parametrize("seconds, machines, expected", [
    ([3., 1., 2.], 1, 6.), ([3., 1., 2.], 3, 3.), ([3., 1., 2.], 64, 3.), ([3., 3., 2., 2., 2.], 2, 7.), ([5.], 8, 5.),
])
def test_runs_are_dealt_to_whichever_machine_is_free_longest_first(seconds, machines, expected):
    assert makespan(seconds, machines) == expected


def test_the_operations_of_a_step_are_those_of_its_layers():
    """Multiplications and additions of the convolutions and fc, forward and twice that backward, less the gradient of
    the input, which nobody asks for."""
    maps = [(96, 1, 64), (48, 64, 128), (24, 128, 256)]         # side, channels in and out, 5×5 filters
    layers = [2 * 25 * side ** 2 * inputs * outputs for side, inputs, outputs in maps] + [2 * 1024 * 300, 2 * 300 * 8]
    assert flop_of_a_step(96) == 64 * (3 * sum(layers) - layers[0])


def run(size: int, steps: int, patience: int | None = 500):
    return SimpleNamespace(recipe=Recipe.released(patience=patience), metrics={"steps": steps},
                           config={"dataset": {"parameters": {"size": size}}})


def test_jobs_that_may_end_early_last_as_long_as_those_of_their_size_did():
    usual = usual_steps([run(48, 100), run(48, 300), run(96, 1000), run(96, 9, patience=None)])
    assert usual == {48: [100, 300], 96: [1000]}
    early, late = Recipe.released(patience=500), Recipe.released()
    assert [likely_steps(Job({"name": "synthetic", "size": size}, early), usual) for size in (48, 96)] == [200, 1000]
    assert likely_steps(Job({"name": "synthetic", "size": 48}, early), {96: [7, 9]}) == 8, "of the other size"
    assert likely_steps(Job({"name": "synthetic"}, early), {}) is None
    assert likely_steps(Job({"name": "synthetic"}, late), usual) == late.steps
    assert likely_steps(Job({"name": "synthetic"}, Recipe.released(patience=9, steps=50, every=5)), usual) == 50


def test_hours():
    assert hours(90) == "1.5 minutes" and hours(7200) == "2.0 hours"
