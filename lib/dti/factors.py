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

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats
from scipy.interpolate import make_smoothing_spline

from dti.index import TIE_DECIMALS, Comparison, contributions, ranks
from dti.tables import DataError

#: Everybody else, as one player of the decomposition.
OTHERS = "others"
POINTS = 1000
#: The decomposition evaluates every subset of its players; more than this many would not fit in memory.
MOST_PLAYERS = 18
#: What a province cannot change from one year to the next, and how it enters distances and regressions.
CONTEXT = ["log_population", "urban_share", "log_grdp_per_capita"]


# ------------------------------------------------------------------------------------------------ changes


def changes(compared: Comparison) -> pd.DataFrame:
    """Return how every unit's score and rank changed, best rank first.

    Returns
    -------
    base_score, score, change, base_rank, rank, places (gained; negative: lost); index: unit ids.

    Examples
    --------
    >>> from dti.index import compare
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
    >>> from dti.index import compare
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
    >>> from dti.index import compare
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
    >>> from dti.index import compare
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


# --------------------------------------------------------------------------------------------------- gaps


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
    ordered = total.sort_values(ascending=False, kind="stable")
    place = ranks(total)
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


def gaps(parts: pd.DataFrame, unit: str, groups: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return how many points a unit lacks on the mean of each group, index by index.

    Parameters
    ----------
    parts : contributions, units × indices
    groups : name → unit ids

    Returns
    -------
    Indices × groups, points; positive: the unit is behind. Each column adds up to the gap of the totals.

    Examples
    --------
    >>> parts = pd.DataFrame({"x": [0.2, 0.1], "y": [0.1, 0.3]}, index=["a", "b"])
    >>> gaps(parts, "a", {"b": ["b"]})["b"].round(9).tolist()
    [-100.0, 200.0]
    """
    return pd.DataFrame(
        {name: (parts.loc[list(members)].mean() - parts.loc[unit]) * POINTS for name, members in groups.items()}
    )


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
    place = ranks(total)
    above = total[place < place[unit]].sort_values(kind="stable").head(most)
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
    """Return a unit's strengths, weaknesses and headroom, index by index.

    Parameters
    ----------
    values : units × indices in [0, 1]
    shares : share of each index in the whole, as `dti.index.leaf_weights` gives them

    Returns
    -------
    value, rank (among all, in that index alone), best, median (values), weight (points), headroom (points up to
    the maximum), to_best, to_median (points; zero where already there), places_10 (gained by 10 points more, as
    far as there is headroom), places_median, places_best; index: index ids.

    Examples
    --------
    >>> values = pd.DataFrame({"x": [0.5, 0.9]}, index=["a", "b"])
    >>> standing(values, pd.Series({"x": 1.0}), values["x"], "a")[["rank", "headroom"]].iloc[0].tolist()
    [2.0, 500.0]
    """
    weight = shares.reindex(values.columns) * POINTS
    own = values.loc[unit]
    frame = pd.DataFrame(
        {
            "value": own,
            "rank": ranks(values).loc[unit].astype(int),
            "best": values.max(),
            "median": values.median(),
            "weight": weight,
            "headroom": (1 - own) * weight,
            "to_best": (values.max() - own) * weight,
            "to_median": ((values.median() - own) * weight).clip(lower=0),
        }
    ).rename_axis("index_id")
    by_ten = frame["headroom"].clip(upper=10)
    steps = {"places_10": by_ten, "places_median": frame["to_median"], "places_best": frame["to_best"]}
    return frame.assign(
        **{name: [places_gained(total, unit, points) for points in needed] for name, needed in steps.items()}
    )


# ------------------------------------------------------------------------------- what matters in the index


