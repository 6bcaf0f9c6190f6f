"""Every value that a figure had: its file, when and from whom it came, why it was let through, replaced, taken back."""

from collections.abc import Mapping

import pandas as pd

from dti.store.faults import DataError
from dti.words.periods import time
from dti.words.vietnamese import Lang, quantity
from dti.words.word_list import labels, word

COLUMNS = ["year", "period", "value", "state", "source_id", "file", "received", "sender", "accepted", "note"]


def history(
    tables: Mapping[str, pd.DataFrame], indicator_id: str, agency_id: str, year: int | None = None
) -> pd.DataFrame:
    """Return every value that a figure had, in the order in which they came, results taken back among them.

    Parameters
    ----------
    tables : ``observations``, ``withdrawals``, ``submissions``, ``sources``, ``indicators``, ``agencies``
    agency_id : whom the figure is about (``tinh`` for the province)
    year : only this year's; by default all

    Returns
    -------
    year, period, value (blank: taken back), state (``in_use``, ``replaced``, ``withdrawn``), source_id, file, received
    (blank for a document that nobody sent in), sender, accepted, note

    Raises
    ------
    DataError
        no such indicator or agency
    """
    for table, column, value in (("indicators", "indicator_id", indicator_id), ("agencies", "agency_id", agency_id)):
        if value not in set(tables[table][column]):
            raise DataError(f"{table}.csv: '{value}' is not a known {column}; expected: an id of that table.")
    about = "indicator_id == @indicator_id and agency_id == @agency_id" + ("" if year is None else " and year == @year")
    given = tables["observations"].query(f"kind == 'actual' and {about}")
    given = given.assign(state=given["in_use"].map({True: "in_use", False: "replaced"}))
    back = tables["withdrawals"].query(about).rename(columns={"reason": "note"}).assign(state="withdrawn")
    order = {cited: place for place, cited in enumerate(tables["submissions"]["source_id"])}
    rows = pd.concat([given, back]).merge(tables["submissions"].drop(columns="agency_id"), on="source_id", how="left")
    place = rows["source_id"].map(order).fillna(-1)
    return (
        rows.assign(place=place).sort_values(["year", "period", "place"], kind="stable")[COLUMNS].reset_index(drop=True)
    )


def history_lines(rows: pd.DataFrame, unit: str, lang: Lang = "vi") -> list[str]:
    """Return the history of a figure for the terminal, a line for each value."""
    if rows.empty:
        return [word("history.none", lang)]
    states = labels("history.state", lang)
    return [
        word(
            "history.line",
            lang,
            when=time(row.year, row.period, lang),
            value=quantity(row.value, unit, lang),
            state=states[row.state],
            source=row.source_id if pd.isna(row.file) else f"{row.file} ({row.source_id})",
            received="" if pd.isna(row.received) else f", {row.received}, {row.sender}",
            note="" if pd.isna(row.note) else f"; {row.note}",
        )
        for row in rows.itertuples()
    ]
