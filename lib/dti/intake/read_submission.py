"""What a file that was sent in says, figure by figure: no register is asked, so it says the same years later.

Two layouts are read, from Excel or CSV: the form that `dti.intake.forms` makes, and a plain table whose first row
names the columns of `PLAIN_COLUMNS`, in any order.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from dti.intake.cells import Grid, Unreadable, reference
from dti.intake.findings import Finding
from dti.intake.form_layout import (
    GUIDE_SHEET,
    HEADER_MARK,
    PARTS,
    PERIODS,
    SENDER_COLUMN,
    SENDER_MARK,
    UNIT_NAMES,
    FormColumn,
    FormId,
    columns,
    digest,
    identity_of,
)
from dti.intake.marked_copy import is_ours
from dti.intake.read_row import about_of, hidden_and_merged, places_of, read_figure, words_of
from dti.intake.reading import FileReader, read_grids
from dti.intake.submission import Submission


class PlainColumn(NamedTuple):
    """A column of the plain table: its names, and whether it must be there."""

    name: str
    name_vi: str
    needed: bool


PLAIN_COLUMNS = [
    PlainColumn("agency_id", "Mã cơ quan", True),
    PlainColumn("subject_id", "Mã phạm vi", False),
    PlainColumn("year", "Năm", True),
    PlainColumn("period", "Kỳ", False),
    PlainColumn("indicator_id", "Mã chỉ tiêu", True),
    PlainColumn("unit", "Đơn vị tính", True),
    PlainColumn("value", "Kết quả", True),
    PlainColumn("numerator", "Tử số", False),
    PlainColumn("denominator", "Mẫu số", False),
    PlainColumn("note", "Ghi chú", False),
    PlainColumn("evidence", "Minh chứng", False),
]

_UNITS = {**{unit: unit for unit in UNIT_NAMES}, **{names[0].casefold(): unit for unit, names in UNIT_NAMES.items()}}


def extract(file: str, content: bytes, suffix: str, reading: FileReader | None = None) -> Submission:
    r"""Return what a file says.

    Parameters
    ----------
    file : its name, for findings
    content : its bytes
    suffix : ``.xlsx`` or ``.csv``
    reading : what reads it; for many files one that is shared

    Examples
    --------
    >>> text = "agency_id,year,indicator_id,unit,value\nso-y-te,2023,ho-so-truc-tuyen,%,50.84%\n"
    >>> str(extract("a.csv", text.encode(), ".csv").figures[0].value)
    '50.84'
    """
    sent = Submission(file, content, suffix.lower())
    try:
        grids = reading.grids(content, suffix) if reading else read_grids(content, suffix)
    except Unreadable as error:
        sent.findings.append(Finding(error.code, file, facts=error.facts))
        sent.readable = False
        return sent
    _beside(sent, grids)
    grids = [grid for grid in grids if grid.cells]
    for place, grid in enumerate(grids):
        if grid.hidden:
            sent.findings.append(Finding("hidden-sheet", file, grid.name))
        if grid.name in [other.name for other in grids[:place]]:
            sent.findings.append(Finding("sheets-alike", file, grid.name))
    marked = [grid for grid in grids if _is_marked(grid)]
    if len(marked) > 1:
        sent.findings.append(Finding("two-forms", file, marked[1].name))
    elif marked:
        _form(sent, marked[0], [grid for grid in grids if grid is not marked[0]])
    else:
        for grid in grids:
            _plain(sent, grid)
    if not sent.findings and not sent.figures:
        sent.findings.append(Finding("no-figure-sent", file))
    return sent


def _beside(sent: Submission, grids: list[Grid]) -> None:
    """Note what is written beside the cells, but for our own remarks on a copy that was sent back."""
    for grid in grids:
        sent.findings += [
            Finding("comment", sent.file, grid.name, reference(*where), facts={"text": text})
            for where, text in grid.comments.items()
            if not is_ours(text)
        ]
        sent.findings += [
            Finding(code, sent.file, grid.name, facts={"text": text})
            for code, text in grid.loose
            if not is_ours(text.partition(": ")[2] if code == "comment" else text)
        ]


def _is_marked(grid: Grid) -> bool:
    try:
        return identity_of(grid.text(1, 1)) is not None
    except ValueError:
        return True


# --- the form ------------------------------------------------------------------------------------------------------


def _form(sent: Submission, grid: Grid, others: list[Grid]) -> None:
    sent.findings += [
        Finding("stray-sheet", sent.file, other.name)
        for other in others
        if other.name != GUIDE_SHEET and not other.hidden
    ]
    try:
        sent.identity = identity_of(grid.text(1, 1))
    except ValueError as error:
        sent.findings.append(Finding(str(error), sent.file, grid.name, "A1", grid.text(1, 1)))
        return
    headers = [row for row in grid.rows() if grid.text(row, 1) == HEADER_MARK]
    if len(headers) != 1 or sent.identity is None:
        sent.findings.append(Finding("form-id", sent.file, grid.name, "A1"))
        return
    (header,) = headers
    _frame(sent, grid, header, [other for other in others if other.name == GUIDE_SHEET], sent.identity)
    layout = columns(sent.identity.year, sent.identity.period)
    names = {column.header.casefold(): column.field for column in layout}
    places = places_of(sent, grid, header, names, {column.header: column.field for column in layout}, first=2)
    hidden_and_merged(sent, grid, header, last_free=1)
    if sent.findings:
        return
    for row in grid.rows():
        if row > header:
            _form_row(sent, grid, row, places, layout, sent.identity)


def _frame(sent: Submission, grid: Grid, header: int, guides: list[Grid], identity: FormId) -> None:
    """Note what is written above the table or on the guide's sheet; keep who filled the form in."""
    above = sorted(where for where in grid.cells if where[0] < header and where[1] > 1)
    senders = {(row, SENDER_COLUMN) for row in grid.rows() if grid.text(row, 1) == SENDER_MARK}
    for where in senders & set(above):
        sent.sender = words_of(sent, grid, *where)
    own = [where for where in above if where not in senders]
    if digest(grid.text(*where) for where in own) != identity.heading:
        cell = next((reference(*where) for where in own if where[1] != 2), f"B1:B{header - 1}")
        sent.findings.append(Finding("heading-changed", sent.file, grid.name, cell))
    for guide in guides:
        written = sorted(guide.cells)
        if digest(guide.text(*where) for where in written) != identity.guide:
            cell = next((reference(*where) for where in written if where[1] != 1), "A1")
            sent.findings.append(Finding("guide-changed", sent.file, guide.name, cell))


