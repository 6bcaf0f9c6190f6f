"""What a file that was sent in says, figure by figure: no register is asked, so it says the same years later.

Two layouts are read, from Excel or CSV: the form that `dti.intake.forms` makes, and a plain table whose first row
names the columns of `PLAIN_COLUMNS`, in any order.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from dti.intake.cells import Grid, Unreadable, area, reference
from dti.intake.findings import Finding, near
from dti.intake.forms import (
    GUIDE_SHEET,
    HEADER_MARK,
    PARTS,
    SENDER_COLUMN,
    SENDER_MARK,
    UNIT_NAMES,
    FormId,
    columns,
    identity_of,
)
from dti.intake.read_csv import old_font
from dti.intake.reading import Reading, read_grids
from dti.intake.typed_numbers import NotRead, Unit, in_range, plain, says_no_figure, typed_number

MAX_NOTE = 1_000


class PlainColumn(NamedTuple):
    """A column of the plain table: its names, and whether it must be there."""

    name: str
    name_vi: str
    needed: bool


PLAIN_COLUMNS = [
    PlainColumn("agency_id", "Mã cơ quan", True),
    PlainColumn("subject_id", "Mã phạm vi", False),
    PlainColumn("year", "Năm", True),
    PlainColumn("indicator_id", "Mã chỉ tiêu", True),
    PlainColumn("unit", "Đơn vị tính", True),
    PlainColumn("value", "Kết quả", True),
    PlainColumn("numerator", "Tử số", False),
    PlainColumn("denominator", "Mẫu số", False),
    PlainColumn("note", "Ghi chú", False),
    PlainColumn("evidence", "Minh chứng", False),
]

_NOT_A_NUMBER = ("nội dung không phải con số này", "something else than this number")
_UNITS = {**{unit: unit for unit in UNIT_NAMES}, **{names[0].casefold(): unit for unit, names in UNIT_NAMES.items()}}


@dataclass(frozen=True)
class Figure:
    """One figure as it was sent; ``value`` is missing where the sender says that there is none yet.

    ``shown`` are the texts of the row which its hidden id must fit: name, subject, unit (a form only).
    """

    file: str
    sheet: str
    row: int
    cell: str
    agency_id: str
    subject_id: str
    year: int
    indicator_id: str
    unit: str
    value: Decimal | None
    typed: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    note: str = ""
    evidence: str = ""
    shown: tuple[str, str] | None = None

    @property
    def clause(self) -> str:
        """Where in the file the figure stands."""
        return f"{self.sheet}, dòng {self.row}" if self.sheet else f"Dòng {self.row}"

    def finding(self, code: str, **facts: object) -> Finding:
        """Return a finding at this figure's cell."""
        return Finding(code, self.file, self.sheet, self.cell, self.typed, facts)


