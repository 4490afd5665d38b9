"""Responses whose answer is known, as samples."""
import numpy as np
import pandas as pd

from fer_lib.analysis import Sample


def made_sample(responses, units, case=None, *, labels=None, is_neutral=None, people=None) -> Sample:
    """A sample of responses (N, F) and units (S, A); each frame a case by itself unless `case` (N,) says other."""
    units = units if isinstance(units, pd.DataFrame) else pd.DataFrame(units, columns=[
        f"AU{1 + i}" for i in range(np.shape(units)[1])])
    cases = len(units)
    return Sample(np.asarray(responses), np.arange(cases) if case is None else np.asarray(case), units.astype(float),
                  np.zeros(cases, int) if labels is None else np.asarray(labels),
                  np.zeros(cases, bool) if is_neutral is None else np.asarray(is_neutral),
                  None if people is None else np.asarray(people))


def planted(rng, cases=60, filters=12, units=5, *, strength=0., frames=3, noise=.1, missing=0.):
    """Responses (N, F), case (N,) and units (S, A): frames of cases that are nearly equal; filter 4 answers to unit 2
    as strongly as asked. missing: share of the fields that are not coded, NaN."""
    coded = (rng.random((cases, units)) < [.5, .3, .3, .2, .1][:units]).astype(float)
    coded[:2], coded[2:4] = 1, 0                                # nobody is left without
    of_case = rng.normal(size=(cases, filters))
    if strength:
        of_case[:, 4] += strength * coded[:, 2]
    case = np.repeat(np.arange(cases), frames)
    responses = of_case[case] + noise * rng.normal(size=(len(case), filters))
    coded[4:][rng.random((cases - 4, units)) < missing] = np.nan
    return responses, case, coded
