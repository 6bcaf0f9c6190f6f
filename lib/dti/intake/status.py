"""Who has sent what: each agency's form, and who still owes which figure."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from dti.plan.duties import all_figures_due, reporting_agencies
from dti.words.vietnamese import Lang

#: Roles whose figures are asked for; an agency that supports sends its own only if it has one.
ASKED = ("lead", "implement")
STATES = ("complete", "partial", "waiting", "none", "overdue")

#: List of the forms that went back to their senders, beside the marked copies themselves.
RETURNED = "returned.csv"

FIGURE_COLUMNS = ["agency_id", "indicator_id", "subject_id", "role", "received"]
AGENCY_COLUMNS = ["agency_id", "state", "received", "sender", "figures", "asked", "missing"]


def figures_asked(tables: Mapping[str, pd.DataFrame], year: int, period: str = "year") -> pd.DataFrame:
    """Return every figure that an agency is asked for, and whether it has sent it.

    Parameters
    ----------
    tables : ``agencies``, ``indicators``, ``responsibilities``, ``observations``, ``submissions``

    Returns
    -------
    agency_id, indicator_id, subject_id, role, received (true where a figure that the agency sent is in use)
    """
    rows = all_figures_due(tables, year)
    agencies = reporting_agencies(tables, year)
    asked = rows[rows["role"].isin(ASKED) & rows["agency_id"].isin(agencies)]
    due = asked.sort_values("agency_id", key=lambda ids: ids.map(agencies.index), kind="stable")
    sent = set(tables["submissions"]["source_id"])
    figures = tables["observations"].query("kind == 'actual' and in_use and year == @year and period == @period")
    there = set(zip(figures["indicator_id"], figures["agency_id"], figures["source_id"].isin(sent), strict=True))
    received = [(row.indicator_id, row.subject_id, True) in there for row in due.itertuples()]
    return due.assign(received=received)[FIGURE_COLUMNS].reset_index(drop=True)


def agencies_asked(
    tables: Mapping[str, pd.DataFrame],
    year: int,
    period: str = "year",
    *,
    due: date | None = None,
    today: date | None = None,
    waiting: Sequence[str] = (),
) -> pd.DataFrame:
    """Return for each agency that is asked for a form what has come of it.

    Parameters
    ----------
    due : day by which forms were asked for; after it, what is missing is overdue
    today : by default the present day
    waiting : agencies whose form was refused and who have been asked to correct it

    Returns
    -------
    agency_id, state (of `STATES`), received (time of the last file), sender, figures (sent), asked, missing
    """
    rows = figures_asked(tables, year, period)
    counts = rows.groupby("agency_id", sort=False)["received"].agg(figures="sum", asked="size").reset_index()
    counts["missing"] = counts["asked"] - counts["figures"]
    last = _last_files(tables, year, period)
    found = counts.merge(last, on="agency_id", how="left")
    late = due is not None and (today or date.today()) > due
    states = [
        "complete"
        if row.missing == 0
        else "waiting"
        if row.agency_id in waiting
        else "overdue"
        if late
        else "partial"
        if row.figures
        else "none"
        for row in found.itertuples()
    ]
    return found.assign(state=states)[AGENCY_COLUMNS]


def _last_files(tables: Mapping[str, pd.DataFrame], year: int, period: str) -> pd.DataFrame:
    """Return the time and the sender of the last file that each agency's figures came in."""
    cited = tables["observations"].query("kind == 'actual' and year == @year and period == @period")["source_id"]
    files = tables["submissions"][tables["submissions"]["source_id"].isin(cited)]
    return files.dropna(subset=["agency_id"]).drop_duplicates("agency_id", keep="last")[
        ["agency_id", "received", "sender"]
    ]


def waiting_for(given: Sequence[str], year: int, period: str = "year") -> list[str]:
    """Return the agencies that have been asked to correct their forms.

    Parameters
    ----------
    given : ids of agencies, or folders of marked copies, whose list says to whom they went back
    """
    found: list[str] = []
    for one in given:
        path = Path(one) / RETURNED
        if path.is_file():
            rows = pd.read_csv(path, dtype={"year": int, "agency_id": str, "period": str})
            found += rows.query("year == @year and period == @period")["agency_id"].tolist()
        else:
            found.append(one)
    return list(dict.fromkeys(found))


def named(tables: Mapping[str, pd.DataFrame], rows: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """Return rows with the names of their agencies, and of their indicators and subjects where they have any."""
    agencies = tables["agencies"].set_index("agency_id")[f"name_{lang}"]
    indicators = tables["indicators"].set_index("indicator_id")[f"name_{lang}"]
    found = rows.assign(agency=rows["agency_id"].map(agencies))
    if "indicator_id" in rows:
        found = found.assign(indicator=rows["indicator_id"].map(indicators), subject=rows["subject_id"].map(agencies))
    return found
