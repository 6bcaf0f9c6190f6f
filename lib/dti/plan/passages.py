"""What the plan says to each agency, and of its field: item by item, with role, how we know, and the plan's words."""

from collections.abc import Mapping

import pandas as pd

from dti.plan.progress import of_plan
from dti.plan.rows import PLACEHOLDER
from dti.plan.sentences import with_figures
from dti.words.vietnamese import Lang

#: What the plan asks of the report year, and what it reports of the year before.
ASKED = ["objective", "task", "duty", "solution", "funding"]
REPORTED = ["result", "limitation", "threat"]

#: How we know, what binds most strongly first.
BASES = ["named", "reading", "class"]
ROLES = ["direct", "lead", "support", "implement"]

#: Kinds of agencies of the districts; a class that holds these alone is theirs.
DISTRICT = ("huyen", "thanh-pho")


def passages(tables: Mapping[str, pd.DataFrame], agency: str, year: int, lang: Lang) -> pd.DataFrame:
    """Return the items of the plan that concern an agency, those that name it first, then in the plan's order.

    Parameters
    ----------
    tables : ``statements``, ``assignments``, ``agencies``, ``observations``, ``indicators``
    year : report year; what is asked is of that year's plan, what is reported of the year before

    Returns
    -------
    statement_id, kind, asked (else reported), pillar, clause, role, duty_basis, note, anchor; ``markdown`` (our words
    on the agency's part, figures linked), ``evidence`` (the plan's words), ``of_districts`` (the class is theirs)
    """
    said = items_of(tables["statements"], year).merge(tables["assignments"], on="statement_id")
    kinds = tables["agencies"].set_index("agency_id")["kind"]
    whose = said[said["duty_basis"] == "class"].groupby("statement_id")["agency_id"].agg(set)
    of_districts = {item for item, bodies in whose.items() if all(kinds[body] in DISTRICT for body in bodies)}
    mine = said[said["agency_id"] == agency]
    order = mine.assign(
        _basis=mine["duty_basis"].map(BASES.index),
        _place=mine["statement_id"].map(
            {item: place for place, item in enumerate(tables["statements"]["statement_id"])}
        ),
        _role=mine["role"].map(ROLES.index),
    ).sort_values(["_basis", "_place", "_role"])
    note = "note" if lang == "vi" else "note_en"
    return (
        order.assign(
            asked=order["kind"].isin(ASKED),
            markdown=[
                with_figures(text, tables["observations"], tables["indicators"], lang)
                for text in order[f"part_{lang}"].fillna(order[f"text_{lang}"])
            ],
            note=order[note],
            of_districts=order["statement_id"].isin(of_districts),
            anchor=["t-" + item + "-" + role for item, role in zip(order["statement_id"], order["role"], strict=True)],
        )
        .drop(columns=["_basis", "_place", "_role"])
        .reset_index(drop=True)
    )


def items_of(statements: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the items of the plan of a year: what it asks of that year and what it reports of the year before."""
    plan = of_plan(statements[statements["kind"].isin(ASKED) & statements["kind"].ne("funding")], year)
    year_of_plan = int(plan["year"].iloc[0]) if len(plan) else year
    asked = statements["kind"].isin(ASKED) & (statements["year"] == year_of_plan)
    reported = statements["kind"].isin(REPORTED) & (statements["year"] == year_of_plan - 1)
    return statements[asked | reported]


def cited_by(tables: Mapping[str, pd.DataFrame], statement_ids: pd.Series) -> pd.DataFrame:
    """Return the figures of the province that some items of the plan cite, in their table's order."""
    said = tables["statements"].loc[tables["statements"]["statement_id"].isin(statement_ids), "text_vi"]
    parts = tables["assignments"].loc[tables["assignments"]["statement_id"].isin(statement_ids), "part_vi"]
    texts = pd.concat([said, parts.dropna()])
    keys = {(*match[:2], int(match[2])) for text in texts for match in PLACEHOLDER.findall(text)}
    rows = tables["observations"].query("in_use and agency_id == 'tinh' and period == 'year'")
    return rows[[key in keys for key in zip(rows["indicator_id"], rows["kind"], rows["year"], strict=True)]]


def own(items: pd.DataFrame) -> pd.DataFrame:
    """Return the items that are an agency's alone: it is named there, or the matter is plainly its field."""
    return items[items["duty_basis"] != "class"]


def shared(items: pd.DataFrame) -> pd.DataFrame:
    """Return the items that an agency shares with its class, those of the districts first."""
    return items[items["duty_basis"] == "class"].sort_values("of_districts", ascending=False, kind="stable")


def heat(tables: Mapping[str, pd.DataFrame], rows: Mapping[str, pd.DataFrame], year: int) -> pd.DataFrame:
    """Return for each agency and pillar how many tasks are its own, how many gaps are open, how many targets missed.

    Parameters
    ----------
    rows : progress rows of each agency, with ``pillar``

    Returns
    -------
    agency_id, pillar, tasks, open, missed: one row for each agency and pillar, then one with a blank pillar for how the
    plan's work is organised as a whole
    """
    said = items_of(tables["statements"], year).merge(tables["assignments"], on="statement_id")
    said = said[said["kind"].isin(ASKED) & said["duty_basis"].ne("class")].fillna({"pillar": ""})
    tasks = said.drop_duplicates(["statement_id", "agency_id"]).groupby(["agency_id", "pillar"]).size()
    if not rows:
        return pd.DataFrame(columns=["agency_id", "pillar", "tasks", "open", "missed"])
    progress = pd.concat(rows, names=["of"]).assign(
        open=lambda rows: (rows["status"] == "to_do") & rows["gap"].gt(0),
        missed=lambda rows: rows["status"] == "missed",
    )
    cells = pd.MultiIndex.from_product([rows, [*tables["pillars"]["pillar"], ""]], names=["agency_id", "pillar"])
    counted = progress.groupby(["of", "pillar"])[["open", "missed"]].sum().rename_axis(cells.names)
    counts = pd.concat([tasks.rename("tasks"), counted], axis=1).reindex(cells, fill_value=0).fillna(0)
    return counts.astype("int64").reset_index()


def alike(tables: Mapping[str, pd.DataFrame], year: int) -> list[list[str]]:
    """Return the groups of agencies to which the plan gives word for word the same.

    Examples
    --------
    >>> from dti.store.tables import load_all
    >>> groups = alike(load_all(["agencies", "statements", "assignments", "responsibilities"]), 2023)
    >>> next(group for group in groups if "huyen-phong-tho" in group)
    ['thanh-pho-lai-chau', 'huyen-sin-ho', 'huyen-phong-tho']
    """
    said = items_of(tables["statements"], year).merge(tables["assignments"], on="statement_id")
    duties = of_plan(tables["responsibilities"], year)
    given = {}
    for agency in tables["agencies"].query("has_report")["agency_id"]:
        items = said[said["agency_id"] == agency]
        led = duties[duties["agency_id"] == agency]
        key = (
            frozenset(items[["statement_id", "role", "duty_basis"]].itertuples(index=False, name=None)),
            frozenset(led[["indicator_id", "role", "duty_basis"]].itertuples(index=False, name=None)),
        )
        given.setdefault(key, []).append(agency)
    return [agencies for agencies in given.values() if len(agencies) > 1]
