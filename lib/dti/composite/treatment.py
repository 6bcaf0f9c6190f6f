"""Outliers: indicators whose distribution a few units distort are winsorised or put on a logarithmic scale.

An indicator needs treatment if its skewness and its kurtosis are both beyond their limits. First the values that
stick out are set to the next one inside, one unit at a time; where that is not enough, the untreated values are
put on a logarithmic scale. Nothing is done silently: the report says for every indicator what was found and done.

References
----------
OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 3; limits 2 and 3.5 as used there and by
the JRC's audits (Groeneveld and Meeden 1984 on skewness). Skewness and kurtosis are the unbiased ones (G1, G2).
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
import pandas as pd

from dti.composite.normalisation import check_finite
from dti.composite.options import one_of
from dti.store.faults import DataError

Treatment = Literal["none", "winsorise", "log", "winsorise_then_log"]
TREATMENTS: tuple[str, ...] = get_args(Treatment)


@dataclass(frozen=True)
class Limits:
    """When an indicator needs treatment, and how far it goes.

    Parameters
    ----------
    skewness, kurtosis : both must be passed (skewness in absolute value) for an indicator to need treatment
    most : at most so many values of an indicator are winsorised
    """

    skewness: float = 2.0
    kurtosis: float = 3.5
    most: int = 5

    def __post_init__(self) -> None:
        if not (self.skewness >= 0 and np.isfinite(self.kurtosis) and self.most >= 0):
            raise DataError(
                f"Limits of skewness {self.skewness:g}, kurtosis {self.kurtosis:g}, {self.most} values; expected: "
                "a skewness and a number of values from 0 up."
            )


class Treated(NamedTuple):
    """Values after treatment, and a report of it.

    Parameters
    ----------
    values : units × indicators
    report : one row per indicator: skewness, kurtosis, needed, what was done, winsorised (number of values),
        skewness_after, kurtosis_after, passes
    changed : units × indicators, whether the cell holds another value than before
    """

    values: pd.DataFrame
    report: pd.DataFrame
    changed: pd.DataFrame


def treat(raw: pd.DataFrame, method: Treatment = "winsorise_then_log", limits: Limits | None = None) -> Treated:
    """Return values with outliers treated where an indicator needs it, and what was done.

    Parameters
    ----------
    raw : units × indicators
    method : ``winsorise_then_log`` tries winsorising, and a logarithm of the untreated values where it is not
        enough; ``winsorise`` and ``log`` do one alone; ``none`` only reports

    Raises
    ------
    DataError
        an unknown method, infinite values

    Examples
    --------
    >>> raw = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0, 5.0, 100.0]})
    >>> treated = treat(raw, "winsorise")
    >>> treated.values["x"].tolist(), treated.report.loc["x", "done"]
    ([1.0, 2.0, 3.0, 4.0, 5.0, 5.0], 'winsorise')
    """
    one_of("treatment", method, TREATMENTS)
    check_finite(raw)
    limits = limits or Limits()
    before = raw.to_numpy(dtype=float)
    after, number = treat_array(before[None], method, limits)
    after = after[0]
    moments, moments_after = shape_moments(before), shape_moments(after)
    changed = (before != after) & ~np.isnan(before)
    logged = changed.any(axis=0) & (number[0] == 0)
    done = np.where(logged, "log", np.where(number[0] > 0, "winsorise", "none"))
    report = pd.DataFrame(
        {
            "skewness": moments[0],
            "kurtosis": moments[1],
            "needed": beyond(*moments, limits),
            "done": done,
            "winsorised": number[0],
            "skewness_after": moments_after[0],
            "kurtosis_after": moments_after[1],
            "passes": ~beyond(*moments_after, limits),
        },
        index=raw.columns,
    ).rename_axis("index_id")
    frames = [pd.DataFrame(cells, index=raw.index, columns=raw.columns) for cells in (after, changed)]
    return Treated(frames[0], report, frames[1])


def treat_array(values: np.ndarray, method: Treatment, limits: Limits) -> tuple[np.ndarray, np.ndarray]:
    """Return treated values for many draws at once, and how many values of each indicator were winsorised.

    Parameters
    ----------
    values : shape (draws, units, indicators)

    Returns
    -------
    Shapes (draws, units, indicators) and (draws, indicators).
    """
    series = np.ascontiguousarray(np.moveaxis(values, -1, -2)).reshape(-1, values.shape[-2])
    number = np.zeros(len(series), dtype=np.int64)
    needy = np.flatnonzero(beyond(*_moments(series), limits)) if method != "none" else np.array([], dtype=int)
    if len(needy):
        series = series.copy()
        series[needy], number[needy] = _treated(series[needy], method, limits)
    shape = (*values.shape[:-2], values.shape[-1])
    return np.moveaxis(series.reshape(*shape, values.shape[-2]), -1, -2), number.reshape(shape)


def _treated(series: np.ndarray, method: Treatment, limits: Limits) -> tuple[np.ndarray, np.ndarray]:
    """Return series that need treatment, treated, and how many of their values were winsorised."""
    if method == "log":
        return log_scale(series), np.zeros(len(series), dtype=np.int64)
    treated, number = winsorise(series, limits)
    if method == "winsorise":
        return treated, number
    still = beyond(*_moments(treated), limits)
    treated[still], number[still] = log_scale(series[still]), 0
    return treated, number


def winsorise(series: np.ndarray, limits: Limits) -> tuple[np.ndarray, np.ndarray]:
    """Return series whose outermost values are set to the next one inside, one more at a time until they pass.

    Parameters
    ----------
    series : shape (series, units), blanks as NaN

    Examples
    --------
    >>> winsorise(np.array([[1.0, 2.0, 3.0, 4.0, 5.0, 100.0]]), Limits())
    (array([[1., 2., 3., 4., 5., 5.]]), array([1]))
    """
    result, number = series.copy(), np.zeros(len(series), dtype=np.int64)
    highs, lows = np.zeros(len(series), dtype=int), np.zeros(len(series), dtype=int)
    rising = np.sort(series, axis=1)  # blanks last
    last = (~np.isnan(series)).sum(axis=1) - 1
    places = np.arange(len(series))
    for _ in range(limits.most):
        skewness, kurtosis = _moments(result)
        needy = beyond(skewness, kurtosis, limits)
        if not needy.any():
            break
        highs += needy & (skewness > 0)
        lows += needy & (skewness < 0)
        number += needy
        top = rising[places, np.maximum(last - highs, 0)]
        bottom = rising[places, np.minimum(lows, np.maximum(last, 0))]
        result = np.clip(series, bottom[:, None], top[:, None])
    return result, number


def log_scale(series: np.ndarray) -> np.ndarray:
    """Return ln(x − min + a), or −ln(max − x + a) where the skewness is negative; a is 1 % of the range.

    Parameters
    ----------
    series : shape (series, units)

    Examples
    --------
    >>> log_scale(np.array([[0.0, 1.0, 3.0, 100.0]])).round(4).tolist()
    [[0.0, 0.6931, 1.3863, 4.6151]]
    """
    least, most = np.nanmin(series, axis=1, keepdims=True), np.nanmax(series, axis=1, keepdims=True)
    margin = 0.01 * (most - least)
    up = ~(_moments(series)[0] < 0)[:, None]
    return np.where(up, 1, -1) * np.log(np.where(up, series - least, most - series) + margin)


def shape_moments(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return skewness and excess kurtosis (unbiased, G1 and G2) of each indicator, blanks left out.

    Parameters
    ----------
    values : shape (units, indicators)

    References
    ----------
    Joanes, D. N. and Gill, C. A. (1998), Comparing measures of sample skewness and kurtosis. The Statistician 47.

    Examples
    --------
    >>> [moment.round(4).tolist() for moment in shape_moments(np.array([[1.0], [2.0], [3.0], [4.0], [10.0]]))]
    [[1.6971], [3.152]]
    """
    return _moments(np.ascontiguousarray(values.T))


