"""Indicators on one scale, higher always being better; blanks stay blank.

Every function works along the units of an array of any number of draws, shape (..., units, indicators), and takes
values that are already turned so that higher is better (`oriented`). `normalise` does both for a table.

References
----------
OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 5.
Hwang, C. L. and Yoon, K. (1981), Multiple Attribute Decision Making (fractions of the best value).
"""

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np
import pandas as pd

from dti.composite.options import one_of
from dti.composite.ranks import above_and_below
from dti.store.faults import DataError

Normalisation = Literal[
    "minmax", "zscore", "rank", "percentile", "borda", "fraction_of_max", "goal_posts", "scaled", "target"
]
NORMALISATIONS: tuple[str, ...] = get_args(Normalisation)
#: Those that measure against ends given for each indicator, and the columns of the structure that they read.
FIXED: dict[str, tuple[str, ...]] = {
    "goal_posts": ("lower", "upper"),
    "scaled": ("lower", "upper"),
    "target": ("target",),
}


def normalise(
    raw: pd.DataFrame,
    direction: pd.Series | None = None,
    method: Normalisation = "minmax",
    low: float = 0.0,
    high: float = 1.0,
    *,
    ends: pd.DataFrame | None = None,
    mean: float = 0.0,
    sd: float = 1.0,
) -> pd.DataFrame:
    """Return indicators on one scale, higher always being better; blanks stay blank.

    Parameters
    ----------
    raw : units × indicators
    direction : +1 or -1 per indicator (index: indicator ids); +1 where left out
    method : from `low` to `high`: ``minmax`` (the values), ``rank`` (their ranks, ties at the mean),
        ``percentile`` (share of the other units that stand below), ``goal_posts`` (between the fixed ``lower`` and
        ``upper``, cut off beyond them), ``scaled`` (the same, not cut off), ``target`` (from the worst value to the
        fixed ``target``, beyond it where it is passed). On scales of their own: ``zscore`` (`mean`, `sd`),
        ``borda`` (number of units below), ``fraction_of_max`` (x / max; min / x where lower is better)
    ends : the fixed ends, columns ``lower`` and ``upper`` or ``target``, in the raw unit; index: indicator ids

    Raises
    ------
    DataError
        an unknown method, a direction other than +1 and -1, infinite values, an indicator without values or with
        the same value everywhere, a scale whose lower end is not below its upper, fixed ends that are not there or
        do not differ

    Examples
    --------
    >>> raw = pd.DataFrame({"speed": [1.0, 3.0], "cost": [10.0, 20.0]})
    >>> normalise(raw, pd.Series({"speed": 1, "cost": -1})).to_numpy().tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    one_of("normalisation", method, NORMALISATIONS)
    if not low < high:
        raise DataError(f"The scale runs from {low} to {high}; expected: a lower end below the upper; see `direction`.")
    signs = directions(raw, direction)
    check_spread(raw)
    values = oriented(raw.to_numpy(dtype=float), signs)
    if method in FIXED:
        result = _between_ends(raw, values, signs, method, ends) * (high - low) + low
    elif method == "zscore":
        result = zscore(values) * sd + mean
    elif method == "fraction_of_max":
        result = _fractions(raw, signs)
    else:
        result = SCALES[method](values, low, high)
    return pd.DataFrame(result, index=raw.index, columns=raw.columns)


def directions(raw: pd.DataFrame, direction: pd.Series | None = None) -> np.ndarray:
    """Return +1 or -1 for each indicator, +1 where nothing is said.

    Examples
    --------
    >>> directions(pd.DataFrame({"a": [1.0], "b": [2.0]}), pd.Series({"b": -1})).tolist()
    [1.0, -1.0]
    """
    signs = pd.Series(1.0, index=raw.columns)
    if direction is not None:
        given = direction[direction.index.isin(raw.columns)]
        wrong = given.index[~given.isin([1, -1])]
        if len(wrong):
            raise DataError(f"The direction of {', '.join(map(str, wrong))} is not 1 or -1.")
        signs[given.index] = given.astype(float)
    return signs.to_numpy()


def check_spread(raw: pd.DataFrame) -> None:
    """Raise a `DataError` for infinite values, and for indicators without values or with one value everywhere.

    Examples
    --------
    >>> check_spread(pd.DataFrame({"a": [1.0, 1.0]}))
    Traceback (most recent call last):
    ...
    dti.store.faults.DataError: a: the same value for every unit; expected: values that differ.
    """
    check_finite(raw)
    for found, words in [
        (raw.isna().all(), "no unit has a value; expected: values that differ."),
        (raw.max() == raw.min(), "the same value for every unit; expected: values that differ."),
    ]:
        if found.any():
            raise DataError(f"{', '.join(map(str, raw.columns[found]))}: {words}")


def check_finite(values: pd.DataFrame) -> None:
    """Raise a `DataError` that names indicators and units whose values are no finite numbers; blanks are welcome.

    Examples
    --------
    >>> check_finite(pd.DataFrame({"x": [1.0, float("inf")]}, index=["a", "b"]))
    Traceback (most recent call last):
    ...
    dti.store.faults.DataError: x of b is infinite; expected: a finite number, or a blank where it is not known.
    """
    texts = [column for column in values if not pd.api.types.is_numeric_dtype(values[column])]
    if texts:
        raise DataError(f"{', '.join(map(str, texts))}: not numbers; expected: a number, or a blank, in every cell.")
    infinite = np.isinf(values.to_numpy(dtype=float))
    if infinite.any():
        cells = [f"{values.columns[column]} of {values.index[row]}" for row, column in np.argwhere(infinite)[:5]]
        more = f" (and {infinite.sum() - 5} more)" if infinite.sum() > 5 else ""
        raise DataError(
            f"{', '.join(cells)}{more} is infinite; expected: a finite number, or a blank where it is not known."
        )


def oriented(values: np.ndarray, signs: np.ndarray) -> np.ndarray:
    """Return values with higher always being better: x, or −x where lower is better.

    Examples
    --------
    >>> oriented(np.array([[1.0, 2.0]]), np.array([1.0, -1.0])).tolist()
    [[1.0, -2.0]]
    """
    return values * signs


def minmax(values: np.ndarray, low: float = 0.0, high: float = 1.0) -> np.ndarray:
    """Return (x − min) / (max − min), stretched from `low` to `high`.

    Examples
    --------
    >>> minmax(np.array([[2.0], [4.0], [10.0]])).ravel().tolist()
    [0.0, 0.25, 1.0]
    """
    least = np.nanmin(values, axis=-2, keepdims=True)
    most = np.nanmax(values, axis=-2, keepdims=True)
    return (values - least) / (most - least) * (high - low) + low


def zscore(values: np.ndarray) -> np.ndarray:
    """Return (x − mean) / sd, with the sample's standard deviation.

    Examples
    --------
    >>> zscore(np.array([[1.0], [2.0], [3.0]])).ravel().tolist()
    [-1.0, 0.0, 1.0]
    """
    return (values - np.nanmean(values, axis=-2, keepdims=True)) / np.nanstd(values, axis=-2, ddof=1, keepdims=True)


def rank_scale(values: np.ndarray, low: float = 0.0, high: float = 1.0) -> np.ndarray:
    """Return ranks, the lowest value first and ties at their mean, stretched from `low` to `high`.

    Examples
    --------
    >>> rank_scale(np.array([[5.0], [7.0], [7.0], [9.0]])).ravel().tolist()
    [0.0, 0.5, 0.5, 1.0]
    """
    below, above = _below_and_above(values)
    return minmax(np.where(np.isnan(values), np.nan, (below - above) / 2.0), low, high)


def percentile(values: np.ndarray, low: float = 0.0, high: float = 1.0) -> np.ndarray:
    """Return the share of the other units that stand below, stretched from `low` to `high`.

    Examples
    --------
    >>> percentile(np.array([[5.0], [7.0], [7.0], [9.0], [np.nan]])).ravel().tolist()[:4]
    [0.0, 0.3333333333333333, 0.3333333333333333, 1.0]
    """
    others = (~np.isnan(values)).sum(axis=-2, keepdims=True) - 1
    return borda(values) / others * (high - low) + low


def borda(values: np.ndarray) -> np.ndarray:
    """Return how many units stand below (Borda scores).

    Examples
    --------
    >>> borda(np.array([[5.0], [7.0], [7.0], [9.0]])).ravel().tolist()
    [0.0, 1.0, 1.0, 3.0]
    """
    return np.where(np.isnan(values), np.nan, _below_and_above(values)[0].astype(float))


def _below_and_above(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how many units stand below each one and how many above."""
    by_indicator = np.moveaxis(values, -1, -2)
    above, below = above_and_below(by_indicator)
    return np.moveaxis(below, -1, -2), np.moveaxis(above, -1, -2)


