"""Executed notebook → the figures of its tables as CSV and as an Excel workbook.

Both come from the raw figures that stand beside each table in the notebook (tabular data resources): numbers are
numbers, blanks are unknown. Text never becomes a formula or a link, whatever it begins with.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import xlsxwriter
from nbformat import NotebookNode

from dti.export import blocks, from_html
from dti.export.exporter import ReportExporter
from dti.export.pixels import in_dots
from dti.export.report import ReportPage, shown_outputs
from dti.show.outputs import DATA_RESOURCE
from dti.store.faults import DataError
from dti.words.vietnamese import Lang, nfc
from dti.words.word_list import word

#: The table a CSV holds: the first of these kinds that the report has; then the largest.
MAIN_KINDS = ("indicators", "ranking", "scenario")
#: What makes a spreadsheet take a cell for a formula or a command.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
NUMBER_TYPES = ("integer", "number")
MAX_WIDTH = 60
#: From here on whole numbers are written in groups of three; years are smaller.
THOUSANDS = 10_000
#: A workbook must name the day it was made; this one names the first that its format knows.
NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)
#: Height of a row in pixels, and the name of the sheet of charts.
ROW = 20


@dataclass(frozen=True)
class RawSheet:
    """The raw figures of one table.

    Parameters
    ----------
    rows : text, numbers, truth values, None where a value is unknown
    numeric : which columns hold numbers
    """

    title: str
    kind: str
    header: list[str]
    rows: list[list[object]]
    numeric: list[bool]


class CSVExporter(ReportExporter):
    """Write the report's main table as CSV for Excel in the report's language."""

    export_from_notebook = "DTI report (CSV)"
    output_mimetype = "text/csv"
    extension = ".csv"

    def write(self, notebook: NotebookNode, shown: ReportPage) -> bytes:
        """Return the main table of an executed notebook."""
        return to_csv(main_sheets(sheets(notebook)), shown)


class ExcelExporter(ReportExporter):
    """Write all tables of a report as a workbook."""

    export_from_notebook = "DTI report (Excel)"
    output_mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    extension = ".xlsx"

    def write(self, notebook: NotebookNode, shown: ReportPage) -> bytes:
        """Return the tables of an executed notebook."""
        return to_xlsx(sheets(notebook), shown)


def sheets(notebook: NotebookNode) -> list[RawSheet]:
    """Return the raw figures of an executed notebook's tables, in its order.

    Raises
    ------
    DataError
        Where the notebook has none.
    """
    found = [sheet for output in shown_outputs(notebook) for sheet in _sheets(output)]
    if not found:
        raise DataError("The notebook shows no table with raw figures, so there is nothing for a spreadsheet.")
    return found


def _sheets(output: NotebookNode) -> list[RawSheet]:
    """Return the tables of an output: its raw figures, or what its HTML shows where nothing raw stands beside it."""
    if DATA_RESOURCE in output.data:
        return [_sheet(output.data[DATA_RESOURCE], str(output.metadata.get("dti", {}).get("kind", "")))]
    markup = output.data.get("text/html", "")
    found = from_html.parse(markup if isinstance(markup, str) else "".join(markup)) if "<table" in markup else []
    return [_read(block) for block in blocks.walk(found) if isinstance(block, blocks.Table) and block.body]


def _read(table: blocks.Table) -> RawSheet:
    """Return a table as a page shows it; what can be read as one number alone is a number."""
    lines = [[blocks.plain(cell.runs) for _, cell, _ in line] for line in blocks.grid(table.rows)]
    head = max(1, len(table.head))
    names = [" ".join(filter(None, column)) for column in zip(*lines[:head], strict=False)] if table.head else []
    header = _told_apart(names or [str(number + 1) for number in range(table.width)])
    rows = [[_typed(text) for text in line] for line in lines[len(table.head) :]]
    numeric = [any(isinstance(row[column], float) for row in rows) for column in range(len(header))]
    return RawSheet(_clean(table.caption), table.kind, header, rows, numeric)


def _told_apart(names: list[str]) -> list[str]:
    return [_clean(name) or " " * (number + 1) for number, name in enumerate(names)]


def _typed(text: str) -> object:
    """Return the number that a text can only be, else the text; blanks and dashes are unknown.

    Examples
    --------
    >>> _typed("50,84"), _typed("50.84"), _typed("8.200"), _typed("–"), _typed("−3")
    (50.84, 50.84, '8.200', None, -3.0)
    """
    text = text.strip()
    if text in ("", "–", "-", "NaN", "None", "<NA>"):
        return None
    if re.fullmatch(r"[+−-]?\d+([.,]\d+)?", text) and not re.fullmatch(r"[+−-]?[1-9]\d{0,2}[.,]\d{3}", text):
        return float(text.replace("−", "-").replace(",", "."))
    return _clean(text)


def _sheet(resource: dict[str, Any], kind: str) -> RawSheet:
    fields = resource["schema"]["fields"]
    names = [field["name"] for field in fields]
    rows = [[_value(row.get(name)) for name in names] for row in resource["data"]]
    numeric = [field.get("type") in NUMBER_TYPES for field in fields]
    return RawSheet(_clean(resource.get("title", "")), kind, [_clean(name) for name in names], rows, numeric)


def _value(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    return _clean(value)


def _clean(value: object) -> str:
    """Return text on one line, without characters that a sheet cannot hold."""
    return nfc(re.sub("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+", " ", str(value))).strip()


def main_sheets(found: list[RawSheet]) -> list[RawSheet]:
    """Return the sheets of the report's main table, of which a report may show a part at a time.

    Examples
    --------
    >>> parts = [RawSheet(name, kind, ["a"], [], [False]) for name, kind in (("1", "x"), ("2", "indicators"))]
    >>> [sheet.title for sheet in main_sheets(parts)]
    ['2']
    """
    for kind in MAIN_KINDS:
        parts = [sheet for sheet in found if sheet.kind == kind]
        if parts:
            return [sheet for sheet in parts if sheet.header == parts[0].header]
    return [max(found, key=lambda sheet: len(sheet.rows))]


def to_csv(parts: list[RawSheet], shown: ReportPage) -> bytes:
    """Return tables with one header as CSV that Excel opens by a double click: marked UTF-8, semicolons.

    Vietnamese reports have a decimal comma, English ones a decimal point. Text that a spreadsheet would take for a
    formula gets an apostrophe before it. Illustrative figures say so in the first line.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    if shown.mark:
        writer.writerow([shown.mark])
    writer.writerow([safe(name) for name in parts[0].header])
    writer.writerows([_written(value, shown.lang) for value in row] for part in parts for row in part.rows)
    return buffer.getvalue().encode("utf-8-sig")


def safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> safe("=1+1"), safe("Sở Y tế")
    ("'=1+1", 'Sở Y tế')
    """
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _written(value: object, lang: Lang) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return _decimal(value).replace(".", "," if lang == "vi" else ".")
    return safe(str(value))


def _decimal(value: float) -> str:
    """Return a number in full, without an exponent.

    Examples
    --------
    >>> _decimal(50.84), _decimal(8200.0), _decimal(1e-07)
    ('50.84', '8200', '0.0000001')
    """
    if float(value).is_integer():
        return str(int(value))
    return repr(value) if "e" not in repr(value) else f"{value:.20f}".rstrip("0")


def to_xlsx(found: list[RawSheet], shown: ReportPage) -> bytes:
    """Return tables as a workbook, one sheet each, its header frozen, after a sheet that lists them."""
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    workbook = xlsxwriter.Workbook(buffer, options)
    workbook.set_properties({"title": shown.title, "created": NO_DATE})
    looks = {
        "title": workbook.add_format({"bold": True, "font_size": 14, "text_wrap": True}),
        "mark": workbook.add_format({"bold": True, "font_color": "#8A1C1C"}),
        "head": workbook.add_format(
            {
                "bold": True,
                "font_color": "#FFFFFF",
                "bg_color": "#12436D",
                "text_wrap": True,
                "valign": "top",
                "border": 1,
            }
        ),
        "text": workbook.add_format({"text_wrap": True, "valign": "top"}),
        "number": workbook.add_format({"valign": "top"}),
        "thousands": workbook.add_format({"num_format": "#,##0", "valign": "top"}),
    }
    drawn = [block for block in blocks.walk(shown.blocks) if isinstance(block, blocks.Picture)]
    names = list(_sheet_names(found, shown.lang))
    _write_contents(workbook.add_worksheet(names[0]), found, names[1:], shown, looks)
    for sheet, name in zip(found, names[1:], strict=True):
        _write_sheet(workbook.add_worksheet(name), sheet, shown.mark, looks)
    if drawn:
        _write_charts(workbook.add_worksheet(word("workbook.charts", shown.lang)), drawn, shown.mark, looks)
    workbook.close()
    return buffer.getvalue()


def _write_charts(page: Any, drawn: list[blocks.Picture], mark: str, looks: dict[str, Any]) -> None:
    """Put all charts one below the other, each under its caption."""
    page.hide_gridlines(2)
    page.set_column(0, 0, 110)
    row = 0
    if mark:
        page.write_string(row, 0, mark, looks["mark"])
        row = 2
    for chart in drawn:
        page.write_string(row, 0, chart.caption or chart.alt, looks["title"])
        options = {"image_data": io.BytesIO(in_dots(chart)), "description": chart.alt, "object_position": 3}
        page.insert_image(row + 1, 0, "chart.png", options)
        row += 3 + round(chart.height / ROW)


def _sheet_names(found: list[RawSheet], lang: Lang) -> Iterator[str]:
    """Yield the name of the contents' sheet and of each table's: its number and what fits of its title."""
    yield word("workbook.contents", lang)
    for number, sheet in enumerate(found, start=1):
        title = re.sub(r"[\[\]:*?/\\']", " ", sheet.title)
        yield f"{number}. {' '.join(title.split())}"[:31].strip()


def _write_contents(
    page: Any, found: list[RawSheet], names: list[str], shown: ReportPage, looks: dict[str, Any]
) -> None:
    page.set_column(0, 0, 90)
    page.write_string(0, 0, shown.title, looks["title"])
    if shown.mark:
        page.write_string(1, 0, shown.mark, looks["mark"])
    for row, (sheet, name) in enumerate(zip(found, names, strict=True), start=3):
        page.write_url(row, 0, f"internal:'{name}'!A1", string=sheet.title or name)


def _write_sheet(page: Any, sheet: RawSheet, mark: str, looks: dict[str, Any]) -> None:
    page.write_string(0, 0, f"{mark} – {sheet.title}" if mark else sheet.title, looks["mark" if mark else "title"])
    for column, (name, numeric) in enumerate(zip(sheet.header, sheet.numeric, strict=True)):
        page.write_string(2, column, name, looks["head"])
        lengths = [len(str(row[column])) for row in sheet.rows if row[column] is not None]
        page.set_column(column, column, min(MAX_WIDTH, max([10, len(name) // (2 if numeric else 1), *lengths]) + 2))
    page.freeze_panes(3, 0)
    if sheet.rows:
        page.autofilter(2, 0, 2 + len(sheet.rows), len(sheet.header) - 1)
    for number, row in enumerate(sheet.rows, start=3):
        for column, value in enumerate(row):
            if isinstance(value, bool):
                page.write_boolean(number, column, value, looks["text"])
            elif isinstance(value, int | float):
                grouped = abs(value) >= THOUSANDS and float(value).is_integer()
                page.write_number(number, column, value, looks["thousands" if grouped else "number"])
            elif value is not None:
                page.write_string(number, column, value, looks["text"])
