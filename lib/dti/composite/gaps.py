"""How far a province is behind: the best, the median, the next places."""

from collections.abc import Mapping, Sequence

import pandas as pd

from dti.composite.aggregation import POINTS
from dti.composite.changes import UNPUBLISHED
from dti.composite.ranks import ranks
from dti.store.faults import DataError


def reference_groups(total: pd.Series, unit: str, groups: Mapping[str, Sequence[str]], ahead: int = 10) -> dict:
    """Return whom a unit is measured against: name → unit ids, whose mean is the yardstick.

    Parameters
    ----------
    groups : more of them, e.g. region and peers; the unit itself is left out of each
    ahead : how many places the group ``ahead`` looks up

    Returns
    -------
    leader, median, next (ranked just above), ahead, and `groups`. Groups that nobody belongs to are left out.

    Examples
    --------
    >>> reference_groups(pd.Series({"a": 3.0, "b": 2.0, "c": 1.0}), "c", {})
    {'leader': ['a'], 'median': ['b'], 'next': ['b'], 'ahead': ['a', 'b']}
    """
    check_unit(total.index, unit)
    ordered = total.dropna().sort_values(ascending=False, kind="stable")
    place = ranks(ordered)
    middle = ordered.index[(len(ordered) - 1) // 2 : len(ordered) // 2 + 1]
    above = place[place < place[unit]]
    found = {
        "leader": place.index[place == 1],
        "median": middle,
        "next": above.index[above == above.max()],
        "ahead": above.index[above >= place[unit] - ahead],
        **{name: [other for other in members if other != unit] for name, members in groups.items()},
    }
    return {name: list(members) for name, members in found.items() if len(members)}


def gaps(
    parts: pd.DataFrame, unit: str, groups: Mapping[str, Sequence[str]], total: pd.Series | None = None
) -> pd.DataFrame:
    """Return how many points a unit lacks on the mean of each group, index by index.

    Parameters
    ----------
    parts : contributions, units × indices
    groups : name → unit ids
    total : published total; needed where the unit or a member of a group lacks an index

    Returns
    -------
    Indices × groups, points; positive: the unit is behind. Each column adds up to the gap of the totals: an index that
    the unit or a member lacks is blank, and all such indices of a column stand together in the row `UNPUBLISHED`.

    Raises
    ------
    DataError
        an unknown unit, or gaps in the data and no total

    Examples
    --------
    >>> parts = pd.DataFrame({"x": [0.2, 0.1], "y": [0.1, 0.3]}, index=["a", "b"])
    >>> gaps(parts, "a", {"b": ["b"]})["b"].round(9).tolist()
    [-100.0, 200.0]
    """
    check_unit(parts.index, unit)
    found = pd.DataFrame({name: _gap(parts, unit, list(members)) for name, members in groups.items()})
    if not found.isna().any(axis=None):
        return found
    if total is None:
        raise DataError("Some units lack an index, so the total is needed for gaps to add up; expected: total.")
    whole = pd.Series({name: (total[list(members)].mean() - total[unit]) * POINTS for name, members in groups.items()})
    rest = (whole - found.sum()).where(found.isna().any())
    return pd.concat([found, rest.to_frame(UNPUBLISHED).T])


def _gap(parts: pd.DataFrame, unit: str, members: list[str]) -> pd.Series:
    return (parts.loc[members].mean(skipna=False) - parts.loc[unit]) * POINTS


def check_unit(units: pd.Index, unit: str) -> None:
    """Raise a `DataError` unless a unit is among those known.

    Examples
    --------
    >>> check_unit(pd.Index(["a", "b"]), "c")
    Traceback (most recent call last):
    ...
    dti.store.faults.DataError: There is no unit 'c'. Known: a, b.
    """
    if unit not in units:
        raise DataError(f"There is no unit '{unit}'. Known: {', '.join(map(str, units))}.")


def next_places(total: pd.Series, unit: str, most: int = 10) -> pd.DataFrame:
    """Return the units ranked just above, nearest first, and the points that draw level with each.

    Returns
    -------
    rank, score, points (needed to draw level, the others standing still); index: unit ids.

    Examples
    --------
    >>> next_places(pd.Series({"a": 0.5, "b": 0.4, "c": 0.3}), "c", 1)["points"].round(6).to_dict()
    {'b': 100.0}
    """
    check_unit(total.index, unit)
    place = ranks(total)
    above = total[(place < place[unit]).fillna(False)].sort_values(kind="stable").head(most)
    return pd.DataFrame({"rank": place[above.index], "score": above, "points": (above - total[unit]) * POINTS})


def places_gained(total: pd.Series, unit: str, points: float) -> int:
    """Return how many places a unit would gain with so many more points, the others standing still.

    Examples
    --------
    >>> places_gained(pd.Series({"a": 0.5, "b": 0.4, "c": 0.3}), "c", 100.0)
    1
    """
    raised = total.copy()
    raised[unit] += points / POINTS
    return int(ranks(total)[unit] - ranks(raised)[unit])


def standing(values: pd.DataFrame, shares: pd.Series, total: pd.Series, unit: str) -> pd.DataFrame:
    """Return a unit's strengths, weaknesses and headroom, index by index; blank where the unit lacks an index.

    Parameters
    ----------
    values : units × indices in [0, 1]
    shares : share of each index in the whole, as `dti.composite.aggregation.leaf_weights` gives them

    Returns
    -------
    value, rank (among all, in that index alone), number (of units with a value), median (value), weight
    (points), headroom (points up to the maximum), to_median (points; zero where already there), places_10
    (gained by 10 points more, as far as there is headroom), places_median; index: index ids.

    Raises
    ------
    DataError
        an unknown unit

    Examples
    --------
    >>> values = pd.DataFrame({"x": [0.5, 0.9]}, index=["a", "b"])
    >>> standing(values, pd.Series({"x": 1.0}), values["x"], "a")[["rank", "headroom"]].iloc[0].tolist()
    [2.0, 500.0]
    """
    check_unit(values.index, unit)
    weight = shares.reindex(values.columns) * POINTS
    own = values.loc[unit]
    frame = pd.DataFrame(
        {
            "value": own,
            "rank": ranks(values).loc[unit],
            "number": values.notna().sum(),
            "median": values.median(),
            "weight": weight,
            "headroom": (1 - own) * weight,
            "to_median": ((values.median() - own) * weight).clip(lower=0),
        }
    ).rename_axis("index_id")
    by_ten = frame["headroom"].clip(upper=10)
    steps = {"places_10": by_ten, "places_median": frame["to_median"]}
    gained = {
        name: [pd.NA if pd.isna(points) else places_gained(total, unit, points) for points in needed]
        for name, needed in steps.items()
    }
    return frame.assign(**{name: pd.array(places, dtype="Int64") for name, places in gained.items()})
