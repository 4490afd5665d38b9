"""The chapter `scale`, as papermill runs it."""
from layouts import SMALL

from fer_lib.pages.notebooks import BOOK
from fer_lib.runs.grid import read_jobs


def test_the_page(run, own_cache):
    page, numbers = run("scale", measure=False, options=SMALL)
    assert numbers["scale_runs"] == len(read_jobs(BOOK / "parameters/paper.yml"))
    assert 1 < numbers["scale_two"] <= 2.5 and numbers["scale_evaluating"] > 0
    assert 1 <= numbers["scale_at_64"] <= 61 and 0 < numbers["scale_stored"] < numbers["scale_runs"]
    assert "measured now" not in page and "assumed" in page
    page, numbers = run("scale", measure=False, options=SMALL, runs_of="controls", images_in_all=2_000_000)
    assert numbers["scale_runs"] == 9 and "2,000,000 images" in page
