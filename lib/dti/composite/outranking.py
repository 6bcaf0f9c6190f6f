"""Units compared two by two: no trade-off between a large lead in one index and a small lag in another.

References
----------
Munda, G. and Nardo, M. (2009), Noncompensatory/nonlinear composite indicators for ranking countries. Applied
Economics 41, 1513-1523.
OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 6 (Copeland's rule).
"""

import numpy as np
import pandas as pd

from dti.composite.normalisation import check_finite
from dti.composite.ranks import largest, threshold
from dti.store.faults import DataError


def outranking_matrix(values: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    """Return the weight of the indices in which each unit beats each other one; half of it for a tie.

    Parameters
    ----------
    values : units × indices, higher is better; an index that either unit lacks does not count for the two
    weights : by index

    Returns
    -------
    Units × units, shares of the weight that counts; a cell and its mirror image add up to 1. The diagonal is 0,
    a pair with no index in common is blank.

    Examples
    --------
    >>> values = pd.DataFrame({"x": [3.0, 2.0], "y": [1.0, 1.0]}, index=["a", "b"])
    >>> outranking_matrix(values, pd.Series({"x": 3.0, "y": 1.0})).to_numpy().tolist()
    [[0.0, 0.875], [0.125, 0.0]]
    """
    check_finite(values)
    known = weights.reindex(values.columns)
    if known.isna().any() or (known < 0).any() or not known.sum() > 0:
        raise DataError("The weight of an index is blank or negative, or all are zero; expected: weights from zero up.")
    found = outranking_array(values.to_numpy(dtype=float), known.to_numpy(dtype=float))
    return pd.DataFrame(found, index=values.index, columns=values.index)


def outranking_array(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return `outranking_matrix` of arrays: shapes (units, indices) and (indices,) to (units, units)."""
    by_index = values.T
    limits = threshold(by_index, largest(by_index))
    beats = (by_index[:, :, None] > limits[:, None, :]).astype(float)
    both = ~np.isnan(by_index[:, :, None]) & ~np.isnan(by_index[:, None, :])
    won = np.tensordot(weights, np.where(both, (beats + 1 - beats.transpose(0, 2, 1)) / 2, 0.0), axes=1)
    counts = np.tensordot(weights, both.astype(float), axes=1)
    share = np.divide(won, counts, out=np.full(won.shape, np.nan), where=counts > 0)
    np.fill_diagonal(share, 0.0)
    return share


def copeland(values: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """Return how many units each one outranks less how many outrank it (Copeland scores).

    Examples
    --------
    >>> values = pd.DataFrame({"x": [3.0, 2.0, 1.0], "y": [1.0, 2.0, 3.0], "z": [3.0, 1.0, 2.0]}, index=list("abc"))
    >>> copeland(values, pd.Series({"x": 1.0, "y": 1.0, "z": 1.0})).to_dict()
    {'a': 2.0, 'b': -2.0, 'c': 0.0}
    """
    matrix = outranking_matrix(values, weights).to_numpy()
    return pd.Series(_copeland_of(matrix, values.notna().any(axis=1).to_numpy()), index=values.index)


def copeland_array(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return `copeland` of arrays: shapes (units, indices) and (indices,) to (units,)."""
    return _copeland_of(outranking_array(values, weights), ~np.isnan(values).all(axis=1))


def _copeland_of(matrix: np.ndarray, present: np.ndarray) -> np.ndarray:
    wins = np.where(np.abs(matrix - 0.5) < 1e-12, 0.0, np.sign(matrix - 0.5))
    np.fill_diagonal(wins, 0.0)
    return np.where(present, np.nansum(wins, axis=1), np.nan)