def _moments(series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return skewness and excess kurtosis along the last axis; blank where there are too few or equal values."""
    present = ~np.isnan(series)
    n = present.sum(axis=1).astype(float)
    centred = np.where(present, series, 0.0)
    mean = centred.sum(axis=1) / np.maximum(n, 1)
    centred = np.where(present, series - mean[:, None], 0.0)
    square = centred * centred
    second = square.sum(axis=1) / np.maximum(n, 1)
    third = np.einsum("ij,ij->i", square, centred) / np.maximum(n, 1)
    fourth = np.einsum("ij,ij->i", square, square) / np.maximum(n, 1)
    usable = (second > 1e-24 * np.maximum(mean * mean, np.finfo(float).tiny)) & (n > 3)
    spread = np.where(usable, second, 1.0)
    size = np.where(usable, n, 4.0)
    g1, g2 = third / spread**1.5, fourth / spread**2 - 3
    skewness = g1 * np.sqrt(size * (size - 1)) / (size - 2)
    kurtosis = ((size + 1) * g2 + 6) * (size - 1) / ((size - 2) * (size - 3))
    return np.where(usable, skewness, np.nan), np.where(usable, kurtosis, np.nan)


def beyond(skewness: np.ndarray, kurtosis: np.ndarray, limits: Limits) -> np.ndarray:
    """Return whether skewness and kurtosis are both beyond their limits; a blank is not.

    Examples
    --------
    >>> beyond(np.array([2.5, -2.5, 2.5]), np.array([4.0, 4.0, 1.0]), Limits()).tolist()
    [True, True, False]
    """
    return (np.abs(skewness) > limits.skewness) & (kurtosis > limits.kurtosis)
