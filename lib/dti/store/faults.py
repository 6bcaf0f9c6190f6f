"""What is wrong with data: where, what, what is expected."""

from collections.abc import Iterable

import pandas as pd

FAULT_COLUMNS = ["file", "row", "column", "value", "wrong", "expected"]


class DataError(Exception):
    """Input that cannot be used as it is; its text says where, what is wrong and what is expected.

    Parameters
    ----------
    message : one sentence; left out when ``faults`` speak for themselves
    faults : table with the columns of ``FAULT_COLUMNS``, one row per fault
    """

    def __init__(self, message: str = "", faults: pd.DataFrame | None = None) -> None:
        self.faults = no_faults() if faults is None else faults
        super().__init__("\n".join(filter(None, [message, *fault_lines(self.faults)])))


def no_faults() -> pd.DataFrame:
    """Return an empty table of faults."""
    return pd.DataFrame(columns=FAULT_COLUMNS)


def fault(file: str, row: int | None, column: str, value: object, wrong: str, expected: str) -> pd.DataFrame:
    """Return a table of one fault; ``row`` counts the file's lines, the header being line 1."""
    return pd.DataFrame([[file, row, column, value, wrong, expected]], columns=FAULT_COLUMNS, dtype="object")


def concat_faults(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return several tables of faults as one."""
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else no_faults()


def faults_at(file: str, frame: pd.DataFrame, bad: pd.Series, column: str, wrong: str, expected: str) -> pd.DataFrame:
    """Return one fault per row of ``frame`` (a table as loaded, index from 0) where ``bad`` is true."""
    rows = frame.index[bad.to_numpy(dtype=bool)]
    values = frame.loc[rows, column] if column in frame else pd.Series("", index=rows)
    return pd.DataFrame(
        {
            "file": file,
            "row": rows + 2,
            "column": column,
            "value": values.to_numpy(),
            "wrong": wrong,
            "expected": expected,
        },
        columns=FAULT_COLUMNS,
        dtype="object",
    )


def fault_lines(faults: pd.DataFrame) -> list[str]:
    """Return each fault as one line of text.

    Examples
    --------
    >>> fault_lines(fault("observations.csv", 7, "value", "5O", "not a number", "a number"))
    ["observations.csv, row 7, column value: '5O' is not a number; expected: a number"]
    """
    return [_fault_line(*row) for row in faults[FAULT_COLUMNS].itertuples(index=False)]


def _fault_line(file: str, row: object, column: str, value: object, wrong: str, expected: str) -> str:
    line = "line" if file.endswith(".j2") else "row"
    place = ", ".join(
        part for part in (file, f"{line} {row}" if pd.notna(row) else "", f"column {column}" if column else "") if part
    )
    shown = f"'{value}' is " if pd.notna(value) and value != "" and wrong.startswith("not ") else ""
    return f"{place}: {shown}{wrong}; expected: {expected}"
