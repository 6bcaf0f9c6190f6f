"""The columns of a table and the cells of one row that its sender fills in."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from dti.intake.cells import Cell, Grid, area, reference
from dti.intake.findings import About, Finding, near
from dti.intake.form_layout import UNIT_NAMES
from dti.intake.read_csv import spoiled
from dti.intake.submission import Says, SentFigure, Submission
from dti.intake.typed_numbers import NotRead, Unit, in_range, says_no_figure, typed_number, withdraws

MAX_NOTE = 1_000
_NOT_A_NUMBER = ("nội dung không phải con số này", "something else than this number")


def places_of(
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


def hidden_and_merged(sent: Submission, grid: Grid, header: int, last_free: int) -> None:
    """Note what a reader of the sheet does not see: hidden rows and columns that hold something, merged cells."""
    rows = sorted(grid.hidden_rows & set(grid.rows()))
    if rows:
        sent.findings.append(Finding("hidden-row", sent.file, grid.name, _listed([f"{row}:{row}" for row in rows])))
    filled = sorted({column for _, column in grid.cells if column > last_free})
    hidden = [column for column in filled if any(column in some for some in grid.hidden_columns)]
    if hidden:
        names = [reference(1, column)[:-1] for column in hidden]
        sent.findings.append(Finding("hidden-column", sent.file, grid.name, _listed(names)))
    sent.findings += [
        Finding("merged", sent.file, grid.name, merged) for merged in grid.merged if area(merged)[0].stop - 1 > header
    ]


def _listed(places: list[str], most: int = 5) -> str:
    return ", ".join(places[:most]) + (", …" if len(places) > most else "")


def read_figure(sent: Submission, grid: Grid, row: int, places: Mapping[str, int], about: Mapping[str, object]) -> None:
    """Read the cells of one row that its sender fills in; note what is wrong with them, else keep the figure."""
    before = len(sent.findings)
    unit: Unit = about["unit"]  # type: ignore[assignment]
    cell = (row, places["value"])
    says = _says(grid.cells.get(cell))
    value = _number(sent, grid, row, places.get("value"), unit) if says == "figure" else None
    parts = [_number(sent, grid, row, places.get(name), "part") for name in ("numerator", "denominator")]
    note, evidence = (words_of(sent, grid, row, places.get(name)) for name in ("note", "evidence"))
    if len(sent.findings) > before:
        named = about_of(about)
        sent.findings[before:] = [replace(finding, about=named) for finding in sent.findings[before:]]
        return
    figure = SentFigure(
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
        says=says,
        **about,
    )
    wrong = _wrong_parts(figure) or _in_notes(figure)
    if wrong is not None:
        sent.findings.append(wrong)
    elif says == "blank":
        sent.blanks.append(figure)
    else:
        sent.figures.append(figure)


def _in_notes(figure: SentFigure) -> Finding | None:
    """Return a figure that stands where words belong, while its own cell is blank; it would be lost."""
    for text in (figure.note, figure.evidence):
        try:
            typed_number(text, figure.unit)
        except NotRead as error:
            if error.code not in ("share-or-percent", "two-readings", "fraction"):
                continue
        if figure.says == "blank":
            return figure.finding("figure-in-note", text=text)
    return None


def _says(cell: Cell | None) -> Says:
    if cell is None:
        return "blank"
    if cell.kind != "text" or cell.marked:
        return "figure"
    return "none" if says_no_figure(cell.text) else "withdrawn" if withdraws(cell.text) else "figure"


def about_of(about: Mapping[str, object]) -> About:
    """Return which figure a row is about, for findings."""
    subject = about["subject_id"] or about["agency_id"]
    return About(str(about["indicator_id"]), str(subject), int(str(about["year"])), str(about["period"]))


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


def words_of(sent: Submission, grid: Grid, row: int, column: int | None) -> str:
    """Return the words of a cell, and note what is wrong with them."""
    cell = None if column is None else grid.cells.get((row, column))
    if cell is None or column is None:
        return ""
    text = grid.text(row, column)
    code = cell.kind if cell.kind in ("error", "formula") else spoiled(cell.text)
    if not code and cell.marked == "struck":
        code = "struck"
    if not code and len(cell.text) > MAX_NOTE:
        code = "too-long"
    if code:
        where = reference(row, column)
        sent.findings.append(Finding(code, sent.file, grid.name, where, text, {"most": MAX_NOTE}))
    return text


def _wrong_parts(figure: SentFigure) -> Finding | None:
    """Return what is wrong between a figure, its numerator and its denominator."""
    numerator, denominator = figure.numerator, figure.denominator
    if numerator is None and denominator is None:
        return None
    if figure.says == "withdrawn":
        return figure.finding("parts-not-wanted")
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
