"""The chapter `scale`: how long the grid takes, in closed forms, and the page."""
import pytest
from layouts import SMALL

from fer_lib.pages.notebooks import BOOK, definitions
from fer_lib.runs.grid import read_jobs

CHAPTER = definitions("scale")


@pytest.mark.parametrize("seconds, machines, expected", [
    ([3., 1., 2.], 1, 6.), ([3., 1., 2.], 3, 3.), ([3., 1., 2.], 64, 3.), ([3., 3., 2., 2., 2.], 2, 7.), ([5.], 8, 5.),
])
def test_runs_are_dealt_to_whichever_machine_is_free_longest_first(seconds, machines, expected):
    assert CHAPTER["makespan"](seconds, machines) == expected


def test_the_operations_of_a_step_are_those_of_its_layers():
    """Multiplications and additions of the convolutions and fc, forward and twice that backward, less the gradient of
    the input, which nobody asks for."""
    maps = [(96, 1, 64), (48, 64, 128), (24, 128, 256)]         # side, channels in and out, 5×5 filters
    layers = [2 * 25 * side ** 2 * inputs * outputs for side, inputs, outputs in maps] + [2 * 1024 * 300, 2 * 300 * 8]
    assert CHAPTER["flop_of_a_step"](96) == 64 * (3 * sum(layers) - layers[0])


def test_the_page(run, own_cache):
    page, numbers = run("scale", measure=False, options=SMALL)
    assert numbers["scale_runs"] == len(read_jobs(BOOK / "parameters/paper.yml"))
    assert 1 < numbers["scale_two"] <= 2.5 and numbers["scale_evaluating"] > 0
    assert "measured now" not in page and "assumed" in page
    page, numbers = run("scale", measure=False, options=SMALL, runs_of="controls", images_in_all=2_000_000)
    assert numbers["scale_runs"] == 9 and "2,000,000 images" in page
