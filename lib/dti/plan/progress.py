"""Year-on-year change, gap to target and status of the plan's indicators.

Notation: ``A(y)`` is the actual of year y, ``T(y)`` its target, ``d`` the indicator's direction (+1 higher is
better, -1 lower is better), Y the report year and Y-1 its base year. Figures are in the indicator's own unit;
differences of percentages are percentage points.
"""

from collections.abc import Iterable
from typing import Literal

import numpy as np
import pandas as pd

from dti.store.faults import DataError

PROVINCE = "tinh"
FIGURES = ["base_actual", "base_target", "year_actual", "year_target"]
COLUMNS = [
    "indicator_id",
    "agency_id",
    "unit",
    "direction",
    *FIGURES,
    "basis",
    "change",
    "gap",
    "gap_year",
    "base_gap",
    "progress_share",
    "status",
    "trend",
]

#: Units of which a province's target is also the target of each agency that it binds; a count is not.
SHARED_UNITS = ["percent", "ratio", "mbps"]


#: A column of ``observations`` that can be laid out figure by figure.
Noted = Literal["value", "clause", "comparator", "wording", "note", "note_en"]


def figures(observations: pd.DataFrame, year: int, what: Noted = "value") -> pd.DataFrame:
    """Return the four figures in use of the report year and its base year, side by side.

    Only results and targets of whole years: a norm that a plan quotes is no target of its own.

    Parameters
    ----------
    observations : as in ``data/observations.csv``
    year : report year Y
    what : the column of ``observations`` to lay out

    Returns
    -------
    Index (indicator_id, agency_id); columns `FIGURES`; blank where there is no figure.

    Examples
    --------
    >>> from dti.store.tables import load
    >>> figures(load("observations"), 2023).loc[("ho-so-cong-viec-cap-tinh", "tinh"), "year_target"]
    np.float64(80.0)
    """
    of_years = observations["year"].isin([year - 1, year]) & (observations["period"] == "year")
    used = observations[observations["in_use"] & of_years & observations["kind"].isin(["actual", "target"])]
    names = pd.Series(np.where(used["year"] == year, "year_", "base_"), index=used.index) + used["kind"]
    wide = used.assign(figure=names).pivot(index=["indicator_id", "agency_id"], columns="figure", values=what)
    return wide.reindex(columns=FIGURES).rename_axis(columns=None)


def latest(actual: pd.Series, fallback: pd.Series) -> pd.Series:
    """Return the actual where it is reported, else what stands in for it."""
    return actual.where(actual.notna(), fallback)


def change_on_base(value: pd.Series, base_actual: pd.Series) -> pd.Series:
    """Return how far a value lies from the base year's actual, in the indicator's unit.

    Examples
    --------
    >>> change_on_base(pd.Series([80.0]), pd.Series([50.0])).tolist()
    [30.0]
    """
    return value - base_actual


def relative_change(change: pd.Series, base_actual: pd.Series) -> pd.Series:
    """Return a change as a percentage of the base year's actual; blank where that is zero.

    Examples
    --------
    >>> relative_change(pd.Series([5.0, 1.0]), pd.Series([20.0, 0.0])).tolist()
    [25.0, nan]
    """
    return 100 * change / base_actual.where(base_actual != 0)


def gap_to_target(value: pd.Series, target: pd.Series, direction: pd.Series) -> pd.Series:
    """Return what is still missing before the target, in the indicator's own unit.

    Positive: work remains. Zero or negative: met. Blank where either side is blank.

    Parameters
    ----------
    value, target : same unit, aligned on one index; the unit is in ``data/indicators.csv``
    direction : +1 where higher is better, -1 where lower is better

    Examples
    --------
    >>> gap_to_target(pd.Series([60.0, 5.0]), pd.Series([80.0, 3.0]), pd.Series([1, -1])).tolist()
    [20.0, 2.0]
    """
    return direction * (target - value)


def progress_share(year_actual: pd.Series, base_actual: pd.Series, year_target: pd.Series) -> pd.Series:
    """Return the part of the way from last year's actual to the target that has been covered (1 = all of it).

    Blank without this year's actual, and where target and last year's actual are the same.

    Examples
    --------
    >>> progress_share(pd.Series([60.0]), pd.Series([50.0]), pd.Series([90.0])).tolist()
    [0.25]
    """
    way = year_target - base_actual
    return (year_actual - base_actual) / way.where(way != 0)