def importance(parts: pd.DataFrame, shares: pd.Series) -> pd.DataFrame:
    """Return what each index weighs on paper and in effect.

    Parameters
    ----------
    parts : contributions, units × indices

    Returns
    -------
    weight : nominal share
    effective : correlation ratio with the total, scaled to add up to 1 over the indices
    correlation_ratio : share of the total's variance that goes with the index, whatever the shape
    variance_share : covariance with the total over the total's variance; they add up to 1
    pearson, spearman : correlation with the total
    spread : standard deviation in points
    redundancy : share of the index's variance that the other indices explain together (R²)

    References
    ----------
    Paruolo, Saisana and Saltelli (2013).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> parts = pd.DataFrame({"x": rng.normal(0, 3, 60), "y": rng.normal(0, 1, 60)})
    >>> found = importance(parts, pd.Series({"x": 0.5, "y": 0.5}))
    >>> bool(found.loc["x", "effective"] > 0.7)
    True
    """
    total = parts.sum(axis=1)
    ratio = parts.apply(lambda index: correlation_ratio(index.to_numpy(), total.to_numpy()))
    return pd.DataFrame(
        {
            "weight": shares.reindex(parts.columns),
            "effective": ratio / ratio.sum(),
            "correlation_ratio": ratio,
            "variance_share": parts.apply(lambda index: index.cov(total)) / total.var(),
            "pearson": parts.corrwith(total),
            "spearman": parts.corrwith(total, method="spearman"),
            "spread": parts.std() * POINTS,
            "redundancy": [redundancy(parts, index_id) for index_id in parts],
        }
    ).rename_axis("index_id")


def correlation_ratio(x: np.ndarray, y: np.ndarray) -> float:
    """Return the share of the variance of `y` that a smooth curve over `x` explains (first-order effect).

    The curve is a smoothing spline whose smoothness is chosen by generalised cross-validation.

    References
    ----------
    Paruolo, Saisana and Saltelli (2013), section 3: S = V(E(y | x)) / V(y).

    Examples
    --------
    >>> x = np.linspace(-1, 1, 50)
    >>> round(correlation_ratio(x, x**2), 2), round(float(np.corrcoef(x, x**2)[0, 1] ** 2), 2)
    (1.0, 0.0)
    """
    places, which, counts = np.unique(x, return_inverse=True, return_counts=True)
    means = np.bincount(which, weights=y) / counts
    curve = make_smoothing_spline(places, means, w=counts.astype(float))
    fitted = curve(x)
    return float(np.clip(np.var(fitted) / np.var(y), 0, 1))


def redundancy(parts: pd.DataFrame, index_id: str) -> float:
    """Return the share of an index's variance that the others explain together by linear regression (R²).

    Examples
    --------
    >>> redundancy(pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": [2.0, 4.0, 6.0, 8.0]}), "x")
    1.0
    """
    others = np.column_stack([np.ones(len(parts)), parts.drop(columns=index_id)])
    own = parts[index_id].to_numpy()
    residual = own - others @ np.linalg.lstsq(others, own)[0]
    return float(np.clip(1 - residual.var() / own.var(), 0, 1).round(12))


# ---------------------------------------------------------------------------------------- peers and means


