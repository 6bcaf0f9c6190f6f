"""Who has sent what, as lines of the terminal; it loads nothing that draws or exports."""

from collections.abc import Mapping

import pandas as pd

from dti.intake.status import named
from dti.words.vietnamese import Lang
from dti.words.word_list import labels, word


def status_lines(
    tables: Mapping[str, pd.DataFrame], agencies: pd.DataFrame, owed: pd.DataFrame, lang: Lang
) -> list[str]:
    """Return a line for each agency, with what it still owes below, and how many are complete.

    Parameters
    ----------
    agencies : of `dti.intake.status.agencies_asked`
    owed : of `dti.intake.status.figures_asked`, the figures that have not come
    """
    states = labels("status.state", lang)
    missing = named(tables, owed, lang)
    lines = []
    for row in named(tables, agencies, lang).itertuples():
        received = "" if pd.isna(row.received) else f", {str(row.received)[:10]}"
        lines.append(f"{row.agency} ({row.agency_id}): {states[row.state]}, {row.figures}/{row.asked}{received}")
        mine = missing[missing["agency_id"] == row.agency_id]
        lines += [f"    {one.indicator} ({one.subject})" for one in mine.itertuples()]
    done = int(agencies["state"].eq("complete").sum())
    return [*lines, word("status.total", lang, done=done, asked=len(agencies), owed=len(owed))]
