"""The least effort that reaches a rank, found exactly.

The score is linear in the indices, so with the others' scores given, a rank is a number of points to add. The cheapest
mix fills the cheapest indices first; the mix of fewest indices is found among all sets of that size. Points are found
in the decimals in which they are printed, rounded up, so that a mix typed back as printed reaches the rank.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dti.scenarios.baseline import POINTS
from dti.scenarios.changes import YARDSTICKS
from dti.scenarios.faults import Fault, ScenarioError, refuse
from dti.scenarios.outcome import Outcome, known_province, yardstick
from dti.scenarios.scenario_file import Goal

#: Points are printed with one decimal, with more only where an index has no room for rounding up.
DECIMALS = (1, 2, 3, 4, 6, 9)
#: Sets of indices that are looked at one by one; of more, the set with most room stands for all of its size.
MOST_SETS = 2_000_000

#: Points that are only what rounding in sums leaves.
NOTHING = 1e-9


@dataclass(frozen=True)
class Mix:
    """What a search found.

    Parameters
    ----------
    rank : sought
    need : points to add in all; zero where the rank is already held
    best_rank : the best rank that the caps allow
    plans : one row per way: columns of points per index, plus ``points``, ``cost``, ``reaches``; rows ``cheapest``,
        ``fewest`` and each index on its own; empty where the rank is out of reach or already held
    choice : per index its ``room`` and ``cost``, and the ``least`` and ``most`` points it has in any cheapest mix
    sets : the sets of as few indices as can do it, the cheapest first: ``indices``, ``cost``
    """

    rank: int
    need: float
    best_rank: int
    plans: pd.DataFrame
    choice: pd.DataFrame
    sets: pd.DataFrame

    @property
    def held(self) -> bool:
        """Whether the rank is held without any change."""
        return self.need <= NOTHING

    @property
    def need_printed(self) -> float:
        """The points to add as they are printed, with one decimal: rounded up, so that what is printed is enough."""
        return math.ceil(self.need * 10 - 1e-6) / 10

    @property
    def reachable(self) -> bool:
        """Whether any mix within the caps reaches the rank."""
        return self.held or not self.plans.empty

    @property
    def free(self) -> pd.DataFrame:
        """The indices among which points can be moved at the same cost; none where the cheapest mix is the only one."""
        return self.choice[self.choice["most"] - self.choice["least"] > NOTHING]

    def mix(self, way: str) -> pd.Series:
        """Return the points of a way, those of the indices that it raises."""
        points = self.plans.loc[way, self.choice.index].astype(float)
        return points[points > 0]


def points_needed(outcome: Outcome, rank: int) -> float:
    """Return the points to add to the scenario's score so that at most ``rank - 1`` provinces stay ahead.

    A province that is drawn level with does not stay ahead (competition ranks), so the score of the province on that
    rank among the others is enough.
    """
    lacking = outcome.lacking
    return max(0.0, float(lacking[rank - 1]) * POINTS) if rank <= len(lacking) else 0.0


def headroom(outcome: Outcome, goal: Goal) -> pd.Series:
    """Return the points that each index can still add, up to its cap; one that is locked, or not known, can add none.

    Raises
    ------
    ScenarioError
        a cost or cap of an unknown index, or a cap below the value already reached
    """
    known, values = list(outcome.values.index), outcome.values
    faults = [
        Fault(f"goal.{name}.{index_id}", "no_index", {"year": outcome.base.year, "known": known})
        for name, given in (("costs", goal.costs), ("caps", goal.caps))
        for index_id in given
        if index_id not in known
    ]
    faults += [
        Fault(f"goal.caps.{index_id}", "low_cap", {"cap": float(cap), "here": float(values[index_id])})
        for index_id, cap in goal.caps.items()
        if index_id in known and not isinstance(cap, str) and cap < values[index_id]
    ]
    if faults:
        raise ScenarioError(faults)
    caps = pd.Series({index_id: _cap(outcome, index_id, goal.caps.get(index_id, 1.0)) for index_id in known})
    locked = [index_id for index_id, change in outcome.scenario.changes.items() if change.lock]
    room = (caps - values) * outcome.base.shares_of(outcome.province) * POINTS
    return room.mask(room.index.isin(locked), 0.0).fillna(0.0)


def _cap(outcome: Outcome, index_id: str, cap: float | str) -> float:
    here = float(outcome.values[index_id])
    if not isinstance(cap, str):
        return cap
    place = f"goal.caps.{index_id}"
    if cap not in YARDSTICKS:
        known_province(cap, outcome.base, place)
    return max(yardstick(outcome.stand, outcome.base, index_id, cap, outcome.province, place), here)


def seek(outcome: Outcome, goal: Goal) -> Mix:
    """Return the ways to a rank: the cheapest mix, the mix of fewest indices, each index on its own.

    Parameters
    ----------
    outcome : the scenario from which the search starts; its others stand where the scenario puts them

    Raises
    ------
    ScenarioError
        unknown indices, impossible caps, a rank that there is not, or provinces that chance moves

    Examples
    --------
    >>> from dti.scenarios.outcome import apply
    >>> from dti.scenarios.scenario_file import Scenario
    >>> found = seek(apply(Scenario(title="a", reasoning="a", year=2023)), Goal(rank=53))
    >>> found.reachable, round(found.need, 1)
    (True, 1.8)
    """
    if outcome.by_chance:
        raise refuse("goal", "goal_by_chance")
    provinces = len(outcome.others.columns) + 1
    if goal.rank > provinces:
        raise refuse("goal.rank", "no_rank", value=goal.rank, most=provinces)
    room = headroom(outcome, goal)
    costs = pd.Series(goal.costs, dtype=float).reindex(room.index).fillna(1.0)
    need, best = points_needed(outcome, goal.rank), outcome.rank_with(float(room.sum()) / POINTS)
    choice = pd.DataFrame({"room": room, "cost": costs, "least": 0.0, "most": 0.0})
    none = Mix(goal.rank, need, best, pd.DataFrame(), choice, pd.DataFrame(columns=["indices", "cost"]))
    if none.held or need > room.sum() + NOTHING:
        return none
    sets = fewest_sets(need, room, costs)
    ways = {"cheapest": printable(need, room, costs, list(room.index))}
    ways["fewest"] = printable(need, room, costs, sets["indices"].iloc[0])
    ways |= {f"only-{index_id}": _alone(need, room, index_id) for index_id in room.index[room > 0]}
    plans = pd.DataFrame(ways).T
    added = plans.sum(axis=1)
    plans = plans.assign(
        points=added, cost=(plans * costs).sum(axis=1), reaches=[outcome.rank_with(points / POINTS) for points in added]
    )
    return Mix(goal.rank, need, best, plans, choice.assign(**cheapest_range(need, room, costs)), sets)


def cheapest(need: float, room: pd.Series, costs: pd.Series) -> pd.Series:
    """Return the points per index that cover ``need`` at the least cost: the cheapest indices filled first.

    Parameters
    ----------
    need : points; room : points each index can add; costs : cost of a point

    Examples
    --------
    >>> cheapest(5, pd.Series({"a": 3, "b": 9}), pd.Series({"a": 1.0, "b": 2.0})).tolist()
    [3.0, 2.0]
    """
    order = costs[room.index].sort_values(kind="stable").index
    before = room[order].astype(float).cumsum().shift(fill_value=0.0)
    return np.minimum((need - before).clip(lower=0), room[order]).astype(float)[room.index]


def cheapest_range(need: float, room: pd.Series, costs: pd.Series) -> dict[str, pd.Series]:
    """Return the least and the most points that each index has in any of the cheapest mixes.

    Examples
    --------
    >>> {name: found.tolist() for name, found in cheapest_range(
    ...     5, pd.Series({"a": 3, "b": 9, "c": 4}), pd.Series({"a": 1.0, "b": 2.0, "c": 2.0})).items()}
    {'least': [3.0, 0.0, 0.0], 'most': [3.0, 2.0, 2.0]}
    """
    cheaper = pd.Series({index_id: room[costs < cost].sum() for index_id, cost in costs.items()}, dtype=float)
    alike = pd.Series({index_id: room[costs == cost].sum() for index_id, cost in costs.items()}, dtype=float)
    left = (need - cheaper).clip(lower=0).clip(upper=alike)  # what the indices of the same cost share among them
    return {"least": (left - (alike - room)).clip(lower=0), "most": np.minimum(left, room).astype(float)}


def fewest_sets(need: float, room: pd.Series, costs: pd.Series) -> pd.DataFrame:
    """Return the sets of as few indices as can cover ``need``, the cheapest first: ``indices``, ``cost``.

    Examples
    --------
    >>> fewest_sets(5, pd.Series({"a": 3, "b": 9}), pd.Series({"a": 1.0, "b": 2.0}))["indices"].tolist()
    [['b']]
    """
    most = room.sort_values(ascending=False, kind="stable")
    size = int(np.argmax(most.cumsum().to_numpy() >= need - NOTHING)) + 1
    able = [index_id for index_id in room.index if room[index_id] > 0]
    found = [
        {
            "indices": list(chosen),
            "cost": float((cheapest(need, room[list(chosen)], costs) * costs[list(chosen)]).sum()),
        }
        for chosen in _sets_of(able, size, most)
        if sum(room[index_id] for index_id in chosen) >= need - NOTHING
    ]
    return pd.DataFrame(found).sort_values("cost", kind="stable", ignore_index=True)


def _sets_of(able: Sequence[str], size: int, most: pd.Series) -> Iterator[Sequence[str]]:
    if math.comb(len(able), size) > MOST_SETS:
        return iter([tuple(most.index[:size])])
    return itertools.combinations(able, size)


def printable(need: float, room: pd.Series, costs: pd.Series, chosen: Sequence[str]) -> pd.Series:
    """Return the cheapest points of some indices in as few decimals as can be, rounded up to cover ``need``.

    Examples
    --------
    >>> printable(5.01, pd.Series({"a": 3.02, "b": 9.0}), pd.Series({"a": 1.0, "b": 2.0}), ["a", "b"]).tolist()
    [3.0, 2.1]
    """
    whole = pd.Series(0.0, index=room.index)
    for decimals in DECIMALS:
        unit = 10**decimals
        units = np.floor(room[list(chosen)] * unit + 1e-6)
        wanted = math.ceil(need * unit - 1e-6 * min(1, unit / 10**6))
        if units.sum() >= wanted:
            mix = cheapest(wanted, units, costs)
            return whole.add((mix / unit).round(decimals), fill_value=0.0)[room.index]
    return whole.add(cheapest(need, room[list(chosen)], costs), fill_value=0.0)[room.index]


def _alone(need: float, room: pd.Series, index_id: str) -> pd.Series:
    """Return what one index can do by itself: all that is needed, or as much as its cap allows."""
    if room[index_id] >= need - NOTHING:
        return printable(need, room, pd.Series(1.0, index=room.index), [index_id])
    return pd.Series(0.0, index=room.index).mask(room.index == index_id, math.floor(room[index_id] * 10 + 1e-6) / 10)
