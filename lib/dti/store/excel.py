"""Tables that went through Excel: what its CSV says is read for what it plainly is."""

from pathlib import Path

import pandas as pd

from dti.store.faults import DataError

#: What Excel makes of true and false, in English and in Vietnamese.
TRUTH = {"TRUE": "true", "FALSE": "false", "True": "true", "False": "false", "ĐÚNG": "true", "SAI": "false"}
#: A number with a decimal comma; and one of which nobody can say whether its point parts thousands.
COMMA, EITHER = r"-?\d+,\d+", r"-?[1-9]\d{0,2}(?:\.\d{3})+"
#: A day as Excel writes it in Vietnam.
DAY = r"(\d{1,2})/(\d{1,2})/(\d{4})"


def delimiter(path: Path, columns: list[str]) -> str:
    """Return what parts the cells of a CSV file: a comma, or what Excel writes where the comma is the decimal sign."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            first = lines.readline().strip("\r\n")
    except (OSError, UnicodeDecodeError):
        return ","
    return next((sign for sign in ";\t" if first.split(sign)[: len(columns)] == columns), ",")


def plainly(text: pd.DataFrame, types: dict[str, str], sign: str) -> pd.DataFrame:
    """Return text cells as the tables of this project write them.

    Parameters
    ----------
    text : cells as they stand in the file
    types : type of each column, as in the codebook
    sign : what parts the cells; other than by commas, decimal commas and Vietnamese days are what they look like

    Examples
    --------
    >>> cells = pd.DataFrame({"value": ["50,84", "8.200"], "in_use": ["TRUE", "FALSE"], "day": ["5/12/2022", None]})
    >>> kinds = {"value": "number", "in_use": "boolean", "day": "date"}
    >>> plainly(cells, kinds, ";").iloc[0].tolist()
    ['50.84', 'true', '2022-12-05']
    >>> plainly(cells, kinds, ";")["value"].tolist()[1]  # thousands or a decimal point: refused, as no number
    '8.200 ?'
    """
    found = text.copy()
    for column, kind in types.items():
        cells = found[column]
        if kind == "boolean":
            found[column] = cells.map(TRUTH).fillna(cells)
        elif sign != "," and kind in ("number", "integer"):
            unclear = cells.str.fullmatch(EITHER).fillna(False).astype(bool)
            cells = cells.where(~unclear, cells + " ?")
            commas = cells.str.fullmatch(COMMA).fillna(False).astype(bool)
            found[column] = cells.where(~commas, cells.str.replace(",", "."))
        elif sign != "," and kind == "date":
            days = cells.str.replace(f"^{DAY}$", lambda day: f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}", regex=True)
            found[column] = days
    return found


def require_commas(header: list[str] | None, path: Path) -> None:
    """Raise a `DataError` where rows cannot be added to a table as it was saved by Excel.

    Examples
    --------
    >>> require_commas(["a;b"], Path("x.csv"))
    Traceback (most recent call last):
    ...
    dti.store.faults.DataError: x.csv was saved by Excel with semicolons, a mark or tabs; rows are added to commas \
alone. Expected: `dti edit --table x`, which writes the table as it was.
    """
    if not header or any(sign in header[0] for sign in ";\t\ufeff"):
        raise DataError(
            f"{path.name} was saved by Excel with semicolons, a mark or tabs; rows are added to commas alone. "
            f"Expected: `dti edit --table {path.stem}`, which writes the table as it was."
        )