def status(rows: pd.DataFrame) -> pd.Series:
    """Return one word per row on whether the target was, or will have to be, met.

    With this year's actual: ``met``, ``missed``, whatever is known of the year before. Before it: ``to_do`` (the
    target is better than the last actual), ``hold`` (it is not), ``no_baseline`` (there is no last actual).
    ``no_target`` and ``no_data`` where there is nothing to meet.

    Parameters
    ----------
    rows : the columns `FIGURES` and ``gap``

    Examples
    --------
    >>> rows = pd.DataFrame({"base_actual": [50.0, np.nan], "base_target": [50.0, np.nan],
    ...                      "year_actual": [np.nan, 70.0], "year_target": [80.0, 80.0], "gap": [30.0, 10.0]})
    >>> status(rows).tolist()
    ['to_do', 'missed']
    """
    has_actual, has_base, has_target = (rows[name].notna() for name in ("year_actual", "base_actual", "year_target"))
    words = {
        "no_data": ~has_actual & ~has_base & ~has_target,
        "no_target": ~has_target,
        "met": has_actual & (rows["gap"] <= 0),
        "missed": has_actual,
        "no_baseline": ~has_base,
        "to_do": rows["gap"] > 0,
    }
    return pd.Series(np.select(list(words.values()), list(words), default="hold"), index=rows.index, dtype="str")


def trend(year_actual: pd.Series, base_actual: pd.Series, direction: pd.Series) -> pd.Series:
    """Return which way each result moved on the year before: ``better``, ``same``, ``worse``; blank without both.

    Parameters
    ----------
    direction : +1 where higher is better, -1 where lower is better

    Examples
    --------
    >>> trend(pd.Series([60.0, 5.0, np.nan]), pd.Series([50.0, 3.0, 1.0]), pd.Series([1, -1, 1])).tolist()
    ['better', 'worse', nan]
    """
    gain = direction * (year_actual - base_actual)
    words = np.select([gain > 0, gain < 0], ["better", "worse"], default="same")
    return pd.Series(words, index=gain.index, dtype="str").where(gain.notna())