def circumstances(context: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return what provinces differ in besides their efforts: `CONTEXT` of a year, one row per province.

    Parameters
    ----------
    context : the table ``province_context``

    Raises
    ------
    DataError
        no row for that year, or a blank or zero in one

    Examples
    --------
    >>> from dti.tables import load
    >>> circumstances(load("province_context"), 2023).loc["lai-chau", "urban_share"].round(3).item()
    0.177
    """
    rows = context[context["year"] == year].set_index("province_id")
    if rows.empty:
        known = ", ".join(map(str, sorted(context["year"].unique())))
        raise DataError(f"Population and GRDP of {year} are not in province_context.csv. Known: {known}.")
    people, urban = rows["population_thousand"], rows["urban_population_thousand"]
    income = rows["grdp_per_capita_million_vnd"]
    unusable = ~((people > 0) & (urban >= 0) & (income > 0))
    if unusable.any():
        raise DataError(
            f"Population, urban population or GRDP per head of {year} is blank or zero for "
            f"{', '.join(rows.index[unusable])}; expected: figures above zero in province_context.csv."
        )
    return pd.DataFrame(
        {"log_population": np.log(people), "urban_share": urban / people, "log_grdp_per_capita": np.log(income)}
    )


def peers(means: pd.DataFrame, unit: str, most: int = 5) -> pd.Series:
    """Return the units nearest in circumstances and their distance, nearest first.

    Distance is Euclidean, each circumstance counted in its standard deviations.

    Examples
    --------
    >>> means = pd.DataFrame({"x": [0.0, 1.0, 5.0]}, index=["a", "b", "c"])
    >>> peers(means, "a", 1).index.tolist()
    ['b']
    """
    scaled = (means - means.mean()) / means.std()
    distance = np.sqrt(((scaled - scaled.loc[unit]) ** 2).sum(axis=1))
    return distance.drop(unit).sort_values(kind="stable").head(most).rename("distance")


def expected_scores(total: pd.Series, means: pd.DataFrame, level: float = 0.9) -> pd.DataFrame:
    """Return for each unit the score that the others' circumstances would suggest, with its interval.

    Linear regression on the other units; the interval is for a single unit's score at probability `level`. It
    tells where a unit stands among those like it, not what causes its score.

    Returns
    -------
    score, expected, low, high, difference (score less expected), inside (the interval); the fit's ``r2`` (all
    units) is in ``attrs``; index: unit ids.

    References
    ----------
    Belsley, D. A., Kuh, E. and Welsch, R. E. (1980), Regression Diagnostics: leave-one-out by the hat matrix.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> means = pd.DataFrame({"x": np.arange(30.0)})
    >>> found = expected_scores(2 * means["x"] + rng.normal(0, 1, 30), means)
    >>> bool(found["inside"].mean() > 0.7), found.attrs["r2"] > 0.9
    (True, True)
    """
    design = np.column_stack([np.ones(len(means)), means.loc[total.index]])
    units, unknowns = design.shape
    hat = np.einsum("ij,ji->i", design, np.linalg.pinv(design))
    residual = total.to_numpy() - design @ np.linalg.lstsq(design, total.to_numpy())[0]
    left_out = residual / (1 - hat)
    variance = ((residual**2).sum() - residual * left_out) / (units - unknowns - 1)
    half = stats.t.ppf((1 + level) / 2, units - unknowns - 1) * np.sqrt(variance / (1 - hat))
    frame = pd.DataFrame({"score": total, "expected": total - left_out, "low": total - left_out - half})
    frame = frame.assign(high=frame["expected"] + half, difference=left_out)
    frame = frame.assign(inside=frame["score"].between(frame["low"], frame["high"]))
    frame.attrs["r2"] = float(1 - (residual**2).sum() / ((total - total.mean()) ** 2).sum())
    return frame


# ------------------------------------------------------------------------------------------ service index


def service_beside(service: pd.DataFrame, activity: pd.Series, provinces: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the public-service index of a year beside the DTI's index of digital government activity.

    The service index is published for the 34 units as merged in 2025, even of earlier years: a row speaks of
    the same place in both only where boundaries were kept.

    Parameters
    ----------
    service : the table ``service_index``
    activity : values of one DTI index by province
    provinces : the table ``provinces``

    Returns
    -------
    name, total, total_rank (of the 34), activity, activity_rank (of the 63), same_place; index: province ids,
    best total first.
    """
    rows = service[service["year"] == year].set_index("province_id")
    known = provinces.set_index("province_id")
    return pd.DataFrame(
        {
            "name": known.loc[rows.index, "name_vi"],
            "total": rows["total"],
            "total_rank": ranks(rows["total"]),
            "activity": activity.reindex(rows.index),
            "activity_rank": ranks(activity).reindex(rows.index),
            "same_place": known.loc[rows.index, "unchanged_2025"],
        }
    ).sort_values("total_rank", kind="stable")
