"""Who has sent what, as a page, and as a letter to each agency that owes figures."""

from collections.abc import Mapping
from datetime import date

import nbformat
import pandas as pd
from nbformat import NotebookNode

from dti.intake.status import named
from dti.show import outputs
from dti.show.outputs import Column, Shown
from dti.words.markdown import escape
from dti.words.periods import time
from dti.words.texts import prose
from dti.words.vietnamese import Lang
from dti.words.word_list import labels, word


def status_page(
    tables: Mapping[str, pd.DataFrame],
    agencies: pd.DataFrame,
    owed: pd.DataFrame,
    year: int,
    period: str,
    lang: Lang,
) -> NotebookNode:
    """Return a notebook, as if executed, that shows who has sent what; any exporter of reports writes it."""
    states = labels("status.state", lang)
    when = time(year, period, lang)
    of_agencies = named(tables, agencies, lang).assign(
        state=agencies["state"].map(states),
        share=[f"{row.figures}/{row.asked}" for row in agencies.itertuples()],
        received=agencies["received"].astype("str").str[:10].where(agencies["received"].notna(), "–"),
    )
    shown = [
        outputs.text(f"# {escape(word('status.title', lang, when=when))}"),
        outputs.table(of_agencies, _columns(labels("status.agency", lang)), word("status.agencies", lang, when=when)),
    ]
    if len(owed):
        missing = named(tables, owed, lang).sort_values(["indicator", "agency"], kind="stable")
        shown.append(
            outputs.table(
                missing,
                _columns(labels("status.figure", lang)),
                word("status.figures", lang, when=when),
                group="indicator",
            )
        )
    return _notebook(shown, "status", lang)


def reminder(
    tables: Mapping[str, pd.DataFrame],
    agency_id: str,
    owed: pd.DataFrame,
    year: int,
    period: str,
    lang: Lang = "vi",
    due: date | None = None,
    *,
    partly: bool,
) -> NotebookNode:
    """Return a letter that asks an agency for exactly the figures that it still owes, as an executed notebook.

    Parameters
    ----------
    owed : this agency's figures that have not come
    due : day by which they were asked for
    partly : some of its figures have come
    """
    mine = named(tables, owed, lang).reset_index(drop=True)
    name = tables["agencies"].set_index("agency_id").at[agency_id, f"name_{lang}"]
    when = time(year, period, lang)
    text = prose("reminder", lang, agency=name, when=when, due=due, partly=partly)
    numbered = mine.assign(number=[str(number) for number in range(1, len(mine) + 1)])
    shown = [
        outputs.text(f"# {escape(word('reminder.title', lang, when=when))}"),
        outputs.text(text),
        outputs.table(numbered, _columns(labels("reminder.column", lang)), word("reminder.caption", lang, when=when)),
        outputs.text(prose("reminder_end", lang)),
    ]
    return _notebook(shown, "reminder", lang)


def _columns(heads: Mapping[str, str]) -> list[Column]:
    return [Column(name, label) for name, label in heads.items()]


def _notebook(shown: list[Shown], report: str, lang: Lang) -> NotebookNode:
    parameters = nbformat.v4.new_code_cell(f'lang = "{lang}"', metadata={"tags": ["parameters"]})
    cells = [
        nbformat.v4.new_code_cell(
            outputs=[nbformat.v4.new_output("display_data", data=one.bundle, metadata=one.metadata)]
        )
        for one in shown
    ]
    notebook = nbformat.v4.new_notebook(cells=[parameters, *cells], metadata={"dti": {"report": report}})
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    return notebook
