"""Whether the parts of an index measure one thing: Cronbach's alpha and principal components.

References
----------
Cronbach, L. J. (1951), Coefficient alpha and the internal structure of tests. Psychometrika 16, 297-334.
OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 4 (multivariate analysis).
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from dti.composite.normalisation import check_spread
from dti.composite.structure import tree
from dti.store.faults import DataError


def cronbach_alpha(values: pd.DataFrame, *, standardised: bool = False) -> float:
    """Return Cronbach's alpha of some indices over the units that have all of them.

    Parameters
    ----------
    standardised : give every index the same variance first

    Returns
    -------
    At most 1; the nearer to 1, the more the indices measure one thing. Negative where they go against each other.

    Raises
    ------
    DataError
        fewer than two indices or three complete units

    Examples
    --------
    >>> values = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]})
    >>> round(cronbach_alpha(values), 4)
    0.9474
    """
    known = _complete(values)
    if standardised:
        known = (known - known.mean()) / known.std()
    items = known.shape[1]
    return float(items / (items - 1) * (1 - known.var().sum() / known.sum(axis=1).var()))


def alphas(values: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return Cronbach's alpha of the parts of every index, and without each part in turn.

    Parameters
    ----------
    values : units × indices of one scale, as `aggregate` gives them

    Returns
    -------
    parent, without (blank: all parts), parts (number), units (complete ones), alpha. Indices of a single part have
    none.

    Examples
    --------
    >>> rows = pd.DataFrame({"index_id": list("txyz"), "parent": [None, *"ttt"], "weight": [1.0] * 4})
    >>> values = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0], "z": [2.0, 1.0, 2.0]})
    >>> alphas(values, rows).round(2)["alpha"].tolist()
    [0.71, 0.22, 0.0, 0.95]
    """
    own, found = tree(rows), []
    for parent, parts in own.children.items():
        ids = [own.ids[part] for part in parts if own.ids[part] in values]
        for without in [None, *ids]:
            kept = [index_id for index_id in ids if index_id != without]
            if len(kept) > 1:
                complete = values[kept].dropna()
                enough = len(complete) > 2 and complete.sum(axis=1).var() > 0
                alpha = cronbach_alpha(complete) if enough else np.nan
                found.append((own.ids[parent], without, len(kept), len(complete), alpha))
    return pd.DataFrame(found, columns=["parent", "without", "parts", "units", "alpha"])


class Components(NamedTuple):
    """Principal components of standardised indices.

    Parameters
    ----------
    variance : per component: eigenvalue, share (of the whole variance), cumulative
    loadings : indices × components, correlation of each index with each component
    scores : units × components, mean 0
    weights : the squared loadings on the first component, scaled to add up to 1
    """

    variance: pd.DataFrame
    loadings: pd.DataFrame
    scores: pd.DataFrame
    weights: pd.Series


def principal_components(values: pd.DataFrame) -> Components:
    """Return the principal components of indices over the units that have all of them.

    A component's sign is chosen so that its largest loading is positive.

    Raises
    ------
    DataError
        fewer than two indices or three complete units, an index without spread

    Examples
    --------
    >>> values = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 2.0, 3.0, 5.0]})
    >>> principal_components(values).variance["share"].round(3).tolist()
    [0.991, 0.009]
    """
    known = _complete(values)
    check_spread(known)
    standard = (known - known.mean()) / known.std()
    units, scale, indices = np.linalg.svd(standard.to_numpy(), full_matrices=False)
    indices = indices.T
    signs = np.sign(indices[np.abs(indices).argmax(axis=0), np.arange(indices.shape[1])])
    eigenvalues = scale**2 / (len(known) - 1)
    names = [f"PC{number}" for number in range(1, len(eigenvalues) + 1)]
    share = eigenvalues / known.shape[1]
    loadings = pd.DataFrame(indices * signs * np.sqrt(eigenvalues), index=known.columns, columns=names)
    variance = pd.DataFrame({"eigenvalue": eigenvalues, "share": share, "cumulative": share.cumsum()}, index=names)
    squared = loadings["PC1"] ** 2
    return Components(
        variance, loadings, pd.DataFrame(units * scale * signs, known.index, names), squared / squared.sum()
    )


def _complete(values: pd.DataFrame) -> pd.DataFrame:
    known = values.dropna()
    if known.shape[1] < 2 or len(known) < 3:
        raise DataError(
            f"{known.shape[1]} indices of {len(known)} complete units; expected: at least two indices and three units "
            "without gaps."
        )
    return known
