"""The least effort that reaches a rank, solved exactly as a (mixed-integer) linear program.

The score is linear in the indices, so with the others' scores given, a rank is a number of points to add. Which
indices to raise is then a linear program: least cost, or fewest indices, within the headroom of each.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from dti.scenarios.outcome import POINTS, Outcome, rank_among, yardstick
from dti.scenarios.scenario_file import Goal, Yardstick
from dti.store.faults import DataError

#: Points that are only what rounding in sums leaves.
NOTHING = 1e-9


@dataclass(frozen=True)
class Found:
    """What a search found.

    Parameters
    ----------
    rank : sought
    need : points to add in all; zero where the rank is already held
    best_rank : the best rank that the caps allow
    plans : one row per way: columns of points per index, plus ``points``, ``cost``, ``reaches``; rows ``cheapest``,
        ``fewest`` and each index on its own; empty where the rank is out of reach
    """

    rank: int
    need: float
    best_rank: int
    plans: pd.DataFrame

    @property
    def reachable(self) -> bool:
        """Whether any mix within the caps reaches the rank."""
        return not self.plans.empty


def points_needed(outcome: Outcome, rank: int) -> float:
    """Return the points to add to the scenario's score so that at most ``rank - 1`` provinces stay ahead.

    A province that is drawn level with does not stay ahead (competition ranks), so the score of the province on that
    rank among the others is enough.
    """
    others = np.sort(outcome.others.median().to_numpy())[::-1]
    if rank > len(others):
        return 0.0
    return max(0.0, float(others[rank - 1] - outcome.total) * POINTS)


def headroom(outcome: Outcome, goal: Goal) -> pd.Series:
    """Return the points that each index can still add, up to its cap.

    Raises
    ------
    DataError
        a cost or cap of an unknown index, or a cap below the value already reached
    """
    known = list(outcome.values.index)
    faults = [
        f"goal.{name}.{index_id}: not an index of {outcome.base.year}; expected one of {', '.join(known)}."
        for name, given in (("costs", goal.costs), ("caps", goal.caps))
        for index_id in given
        if index_id not in known
    ]
    faults += [
        f"goal.caps.{index_id}: {cap:g} is below the {outcome.values[index_id]:.4f} already reached."
        for index_id, cap in goal.caps.items()
        if index_id in known and not isinstance(cap, str) and cap < outcome.values[index_id]
    ]
    if faults:
        raise DataError("\n".join(faults))
    caps = pd.Series({index_id: _cap(outcome, index_id, goal.caps.get(index_id, 1.0)) for index_id in known})
    return (caps - outcome.values) * outcome.base.shares * POINTS


def _cap(outcome: Outcome, index_id: str, cap: float | Yardstick) -> float:
    if isinstance(cap, str):
        return max(yardstick(outcome.base, index_id, cap, outcome.province), float(outcome.values[index_id]))
    return cap


def seek(outcome: Outcome, goal: Goal) -> Found:
    """Return the ways to a rank: the cheapest mix, the mix of fewest indices, each index on its own.

    Parameters
    ----------
    outcome : the scenario from which the search starts; its others stand where the scenario puts them

    Raises
    ------
    DataError
        unknown indices, impossible caps, or others that are uncertain

    Examples
    --------
    >>> from dti.scenarios.outcome import apply
    >>> from dti.scenarios.scenario_file import Scenario, Words
    >>> words = Words(vi="a", en="a")
    >>> found = seek(apply(Scenario(title=words, reasoning=words, year=2023)), Goal(rank=53))
    >>> found.reachable, round(found.need, 1)
    (True, 1.8)
    """
    if outcome.scenario.others == "uncertain":
        raise DataError(
            "goal: others: uncertain: a rank cannot be sought among random futures; expected another choice."
        )
    room = headroom(outcome, goal)
    costs = pd.Series(goal.costs, dtype=float).reindex(room.index).fillna(1.0)
    need = points_needed(outcome, goal.rank)
    best = _rank_with(outcome, float(room.sum()))
    if need > room.sum() + NOTHING:
        return Found(goal.rank, need, best, pd.DataFrame())
    ways = {"cheapest": cheapest(need, room, costs), "fewest": fewest(need, room, costs)}
    ways |= {f"only-{index_id}": _alone(need, room, index_id) for index_id in room.index}
    plans = pd.DataFrame(ways).T
    added = plans.sum(axis=1)
    return Found(
        goal.rank,
        need,
        best,
        plans.assign(
            points=added,
            cost=(plans * costs).sum(axis=1),
            reaches=[_rank_with(outcome, points) for points in added],
        ),
    )


def cheapest(need: float, room: pd.Series, costs: pd.Series) -> pd.Series:
    """Return the points per index that cover ``need`` at the least cost.

    Parameters
    ----------
    need : points; room : points each index can add; costs : cost of a point

    Examples
    --------
    >>> cheapest(5, pd.Series({"a": 3, "b": 9}), pd.Series({"a": 1.0, "b": 2.0})).tolist()
    [3.0, 2.0]
    """
    solved = milp(
        costs.to_numpy(float),
        constraints=LinearConstraint(np.ones((1, len(room))), lb=need),
        bounds=Bounds(0, room.to_numpy(float)),
    )
    return pd.Series(solved.x, index=room.index)


def fewest(need: float, room: pd.Series, costs: pd.Series) -> pd.Series:
    """Return the points of a mix that touches the fewest indices; among those, the cheapest.

    Examples
    --------
    >>> fewest(5, pd.Series({"a": 3, "b": 9}), pd.Series({"a": 1.0, "b": 2.0})).tolist()
    [0.0, 5.0]
    """
    size, room_ = len(room), room.to_numpy(float)
    # Points x and switches y (touched or not): x_i <= room_i * y_i. A switch weighs more than any cost there can be.
    weight = 1.0 + float((costs * room).sum())
    solved = milp(
        np.concatenate([costs.to_numpy(float), np.full(size, weight)]),
        constraints=[
            LinearConstraint(np.concatenate([np.ones(size), np.zeros(size)])[None, :], lb=need),
            LinearConstraint(np.hstack([np.eye(size), -np.diag(room_)]), ub=0),
        ],
        integrality=np.concatenate([np.zeros(size), np.ones(size)]),
        bounds=Bounds(0, np.concatenate([room_, np.ones(size)])),
    )
    return pd.Series(solved.x[:size], index=room.index)


def _alone(need: float, room: pd.Series, index_id: str) -> pd.Series:
    """Return what one index can do by itself: all that is needed, or as much as its cap allows."""
    return pd.Series(0.0, index=room.index).mask(room.index == index_id, min(need, room[index_id]))


def _rank_with(outcome: Outcome, points: float) -> int:
    others = outcome.others.median().to_frame().T.to_numpy()
    return int(rank_among(np.array([outcome.total + points / POINTS]), others)[0])
