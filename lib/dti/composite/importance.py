"""Which index the order of the units hangs on: what it weighs on paper and in effect.

References
----------
Paruolo, P., Saisana, M. and Saltelli, A. (2013), Ratings and rankings: voodoo or science? Journal of the Royal
Statistical Society A 176, 609-634.
"""

import numpy as np
import pandas as pd
from scipy import stats
from scipy.interpolate import make_smoothing_spline

from dti.composite.aggregation import POINTS
from dti.composite.normalisation import check_finite
from dti.store.faults import DataError

#: An index with fewer different values than this has groups, not a curve.
FEW_LEVELS = 10
#: Fewer units than this show no relation that could be told from chance.
FEWEST = 5
#: Probability that the interval of a correlation ratio is to hold.
LEVEL = 0.9


def importance(parts: pd.DataFrame, shares: pd.Series) -> pd.DataFrame:
    """Return what each index weighs on paper and in effect, over the units that have every index.

    Parameters
    ----------
    parts : contributions, units × indices

    Returns
    -------
    weight : nominal share
    effective : correlation ratio with the total, scaled to add up to 1 over the indices
    correlation_ratio : share of the total's variance that goes with the index, whatever the shape
    ratio_low, ratio_high : its interval at 90 %
    variance_share : covariance with the total over the total's variance; they add up to 1
    pearson, spearman : correlation with the total
    spread : standard deviation in points
    redundancy : share of the index's variance that the other indices explain together (R²); blank where there are no
        more units than indices

    ``attrs["units"]`` is the number of units with every index.

    Raises
    ------
    DataError
        fewer than 5 such units, an index that has the same value for all of them, infinite values

    References
    ----------
    Paruolo, Saisana and Saltelli (2013).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> parts = pd.DataFrame({"x": rng.normal(0, 3, 60), "y": rng.normal(0, 1, 60)})
    >>> found = importance(parts, pd.Series({"x": 0.5, "y": 0.5}))
    >>> bool(found.loc["x", "effective"] > 0.7)
    True
    """
    check_finite(parts)
    known = parts.dropna()
    total = known.sum(axis=1)
    ratio = known.apply(lambda index: correlation_ratio(index.to_numpy(), total.to_numpy()))
    low, high = ratio_interval(ratio, len(known))
    frame = pd.DataFrame(
        {
            "weight": shares.reindex(parts.columns),
            "effective": ratio / ratio.sum(),
            "correlation_ratio": ratio,
            "ratio_low": low,
            "ratio_high": high,
            "variance_share": known.apply(lambda index: index.cov(total)) / total.var(),
            "pearson": known.corrwith(total),
            "spearman": known.corrwith(total, method="spearman"),
            "spread": known.std() * POINTS,
            "redundancy": [redundancy(known, index_id) for index_id in known],
        }
    ).rename_axis("index_id")
    frame.attrs["units"] = len(known)
    return frame


def correlation_ratio(x: np.ndarray, y: np.ndarray) -> float:
    """Return the share of the variance of `y` that goes with `x`, whatever the shape (first-order effect).

    A smoothing spline over standardised `x`, its smoothness chosen by generalised cross-validation, gives E(y | x); an
    `x` of fewer than 10 different values gives groups, whose means do. Never less than the straight line explains (r²).
    The units of `x` and `y` do not matter. Pairs with a blank are left out.

    Raises
    ------
    DataError
        fewer than 5 pairs, or one value throughout

    References
    ----------
    Paruolo, Saisana and Saltelli (2013), section 3: S = V(E(y | x)) / V(y).

    Examples
    --------
    >>> x = np.linspace(-1, 1, 50)
    >>> round(correlation_ratio(x, x**2), 2), round(float(np.corrcoef(x, x**2)[0, 1] ** 2), 2)
    (1.0, 0.0)
    """
    both = ~np.isnan(x) & ~np.isnan(y)
    x, y = x[both], y[both]
    if len(x) < FEWEST:
        raise DataError(f"{len(x)} units show no relation; expected: at least {FEWEST} with both values.")
    if _level(x) or _level(y):
        raise DataError("The same value for every unit shows no relation; expected: values that differ.")
    x, y = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
    levels, which, counts = np.unique(np.round(x, 9), return_inverse=True, return_counts=True)
    means = np.bincount(which, weights=y) / counts
    if len(levels) >= FEW_LEVELS:
        means = make_smoothing_spline(levels, means, w=counts.astype(float))(levels)
    straight = float(x @ y / len(x)) ** 2
    return float(np.clip(max(np.var(means[which]), straight), 0, 1))


def _level(values: np.ndarray) -> bool:
    """Return whether values are the same but for rounding."""
    return bool(np.ptp(values) <= 1e-12 * np.abs(values).max())


def ratio_interval(ratio: pd.Series, units: int, level: float = LEVEL) -> tuple[pd.Series, pd.Series]:
    """Return both ends of the interval of correlation ratios from so many units.

    The square root of the ratio is taken for a correlation, and Fisher's transformation of it for normal: right for
    straight lines, somewhat narrow for strong bends.

    References
    ----------
    Fisher, R. A. (1921), On the probable error of a coefficient of correlation. Metron 1, 3-32.

    Examples
    --------
    >>> [end.round(2).item() for end in ratio_interval(pd.Series([0.62]), 63)]
    [0.48, 0.73]
    """
    z = np.arctanh(np.sqrt(ratio.clip(upper=1 - 1e-12)))
    half = stats.norm.ppf((1 + level) / 2) / np.sqrt(max(units - 3, 1))
    return np.tanh((z - half).clip(lower=0)) ** 2, np.tanh(z + half) ** 2


def redundancy(parts: pd.DataFrame, index_id: str) -> float:
    """Return the share of an index's variance that the others explain together by linear regression (R²).

    Blank where there are no more units than indices: any regression would fit exactly.

    Examples
    --------
    >>> redundancy(pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": [2.0, 4.0, 6.0, 8.0]}), "x")
    1.0
    """
    known = parts.dropna()
    if len(known) <= known.shape[1]:
        return float("nan")
    centred = ((known - known.mean()) / known.std()).to_numpy()
    own = known.columns.get_loc(index_id)
    others = np.delete(centred, own, axis=1)
    residual = centred[:, own] - others @ np.linalg.lstsq(others, centred[:, own])[0]
    return float(np.clip(1 - residual.var() / centred[:, own].var(), 0, 1).round(12))
