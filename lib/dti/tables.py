"""Load a table of ``data/`` by name: typed, and checked against the codebook.

``data/codebook.csv`` is the single description of every table: which columns it has, of which type, what they
may hold. The schemas are built from it, so a new column needs a row there and nothing here.

``allowed`` in the codebook is a list of rules separated by ``;``:

========================  ==========================================================
``key``                   part of the table's key: never blank, the whole key unique
``required``              never blank
``a|b|c``                 one of these words
``0..1``, ``0..``         a number in this range, ends included
``in agencies.agency_id`` a value of that column (blank allowed unless ``required``)
========================  ==========================================================
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
import pyarrow as arrow
import pyarrow.compute as pc
from pyarrow import csv

from dti.commit import STAGING, Busy, Torn, consistently, settle, stamp

PROJECT = Path(__file__).resolve().parents[2]
FAULT_COLUMNS = ["file", "row", "column", "value", "wrong", "expected"]

#: What a cell of each type looks like, as a pattern (RE2) and in words.
CELL_FORMS = {
    "id": (r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", "an id: unaccented letters, digits, '-', '_' or '.'"),
    "text": (r"^\S(.*\S)?$", "text without blanks at its ends"),
    "integer": (r"^-?[0-9]{1,15}$", "a whole number"),
    "number": (r"^-?[0-9]{1,15}(\.[0-9]+)?$", "a number with a decimal point and no thousands sign"),
    "boolean": (r"^(true|false)$", "true or false"),
    "date": (r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "a date as year-month-day"),
}


TableAndFaults = tuple[pd.DataFrame, pd.DataFrame]

#: What was last read from each file, with the stamps of the file and of its codebook: reading again what has not
#: changed takes no time. Callers get copies (pandas copies on write).
LAST_READ: dict[Path, tuple[tuple, pd.DataFrame, pd.DataFrame]] = {}


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


def data_dir(data: str | os.PathLike | None = None) -> Path:
    """Return the folder of tables: ``data``, else what ``DTI_DATA`` names, else the project's own."""
    return Path(data or os.environ.get("DTI_DATA") or PROJECT / "data")


def load(name: str, data: str | os.PathLike | None = None) -> pd.DataFrame:
    """Return one table, typed by the codebook.

    Parameters
    ----------
    name : the file's name without ``.csv``
    data : folder of tables; see `data_dir`

    Returns
    -------
    One row per line of the file, blank cells missing. ``integer`` columns are int64 (Int64 where a cell is
    blank), ``number`` float64, ``boolean`` bool, ``date`` datetime64, all others text.

    Raises
    ------
    DataError
        unknown table, unreadable file, or any cell that breaks the codebook; all faults at once

    Examples
    --------
    >>> load("agencies").query("agency_id == 'so-y-te'")["name_vi"].item()
    'Sở Y tế'
    """
    frame, faults = read(name, data)
    if len(faults):
        raise DataError(faults=faults)
    return frame


def load_all(names: Iterable[str], data: str | os.PathLike | None = None) -> dict[str, pd.DataFrame]:
    """Return several tables by name, or raise one `DataError` with the faults of all of them.

    Examples
    --------
    >>> sorted(load_all(["agencies", "sources"]))
    ['agencies', 'sources']
    """
    results = read_all(names, data)
    faults = concat_faults(faults for _, faults in results.values())
    if len(faults):
        raise DataError(faults=faults)
    return {name: frame for name, (frame, _) in results.items()}


def read_all(
    names: Iterable[str], data: str | os.PathLike | None = None
) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """Return several tables, all of one moment, each with its faults; see `read`."""
    names = list(names)
    files = [f"{name}.csv" for name in names]
    with telling_plainly(data_dir(data)):
        return consistently(data_dir(data), files, lambda: {name: read(name, data) for name in names})


@contextmanager
def telling_plainly(folder: Path) -> Iterator[None]:
    """Say what keeps a folder of tables from being used while an intake writes to it, or was interrupted."""
    try:
        yield
    except Busy:
        raise DataError(f"Another intake is at work in {folder}. Expected: try again when it is done.") from None
    except Torn as error:
        raise DataError(
            f"{folder / str(error)} was changed by hand while an intake was interrupted. "
            f"Expected: the tables as they were last, and no folder {STAGING} in {folder}."
        ) from None


def table_names(data: str | os.PathLike | None = None) -> list[str]:
    """Return the names of all tables that the codebook describes, in its order.

    Examples
    --------
    >>> "observations" in table_names()
    True
    """
    return list(dict.fromkeys(codebook(data)["table"]))


def codebook(data: str | os.PathLike | None = None) -> pd.DataFrame:
    """Return the codebook: one row per column of every table, ``allowed`` still as text.

    Examples
    --------
    >>> codebook().columns.tolist()[:2]
    ['table', 'column']
    """
    path = data_dir(data).resolve() / "codebook.csv"
    return _remembered(path, (stamp(path),), lambda: (_codebook(path), no_faults()))[0]


