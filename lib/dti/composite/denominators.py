"""Indicators made comparable between large and small units: per head, per area, per unit of GRDP."""

import numpy as np
import pandas as pd

from dti.composite.normalisation import check_finite
from dti.store.faults import DataError


def denominate(values: pd.DataFrame, denominators: pd.DataFrame, by: pd.Series, scale: float = 1.0) -> pd.DataFrame:
    """Return indicators divided by what the structure says; those without a denominator stay as they are.

    Parameters
    ----------
    values : units × indicators
    denominators : units × denominators, above zero; a blank one leaves the indicator blank
    by : indicator → column of `denominators`, blank for none
    scale : e.g. 1000 for "per thousand"

    Raises
    ------
    DataError
        a unit or a denominator that is not there, or one that is zero or negative

    Examples
    --------
    >>> values = pd.DataFrame({"offices": [10.0, 30.0], "rate": [0.5, 0.7]}, index=["a", "b"])
    >>> people = pd.DataFrame({"people": [1000.0, 2000.0]}, index=["a", "b"])
    >>> denominate(values, people, pd.Series({"offices": "people"}), 1000).to_numpy().tolist()
    [[10.0, 0.5], [15.0, 0.7]]
    """
    check_finite(values)
    check_finite(denominators)
    lost = values.index.difference(denominators.index)
    if len(lost):
        raise DataError(f"The denominators do not have {', '.join(map(str, lost))}; expected: a row for every unit.")
    wanted = by.reindex(values.columns).dropna()
    unknown = sorted(set(wanted) - set(denominators))
    if unknown:
        raise DataError(f"There is no denominator {', '.join(unknown)}. Known: {', '.join(denominators)}.")
    used = denominators.loc[values.index, list(dict.fromkeys(wanted))]
    if (used <= 0).any(axis=None):
        row, column = np.argwhere((used <= 0).to_numpy())[0]
        raise DataError(f"{used.columns[column]} of {used.index[row]} is zero or negative; expected: above zero.")
    result = values.astype(float)
    for index_id, name in wanted.items():
        result[index_id] = values[index_id] / used[name] * scale
    return result
