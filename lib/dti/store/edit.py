"""A table as a workbook to be edited in Excel, with lists of the values its columns allow; and back again."""

import csv
import io
import os
import tempfile
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from shutil import copytree

import openpyxl
import pandas as pd
import xlsxwriter
from openpyxl.utils.exceptions import InvalidFileException

from dti.store import excel
from dti.store.all_or_none import locked, replace_together
from dti.store.codebook import rules
from dti.store.faults import DataError
from dti.store.tables import Folder, codebook, data_dir, load, read, read_text, table_names, telling_plainly

Check = Callable[[Path], pd.DataFrame]

#: The sheet that holds the lists of allowed values, and how many blank rows below a table know them too.
LISTS, SPARE = "_lists", 500


def workbook(name: str, data: Folder = None) -> bytes:
    """Return a table as a workbook: numbers as numbers, a list to choose from where a column allows only some values.

    Raises
    ------
    DataError
        unknown table, or one that cannot be read at all
    """
    columns = _columns(name, data)
    path = data_dir(data) / f"{name}.csv"
    text, faults = read_text(path, columns["column"].tolist())
    if len(faults):
        raise DataError(faults=faults)
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet, lists = book.add_worksheet(name), book.add_worksheet(LISTS)
        lists.hide()
        head = book.add_format({"bold": True, "bg_color": "#12436D", "font_color": "#FFFFFF"})
        sheet.freeze_panes(1, 0)
        for number, column in enumerate(columns.itertuples()):
            sheet.write_string(0, number, column.column, head)
            sheet.write_comment(0, number, f"{column.description_vi}\n{column.description_en}\n{column.allowed or ''}")
            sheet.set_column(number, number, 24 if column.type in ("id", "text") else 12)
            for row, cell in enumerate(text[column.column], start=1):
                _write(sheet, row, number, cell, column.type)
            allowed = _allowed(column, data)
            lists.write_column(0, number, allowed)
            if allowed:
                source = f"={LISTS}!{_range(number, len(allowed))}"
                sheet.data_validation(1, number, len(text) + SPARE, number, {"validate": "list", "source": source})
    return buffer.getvalue()


def take(path: str | os.PathLike, data: Folder = None, check: Check | None = None) -> dict[str, int]:
    """Take an edited workbook back: the table becomes what it says, if every table is then in order.

    Parameters
    ----------
    check : returns the faults of a folder of tables, so that tables that refer to this one are looked at too

    Returns
    -------
    Rows ``added``, ``removed`` and ``same``, counted by what stands in them.

    Raises
    ------
    DataError
        where it is no such workbook, or anything in it breaks the codebook; nothing is written then
    """
    name, header, rows = _read_workbook(Path(path))
    folder = data_dir(data).resolve()
    columns = _columns(name, data)
    if header != columns["column"].tolist():
        raise DataError(f"{path}, row 1: other columns than those of {name}. Expected: {', '.join(columns['column'])}.")
    types = columns.set_index("column")["type"].to_dict()
    text = excel.plainly(pd.DataFrame(rows, columns=header, dtype="str").replace("", None), types, ";")
    content = _csv(header, text)
    with telling_plainly(folder), locked(folder):
        before = _lines((folder / f"{name}.csv").read_text(encoding="utf-8-sig"))
        _must_be_right(folder, name, content, Path(path), check)
        replace_together(folder, {f"{name}.csv": content})
    after = _lines(content.decode())
    return {"added": len(after - before), "removed": len(before - after), "same": len(after & before)}


def _columns(name: str, data: Folder) -> pd.DataFrame:
    book = codebook(data)
    columns = book[book["table"] == name]
    if columns.empty:
        raise DataError(f"There is no table '{name}'. Known: {', '.join(table_names(data))}.")
    return columns


def _allowed(column: object, data: Folder) -> list[str]:
    """Return the values that a column allows, where they can be listed."""
    if column.type == "boolean":
        return ["true", "false"]
    for rule in rules(column.allowed):
        if rule.startswith("in "):
            table, other = rule.removeprefix("in ").split(".")
            return sorted(load(table, data)[other].dropna().astype(str).unique())
        if "|" in rule:
            return rule.split("|")
    return []


def _range(column: int, count: int) -> str:
    name = xlsxwriter.utility.xl_col_to_name(column)
    return f"${name}$1:${name}${count}"


def _write(sheet: object, row: int, column: int, cell: object, kind: str) -> None:
    if pd.isna(cell):
        return
    if kind in ("number", "integer") and _number(float(cell)) == cell:
        sheet.write_number(row, column, float(cell))
    else:
        sheet.write_string(row, column, str(cell))


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def _read_workbook(path: Path) -> tuple[str, list[str], list[list[str]]]:
    """Return the table's name, header and rows of text."""
    try:
        book = openpyxl.load_workbook(path, data_only=True)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, InvalidFileException) as error:
        raise DataError(
            f"{path}: no workbook that can be read. Expected: one written by `dti edit --table`."
        ) from error
    sheet = book.worksheets[0]
    rows = [[_text(cell) for cell in line] for line in sheet.iter_rows(values_only=True)]
    rows = [row for row in rows if any(row)]
    if not rows:
        raise DataError(f"{path}: the first sheet is empty. Expected: a workbook written by `dti edit --table`.")
    width = len([name for name in rows[0] if name])
    return sheet.title, rows[0][:width], [row[:width] for row in rows[1:]]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float | int):
        return _number(float(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return str(cell).strip()


def _csv(header: list[str], text: pd.DataFrame) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(["" if pd.isna(cell) else cell for cell in row] for row in text.itertuples(index=False))
    return target.getvalue().encode()


def _lines(content: str) -> set[str]:
    return {",".join(row) for row in list(csv.reader(io.StringIO(content)))[1:]}


def _must_be_right(folder: Path, name: str, content: bytes, path: Path, check: Check | None) -> None:
    """Raise a `DataError` unless the new table, and those that refer to it, are in order."""
    with tempfile.TemporaryDirectory(prefix="dti-edit-") as place:
        copy = Path(copytree(folder, Path(place) / "data"))
        (copy / f"{name}.csv").write_bytes(content)
        faults = read(name, copy)[1]
        if not len(faults) and check is not None:
            faults = check(copy)
        if len(faults):
            raise DataError(faults=faults.replace({"file": {f"{name}.csv": path.name}}))
