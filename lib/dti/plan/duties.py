"""Which figures an agency reports, and a province's figure from its agencies' where that is legitimate."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from dti.plan.progress import PROVINCE, of_plan
from dti.words.vietnamese import number

#: Roles whose bearer has figures to report; who only directs has none.
REPORTING = ("lead", "implement", "support")
_LEVELS = {
    "so": "cap-tinh",
    "co-quan-ngang-so": "cap-tinh",
    "van-phong": "cap-tinh",
    "ban": "cap-tinh",
    "huyen": "cap-huyen",
    "thanh-pho": "cap-huyen",
}


def figures_due(tables: Mapping[str, pd.DataFrame], agency_id: str, year: int) -> pd.DataFrame:
    """Return the figures an agency reports: the province's where it leads, its own where it carries out or supports.

    A leading agency also reports its own figure where other agencies of its level carry the indicator out: what binds
    every department binds the leading one too.

    Parameters
    ----------
    tables : ``agencies``, ``indicators``, ``responsibilities``
    year : of the figures; the plan of that year says who reports

    Returns
    -------
    indicator_id, subject_id (``tinh`` or the agency), role; the province's figures first, then what the agency carries
    out, then what it supports, each in the order of ``indicators``
    """
    rows = all_figures_due(tables, year)
    return rows.loc[rows["agency_id"] == agency_id, ["indicator_id", "subject_id", "role"]].reset_index(drop=True)


def all_figures_due(tables: Mapping[str, pd.DataFrame], year: int) -> pd.DataFrame:
    """Return the figures that every agency reports, as `figures_due` does for one.

    Returns
    -------
    agency_id, indicator_id, subject_id, role; for each agency in the order of `figures_due`
    """
    every = of_plan(tables["responsibilities"], year)
    duties = every[every["role"].isin(REPORTING)]
    levels = duties["agency_id"].map(_levels(tables))
    carried = set(zip(duties["indicator_id"], levels.where(duties["role"] == "implement"), strict=True))
    leads = duties["role"].eq("lead")
    also = [key in carried for key in zip(duties["indicator_id"], levels, strict=True)]
    bound = leads & levels.notna() & pd.Series(also, index=duties.index, dtype=bool)
    found = pd.concat(
        [
            duties[leads].assign(subject_id=PROVINCE),
            duties[bound].assign(subject_id=duties["agency_id"], role="implement"),
            duties[~leads].assign(subject_id=duties["agency_id"]),
        ]
    )
    order = {indicator: place for place, indicator in enumerate(tables["indicators"]["indicator_id"])}
    ranked = found.assign(part=found["role"].map(REPORTING.index), place=found["indicator_id"].map(order))
    columns = ["agency_id", "indicator_id", "subject_id", "role"]
    return ranked.sort_values(["part", "place"])[columns].reset_index(drop=True)


def reporting_agencies(tables: Mapping[str, pd.DataFrame], year: int) -> list[str]:
    """Return the agencies with a report that lead or carry out an indicator, in the order of ``agencies``.

    A class of bodies ("telecoms enterprises") is nobody who could fill in a form.
    """
    bearers = of_plan(tables["responsibilities"], year).query("role in ('lead', 'implement')")["agency_id"]
    agencies = tables["agencies"].query("has_report and agency_id != @PROVINCE")["agency_id"]
    return agencies[agencies.isin(bearers)].tolist()


class Derived(NamedTuple):
    """A province figure made from agencies' figures, and how, in both languages."""

    indicator_id: str
    value: float
    how_vi: str
    how_en: str


def province_from_agencies(tables: Mapping[str, pd.DataFrame], year: int) -> pd.DataFrame:
    """Return the province's figures that follow from its agencies' own, and say how they were made.

    Only where every agency bound by an indicator has reported. Counts are added up if all those agencies are of one
    level, since a department and a district may count the same thing; shares and averages are the sum of numerators by
    the sum of denominators. Nothing is derived from a share without its denominator, from speeds, or where an agency
    is missing.

    Parameters
    ----------
    tables : ``agencies``, ``indicators``, ``responsibilities``, ``observations``, ``fractions``
    year : of the results

    Returns
    -------
    indicator_id, value (unit of the indicator), how_vi, how_en; no row where nothing legitimate can be said
    """
    own = tables["observations"].query(
        "kind == 'actual' and year == @year and period == 'year' and in_use and agency_id != @PROVINCE"
    )
    parts = tables["fractions"].drop(columns="clause")
    keys = ["indicator_id", "agency_id", "year", "source_id"]
    own = own.merge(parts.drop_duplicates(keys), on=keys, how="left")
    units = tables["indicators"].set_index("indicator_id")["unit"]
    levels = _levels(tables)
    bodies = tables["agencies"].loc[tables["agencies"]["has_report"], "agency_id"]
    duties = of_plan(tables["responsibilities"], year)
    bound = _bound_agencies(duties[duties["agency_id"].isin(bodies)], levels)
    found = [
        _derived(str(indicator), str(units[indicator]), figures, bound[indicator], levels)
        for indicator, figures in own.groupby("indicator_id", sort=False)
        if bound.get(indicator) and bound[indicator] <= set(figures["agency_id"])
    ]
    return pd.DataFrame([one for one in found if one is not None], columns=Derived._fields)


def _derived(
    indicator: str, unit: str, figures: pd.DataFrame, bound: set[str], levels: Mapping[str, str]
) -> Derived | None:
    figures = figures[figures["agency_id"].isin(bound)]
    vi, en = f"từ số liệu của {len(bound)}/{len(bound)} cơ quan", f"from {len(bound)} of {len(bound)} agencies"
    if unit == "count":
        one_level = len({levels.get(agency) for agency in bound}) == 1
        return Derived(indicator, figures["value"].sum(), f"cộng {vi}", f"added up {en}") if one_level else None
    if unit not in ("percent", "ratio") or figures[["numerator", "denominator"]].isna().any(axis=None):
        return None
    over, under = figures["numerator"].sum(), figures["denominator"].sum()
    value = over / under * (100 if unit == "percent" else 1)
    return Derived(
        indicator,
        value,
        f"tổng tử số {number(over)} chia tổng mẫu số {number(under)}, {vi}",
        f"numerators {number(over, 'en')} by denominators {number(under, 'en')}, {en}",
    )


def _bound_agencies(duties: pd.DataFrame, levels: Mapping[str, str]) -> dict[str, set[str]]:
    """Return for each indicator the agencies whose own figures together make the province's."""
    bound = duties[duties["role"] == "implement"].groupby("indicator_id")["agency_id"].agg(set).to_dict()
    for row in duties[duties["role"] == "lead"].itertuples():
        if row.indicator_id in _carried_out_at_level_of(duties, levels, row.agency_id):
            bound[row.indicator_id].add(row.agency_id)
    return bound


def _levels(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    kinds = tables["agencies"].set_index("agency_id")["kind"]
    return kinds.map(_LEVELS).dropna().to_dict()


def _carried_out_at_level_of(duties: pd.DataFrame, levels: Mapping[str, str], agency_id: str) -> set[str]:
    if agency_id not in levels:
        return set()
    carriers = duties.query("role == 'implement'")
    same = carriers["agency_id"].map(levels).eq(levels[agency_id])
    return set(carriers.loc[same, "indicator_id"])
