"""A workbook of two sheets on disk: the cells of each sheet, as they stand."""

import os
import zipfile
from pathlib import Path

import pandas as pd
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from dti.store.faults import DataError
from dti.store.tables import PROJECT

#: More cells than this in a sheet are a sheet that somebody filled by accident.
MOST_CELLS = 2_000_000


def workbook_path(workbook: str | os.PathLike) -> Path:
    """Return where a workbook is: the path as given, or below the project's own folder.

    Raises
    ------
    DataError
        it is in neither place
    """
    for path in (Path(workbook), PROJECT / workbook):
        if path.is_file():
            return path
    raise DataError(f"There is no file {workbook}, neither here nor in {PROJECT}; expected: an Excel workbook (.xlsx).")


def read_sheets(workbook: str | os.PathLike) -> dict[str, pd.DataFrame]:
    """Return the sheets of a workbook: values as stored, headers from the first row, row numbers of Excel as index.

    Formulas give the value that Excel last computed. Rows without any cell are left out.

    Raises
    ------
    DataError
        no such file, no Excel workbook, a sheet too large, or a formula that was never computed

    Examples
    --------
    >>> sorted(read_sheets("examples/asem/asem.xlsx"))
    ['structure', 'values']
    """
    path = workbook_path(workbook)
    try:
        book = load_workbook(path, data_only=True, read_only=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError) as error:
        raise DataError(f"{path.name} is not an Excel workbook (.xlsx): {error}.") from None
    return {sheet.title: _cells(path.name, sheet) for sheet in book.worksheets}


def _cells(name: str, sheet: object) -> pd.DataFrame:
    if sheet.max_row * sheet.max_column > MOST_CELLS:
        raise DataError(f"{name}, sheet '{sheet.title}': {sheet.max_row} × {sheet.max_column} cells are too many.")
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    if not rows:
        return pd.DataFrame()
    headers = [str(header).strip() if header is not None else "" for header in rows[0]]
    frame = pd.DataFrame(rows[1:], columns=headers, index=range(2, len(rows) + 1), dtype=object)
    return frame.loc[:, [header != "" for header in headers]].dropna(how="all")


def write_sheets(path: str | os.PathLike, sheets: dict[str, pd.DataFrame]) -> None:
    """Write tables as a workbook, one sheet each: text stays text, numbers stay numbers, blanks stay blank."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": options}) as book:
        for name, frame in sheets.items():
            frame.to_excel(book, sheet_name=name, index=False)
            book.sheets[name].freeze_panes(1, 1)
