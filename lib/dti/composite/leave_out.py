"""What each index does to the ranking by being there: the whole computed again without it.

References
----------
OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 7 (inclusion and exclusion of indicators).
"""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from dti.composite.aggregation import Method, Missing, aggregate
from dti.composite.options import list_of
from dti.composite.ranks import ranks
from dti.composite.structure import below, cut, tree
from dti.store.faults import DataError


class LeftOut(NamedTuple):
    """The ranking without each index in turn.

    Parameters
    ----------
    effect : one row per index left out, largest effect first: mean_shift, largest_shift (absolute places),
        spearman (rank correlation with the whole)
    ranks : units × (``whole`` and the indices left out)
    """

    effect: pd.DataFrame
    ranks: pd.DataFrame


def leave_out(
    values: pd.DataFrame,
    rows: pd.DataFrame,
    indices: Sequence[str] | None = None,
    method: Method = "arithmetic",
    missing: Missing = "blank",
) -> LeftOut:
    """Return the ranking without each index in turn; its weight goes to the other parts of its parent.

    Parameters
    ----------
    values : units × indices that make up the whole
    indices : those left out, of any level; every index but the root if left out

    Raises
    ------
    DataError
        an unknown index, the root, or one whose leaving takes everything along

    Examples
    --------
    >>> rows = pd.DataFrame({"index_id": ["t", "x", "y"], "parent": [None, "t", "t"], "weight": [1.0, 2.0, 1.0]})
    >>> values = pd.DataFrame({"x": [3.0, 2.0, 1.0], "y": [1.0, 2.0, 3.0]}, index=list("abc"))
    >>> leave_out(values, rows).effect["mean_shift"].round(4).to_dict()
    {'x': 1.3333, 'y': 0.0}
    """
    own = tree(cut(rows, values.columns))
    indices = own.ids[1:] if indices is None else indices
    list_of("indices", indices, own.ids[1:])
    indices = list(indices)
    root = own.ids[0]
    found = {"whole": ranks(aggregate(values, rows, method, missing)[root])}
    for index_id in indices:
        kept = without(cut(rows, values.columns), index_id)
        found[index_id] = ranks(
            aggregate(values[values.columns.intersection(kept["index_id"])], kept, method, missing)[root]
        )
    place = pd.DataFrame(found)
    number = place.astype("Float64").astype(float)
    shift = number[indices].sub(number["whole"], axis=0).abs()
    effect = pd.DataFrame(
        {
            "mean_shift": shift.mean(),
            "largest_shift": shift.max(),
            "spearman": number[indices].corrwith(number["whole"], method="spearman"),
        }
    )
    return LeftOut(effect.sort_values("mean_shift", ascending=False, kind="stable").rename_axis("index_id"), place)


def without(rows: pd.DataFrame, index_id: str) -> pd.DataFrame:
    """Return a structure without an index and all below it; a parent left without parts goes too.

    Examples
    --------
    >>> rows = pd.DataFrame({"index_id": list("tabc"), "parent": [None, "t", "t", "a"], "weight": [1.0] * 4})
    >>> without(rows, "c")["index_id"].tolist()
    ['t', 'b']
    """
    parent_of = rows.set_index("index_id")["parent"]
    gone = set(below(rows, index_id)["index_id"])
    above = parent_of[index_id]
    while pd.notna(above) and set(rows.loc[rows["parent"] == above, "index_id"]) <= gone:
        gone.add(above)
        above = parent_of[above]
    kept = rows[~rows["index_id"].isin(gone)].reset_index(drop=True)
    if kept.empty:
        raise DataError(f"Without {index_id} nothing is left of the index; expected: other parts beside it.")
    return kept