def read(name: str, data: str | os.PathLike | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a typed table and the table of its faults; faulty cells are blank in the first.

    Raises
    ------
    DataError
        only if there is no such table; everything else is a fault
    """
    book = codebook(data)
    columns = book[book["table"] == name]
    if columns.empty:
        raise DataError(f"There is no table '{name}'. Known: {', '.join(table_names(data))}.")
    path = data_dir(data).resolve() / f"{name}.csv"
    with telling_plainly(path.parent):
        settle(path.parent)
    stamps = stamp(path), stamp(path.with_name("codebook.csv"))
    return _remembered(path, stamps, lambda: _read(path, columns))


def _remembered(path: Path, stamps: tuple, reading: Callable[[], TableAndFaults]) -> TableAndFaults:
    """Return copies of what was last read from a file, reading it if the stamps have changed since."""
    if LAST_READ.get(path, (None,))[0] != stamps:
        LAST_READ[path] = (stamps, *reading())
    return LAST_READ[path][1].copy(deep=False), LAST_READ[path][2].copy(deep=False)


def _read(path: Path, columns: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    text, faults = read_text(path, columns["column"].tolist())
    if len(faults):
        return text, faults
    typed, faults = _typed(text, columns, path.name)
    return typed, concat_faults([faults, _broken_rules(typed, columns, path.name, faults)])


def read_text(path: Path, columns: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a CSV file as text cells, blanks missing, and the faults that make it unreadable.

    Parameters
    ----------
    path : UTF-8, comma, one line per row
    columns : the header expected, in order
    """
    wrong_rows: list[csv.InvalidRow] = []

    def note_row(row: csv.InvalidRow) -> str:
        wrong_rows.append(row)
        return "skip"

    empty = pd.DataFrame(columns=columns, dtype="str")
    try:
        header = csv.open_csv(path, parse_options=csv.ParseOptions(invalid_row_handler=lambda _: "skip")).schema.names
        if header != columns:
            return empty, fault(path.name, 1, "", ",".join(header), "wrong header", "the columns " + ",".join(columns))
        table = csv.read_csv(
            path,
            read_options=csv.ReadOptions(use_threads=False),
            parse_options=csv.ParseOptions(invalid_row_handler=note_row),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(columns, arrow.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except FileNotFoundError:
        return empty, fault(path.name, None, "", "", "the file is missing", f"a file {path.name} in {path.parent}")
    except (OSError, UnicodeDecodeError, arrow.ArrowInvalid) as error:
        return empty, fault(path.name, None, "", "", f"unreadable: {error}", "UTF-8 text, cells separated by commas")
    if wrong_rows:
        return empty, concat_faults(
            fault(
                path.name,
                row.number,
                "",
                row.text[:80],
                f"{row.actual_columns} cells",
                f"{row.expected_columns} cells",
            )
            for row in wrong_rows
        )
    return table.to_pandas(), no_faults()


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, unless it is there.

    Raises
    ------
    DataError
        if it cannot be made
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{folder} cannot be made: {error.strerror}. Expected: a place that is writable.") from None


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it appears whole or not at all: aside first, then renamed into place.

    Raises
    ------
    DataError
        if the place cannot be written to
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise DataError(
            f"{path} cannot be written: {error.strerror}. Expected: a folder that exists and is writable."
        ) from None


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
    place = ", ".join(
        part for part in (file, f"row {row}" if pd.notna(row) else "", f"column {column}" if column else "") if part
    )
    shown = f"'{value}' is " if pd.notna(value) and value != "" and wrong.startswith("not ") else ""
    return f"{place}: {shown}{wrong}; expected: {expected}"


def _codebook(path: Path) -> pd.DataFrame:
    columns = ["table", "column", "type", "unit", "allowed", "description_vi", "description_en"]
    book, faults = read_text(path, columns)
    unknown = ~book["type"].isin(CELL_FORMS)
    faults = concat_faults(
        [faults, faults_at(path.name, book, unknown, "type", "not a known type", ", ".join(CELL_FORMS))]
    )
    if len(faults):
        raise DataError(faults=faults)
    return book


def _typed(text: pd.DataFrame, columns: pd.DataFrame, file: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the cells converted to their types, and a fault for each that cannot be."""
    typed, faults = {}, []
    for column, kind in zip(columns["column"], columns["type"], strict=True):
        cells = arrow.array(text[column], type=arrow.string(), from_pandas=True)
        pattern, expected = CELL_FORMS[kind]
        distinct = pc.unique(cells).drop_null()  # of a long table's cells few differ, and each is looked at once
        places = pc.index_in(cells, value_set=distinct)
        formed = pc.fill_null(pc.match_substring_regex(distinct, pattern).take(places), True)
        composed = pc.fill_null(pc.equal(pc.utf8_normalize(distinct, form="NFC"), distinct).take(places), True)
        for good, wrong, words in [
            (formed, f"not {expected.split(':')[0]}", expected),
            (composed, "not composed (NFC)", "accents joined to their letters"),
        ]:
            if not pc.all(good).as_py():
                faults.append(faults_at(file, text, ~good.to_pandas(), column, wrong, words))
        typed[column] = _converted(pc.if_else(formed, cells, None), kind)
        if kind == "integer" and not typed[column].hasnans:
            typed[column] = typed[column].astype("int64")
        if kind == "date":
            impossible = typed[column].isna() & pc.is_valid(cells).to_pandas() & formed.to_pandas()
            faults.append(faults_at(file, text, impossible, column, "not a day of the calendar", expected))
    return pd.DataFrame(typed), concat_faults(faults)


def _converted(cells: arrow.Array, kind: str) -> pd.Series:
    if kind == "integer":
        return pd.Series(pd.array(cells.cast(arrow.int64()).to_pandas(integer_object_nulls=True), dtype="Int64"))
    if kind == "number":
        return cells.cast(arrow.float64()).to_pandas()
    if kind == "boolean":
        return pc.fill_null(pc.equal(cells, "true"), False).to_pandas().astype(bool)
    if kind == "date":
        return pd.to_datetime(cells.to_pandas(), format="%Y-%m-%d", errors="coerce")
    return cells.to_pandas().astype("str")


def _broken_rules(typed: pd.DataFrame, columns: pd.DataFrame, file: str, known: pd.DataFrame) -> pd.DataFrame:
    """Return the faults against the codebook's ``allowed``, without cells already known to be faulty."""
    try:
        schema(columns).validate(typed, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return no_faults()
    cases = cases[cases["index"].notna()].drop_duplicates(["index", "column", "check"])
    key = "+".join(_with_rule(columns, "key"))
    of_key = cases["check"].eq("multiple_fields_uniqueness")
    found = pd.DataFrame(
        {
            "file": file,
            "row": cases["index"].astype(int) + 2,
            "column": cases["column"].where(~of_key, key),
            "value": cases["failure_case"].where(~of_key, ""),
            "wrong": cases["check"].map(_what_is_wrong),
            "expected": cases["check"].map(_what_is_expected),
        }
    ).drop_duplicates(["row", "column", "wrong"])
    already = set(zip(known["row"], known["column"], strict=True))
    fresh = [(row, column) not in already for row, column in zip(found["row"], found["column"], strict=True)]
    return found[fresh].sort_values(["row", "column"]).astype("object").reset_index(drop=True)


def schema(columns: pd.DataFrame) -> pa.DataFrameSchema:
    """Return the pandera schema of one table.

    Parameters
    ----------
    columns : the codebook's rows of that table
    """
    keys = _with_rule(columns, "key")
    return pa.DataFrameSchema(
        {row.column: _schema_column(row.type, rules(row.allowed)) for row in columns.itertuples()},
        unique=keys or None,
        report_duplicates="exclude_first",
    )


def rules(allowed: object) -> list[str]:
    """Return the rules in a cell of the codebook's column ``allowed``.

    Examples
    --------
    >>> rules("key; in agencies.agency_id")
    ['key', 'in agencies.agency_id']
    """
    return [] if pd.isna(allowed) else [rule.strip() for rule in str(allowed).split(";") if rule.strip()]


def references(data: str | os.PathLike | None = None) -> pd.DataFrame:
    """Return every reference between tables: table, column, to_table, to_column.

    Examples
    --------
    >>> references().query("table == 'observations' and column == 'source_id'")["to_table"].item()
    'sources'
    """
    book = codebook(data)
    found = [
        (row.table, row.column, *rule.removeprefix("in ").split("."))
        for row in book.itertuples()
        for rule in rules(row.allowed)
        if rule.startswith("in ")
    ]
    return pd.DataFrame(found, columns=["table", "column", "to_table", "to_column"])


def _with_rule(columns: pd.DataFrame, rule: str) -> list[str]:
    return [row.column for row in columns.itertuples() if rule in rules(row.allowed)]


def _schema_column(kind: str, allowed: list[str]) -> pa.Column:
    checks = []
    for rule in allowed:
        if ".." in rule:
            low, _, high = rule.partition("..")
            if low:
                checks.append(pa.Check.ge(float(low), error=f"at least {low}"))
            if high:
                checks.append(pa.Check.le(float(high), error=f"at most {high}"))
        elif "|" in rule:
            words = rule.split("|")
            values = [int(word) for word in words] if kind == "integer" else words
            checks.append(pa.Check.isin(values, error=f"one of {', '.join(words)}"))
    return pa.Column(nullable="key" not in allowed and "required" not in allowed, checks=checks)


def _what_is_wrong(check: str) -> str:
    return {"not_nullable": "blank", "multiple_fields_uniqueness": "the same key twice"}.get(check, "not allowed")


def _what_is_expected(check: str) -> str:
    return {"not_nullable": "a value", "multiple_fields_uniqueness": "each key once"}.get(check, check)
