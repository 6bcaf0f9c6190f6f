"""Where a unit is strong and where it is weak, among all and among those of its group; last places are said."""

import pandas as pd

from dti.composite.ranks import ranks
from dti.store.faults import DataError


def strengths_and_weaknesses(
    values: pd.DataFrame, unit: str, groups: pd.Series | None = None, most: int = 5
) -> pd.DataFrame:
    """Return a unit's place in every index, strongest first, and which places are worth saying.

    Parameters
    ----------
    values : units × indices, higher is better
    groups : unit → group
    most : so many strengths and so many weaknesses are marked; ties with the last of them too

    Returns
    -------
    value, rank, number (of units with a value), from_last (0: nobody is lower), group_rank, group_number,
    group_from_last (blank without groups), verdict (``strength`` in the better half, ``weakness`` in the lower, or
    blank); index: index ids. Indices that the unit lacks stand last, blank.

    Raises
    ------
    DataError
        an unknown unit, or one without a group

    Examples
    --------
    >>> values = pd.DataFrame({"x": [3.0, 2.0, 1.0], "y": [1.0, 2.0, 3.0]}, index=list("abc"))
    >>> strengths_and_weaknesses(values, "a", most=1)[["rank", "from_last", "verdict"]].to_numpy().tolist()
    [[1, 2, 'strength'], [3, 0, 'weakness']]
    """
    if unit not in values.index:
        raise DataError(f"There is no unit '{unit}'. Known: {', '.join(map(str, values.index))}.")
    frame = pd.DataFrame({"value": values.loc[unit], **_places(values, unit)})
    group = pd.DataFrame(pd.NA, index=values.columns, columns=["rank", "number", "from_last"], dtype="Int64")
    if groups is not None:
        if pd.isna(groups.get(unit)):
            raise DataError(f"{unit} has no group; expected: a group for every unit, or none.")
        members = groups.index[groups == groups[unit]]
        group = pd.DataFrame(_places(values.loc[values.index.intersection(members)], unit))
    frame = frame.join(group.add_prefix("group_")).rename_axis("index_id")
    share = (frame["rank"] - 1) / (frame["number"] - 1).where(frame["number"] > 1)
    frame["verdict"] = ""
    better, lower = share < 0.5, share > 0.5
    frame.loc[better & (share.where(better).rank(method="min") <= most), "verdict"] = "strength"
    frame.loc[lower & (share.where(lower).rank(method="min", ascending=False) <= most), "verdict"] = "weakness"
    return frame.iloc[share.argsort(kind="stable")] if share.notna().all() else frame.loc[share.sort_values().index]


def _places(values: pd.DataFrame, unit: str) -> dict[str, pd.Series]:
    """Return rank, number of units with a value, and how many stand lower, index by index."""
    lower = ranks(-values).loc[unit] - 1
    number = values.notna().sum().astype("Int64")
    rank = ranks(values).loc[unit]
    return {"rank": rank, "number": number, "from_last": lower}
