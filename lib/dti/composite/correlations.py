"""What goes together: correlations within a level and between levels, with p-values and flags.

References
----------
OECD and JRC (2008), Handbook on Constructing Composite Indicators, steps 2 and 8.
"""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy import stats

from dti.composite.normalisation import check_finite
from dti.composite.options import one_of
from dti.composite.structure import tree
from dti.store.faults import DataError

Correlation = Literal["pearson", "spearman", "kendall"]
CORRELATIONS: tuple[str, ...] = get_args(Correlation)
#: Two parts of one index above the first say the same twice; below the second they take each other's effect away.
REDUNDANT, OPPOSED = 0.9, -0.4
#: A part whose correlation with its own index is below this hardly counts in it.
WEAK = 0.3


def correlation_table(
    values: pd.DataFrame,
    first: Sequence[str],
    second: Sequence[str],
    method: Correlation = "pearson",
) -> pd.DataFrame:
    """Return the correlation of each of some indices with each of others, pair by pair of known values.

    Parameters
    ----------
    values : units × indices, groups and total too, as `aggregate` gives them

    Returns
    -------
    One row per pair: first, second, correlation, p (two-sided; of no correlation), number (of units). A pair with
    fewer than three units, or one without spread, is blank.

    Raises
    ------
    DataError
        an unknown method or index

    Examples
    --------
    >>> values = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 2.0, 3.0, 5.0]})
    >>> correlation_table(values, ["x"], ["y"], "spearman")[["correlation", "number"]].iloc[0].tolist()
    [1.0, 4.0]
    """
    one_of("correlation", method, CORRELATIONS)
    check_finite(values)
    unknown = [index_id for index_id in [*first, *second] if index_id not in values]
    if unknown:
        raise DataError(f"There is no index {', '.join(map(str, unknown))}. Known: {', '.join(map(str, values))}.")
    measure = {"pearson": stats.pearsonr, "spearman": stats.spearmanr, "kendall": stats.kendalltau}[method]
    rows = []
    for one in first:
        for other in second:
            both = values[[one, other]].to_numpy(dtype=float)
            both = both[~np.isnan(both).any(axis=1)]
            usable = len(both) > 2 and (both.min(axis=0) < both.max(axis=0)).all()
            found = measure(both[:, 0], both[:, 1]) if usable else None
            rows.append(
                {
                    "first": one,
                    "second": other,
                    "correlation": np.nan if found is None else float(found.statistic),
                    "p": np.nan if found is None else float(found.pvalue),
                    "number": len(both),
                }
            )
    found = pd.DataFrame(rows, columns=["first", "second", "correlation", "p", "number"])
    return found.astype({"correlation": float, "p": float, "number": int})


def within_groups(
    values: pd.DataFrame, rows: pd.DataFrame, method: Correlation = "pearson", level: float = 0.05
) -> pd.DataFrame:
    """Return the correlation of every two parts of the same index, and which pairs to look at.

    Parameters
    ----------
    level : p-value below which a correlation is called significant

    Returns
    -------
    parent, first, second, correlation, p, number, significant, flag (``redundant`` above 0.9, ``opposed`` below
    −0.4 and significant, otherwise blank).

    Examples
    --------
    >>> rows = pd.DataFrame({"index_id": ["t", "x", "y"], "parent": [None, "t", "t"], "weight": [1.0, 1.0, 1.0]})
    >>> values = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": [4.0, 3.0, 2.0, 1.5]})
    >>> within_groups(values, rows)["flag"].tolist()
    ['opposed']
    """
    own, frames = tree(rows), []
    for parent, parts in own.children.items():
        ids = [own.ids[part] for part in parts if own.ids[part] in values]
        for place, one in enumerate(ids):
            frames.append(correlation_table(values, [one], ids[place + 1 :], method).assign(parent=own.ids[parent]))
    columns = ["parent", "first", "second", "correlation", "p", "number"]
    found = pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)
    significant = found["p"] < level
    flag = np.select(
        [found["correlation"] > REDUNDANT, (found["correlation"] < OPPOSED) & significant], ["redundant", "opposed"], ""
    )
    return found.assign(significant=significant, flag=flag)


def with_ancestors(
    every: pd.DataFrame, rows: pd.DataFrame, method: Correlation = "pearson", level: float = 0.05
) -> pd.DataFrame:
    """Return the correlation of every index with each index that it belongs to, up to the root.

    Parameters
    ----------
    every : units × all indices, as `aggregate` gives them

    Returns
    -------
    index_id, ancestor, steps (1: its own parent), correlation, p, number, significant, flag (``weak`` below 0.3,
    ``reversed`` below zero and significant, otherwise blank).

    Examples
    --------
    >>> rows = pd.DataFrame({"index_id": ["t", "x", "y"], "parent": [None, "t", "t"], "weight": [1.0, 1.0, 1.0]})
    >>> every = pd.DataFrame({"t": [1.0, 2.0, 3.0], "x": [1.0, 2.0, 4.0], "y": [3.0, 1.0, 2.0]})
    >>> with_ancestors(every, rows)[["index_id", "steps", "flag"]].to_numpy().tolist()
    [['x', 1, ''], ['y', 1, 'weak']]
    """
    own, frames = tree(rows), []
    parent_of = {part: parent for parent, parts in own.children.items() for part in parts}
    for place, index_id in enumerate(own.ids):
        steps, above = 1, parent_of.get(place)
        while above is not None and index_id in every:
            frames.append(correlation_table(every, [index_id], [own.ids[above]], method).assign(steps=steps))
            steps, above = steps + 1, parent_of.get(above)
    columns = ["first", "second", "steps", "correlation", "p", "number"]
    found = pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)
    significant = found["p"] < level
    flag = np.select([(found["correlation"] < 0) & significant, found["correlation"] < WEAK], ["reversed", "weak"], "")
    named = found.rename(columns={"first": "index_id", "second": "ancestor"})
    return named.assign(significant=significant, flag=flag)
