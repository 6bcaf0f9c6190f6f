"""Provinces in like circumstances, and what circumstances alone would let expect."""

import numpy as np
import pandas as pd
from scipy import stats

from dti.composite.aggregation import check_units
from dti.composite.gaps import check_unit
from dti.composite.ranks import ranks
from dti.store.faults import DataError

#: A regression needs so many units more than it has explanations.
FREEDOM = 3


def circumstances(context: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return what a province cannot change from one year to the next, as it enters distances and regressions.

    Parameters
    ----------
    context : the table ``province_context``

    Returns
    -------
    log_population, urban_share, log_grdp_per_capita; index: province ids.

    Raises
    ------
    DataError
        no row for that year, or a blank or zero in one

    Examples
    --------
    >>> from dti.store.tables import load
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
    check_unit(means.index, unit)
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
    check_units(total)
    known = total.dropna().index.intersection(means.dropna().index)
    total, means = total[known], means.loc[known]
    if len(known) < means.shape[1] + FREEDOM:
        raise DataError(
            f"{len(known)} units with a score and known circumstances are too few for a regression on "
            f"{means.shape[1]}; expected: at least {means.shape[1] + FREEDOM}."
        )
    design = np.column_stack([np.ones(len(means)), means])
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
