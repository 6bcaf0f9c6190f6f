"""What moves a rank: changes taken apart, gaps, what matters in the index, peers, headroom.

Scores are in [0, 1]; ``points`` are thousandths of the index, so 1 point moves the score by 0.001.

References
----------
Shapley, L. S. (1953), A value for n-person games. Contributions to the Theory of Games II, 307-317.
Shorrocks, A. F. (2013), Decomposition procedures for distributional analysis: a unified framework based on the
Shapley value. Journal of Economic Inequality 11, 99-126.
Paruolo, P., Saisana, M. and Saltelli, A. (2013), Ratings and rankings: voodoo or science? Journal of the Royal
Statistical Society A 176, 609-634.
"""

import numpy as np
import pandas as pd

from dti.composite.index import POINTS, TIE_DECIMALS, contributions, ranks
from dti.composite.scores import Comparison
from dti.store.faults import DataError

#: Everybody else, as one player of the decomposition.
OTHERS = "others"
#: The decomposition evaluates every subset of its players; more than this many would not fit in memory.
MOST_PLAYERS = 18


def changes(compared: Comparison) -> pd.DataFrame:
    """Return how every unit's score and rank changed, best rank first.

    Returns
    -------
    base_score, score, change, base_rank, rank, places (gained; negative: lost); index: unit ids.

    Examples
    --------
    >>> from dti.composite.scores import compare
    >>> changes(compare(2022, 2023)).loc["lai-chau", ["base_rank", "rank", "places"]].tolist()
    [53, 54, -1]
    """
    frame = pd.DataFrame(
        {
            "base_score": compared.base_total,
            "score": compared.total,
            "change": compared.total - compared.base_total,
            "base_rank": ranks(compared.base_total),
            "rank": ranks(compared.total),
        }
    )
    return frame.assign(places=frame["base_rank"] - frame["rank"]).sort_values("rank", kind="stable")


def crossings(compared: Comparison, unit: str) -> pd.DataFrame:
    """Return who stands above a unit now but did not in the base year, and the reverse.

    The units it passed less those that passed it are exactly the places it gained.

    Returns
    -------
    base_rank, rank, base_score, score, passed (+1: the unit passed it; -1: it passed the unit); index: unit ids.

    Examples
    --------
    >>> from dti.composite.scores import compare
    >>> int(crossings(compare(2022, 2023), "lai-chau")["passed"].sum())
    -1
    """
    frame = changes(compared)
    above_base = (frame["base_rank"] < frame.loc[unit, "base_rank"]).astype(int)
    above_now = (frame["rank"] < frame.loc[unit, "rank"]).astype(int)
    passed = above_base - above_now
    return frame[["base_rank", "rank", "base_score", "score"]].assign(passed=passed)[passed != 0]


def score_changes(compared: Comparison, unit: str) -> pd.DataFrame:
    """Return what each index added to the change of a unit's score; ``change`` adds up to it exactly.

    Returns
    -------
    base_points, points, change (points); index: index ids.

    Examples
    --------
    >>> from dti.composite.scores import compare
    >>> score_changes(compare(2022, 2023), "lai-chau")["change"].sum().round(1).item()
    115.3
    """
    base, now = _parts(compared)
    rows = pd.DataFrame({"base_points": base.loc[unit], "points": now.loc[unit]}) * POINTS
    return rows.assign(change=rows["points"] - rows["base_points"]).rename_axis("index_id")


def rank_changes(compared: Comparison, unit: str) -> pd.Series:
    """Return the places a unit gained (negative: lost) through each of its indices and through all others.

    Each index, and what the others did taken together, is a player: it counts with its value of the base year
    until it joins, with the later one from then on. Its Shapley value is the places it brings, averaged over
    every order of joining. The values add up exactly to the places gained.

    Raises
    ------
    DataError
        more players than can be evaluated

    References
    ----------
    Shapley (1953); Shorrocks (2013).

    Examples
    --------
    >>> from dti.composite.scores import compare
    >>> rank_changes(compare(2022, 2023), "lai-chau").sum().round(9).item()
    -1.0
    """
    base, now = _parts(compared)
    players = [*base.columns, OTHERS]
    if len(players) > MOST_PLAYERS:
        raise DataError(f"{len(players)} players are too many to decompose a rank; expected: at most {MOST_PLAYERS}.")
    gains = (now - base).loc[unit].to_numpy()
    joined = _subsets(len(gains))
    own = np.round(compared.base_total[unit] + joined @ gains, TIE_DECIMALS)
    rank = [1 + _count_above(others.drop(unit).to_numpy(), own) for others in (compared.base_total, compared.total)]
    return pd.Series(shapley(-np.concatenate(rank)), index=players)


def _count_above(others: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Return for each of ``own`` how many of the others are higher."""
    ordered = np.sort(np.round(others, TIE_DECIMALS))
    return len(ordered) - np.searchsorted(ordered, own, side="right")


def _subsets(players: int) -> np.ndarray:
    """Return who has joined in each subset, shape (2 ** players, players); player 0 is the lowest bit."""
    return (np.arange(2**players)[:, None] >> np.arange(players)) & 1


def shapley(payoffs: np.ndarray) -> np.ndarray:
    """Return the Shapley value of each player.

    Parameters
    ----------
    payoffs : what each subset of players gets, shape (2 ** players,); bit i of the place is player i

    References
    ----------
    Shapley (1953).

    Examples
    --------
    >>> shapley(np.array([0.0, 1.0, 2.0, 6.0])).tolist()
    [2.5, 3.5]
    """
    players = (len(payoffs) - 1).bit_length()
    sizes = _subsets(players).sum(axis=1)
    orders = np.array([1 / (players * _choose(players - 1, size)) for size in range(players)])
    values = np.empty(players)
    for player in range(players):
        without = np.flatnonzero((np.arange(len(payoffs)) >> player) & 1 == 0)
        values[player] = orders[sizes[without]] @ (payoffs[without | (1 << player)] - payoffs[without])
    return values


def _choose(total: int, chosen: int) -> float:
    return float(np.prod([(total - step) / (step + 1) for step in range(chosen)]))


def _parts(compared: Comparison) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the contributions of both years with the same columns; each row sums to the published total."""
    base = contributions(compared.base, compared.structure, compared.base_total)
    now = contributions(compared.values, compared.structure, compared.total)
    columns = max(base.columns, now.columns, key=len)
    return base.reindex(columns=columns, fill_value=0.0), now.reindex(columns=columns, fill_value=0.0)
