"""How indicators and scores move over several years, unit by unit.

References
----------
Sen, P. K. (1968), Estimates of the regression coefficient based on Kendall's tau. Journal of the American
Statistical Association 63, 1379-1389.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from dti.store.faults import DataError


def long_panel(panel: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """Return years of units × indices as one table: unit, index_id, year, value; blanks left out.

    Examples
    --------
    >>> long_panel({2022: pd.DataFrame({"x": [0.5]}, index=["a"])}).to_numpy().tolist()
    [['a', 'x', 2022, 0.5]]
    """
    frames = [
        frame.rename_axis(index="unit").reset_index().melt("unit", var_name="index_id").assign(year=year)
        for year, frame in sorted(panel.items())
    ]
    if not frames:
        raise DataError("The panel has no years; expected: at least one.")
    return pd.concat(frames, ignore_index=True).dropna(ignore_index=True)[["unit", "index_id", "year", "value"]]


def trends(panel: Mapping[int, pd.DataFrame], level: float = 0.95) -> pd.DataFrame:
    """Return the trend of every unit and index over the years it is known in.

    Parameters
    ----------
    panel : year → units × indices, of one version of the index

    Returns
    -------
    unit, index_id, years (number known), first, last (values), change (last − first), growth (compound rate a
    year; blank unless both are above zero), slope (Sen's, per year), low, high (its interval at `level`); slope is
    blank under two years, the interval under three.

    Examples
    --------
    >>> panel = {2020 + year: pd.DataFrame({"x": [100 * 1.1**year]}, index=["a"]) for year in range(4)}
    >>> trends(panel)[["years", "growth"]].round(6).to_numpy().tolist()
    [[4.0, 0.1]]
    """
    rows = long_panel(panel)
    found = [
        (unit, index_id, *_trend(own["year"].to_numpy(dtype=float), own["value"].to_numpy(dtype=float), level))
        for (unit, index_id), own in rows.groupby(["unit", "index_id"], sort=False)
    ]
    columns = ["unit", "index_id", "years", "first", "last", "change", "growth", "slope", "low", "high"]
    return pd.DataFrame(found, columns=columns)


def _trend(years: np.ndarray, values: np.ndarray, level: float) -> tuple[float, ...]:
    first, last, span = values[0], values[-1], years[-1] - years[0]
    growth = (last / first) ** (1 / span) - 1 if span > 0 and first > 0 and last > 0 else np.nan
    slope = low = high = np.nan
    if len(values) > 1:
        found = stats.theilslopes(values, years, alpha=level)
        slope = found.slope
        if len(values) > 2:
            low, high = found.low_slope, found.high_slope
    return len(values), first, last, last - first, growth, slope, low, high
