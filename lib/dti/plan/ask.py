"""The plan's progress by one line, for an analyst."""

import pandas as pd

from dti.plan import progress as compute
from dti.plan.rows import lead_agencies
from dti.store.tables import Folder, load_all
from dti.words.vietnamese import Lang

NEEDED = ["agencies", "indicators", "pillars", "observations", "responsibilities", "sources"]


def progress(
    year: int | None = None, agency: str | None = None, *, lang: Lang = "vi", data: Folder = None
) -> pd.DataFrame:
    """Return change, gap to target and status of every indicator, or of an agency's.

    Units differ from row to row (column ``unit``): sort and sum within one of them.

    Parameters
    ----------
    year : report year; by default the newest of the plans in ``sources``
    agency : id of an agency, for its indicators as they bind it; by default the province and whoever has figures of
        its own

    Returns
    -------
    indicator_id, name, agency_id, lead, role, unit, direction, base_actual, base_target, year_actual, year_target,
    basis, change, gap, gap_year, base_gap, progress_share, status, trend, and pillar and level of the indicator.
    ``.attrs``: ``year``, ``agency`` and ``source``, the plans and reports that the figures are from.

    Raises
    ------
    dti.store.faults.DataError
        unknown agency or year; the known ones are listed

    Examples
    --------
    >>> rows = progress(2023, agency="so-y-te")
    >>> rows.query("unit == 'percent'").nlargest(1, "gap")["name"].item()
    'Tỷ lệ hồ sơ công việc cấp tỉnh được xử lý trên môi trường mạng'
    """
    tables = load_all(NEEDED, data)
    year = newest_plan(tables["sources"]) if year is None else year
    if agency is None:
        rows = compute.progress(tables["observations"], tables["indicators"], year).assign(role=None)
    else:
        rows = compute.agency_progress(tables, agency, year)
    leads = lead_agencies(tables, year, lang).set_index("indicator_id")["leads"]
    names = tables["indicators"].set_index("indicator_id")
    pillars = tables["pillars"].set_index("pillar")[f"name_{lang}"]
    rows = rows.assign(
        name=rows["indicator_id"].map(names[f"name_{lang}"]),
        lead=rows["indicator_id"].map(leads),
        pillar=rows["indicator_id"].map(names["pillar"]).map(pillars),
        level=rows["indicator_id"].map(names["level"]),
    )
    first, *others = compute.COLUMNS
    order = [first, "name", "agency_id", "lead", "role", *others[1:], "pillar", "level"]
    found = rows[order].reset_index(drop=True)
    found.attrs = {"year": year, "agency": agency, "source": _sources(tables, found, year)}
    return found


def newest_plan(sources: pd.DataFrame) -> int:
    """Return the year of the newest plan.

    Examples
    --------
    >>> newest_plan(pd.DataFrame({"plan_year": [2023, None]}))
    2023
    """
    return int(sources["plan_year"].max())


def _sources(tables: dict[str, pd.DataFrame], rows: pd.DataFrame, year: int) -> list[str]:
    """Return the titles of the documents from which the figures of some indicators come."""
    used = tables["observations"].query("in_use and year in [@year, @year - 1]")
    used = used[used["indicator_id"].isin(rows["indicator_id"])]["source_id"].unique()
    found = tables["sources"][tables["sources"]["source_id"].isin(used)]
    return (
        found["title_vi"] + found["document_no"].map(lambda number: f" ({number})", na_action="ignore").fillna("")
    ).tolist()
