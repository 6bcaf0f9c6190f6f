"""Who stands above whom: one rule for ties, used wherever units are ranked.

One unit stands above another if its value is higher by more than a billionth of the other's. Binary fractions
must not separate what printed decimals tie, whatever the unit of the values; where values cancel out to almost
nothing, what remains is measured against the largest of them.
"""

import numpy as np
import pandas as pd

#: Values closer than this share of themselves are tied.
TIE_SHARE = 1e-9
#: What rounding in sums leaves of the largest value, where values cancel out.
TIE_FLOOR = 64 * np.finfo(float).eps


def threshold(own: np.ndarray, scale: np.ndarray | float) -> np.ndarray:
    """Return the value that another unit must exceed to stand above these.

    Parameters
    ----------
    own : values, any shape
    scale : the largest absolute value in the comparison; must broadcast with `own`

    Examples
    --------
    >>> bool(0.1 + 0.2 > threshold(np.array(0.3), 1.0)), bool(0.3001 > threshold(np.array(0.3), 1.0))
    (False, True)
    """
    return own + TIE_SHARE * np.abs(own) + TIE_FLOOR * scale


def largest(values: np.ndarray) -> np.ndarray:
    """Return the largest absolute value along the last axis, which is kept; 0 where there is none.

    Examples
    --------
    >>> largest(np.array([[1.0, -3.0, np.nan]])).tolist()
    [[3.0]]
    """
    return np.where(np.isnan(values), 0.0, np.abs(values)).max(axis=-1, keepdims=True, initial=0.0)


def above_and_below(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how many units stand above each one along the last axis, and how many below; a blank does neither.

    Parameters
    ----------
    values : shape (..., units)

    Examples
    --------
    >>> [counts.tolist() for counts in above_and_below(np.array([0.5, 0.7, 0.7, 0.1]))]
    [[2, 0, 0, 3], [1, 2, 2, 0]]
    """
    rows = values.reshape(-1, values.shape[-1])
    order = np.argsort(-rows, axis=-1)
    falling = np.take_along_axis(rows, order, axis=-1)
    scale = np.fmax(np.abs(falling[:, [0]]), np.abs(falling[:, [-1]]))
    apart = falling[:, :-1] > threshold(falling[:, 1:], scale)
    above = np.empty(rows.shape, dtype=np.int64)
    np.put_along_axis(above, order, np.broadcast_to(np.arange(rows.shape[-1]), rows.shape), axis=-1)
    below = rows.shape[-1] - 1 - above
    close = np.flatnonzero(~apart.all(axis=-1))  # ties or blanks: each with each
    for start in range(0, len(close), 256):
        which = close[start : start + 256]
        part = rows[which]
        stands_above = part[:, None, :] > threshold(part, largest(part))[:, :, None]
        above[which], below[which] = stands_above.sum(axis=-1), stands_above.sum(axis=-2)
    return above.reshape(values.shape), below.reshape(values.shape)


def rank_array(values: np.ndarray) -> np.ndarray:
    """Return competition ranks along the last axis of complete values: one more than stand above.

    Examples
    --------
    >>> rank_array(np.array([[0.5, 0.7, 0.7, 0.1]])).tolist()
    [[3, 1, 1, 4]]
    """
    return 1 + above_and_below(values)[0]


def rank_among(own: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return competition ranks of a score among others, row by row; ties share the better rank.

    Parameters
    ----------
    own : shape (rows,)
    others : shape (rows or 1, units)

    Examples
    --------
    >>> rank_among(np.array([0.5, 0.1 + 0.2]), np.array([[0.7, 0.5, 0.3]])).tolist()
    [2, 3]
    """
    scale = np.maximum(largest(others), np.abs(own)[:, None])
    return 1 + (others > threshold(own[:, None], scale)).sum(axis=-1)


def sides(others: pd.Series, own: float) -> pd.Series:
    """Return +1 for others that stand above a value, -1 for those below, 0 for those level with it or blank.

    Examples
    --------
    >>> sides(pd.Series([0.7, 0.1 + 0.2, 0.1]), 0.3).tolist()
    [1, 0, -1]
    """
    values = others.to_numpy(dtype=float)
    scale = largest(np.append(values, own))
    above = (values > threshold(np.float64(own), scale)).astype(int)
    return pd.Series(above - (own > threshold(values, scale)).astype(int), index=others.index)


def ranks(values: pd.Series | pd.DataFrame) -> pd.Series | pd.DataFrame:
    """Return competition ranks (1, 2, 2, 4), the highest value first; a blank has no rank.

    Examples
    --------
    >>> ranks(pd.Series([0.5, 0.7, 0.7, 0.1])).tolist()
    [3, 1, 1, 4]
    """
    if isinstance(values, pd.DataFrame):
        return values.apply(ranks)
    found = rank_array(values.to_numpy(dtype=float, na_value=np.nan))
    return pd.Series(found, index=values.index, name=values.name, dtype="Int64").mask(values.isna())
