"""What moved a score and a rank between two years, taken apart so that the parts add up exactly.

Scores are in [0, 1]; ``points`` are thousandths of the index, so 1 point moves the score by 0.001. An index that a unit
lacks in either year cannot be told from the others that it lacks: they stand together as what is not published.

References
----------
Shapley, L. S. (1953), A value for n-person games. Contributions to the Theory of Games II, 307-317.
Shorrocks, A. F. (2013), Decomposition procedures for distributional analysis: a unified framework based on the
Shapley value. Journal of Economic Inequality 11, 99-126.
Castro, J., Gómez, D. and Tejada, J. (2009), Polynomial calculation of the Shapley value based on sampling. Computers
and Operations Research 36, 1726-1730.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from dti.composite.aggregation import POINTS, ROUNDING, check_units, leaf_weights
from dti.composite.ranks import rank_among, ranks
from dti.composite.scores import TwoYears, equal_parts, scores, version_of
from dti.store.faults import DataError
from dti.store.tables import Folder

#: Everybody else, as one player of the decomposition.
OTHERS = "others"
#: The indices that a unit lacks in either year, together, rounding included.
UNPUBLISHED = "unpublished"
#: Up to so many players every subset is evaluated; with more, orders of joining are sampled.
MOST_PLAYERS = 18
#: So many orders are sampled, each with its reverse.
ORDERS = 2000
SEED = 20231231


def changes(compared: TwoYears) -> pd.DataFrame:
    """Return how every unit's score and rank changed, best rank first; blank where a year's score is not known.

    Returns
    -------
    base_score, score, change, base_rank, rank, places (gained; negative: lost); index: unit ids.

    Examples
    --------
    >>> from dti.composite.scores import compare
    >>> changes(compare(2022, 2023)).loc["lai-chau", ["base_rank", "rank", "places"]].tolist()
    [53, 54, -1]
    """
    check_units(compared.total)
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


def part_changes(base_year: int, year: int, data: Folder = None) -> pd.DataFrame:
    """Return how the parts changed that two decisions have in common, by what a source says; nothing else compares.

    Ranks are among the units with a value in both years.

    Returns
    -------
    base_index_id, source_id, base, value, change, base_rank, rank, places (gained); index: (index id, unit).

    Examples
    --------
    >>> part_changes(2023, 2024).empty
    True
    """
    equal = equal_parts(version_of(base_year, data), version_of(year, data), data)
    before, after = scores(base_year, data), scores(year, data)
    found = {}
    for row in equal.itertuples():
        pair = [values.get(key) for values, key in ((before, row.base_index_id), (after, row.index_id))]
        if any(values is None for values in pair):
            continue  # stated to be equal, but not known in both years
        both = pd.concat(pair, axis=1, keys=["base", "value"]).dropna()
        both = both.assign(
            change=both["value"] - both["base"], base_rank=ranks(both["base"]), rank=ranks(both["value"])
        )
        both = both.assign(places=both["base_rank"] - both["rank"])
        found[row.index_id] = both.assign(base_index_id=row.base_index_id, source_id=row.source_id)
    columns = ["base_index_id", "source_id", "base", "value", "change", "base_rank", "rank", "places"]
    return pd.concat(found, names=["index_id"])[columns] if found else pd.DataFrame(columns=columns)


def known_unit(compared: TwoYears, unit: str) -> None:
    """Raise a `DataError` unless a unit has a score in both years.

    Examples
    --------
    >>> from dti.composite.scores import compare
    >>> known_unit(compare(2022, 2023), "lai_chau")
    Traceback (most recent call last):
    ...
    dti.store.faults.DataError: There is no unit 'lai_chau' with a score in both years. Known: an-giang, \
