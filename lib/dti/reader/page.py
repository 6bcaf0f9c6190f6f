"""The document on the screen, each number coloured by what became of it."""

import os
from html import escape
from pathlib import Path

import pandas as pd

from dti.reader.figures import CHANGE, LEAVE, NEW, TAKE
from dti.reader.plan import Plan
from dti.show.outputs import Shown
from dti.store.faults import DataError
from dti.store.tables import PROJECT
from dti.words.vietnamese import Lang

OPEN = ""
#: What became of a number: colour behind it, what it is called.
COLOURS = {
    OPEN: ("#FFE27A", {"vi": "còn để ngỏ", "en": "open"}),
    TAKE: ("#CFE5CF", {"vi": "nhận", "en": "taken"}),
    CHANGE: ("#CFE5CF", {"vi": "nhận có sửa", "en": "taken with change"}),
    NEW: ("#CFE0F2", {"vi": "chỉ tiêu mới", "en": "new indicator"}),
    LEAVE: ("#E3E3E3", {"vi": "để lại", "en": "left aside"}),
}


def document_at(path: str | os.PathLike) -> Path:
    """Return where a document lies: as given, else below the project's own folder.

    Raises
    ------
    DataError
        it is in neither place
    """
    for place in (Path(path), PROJECT / path):
        if place.is_file():
            return place
    raise DataError(f"{path}: no such file. Expected: the plan as .docx, .pdf, .html or .txt.")


def coloured(
    plan: Plan, rows: pd.DataFrame, lang: Lang, *, decision: str | None = None, kind: str | None = None
) -> Shown:
    """Return the document with its numbers coloured by decision, a number's fate told when the pointer rests on it.

    Parameters
    ----------
    plan : as it was read
    rows : the sheet "Số liệu"; see `dti.reader.review.review_tables`
    decision, kind : only paragraphs with a number of this decision ("" are the open ones), of this kind
    """
    wanted = rows
    if decision is not None:
        wanted = wanted[wanted["decision"].eq(decision)]
    if kind is not None:
        wanted = wanted[wanted["kind"].eq(kind)]
    blocks = (
        set(wanted["block"])
        if decision is not None or kind is not None
        else {block.number for block in plan.outline.blocks}
    )
    by_block = {number: rows.loc[places] for number, places in rows.groupby("block").groups.items()}
    legend = " ".join(
        f"<span style='background:{colour};padding:0 .4em'>{names[lang]}</span>" for colour, names in COLOURS.values()
    )
    parts = [f"<p>{legend}</p>"]
    for block in plan.outline.blocks:
        if block.number not in blocks:
            continue
        text = _marked(block.text, by_block.get(block.number), lang)
        start = f"<b>{text}</b>" if block.heading else text
        parts.append(f"<p style='margin:.25em 0'><small>{escape(block.clause)}</small><br>{start}</p>")
    markup = f"<div>{''.join(parts)}</div>"
    return Shown(
        {
            "text/html": markup,
            "text/plain": "\n".join(block.text for block in plan.outline.blocks if block.number in blocks),
        }
    )


def _marked(text: str, rows: pd.DataFrame | None, lang: Lang) -> str:
    if rows is None:
        return escape(text)
    parts, place = [], 0
    for row in rows.drop_duplicates("start").sort_values("start").itertuples():
        if row.start < place:
            continue
        colour, names = COLOURS[row.decision]
        told = f"{row.number}: {names[lang]}; {row.indicator_id or row.new_id or row.reason}"
        parts += [
            escape(text[place : row.start]),
            f"<span style='background:{colour}' title='{escape(told, quote=True)}'>{escape(text[row.start : row.end])}</span>",
        ]
        place = row.end
    return "".join([*parts, escape(text[place:])])