def assess(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with basis, change, gap, gap_year, base_gap, progress_share, status and trend.

    Parameters
    ----------
    rows : ``unit``, ``direction``, ``year`` (report year) and the columns `FIGURES`
    """
    has_actual = rows["year_actual"].notna()
    value = latest(rows["year_actual"], rows["year_target"])
    known = latest(rows["year_actual"], rows["base_actual"])
    gap = gap_to_target(known, rows["year_target"], rows["direction"])
    gap_year = rows["year"].where(has_actual, rows["year"] - 1).where(gap.notna())
    worked = rows.assign(
        basis=pd.Series(np.where(has_actual, "actual", "planned"), index=rows.index, dtype="str").where(value.notna()),
        change=change_on_base(value, rows["base_actual"]),
        gap=gap,
        gap_year=gap_year.astype("Int64"),
        base_gap=gap_to_target(rows["base_actual"], rows["base_target"], rows["direction"]),
        progress_share=progress_share(rows["year_actual"], rows["base_actual"], rows["year_target"]),
    )
    moved = trend(worked["year_actual"], worked["base_actual"], worked["direction"])
    return worked.assign(status=status(worked), trend=moved)


def progress(observations: pd.DataFrame, indicators: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return change, gap, status and trend of the province's indicators and of every agency's with figures of its own.

    Parameters
    ----------
    observations, indicators : as in ``data/``
    year : report year Y; its base year is Y-1

    Returns
    -------
    One row per indicator and agency, columns `COLUMNS`, in the order of ``indicators``, the province first. An
    indicator of which nothing is known in either year has a row with ``no_data``.

    Raises
    ------
    DataError
        if no figure at all is known of that year

    Examples
    --------
    >>> from dti.store.tables import load
    >>> rows = progress(load("observations"), load("indicators"), 2023).set_index("indicator_id")
    >>> rows.loc["ho-so-cong-viec-cap-tinh", ["change", "gap", "status"]].astype(str).tolist()
    ['30.0', '30.0', 'to_do']
    """
    require_year(observations, year)
    wide = figures(observations, year)
    whole = pd.MultiIndex.from_arrays(
        [indicators["indicator_id"], [PROVINCE] * len(indicators)], names=["indicator_id", "agency_id"]
    )
    rows = wide.reindex(whole.append(wide.index.difference(whole))).reset_index()
    rows = rows.merge(indicators[["indicator_id", "unit", "direction"]], on="indicator_id", how="left")
    order = pd.Series(range(len(indicators)), index=indicators["indicator_id"])
    rows = rows.assign(year=year, _order=rows["indicator_id"].map(order)).sort_values("_order", kind="stable")
    return assess(rows)[COLUMNS].reset_index(drop=True)


def require_year(observations: pd.DataFrame, year: int) -> None:
    """Raise a `DataError` that lists the known years if there is no actual or target of ``year``."""
    years = sorted(observations["year"].dropna().unique().tolist())
    if year not in years:
        known = ", ".join(str(known) for known in years) or "none"
        raise DataError(f"There are no figures of the year {year} in observations.csv. Known years: {known}.")


def agency_progress(tables: dict[str, pd.DataFrame], agency: str, year: int) -> pd.DataFrame:
    """Return the progress of one agency: the indicators it answers for, or all of them for the province.

    An agency with results of its own is measured by them; the province's targets of shares and ratios bind it
    too, so they stand in where it has none of its own. Without results of its own it takes the province's rows
    (``agency_id`` is then ``tinh``).

    Parameters
    ----------
    tables : ``agencies``, ``indicators``, ``observations``, ``responsibilities``
    agency : an id of ``agencies``

    Returns
    -------
    Columns `COLUMNS`, plus ``target_from`` (whose target it is) and, of the responsibility, ``role``,
    ``duty_basis`` and ``duty_clause``.

    Raises
    ------
    DataError
        unknown agency (the known ones are listed), or a year without figures
    """
    return agencies_progress(tables, [agency], year)[agency]


def agencies_progress(tables: dict[str, pd.DataFrame], agencies: Iterable[str], year: int) -> dict[str, pd.DataFrame]:
    """Return the progress of several agencies, by id; see `agency_progress`."""
    wanted = list(agencies)
    for agency in wanted:
        require_agency(tables["agencies"], agency)
    every = progress(tables["observations"], tables["indicators"], year)
    of_province = every[every["agency_id"] == PROVINCE].assign(target_from=PROVINCE)
    answered = _answered_for(tables, every, of_province, year)
    found = {agency: answered[answered["of"] == agency].drop(columns="of").reset_index(drop=True) for agency in wanted}
    if PROVINCE in found:
        whole = of_province.assign(role=None, duty_basis=None, duty_clause=None)
        found[PROVINCE] = whole.reset_index(drop=True)
    return found


def _answered_for(
    tables: dict[str, pd.DataFrame], every: pd.DataFrame, of_province: pd.DataFrame, year: int
) -> pd.DataFrame:
    """Return what each agency (``of``) answers for: by its own figures where it has results, else the province's."""
    duties = of_plan(tables["responsibilities"], year).drop(columns="year")
    duties = duties.rename(columns={"agency_id": "of", "clause": "duty_clause"})
    own = every[(every["agency_id"] != PROVINCE) & every[["base_actual", "year_actual"]].notna().any(axis=1)]
    own = _with_shared_targets(own, of_province, year).assign(of=own["agency_id"])
    keys = ["of", "indicator_id"]
    asked = duties[keys].drop_duplicates()
    without = asked[~pd.MultiIndex.from_frame(asked).isin(pd.MultiIndex.from_frame(own[keys]))]
    rows = pd.concat([own, without.merge(of_province, on="indicator_id")])
    order = tables["indicators"][["indicator_id"]]
    return order.merge(rows, on="indicator_id").merge(duties, on=keys)


def of_plan(duties: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the duties that hold in a year: those of the newest plan not after it, else of the oldest there is.

    Parameters
    ----------
    duties : a table with a column ``year``, the plan's

    Examples
    --------
    >>> duties = pd.DataFrame({"agency_id": ["a", "b"], "year": [2023, 2024]})
    >>> [of_plan(duties, year)["agency_id"].tolist() for year in (2022, 2023, 2025)]
    [['a'], ['a'], ['b']]
    """
    known = duties["year"].unique()
    before = [plan for plan in known if plan <= year]
    return duties[duties["year"] == (max(before) if before else min(known, default=year))]


def require_agency(agencies: pd.DataFrame, agency: str) -> None:
    """Raise a `DataError` that lists the known agencies if ``agency`` is not one of them."""
    if agency not in set(agencies["agency_id"]):
        known = "\n".join(f"  {row.agency_id}  {row.name_vi}" for row in agencies.itertuples())
        raise DataError(f"There is no agency '{agency}'. Known agencies:\n{known}")


def _with_shared_targets(own: pd.DataFrame, of_province: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return an agency's own rows, the province's targets standing in where they bind it."""
    shared = of_province[of_province["unit"].isin(SHARED_UNITS)].set_index("indicator_id")
    targets = {name: own["indicator_id"].map(shared[name]) for name in ("base_target", "year_target")}
    borrowed = own["year_target"].isna() & targets["year_target"].notna()
    filled = own.assign(
        year=year,
        base_target=latest(own["base_target"], targets["base_target"]),
        year_target=latest(own["year_target"], targets["year_target"]),
        target_from=own["agency_id"].where(~borrowed, PROVINCE),
    )
    return assess(filled)[[*COLUMNS, "target_from"]]


def differing_sources(observations: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the figures of a report year and its base year of which the sources give different values.

    Returns
    -------
    All rows concerned, in use or not, in the order of ``observations``.

    Examples
    --------
    >>> from dti.store.tables import load
    >>> differing_sources(load("observations"), 2023)["indicator_id"].unique().tolist()
    ['mang-truyen-so-lieu-chuyen-dung-cap-tinh', 'may-tinh-cap-xa', 'ung-dung-ket-noi-lgsp']
    """
    rows = observations[observations["year"].isin([year - 1, year])]
    values = rows.groupby(["indicator_id", "agency_id", "year", "period", "kind"])["value"]
    return rows[values.transform("nunique") > 1]
