"""Read an Excel file that a stranger sent into plain cells: values, how they are shown, and what is written beside.

What a value alone hides is kept, because figures hang on it: whether a cell is shown as per cent or as another number,
is struck out, holds a date, an error or a formula that was never calculated, lies in a hidden row, column or sheet, or
is merged. Nothing is calculated, followed or executed.
"""

import io
import math
import re
import warnings
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

import openpyxl
from openpyxl.cell.cell import Cell as Read
from openpyxl.cell.cell import MergedCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.worksheet.worksheet import Worksheet

from dti.intake.cells import MAX_COLUMNS, MAX_TEXT, Cell, Grid, clean, text_cell
from dti.intake.number_formats import shown
from dti.intake.package_parts import look_through

#: Numbers of built-in formats that show a date in some languages of Excel; the library knows those of English alone.
_DATES_ELSEWHERE = {*range(27, 37), *range(50, 59)}
#: Reports show two decimals: what differs by less is the same figure to whoever reads it.
_STEP = Decimal("0.01")


def workbook_grids(content: bytes) -> list[Grid]:
    """Return the sheets of an Excel file, in its order.

    Raises
    ------
    Unreadable, or what the library raises
        anything that keeps the file from being read whole
    """
    looked = look_through(content)
    book = _opened(content, formulas=False)
    formulas = _opened(content, formulas=True) if looked.uncalculated else None
    grids = [_grid(sheet, formulas[sheet.title] if formulas else None) for sheet in book.worksheets]
    if not grids:
        raise ValueError("no sheet")
    grids[0].loose = looked.loose
    return grids


def _opened(content: bytes, *, formulas: bool) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that are not kept when a file is written again
        return openpyxl.load_workbook(io.BytesIO(content), data_only=not formulas, rich_text=True, keep_links=False)


def _grid(sheet: Worksheet, formulas: Worksheet | None) -> Grid:
    grid = Grid(clean(sheet.title[:MAX_TEXT]), hidden=sheet.sheet_state != "visible")
    # The library's own table of cells: walking rows and columns would visit every empty one before the last.
    for place, found in sheet._cells.items():
        cell = None if isinstance(found, MergedCell) else _cell(found)
        if cell is None and formulas is not None and getattr(formulas._cells.get(place), "data_type", "") == "f":
            cell = Cell("formula")
        if cell is not None:
            grid.cells[place] = cell
        if getattr(found, "comment", None) is not None:
            grid.comments[place] = clean(found.comment.text[: MAX_TEXT + 1])
    for row, dimension in sheet.row_dimensions.items():
        if dimension.hidden or (dimension.height is not None and dimension.height < 1):
            grid.hidden_rows.add(row)
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden or (dimension.customWidth and dimension.width < 0.1):
            grid.hidden_columns.append(range(dimension.min, min(dimension.max, MAX_COLUMNS) + 1))
    grid.merged = sorted(str(merged) for merged in sheet.merged_cells.ranges)
    return grid


def _cell(found: Read) -> Cell | None:
    value, marked = found.value, _mark(found.font)
    if value is None or value == "":
        return None
    if isinstance(value, CellRichText):
        marked = next(filter(None, (_run_mark(run, marked) for run in value)), "")
        value = "".join(str(run) for run in value)
    if found.data_type == "e":
        return Cell("error", clean(str(value)[:MAX_TEXT]))
    if isinstance(value, str):
        cell = text_cell(re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), value))
        return cell and Cell("text", cell.text, marked=marked)
    if isinstance(value, bool):
        return Cell("boolean", "TRUE" if value else "FALSE")
    if isinstance(value, date | time | timedelta):
        return Cell("date", f"{value:%d/%m/%Y}" if isinstance(value, date | datetime) else str(value))
    if found._style.numFmtId in _DATES_ELSEWHERE:
        return Cell("date", str(value))
    return _number(value, found.number_format, marked)


def _mark(font: object) -> str:
    if getattr(font, "strike", False):
        return "struck"
    return "raised" if getattr(font, "vertAlign", None) in ("superscript", "subscript") else ""


def _run_mark(run: str | TextBlock, of_cell: str) -> str:
    """Return how a run of text is marked; one without a font of its own has the cell's."""
    if not str(run).strip():
        return ""
    return _mark(run.font) if isinstance(run, TextBlock) else of_cell


def _number(value: float, code: str, marked: str) -> Cell:
    """Return a number cell with the 15 digits that Excel itself shows, so that 0.1 + 0.2 is 0.3."""
    if not math.isfinite(value) or abs(value) >= 1e15:
        return Cell("error", clean(str(value)[:20]))
    number = Decimal(f"{float(value):.15g}")
    seen = shown(number, code)
    if seen is None:
        return Cell("scaled", _written(number), number, "", marked)
    meant = number * 100 if seen.percent else number
    if _rounded(seen.number) != _rounded(meant):
        return Cell("scaled", _written(meant, seen.percent), number, _written(seen.number, seen.percent), marked)
    return Cell("percent" if seen.percent else "number", _written(meant, seen.percent), number, "", marked)


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(_STEP, ROUND_HALF_UP) + 0


def _written(number: Decimal, percent: bool = False) -> str:
    """Return a number as a Vietnamese reader sees it in the sheet."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",") + ("%" if percent else "")
