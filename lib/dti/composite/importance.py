"""Which index the order of the provinces hangs on."""

import numpy as np
import pandas as pd
from scipy.interpolate import make_smoothing_spline

from dti.composite.index import POINTS


def importance(parts: pd.DataFrame, shares: pd.Series) -> pd.DataFrame:
    """Return what each index weighs on paper and in effect.

    Parameters
    ----------
    parts : contributions, units × indices

    Returns
    -------
    weight : nominal share
    effective : correlation ratio with the total, scaled to add up to 1 over the indices
    correlation_ratio : share of the total's variance that goes with the index, whatever the shape
    variance_share : covariance with the total over the total's variance; they add up to 1
    pearson, spearman : correlation with the total
    spread : standard deviation in points
    redundancy : share of the index's variance that the other indices explain together (R²)

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
    total = parts.sum(axis=1)
    ratio = parts.apply(lambda index: correlation_ratio(index.to_numpy(), total.to_numpy()))
    return pd.DataFrame(
        {
            "weight": shares.reindex(parts.columns),
            "effective": ratio / ratio.sum(),
            "correlation_ratio": ratio,
            "variance_share": parts.apply(lambda index: index.cov(total)) / total.var(),
            "pearson": parts.corrwith(total),
            "spearman": parts.corrwith(total, method="spearman"),
            "spread": parts.std() * POINTS,
            "redundancy": [redundancy(parts, index_id) for index_id in parts],
        }
    ).rename_axis("index_id")


def correlation_ratio(x: np.ndarray, y: np.ndarray) -> float:
    """Return the share of the variance of `y` that a smooth curve over `x` explains (first-order effect).

    The curve is a smoothing spline whose smoothness is chosen by generalised cross-validation.

    References
    ----------
    Paruolo, Saisana and Saltelli (2013), section 3: S = V(E(y | x)) / V(y).

    Examples
    --------
    >>> x = np.linspace(-1, 1, 50)
    >>> round(correlation_ratio(x, x**2), 2), round(float(np.corrcoef(x, x**2)[0, 1] ** 2), 2)
    (1.0, 0.0)
    """
    places, which, counts = np.unique(x, return_inverse=True, return_counts=True)
    means = np.bincount(which, weights=y) / counts
    curve = make_smoothing_spline(places, means, w=counts.astype(float))
    fitted = curve(x)
    return float(np.clip(np.var(fitted) / np.var(y), 0, 1))


def redundancy(parts: pd.DataFrame, index_id: str) -> float:
    """Return the share of an index's variance that the others explain together by linear regression (R²).

    Examples
    --------
    >>> redundancy(pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": [2.0, 4.0, 6.0, 8.0]}), "x")
    1.0
    """
    others = np.column_stack([np.ones(len(parts)), parts.drop(columns=index_id)])
    own = parts[index_id].to_numpy()
    residual = own - others @ np.linalg.lstsq(others, own)[0]
    return float(np.clip(1 - residual.var() / own.var(), 0, 1).round(12))