def _form_row(
    sent: Submission, grid: Grid, row: int, places: Mapping[str, int], layout: list[FormColumn], identity: FormId
) -> None:
    parts = grid.text(row, 1).split("|")
    if parts == [""]:
        used = [column for column in sorted(places.values()) if (row, column) in grid.cells]
        if [grid.text(row, column) for column in used] not in [[title] for title in PARTS.values()]:
            fills = [places[column.field] for column in layout if column.fill]
            where = reference(row, next((column for column in used if column in fills), used[0] if used else 1))
            sent.findings.append(Finding("no-id", sent.file, grid.name, where))
        return
    if len(parts) != 4 or parts[2] not in UNIT_NAMES:
        sent.findings.append(Finding("form-id", sent.file, grid.name, reference(row, 1), grid.text(row, 1)))
        return
    indicator_id, subject_id, unit, fingerprint = parts
    given = [column for column in layout if not column.fill]
    if digest(grid.text(row, places[column.field]) for column in given) != fingerprint:
        sent.findings.append(_row_changed(sent, grid, row, places, layout, unit))
        return
    about = {
        "agency_id": identity.agency_id,
        "subject_id": subject_id,
        "year": identity.year,
        "period": identity.period,
        "indicator_id": indicator_id,
        "unit": unit,
    }
    struck = [column for column in given if (cell := grid.cells.get((row, places[column.field]))) and cell.marked]
    for column in struck:
        where = reference(row, places[column.field])
        sent.findings.append(Finding("struck", sent.file, grid.name, where, about=about_of(about)))
    if not struck:
        read_figure(sent, grid, row, places, about)


