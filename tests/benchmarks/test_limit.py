"""The processor's limit: a fused multiply-add is one; and where nothing can be measured, the table says why."""
import importlib
import math
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from test_declared import ROOT


@pytest.fixture
def modules(monkeypatch):
    """The benchmarks' modules by name, imported anew."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    names = "report", "limit", "training"
    for name in names:
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield {name: importlib.import_module(name) for name in names}
    for name in names:
        sys.modules.pop(name, None)


@pytest.fixture
def limit(modules):
    return modules["limit"]


@pytest.fixture
def compiled(limit):
    if shutil.which(limit.compiler()[0]) is None:
        pytest.skip("no C compiler")
    return limit


def test_pieces_are_rates_and_as_many_as_were_asked_for(compiled):
    if reason := compiled.why_not("float32"):
        pytest.skip(reason)
    for what, threads in (("float32", 1), ("float32", 3), ("clock", 1)):
        rates = compiled.pieces(what, threads, 7)
        assert rates.shape == (7,) and (rates > 0).all()
    assert 0 < compiled.fma_rate("float32", 3) < math.inf


def test_bfloat16_is_measured_or_a_reason_is_given(compiled):
    reason = compiled.why_not("bfloat16")
    assert reason in ("", "its vectors do not multiply in bfloat16") or "tiles" in reason
    assert math.isnan(compiled.fma_rate("bfloat16", 1)) == bool(reason)


def test_products_that_are_rounded_before_they_are_added_to_are_no_fused_multiply_adds(compiled):
    if reason := compiled.why_not("float32"):
        pytest.skip(reason)
    apart = tuple(flag.replace("contract=fast", "contract=off") for flag in compiled.FLAGS)
    with pytest.raises(compiled.NotMeasured, match="a product is rounded before it is added to"):
        compiled.pieces("float32", 1, 1, apart)


def test_tiles_are_not_measured_as_vectors(limit, monkeypatch):
    monkeypatch.setattr(limit.torch.cpu, "get_capabilities", lambda: {"amx_bf16": True})
    assert "tiles" in limit.why_not("bfloat16") and math.isnan(limit.fma_rate("bfloat16"))


@pytest.mark.parametrize("arguments", [(), ("float32",), ("float32", "0", "1"), ("float32", "x", "1"),
                                       ("clock", "1", "0"), ("float16", "1", "1")])
def test_the_program_refuses_what_it_does_not_know(compiled, arguments):
    done = subprocess.run([f"{compiled.built().name}/limit", *arguments], capture_output=True, encoding="utf-8")
    assert done.returncode == 2 and "THREADS TIMES" in done.stderr and done.stdout == ""


@pytest.mark.parametrize("compiler, said", [("no-such-compiler -m64", "there is no compiler `no-such-compiler`"),
                                            ("false", "limit.c could not be built: `false` failed")])
def test_without_a_compiler_the_table_says_so(limit, monkeypatch, compiler, said):
    monkeypatch.setenv("CC", compiler)
    monkeypatch.setattr(limit, "matrix_rate", lambda precision: 190.)
    assert math.isnan(limit.fma_rate("float32"))
    table = limit.limit_table([limit.limit_row("float32", 5)])
    assert "| float32 | not measured | not measured | not measured | 190 | not measured |" in table
    assert f"float32: not measured; {said}." in table


def test_no_product_is_made_in_what_the_processor_lacks(limit, monkeypatch):
    monkeypatch.setattr(limit, "why_not", lambda precision: "its vectors do not multiply in bfloat16")
    monkeypatch.setattr(limit, "best_precision", lambda device: limit.torch.float32)
    monkeypatch.setattr(limit, "matrix_rate", lambda precision: pytest.fail("it would take minutes"))
    row = limit.limit_row("bfloat16", 5)
    assert np.isnan(row[1:]).all()
    assert "bfloat16: not measured; its vectors do not multiply in bfloat16." in limit.limit_table([row])


def rates(limit, monkeypatch, seen):
    """What is measured is `seen`, at 2 GHz and on 2 cores."""
    monkeypatch.setattr(limit, "why_not", lambda precision: "")
    monkeypatch.setattr(limit, "cores", lambda: 2)
    monkeypatch.setattr(limit, "pieces", lambda what, threads, times: np.array([2e9] if what == "clock" else seen))
    monkeypatch.setattr(limit, "matrix_rate", lambda precision: 96.)


def test_the_best_piece_counts_and_the_product_is_a_share_of_it(limit, monkeypatch):
    rates(limit, monkeypatch, [128e9, 120e9, 20e9])
    row = limit.limit_row("float32", 3)
    assert row == ["float32", 128, 32, pytest.approx(200 / 3), 96, 75]
    assert "| float32 | 128 | 32 | 66.7 | 96 | 75 |" in limit.limit_table([row])


def test_on_a_busy_machine_no_matrix_product_is_measured(limit, monkeypatch):
    rates(limit, monkeypatch, [128e9, 20e9, 30e9])
    table = limit.limit_table([limit.limit_row("float32", 3)])
    assert "| float32 | 128 | 32 | 33.3 | not measured | not measured |" in table
    assert "The matrix product in float32: not measured; other processes were running." in table


def test_the_rate_of_a_step_stands_beside_both(modules, monkeypatch):
    training = modules["training"]
    measured = {48: pd.DataFrame({"fer_lib, float32": [1., 1.], "matrix, float32": [80., 90.],
                                  "limit, float32": [100., 110.]})}
    monkeypatch.setattr(training, "step_flop", lambda size: 99e9)
    monkeypatch.setattr(training, "why_not", lambda precision: "")
    header, _, row, *_ = training.rate_table(measured).splitlines()
    assert row == "| 48×48 | float32 | 99 | 99 | 85 | 117 | 110 | 124 | 110 | 90 |", "of the limit, the best round"
    assert len(header.split("|")) == len(row.split("|"))

    monkeypatch.setattr(training, "why_not", lambda precision: "there is no compiler `cc`")
    table = training.rate_table({48: measured[48].assign(**{"limit, float32": math.nan})})
    assert "| 124 | not measured | not measured |" in table
    assert "float32: the limit was not measured; there is no compiler `cc`." in table


def test_a_part_is_written_and_the_others_stay(modules, limit, monkeypatch, tmp_path):
    rates(limit, monkeypatch, [128e9])
    path = tmp_path / "results.md"
    modules["report"].report("step", "as it was", path)
    monkeypatch.setattr(sys, "argv", ["limit.py", "--times", "3", "--into", str(path)])
    limit.main()
    text = path.read_text("utf-8")
    assert "## step\n\nas it was\n" in text and "| float32 | 128 | 32 |" in text
    assert text.index("## rate") < text.index("## limit") < text.index("## accuracy")