ba-ria-vung-tau, bac-giang, bac-kan, bac-lieu, and 58 more.
    """
    known = compared.total.index[compared.total.notna() & compared.base_total.notna()]
    if unit not in known:
        more = f", and {len(known) - 5} more" if len(known) > 5 else ""
        listed = ", ".join(map(str, sorted(known)[:5])) or "none"
        raise DataError(f"There is no unit '{unit}' with a score in both years. Known: {listed}{more}.")


def crossings(compared: TwoYears, unit: str) -> pd.DataFrame:
    """Return who stands above a unit now but did not in the base year, and the reverse.

    The units it passed less those that passed it are exactly the places it gained; a unit without a score in one of
    the years stands above nobody in it.

    Returns
    -------
    base_rank, rank, base_score, score, passed (+1: the unit passed it; -1: it passed the unit); index: unit ids.

    Examples
    --------
    >>> from dti.composite.scores import compare
    >>> int(crossings(compare(2022, 2023), "lai-chau")["passed"].sum())
    -1
    """
    known_unit(compared, unit)
    frame = changes(compared)
    above_base = (frame["base_rank"] < frame.at[unit, "base_rank"]).fillna(False).astype(int)
    above_now = (frame["rank"] < frame.at[unit, "rank"]).fillna(False).astype(int)
    passed = above_base - above_now
    return frame[["base_rank", "rank", "base_score", "score"]].assign(passed=passed)[passed != 0]


def score_changes(compared: TwoYears, unit: str) -> pd.DataFrame:
    """Return what each index added to the change of a unit's score; ``change`` adds up to it exactly.

    Returns
    -------
    base_points, points, change (points); index: index ids. An index that the unit lacks in either year is blank, and
    what the unit gained in all of these together stands in the row `UNPUBLISHED`.

    Examples
    --------
    >>> from dti.composite.scores import compare
    >>> score_changes(compare(2022, 2023), "lai-chau")["change"].sum().round(1).item()
    115.3
    """
    return (_parts(compared, unit) * POINTS).rename_axis("index_id")


def _parts(compared: TwoYears, unit: str) -> pd.DataFrame:
    """Return a unit's contributions of both years and their change; the columns sum to its published totals."""
    known_unit(compared, unit)
    shares = leaf_weights(compared.structure).reindex(compared.values.columns)
    frame = pd.DataFrame(
        {"base_points": compared.base.loc[unit] * shares, "points": compared.values.loc[unit] * shares}
    )
    frame[frame.isna().any(axis=1)] = np.nan
    totals = pd.Series({"base_points": compared.base_total[unit], "points": compared.total[unit]})
    rest = totals - frame.sum()
    lacking = frame.isna().any(axis=None)
    if lacking or (rest.abs() > 1e-9 * totals.abs().max()).any():
        frame.loc[UNPUBLISHED if lacking else ROUNDING] = rest
    return frame.assign(change=frame["points"] - frame["base_points"])


def rank_changes(compared: TwoYears, unit: str) -> pd.Series:
    """Return the places a unit gained (negative: lost) through each of its indices and through all others.

    Each index, and what the others did taken together, is a player: it counts with its value of the base year
    until it joins, with the later one from then on. Its Shapley value is the places it brings, averaged over
    every order of joining. The values add up exactly to the places gained. With more than 18 players the average is
    over a sample of orders, each with its reverse: it still adds up, and the standard error is stated.

    Returns
    -------
    Places by index, `UNPUBLISHED` or ``rounding`` where there is something left, and `OTHERS`. An index that the unit
    lacks is blank. ``attrs["error"]``: largest standard error of a value, 0 where every order is counted.

    Raises
    ------
    DataError
        a unit without a score in both years

    References
    ----------
    Shapley (1953); Shorrocks (2013); Castro, Gómez and Tejada (2009).

    Examples
    --------
    >>> from dti.composite.scores import compare
    >>> rank_changes(compare(2022, 2023), "lai-chau").sum().round(9).item()
    -1.0
    """
    gains = _parts(compared, unit)["change"]
    playing = gains.dropna()
    base = compared.base_total[unit]
    rivals = [total.drop(unit).dropna().to_numpy() for total in (compared.base_total, compared.total)]

    def places(joined: np.ndarray, now: np.ndarray) -> np.ndarray:
        own = base + joined @ playing.to_numpy()
        both = np.stack([rank_among(own, others[None]) for others in rivals])
        return -np.where(now, both[1], both[0])

    players = [*playing.index, OTHERS]
    if len(players) <= MOST_PLAYERS:
        joined = _subsets(len(players))
        values, error = shapley(places(joined[:, :-1], joined[:, -1].astype(bool))), 0.0
    else:
        values, error = _sampled(places, len(players))
    found = pd.Series(values, index=players).reindex([*gains.index, OTHERS])
    found.attrs["error"] = error
    return found


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


def _sampled(places: Callable[[np.ndarray, np.ndarray], np.ndarray], players: int) -> tuple[np.ndarray, float]:
    """Return the places each player brings, averaged over sampled orders of joining, and the largest standard error."""
    rng, brought = np.random.default_rng(SEED), np.empty((ORDERS, players))
    for sample in range(ORDERS):
        order = rng.permutation(players)
        brought[sample] = (_in_order(places, order) + _in_order(places, order[::-1])) / 2
    return brought.mean(axis=0), float((brought.std(axis=0, ddof=1) / np.sqrt(ORDERS)).max())


def _in_order(places: Callable[[np.ndarray, np.ndarray], np.ndarray], order: np.ndarray) -> np.ndarray:
    """Return the places that each player brings on joining in an order."""
    joined = np.zeros((len(order) + 1, len(order)), dtype=int)
    for step, player in enumerate(order, start=1):
        joined[step:, player] = 1
    brought = np.empty(len(order))
    brought[order] = np.diff(places(joined[:, :-1], joined[:, -1].astype(bool)))
    return brought
