"""Which effects count, on tables written down by hand."""
import numpy as np
import pandas as pd
import pytest

from fer_lib.analysis.effects import counted, read_parts, tables


def table(**of_pair):
    """CNN's effects by seed of pairs, named AU12_happy."""
    rows = [("CNN", seed, f"run{seed}", *pair.split("_"), value)
            for pair, values in of_pair.items() for seed, value in enumerate(values, start=1)]
    return pd.DataFrame(rows, columns=["kind", "seed", "run", "first", "second", "value"])


def test_what_counts_is_large_and_sure():
    found = counted(table(AU12_happy=[50., 52, 54], AU1_happy=[4., 4.1, 4.2], AU4_happy=[60., -40, 10],
                          AU6_happy=[0., 0, 0], AU9_happy=[-20., -21, -19])).set_index("unit")
    assert found.index[found["counts"]].tolist() == ["AU12", "AU9"]
    assert found.at["AU12", "mean"] == 52 and found.at["AU12", "n"] == 3
    # by hand: the mean over its standard error is 52 / (2 / sqrt(3)), Student's t with 2 degrees of freedom
    t = 52 / (2 / np.sqrt(3))
    assert found.at["AU12", "p"] == pytest.approx(1 - t / np.sqrt(2 + t ** 2))
    reach = 4.302652729749464 * 2 / np.sqrt(3)         # 97.5 of 100 values of that t are below
    assert found.loc["AU12", ["low", "high"]].tolist() == pytest.approx([52 - reach, 52 + reach])
    assert (found["q"] >= found["p"]).all() and found.at["AU6", "p"] == 1


def test_many_pairs_make_each_less_sure():
    one, many = {"AU12_happy": [8., 10, 12]}, {f"AU{i}_sad": [3., -2, 1] for i in range(20, 40)}
    assert counted(table(**one))["counts"].item() and not counted(table(**one, **many))["counts"].any()


def test_of_two_seeds_nothing_counts():
    found = counted(table(AU12_happy=[50., 50]))
    assert not found["counts"].any() and found[["low", "high"]].isna().all(axis=None)
    assert counted(table()).empty


def test_seeds_are_the_unit():
    twice = pd.concat([table(AU12_happy=[50., 52, 54])] * 2)
    assert counted(twice)["p"].item() == counted(table(AU12_happy=[50., 52, 54]))["p"].item()


def test_a_store_that_is_not_there(tmp_path):
    assert tables(read_parts(tmp_path / "none"), "effects").empty