def _row_changed(
    sent: Submission, grid: Grid, row: int, places: Mapping[str, int], layout: list[FormColumn], unit: str
) -> Finding:
    shown_unit = grid.text(row, places["unit"])
    if shown_unit != UNIT_NAMES[unit][0]:
        where = reference(row, places["unit"])
        return Finding("wrong-unit", sent.file, grid.name, where, shown_unit, {"wanted": UNIT_NAMES[unit]})
    given = [reference(row, places[column.field]) for column in layout if not column.fill]
    wanted = next(column.header for column in layout if column.field == "value")
    facts = {"cells": f"{given[0]}:{given[-1]}", "column": wanted}
    return Finding("row-changed", sent.file, grid.name, f"{given[0]}:{given[-1]}", facts=facts)


# --- the plain table -----------------------------------------------------------------------------------------------


def _plain(sent: Submission, grid: Grid) -> None:
    header = grid.rows()[0]
    names = {name.casefold(): column.name for column in PLAIN_COLUMNS for name in (column.name, column.name_vi)}
    found = {grid.text(header, column).casefold() for row, column in grid.cells if row == header}
    if len(found & set(names)) < 2:
        needed = ", ".join(column.name for column in PLAIN_COLUMNS if column.needed)
        sent.findings.append(Finding("no-layout", sent.file, grid.name, facts={"columns": needed}))
        return
    before = len(sent.findings)
    needed = {column.name_vi: column.name for column in PLAIN_COLUMNS if column.needed}
    places = places_of(sent, grid, header, names, needed, first=1)
    hidden_and_merged(sent, grid, header - 1, last_free=0)
    if len(sent.findings) > before:
        return
    for row in grid.rows():
        if row > header:
            _plain_row(sent, grid, row, places)


def _plain_row(sent: Submission, grid: Grid, row: int, places: Mapping[str, int]) -> None:
    texts = {name: grid.text(row, places[name]) if name in places else "" for name in places}
    faults = []
    for name, wanted in [
        ("agency_id", ("mã cơ quan", "the agency's id")),
        ("year", ("năm, bốn chữ số", "a year of four digits")),
        ("indicator_id", ("mã chỉ tiêu", "the indicator's id")),
        ("unit", ("đơn vị tính", "the unit")),
    ]:
        if not texts[name]:
            faults.append(("blank-cell", name, wanted))
    if texts["unit"] and texts["unit"].casefold() not in _UNITS:
        wanted = tuple(", ".join(names[place] for names in UNIT_NAMES.values()) for place in (0, 1))
        faults.append(("wrong-unit", "unit", wanted))
    year = re.fullmatch(r"(?:năm )?([0-9]{4})(?:[.,]0+)?", texts["year"].casefold())
    if texts["year"] and year is None:
        faults.append(("no-year", "year", ()))
    period = texts.get("period", "") or "year"
    if period not in PERIODS:
        faults.append(("no-period", "period", ()))
    sent.findings += [
        Finding(code, sent.file, grid.name, reference(row, places[name]), texts[name], {"wanted": wanted})
        for code, name, wanted in faults
    ]
    if faults or year is None:
        return
    about = {name: texts[name] for name in ("agency_id", "indicator_id")}
    about |= {"subject_id": texts.get("subject_id", ""), "unit": _UNITS[texts["unit"].casefold()]}
    if grid.separator == "," and (split := _split_number(grid, row, places)):
        where, low, high = split
        facts = {"low": low, "high": high}
        sent.findings.append(Finding("split-number", sent.file, grid.name, where, f"{low},{high}", facts))
        return
    read_figure(sent, grid, row, places, {**about, "year": int(year[1]), "period": period})


def _split_number(grid: Grid, row: int, places: Mapping[str, int]) -> tuple[str, str, str] | None:
    """Return where a comma for decimals may have been taken for one between columns: digits on both sides of it.

    A column of numbers may rightly follow another, so only digits where words belong are suspect.
    """
    words = {places[name] for name in ("note", "evidence") if name in places}
    for name in ("value", "numerator", "denominator"):
        column = places.get(name, 0)
        low, high = grid.text(row, column), grid.text(row, column + 1)
        if column + 1 in words and low.isdigit() and re.fullmatch(r"[0-9]{1,4} ?%?", high):
            return reference(row, column), low, high
    return None
