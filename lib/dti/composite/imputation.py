"""Missing values filled in by a stated rule, marked cell by cell, never in place of the data.

The values as they came stay as they are: a filled table says of every cell whether it was known, so that results
with and without can be set side by side.

References
----------
OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 4.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

import numpy as np
import pandas as pd

from dti.composite.normalisation import check_finite
from dti.composite.options import one_of
from dti.store.faults import DataError

Imputation = Literal["mean", "median"]
IMPUTATIONS: tuple[str, ...] = get_args(Imputation)
PanelRule = Literal["latest", "linear"]
PANEL_RULES: tuple[str, ...] = get_args(PanelRule)


class Imputed(NamedTuple):
    """A filled table and where it was filled.

    Parameters
    ----------
    values : units × indicators; blank where the rule had nothing to go by
    filled : units × indicators, whether the cell was filled in
    """

    values: pd.DataFrame
    filled: pd.DataFrame


def impute(values: pd.DataFrame, method: Imputation = "median", groups: pd.Series | None = None) -> Imputed:
    """Return a table whose blanks hold the mean or median of the indicator, of all units or of each unit's group.

    Parameters
    ----------
    values : units × indicators
    groups : unit → group; a group in which nobody has a value stays blank

    Raises
    ------
    DataError
        an unknown method, infinite values, a unit without a group

    Examples
    --------
    >>> found = impute(pd.DataFrame({"x": [1.0, 5.0, np.nan]}), "mean")
    >>> found.values["x"].tolist(), found.filled["x"].tolist()
    ([1.0, 5.0, 3.0], [False, False, True])
    """
    one_of("imputation", method, IMPUTATIONS)
    check_finite(values)
    if groups is None:
        typical = values.mean() if method == "mean" else values.median()
        return _marked(values, values.fillna(typical))
    own = groups.reindex(values.index)
    if own.isna().any():
        raise DataError(
            f"{', '.join(map(str, own.index[own.isna()]))} has no group; expected: a group for every unit, or none."
        )
    return _marked(values, values.fillna(values.groupby(own).transform(method)))


def impute_panel(panel: Mapping[int, pd.DataFrame], year: int, method: PanelRule = "latest", most: int = 2) -> Imputed:
    """Return a year's values whose blanks are taken from the unit's own other years.

    Parameters
    ----------
    panel : year → units × indicators
    method : ``latest`` takes the last earlier value, at most `most` years old; ``linear`` lies on the straight line
        between the nearest earlier and later value, at most `most` years away each

    Raises
    ------
    DataError
        an unknown method, or a year that the panel does not have

    Examples
    --------
    >>> panel = {year: pd.DataFrame({"x": [value]}) for year, value in [(2021, 1.0), (2022, np.nan), (2023, 5.0)]}
    >>> impute_panel(panel, 2022, "linear").values["x"].tolist()
    [3.0]
    """
    one_of("imputation", method, PANEL_RULES)
    if year not in panel:
        raise DataError(f"The panel has no year {year}. Known: {', '.join(map(str, sorted(panel)))}.")
    now = panel[year]
    before, age = _nearest(panel, now, [other for other in sorted(panel, reverse=True) if year - most <= other < year])
    if method == "latest":
        return _marked(now, now.fillna(before))
    after, ahead = _nearest(panel, now, [other for other in sorted(panel) if year < other <= year + most])
    age, ahead = year - age, ahead - year
    return _marked(now, now.fillna((before * ahead + after * age) / (ahead + age)))


def _nearest(
    panel: Mapping[int, pd.DataFrame], like: pd.DataFrame, years: list[int]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the first known value of each cell in the order of years given, and its year."""
    found = pd.DataFrame(np.nan, index=like.index, columns=like.columns)
    of = found.copy()
    for year in years:
        there = panel[year].reindex(index=like.index, columns=like.columns)
        new = found.isna() & there.notna()
        found, of = found.mask(new, there), of.mask(new, year)
    return found, of


def _marked(before: pd.DataFrame, after: pd.DataFrame) -> Imputed:
    return Imputed(after, before.isna() & after.notna())