@dataclass
class Submission:
    """One file: its bytes, what it says, and what keeps it from being taken in."""

    file: str
    content: bytes
    suffix: str
    identity: FormId | None = None
    sender: str = ""
    figures: list[Figure] = field(default_factory=list)
    blanks: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def sha256(self) -> str:
        """The file's fingerprint."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def illustrative(self) -> bool:
        """Whether the file says of itself that its figures are made up."""
        return self.identity is not None and self.identity.illustrative


def extract(file: str, content: bytes, suffix: str, reading: Reading | None = None) -> Submission:
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
        return sent
    grids = [grid for grid in grids if grid.cells]
    for grid in grids:
        if grid.hidden:
            sent.findings.append(Finding("hidden-sheet", file, grid.name))
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
    for row in grid.rows():
        if grid.text(row, 1) == SENDER_MARK:
            sent.sender = _words(sent, grid, row, SENDER_COLUMN)
    layout = columns(sent.identity.year)
    names = {column.header.casefold(): column.field for column in layout}
    places = _places(sent, grid, header, names, {column.header: column.field for column in layout}, first=2)
    _hidden_and_merged(sent, grid, header, last_free=1)
    if sent.findings:
        return
    fills = [places[column.field] for column in layout if column.fill]
    for row in grid.rows():
        if row > header:
            _form_row(sent, grid, row, places, fills)


def _form_row(sent: Submission, grid: Grid, row: int, places: Mapping[str, int], fills: list[int]) -> None:
    parts = grid.text(row, 1).split("|")
    if parts == [""]:
        used = [column for column in sorted(places.values()) if (row, column) in grid.cells]
        if [grid.text(row, column) for column in used] not in [[title] for title in PARTS.values()]:
            where = reference(row, next((column for column in used if column in fills), used[0] if used else 1))
            sent.findings.append(Finding("no-id", sent.file, grid.name, where))
        return
    if len(parts) != 3 or parts[2] not in UNIT_NAMES or sent.identity is None:
        sent.findings.append(Finding("form-id", sent.file, grid.name, reference(row, 1), grid.text(row, 1)))
        return
    indicator_id, subject_id, unit = parts
    shown_unit = grid.text(row, places["unit"])
    if shown_unit != UNIT_NAMES[unit][0]:
        sent.findings.append(
            Finding(
                "wrong-unit",
                sent.file,
                grid.name,
                reference(row, places["unit"]),
                shown_unit,
                {"wanted": UNIT_NAMES[unit]},
            )
        )
        return
    who = {"agency_id": sent.identity.agency_id, "subject_id": subject_id, "year": sent.identity.year}
    shown = (grid.text(row, places["name"]), grid.text(row, places["subject"]))
    _figure(sent, grid, row, places, {**who, "indicator_id": indicator_id, "unit": unit, "shown": shown})


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
    places = _places(sent, grid, header, names, needed, first=1)
    _hidden_and_merged(sent, grid, header - 1, last_free=0)
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
    if texts["year"] and not (len(texts["year"]) == 4 and texts["year"].isascii() and texts["year"].isdigit()):
        faults.append(("no-number", "year", ()))
    sent.findings += [
        Finding(code, sent.file, grid.name, reference(row, places[name]), texts[name], {"wanted": wanted})
        for code, name, wanted in faults
    ]
    if faults:
        return
    about = {name: texts[name] for name in ("agency_id", "indicator_id")}
    unit, year = _UNITS[texts["unit"].casefold()], int(texts["year"])
    subject = texts.get("subject_id", "")
    _figure(sent, grid, row, places, {**about, "subject_id": subject, "unit": unit, "year": year})


# --- both ----------------------------------------------------------------------------------------------------------


def _places(
    sent: Submission, grid: Grid, header: int, names: Mapping[str, str], needed: Mapping[str, str], first: int
) -> dict[str, int]:
    """Return the column of each field, found by its header, and note every header that is not as it should be."""
    places: dict[str, int] = {}
    for column, row in sorted(_first_rows(grid, header).items()):
        if column < first:
            continue
        text = grid.text(header, column)
        field_name = names.get(text.casefold())
        if field_name is None:
            where = reference(row, column)
            remark = near(text.casefold(), names)
            sent.findings.append(Finding("unknown-column", sent.file, grid.name, where, text, {"near": remark}))
        elif field_name in places:
            sent.findings.append(Finding("column-twice", sent.file, grid.name, reference(header, column), text))
        else:
            places[field_name] = column
    sent.findings += [
        Finding("missing-column", sent.file, grid.name, facts={"column": title})
        for title, name in needed.items()
        if name not in places
    ]
    return places


def _first_rows(grid: Grid, header: int) -> dict[int, int]:
    """Return the first row, from the header on, in which each column holds something."""
    rows: dict[int, int] = {}
    for row, column in grid.cells:
        if row >= header:
            rows[column] = min(row, rows.get(column, row))
    return rows


def _hidden_and_merged(sent: Submission, grid: Grid, header: int, last_free: int) -> None:
    """Note what a reader of the sheet does not see: hidden rows and columns that hold something, merged cells."""
    filled_columns = {column for _, column in grid.cells if column > last_free}
    sent.findings += [
        Finding("hidden-row", sent.file, grid.name, f"{row}:{row}")
        for row in sorted(grid.hidden_rows & set(grid.rows()))
    ]
    sent.findings += [
        Finding("hidden-column", sent.file, grid.name, reference(1, column)[:-1])
        for column in sorted(filled_columns)
        if any(column in hidden for hidden in grid.hidden_columns)
    ]
    sent.findings += [
        Finding("merged", sent.file, grid.name, merged) for merged in grid.merged if area(merged)[0].stop - 1 > header
    ]


def _figure(sent: Submission, grid: Grid, row: int, places: Mapping[str, int], about: Mapping[str, object]) -> None:
    """Read the cells of one row that its sender fills in; note what is wrong with them, else keep the figure."""
    before = len(sent.findings)
    unit: Unit = about["unit"]  # type: ignore[assignment]
    cell = (row, places["value"])
    absent = cell in grid.cells and grid.cells[cell].kind == "text" and says_no_figure(grid.cells[cell].text)
    value = None if absent else _number(sent, grid, row, places.get("value"), unit)
    parts = [_number(sent, grid, row, places.get(name), "part") for name in ("numerator", "denominator")]
    note, evidence = (_words(sent, grid, row, places.get(name)) for name in ("note", "evidence"))
    if len(sent.findings) > before:
        return
    if value is None and not absent and parts == [None, None]:
        sent.blanks += 1
        return
    figure = Figure(
        sent.file,
        grid.name,
        row,
        reference(*cell),
        value=value,
        typed=grid.text(*cell),
        numerator=parts[0],
        denominator=parts[1],
        note=note,
        evidence=evidence,
        **about,
    )
    wrong = _wrong_parts(figure)
    if wrong is not None:
        sent.findings.append(wrong)
    else:
        sent.figures.append(figure)


def _number(sent: Submission, grid: Grid, row: int, column: int | None, unit: Unit) -> Decimal | None:
    cell = None if column is None else grid.cells.get((row, column))
    if cell is None or column is None:
        return None
    try:
        if cell.marked:
            raise NotRead(cell.marked)
        if cell.kind == "text":
            return typed_number(cell.text, unit)
        if cell.number is None or cell.kind not in ("number", "percent"):
            raise NotRead(cell.kind, value=cell.text, shown=cell.shown or _NOT_A_NUMBER)
        if cell.kind == "percent" and unit != "percent":
            raise NotRead("percent-sign")
        return in_range(cell.number * (100 if cell.kind == "percent" else 1), unit, marked=cell.kind == "percent")
    except NotRead as error:
        facts = {"wanted": UNIT_NAMES.get(unit, ("số nguyên", "a whole number")), **error.facts}
        where = reference(row, column)
        sent.findings.append(Finding(error.code, sent.file, grid.name, where, grid.text(row, column), facts))
        return None


def _words(sent: Submission, grid: Grid, row: int, column: int | None) -> str:
    cell = None if column is None else grid.cells.get((row, column))
    if cell is None or column is None:
        return ""
    text = grid.text(row, column)
    code = cell.kind if cell.kind in ("error", "formula") else old_font(cell.text)
    if not code and cell.marked == "struck":
        code = "struck"
    if not code and len(cell.text) > MAX_NOTE:
        code = "too-long"
    if code:
        where = reference(row, column)
        sent.findings.append(Finding(code, sent.file, grid.name, where, text, {"most": MAX_NOTE}))
    return text


def _wrong_parts(figure: Figure) -> Finding | None:
    """Return what is wrong between a figure, its numerator and its denominator."""
    numerator, denominator = figure.numerator, figure.denominator
    if numerator is None and denominator is None:
        return None
    if figure.unit not in ("percent", "ratio"):
        return figure.finding("parts-not-wanted")
    if numerator is None or denominator is None:
        return figure.finding("part-alone")
    if figure.value is None:
        return figure.finding("no-number-for-figure")
    if denominator == 0:
        return figure.finding("zero-denominator")
    quotient = numerator / denominator * (100 if figure.unit == "percent" else 1)
    if figure.unit == "percent" and quotient > 100:
        return figure.finding("over-100")
    places = min(max(0, -int(figure.value.as_tuple().exponent)), 9)
    step = Decimal(1).scaleb(-places)
    if quotient.quantize(step, ROUND_HALF_UP) != figure.value.quantize(step, ROUND_HALF_UP):
        return figure.finding("parts-disagree", quotient=quotient.quantize(Decimal("0.01"), ROUND_HALF_UP))
    return None


def evidence_of(figure: Figure) -> str:
    """Return what was typed, numerator and denominator included, as the observation keeps it."""
    if figure.numerator is None or figure.denominator is None:
        return figure.typed
    return f"{figure.typed} (tử số {plain(figure.numerator)}, mẫu số {plain(figure.denominator)})"
