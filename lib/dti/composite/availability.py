"""How much of the data is there, and which units have enough of it.

References
----------
OECD and JRC (2008), Handbook on Constructing Composite Indicators, steps 2 and 4.
"""

import numpy as np
import pandas as pd

from dti.composite.normalisation import check_finite
from dti.composite.structure import cut, tree
from dti.store.faults import DataError


def availability(values: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return which share of its leaves each unit has, for every index of the structure.

    Parameters
    ----------
    values : units × leaves
    rows : the structure

    Returns
    -------
    Units × indices, shares in [0, 1], the root first.

    Examples
    --------
    >>> rows = pd.DataFrame({"index_id": ["t", "a", "b"], "parent": [None, "t", "t"], "weight": [1.0, 1.0, 1.0]})
    >>> availability(pd.DataFrame({"a": [1.0, 2.0], "b": [np.nan, 3.0]}), rows)["t"].tolist()
    [0.5, 1.0]
    """
    own = tree(cut(rows, values.columns))
    here = values.reindex(columns=own.leaf_ids).notna().to_numpy(dtype=float)
    present, number = np.zeros((len(values), len(own.ids))), np.zeros(len(own.ids))
    present[:, own.leaves], number[own.leaves] = here, 1
    for parent in sorted(own.children, reverse=True):
        present[:, parent] = present[:, own.children[parent]].sum(axis=1)
        number[parent] = number[own.children[parent]].sum()
    return pd.DataFrame(present / number, index=values.index, columns=list(own.ids))


def screened(values: pd.DataFrame, least: float = 0.65, *, zeros: float = 0.0) -> pd.DataFrame:
    """Return how far each unit's data go, and whether that is enough to be ranked.

    Parameters
    ----------
    values : units × indicators
    least : smallest share of known values
    zeros : smallest share of known values that are not zero

    Returns
    -------
    known, not_zero (shares), keep; index: units.

    Raises
    ------
    DataError
        a threshold outside 0 to 1, infinite values

    Examples
    --------
    >>> screened(pd.DataFrame({"x": [1.0, np.nan], "y": [0.0, np.nan]}, index=["a", "b"]), 0.5)["keep"].to_dict()
    {'a': True, 'b': False}
    """
    check_share("least", least)
    check_share("zeros", zeros)
    check_finite(values)
    known = values.notna()
    number = known.sum(axis=1)
    not_zero = ((values != 0) & known).sum(axis=1) / number.where(number > 0)
    frame = pd.DataFrame({"known": known.mean(axis=1), "not_zero": not_zero})
    return frame.assign(keep=(frame["known"] >= least) & (frame["not_zero"].fillna(0) >= zeros) & (number > 0))


def check_share(what: str, share: float) -> None:
    """Raise a `DataError` unless a threshold is a share from 0 to 1.

    Examples
    --------
    >>> check_share("least", 65)
    Traceback (most recent call last):
    ...
    dti.store.faults.DataError: least is 65; expected: a share from 0 to 1.
    """
    if not 0 <= share <= 1:
        raise DataError(f"{what} is {share:g}; expected: a share from 0 to 1.")