def between(values: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Return (x − lower) / (upper − lower), with fixed ends.

    Examples
    --------
    >>> between(np.array([[30.0], [120.0]]), np.array([0.0]), np.array([100.0])).ravel().tolist()
    [0.3, 1.2]
    """
    return (values - lower) / (upper - lower)


#: Scales that the values themselves span, from `low` to `high`.
SCALES: dict[str, Callable[[np.ndarray, float, float], np.ndarray]] = {
    "minmax": minmax,
    "rank": rank_scale,
    "percentile": percentile,
    "borda": lambda values, low, high: borda(values),
}


def _between_ends(
    raw: pd.DataFrame, values: np.ndarray, signs: np.ndarray, method: str, ends: pd.DataFrame | None
) -> np.ndarray:
    """Return values between fixed ends; where lower is better, ``lower`` is the better end."""
    fixed = _ends(raw, method, ends) * signs[:, None]
    if method == "target":
        worst = np.nanmin(values, axis=-2)
        _check_apart(raw, worst, fixed[:, 0], "the target is no better than the worst value")
        return between(values, worst, fixed[:, 0])
    lower, upper = np.sort(fixed, axis=1).T
    _check_apart(raw, lower, upper, "lower and upper are the same")
    share = between(values, lower, upper)
    return np.clip(share, 0.0, 1.0) if method == "goal_posts" else share


def _ends(raw: pd.DataFrame, method: str, ends: pd.DataFrame | None) -> np.ndarray:
    """Return the fixed ends that a method needs, shape (indicators, ends)."""
    columns = list(FIXED[method])
    known = pd.DataFrame() if ends is None else ends
    absent = [column for column in columns if column not in known]
    if absent:
        raise DataError(f"The normalisation {method} needs {', '.join(absent)} of every indicator; expected: columns.")
    fixed = known.reindex(raw.columns)[columns].astype(float)
    blank = fixed.index[~np.isfinite(fixed).all(axis=1)]
    if len(blank):
        raise DataError(f"{', '.join(columns)} of {', '.join(map(str, blank))} is blank; expected: a number.")
    if method != "target" and (fixed["lower"] > fixed["upper"]).any():
        wrong = fixed.index[fixed["lower"] > fixed["upper"]]
        raise DataError(f"lower of {', '.join(map(str, wrong))} is above upper; expected: lower, then upper.")
    return fixed.to_numpy()


def _check_apart(raw: pd.DataFrame, lower: np.ndarray, upper: np.ndarray, words: str) -> None:
    wrong = raw.columns[~(upper > lower)]
    if len(wrong):
        raise DataError(f"{', '.join(map(str, wrong))}: {words}; expected: two ends that differ.")


def _fractions(raw: pd.DataFrame, signs: np.ndarray) -> np.ndarray:
    """Return x / max, or min / x where lower is better."""
    values = raw.to_numpy(dtype=float)
    least, most = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    wrong = raw.columns[np.where(signs > 0, (most <= 0) | (least < 0), least <= 0)]
    if len(wrong):
        raise DataError(
            f"{', '.join(map(str, wrong))}: a fraction of the best value needs values from zero up (above zero where "
            "lower is better)."
        )
    return np.where(signs > 0, values / most, least / np.where(signs > 0, 1.0, values))
