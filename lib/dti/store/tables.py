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
import pyarrow as arrow
from pyarrow import csv

from dti.store import cache, excel
from dti.store.all_or_none import STAGING, Busy, Torn, consistently, settle, stamp
from dti.store.codebook import CELL_FORMS, rules, typed
from dti.store.faults import DataError, concat_faults, fault, faults_at, no_faults


def _project() -> Path:
    """Return the folder of data/, notebooks/ and outputs/: the checkout this file lies in, else where one works."""
    checkout = Path(__file__).resolve().parents[3]
    return checkout if (checkout / "data" / "codebook.csv").is_file() else Path.cwd()


PROJECT = _project()

#: The checkout's notebooks, or those that an installed package carries.
NOTEBOOKS = next(
    folder
    for folder in (PROJECT / "notebooks", Path(__file__).resolve().parents[1] / "notebooks", PROJECT)
    if folder.is_dir()
)

#: The basis of figures that are no results, and the mark of every page made from them.
ILLUSTRATIVE = "illustrative"

#: A folder of tables; None for the project's own, or the one that ``DTI_DATA`` names.
Folder = str | os.PathLike | None


TableAndFaults = tuple[pd.DataFrame, pd.DataFrame]

#: What was last read from each file, with the stamps of the file and of its codebook: reading again what has not
#: changed takes no time. Callers get copies (pandas copies on write).
LAST_READ: dict[Path, tuple[tuple, pd.DataFrame, pd.DataFrame]] = {}


def data_dir(data: str | os.PathLike | None = None) -> Path:
    """Return the folder of tables: ``data``, else what ``DTI_DATA`` names, else the project's own.

    Raises
    ------
    DataError
        Where none is named and none is at hand, as for a package installed without its checkout.
    """
    named = data or os.environ.get("DTI_DATA")
    if not named and not (PROJECT / "data" / "codebook.csv").is_file():
        raise DataError(f"{PROJECT / 'data'}: no tables; name their folder with --data FOLDER or DTI_DATA=FOLDER.")
    return Path(named or PROJECT / "data")


@contextmanager
def using(data: str | os.PathLike | None) -> Iterator[None]:
    """Take the tables, words and texts of a folder as the ones meant where none is named."""
    before = os.environ.get("DTI_DATA")
    if data is not None:
        os.environ["DTI_DATA"] = str(data)
    try:
        yield
    finally:
        os.environ.pop("DTI_DATA", None)
        if before is not None:
            os.environ["DTI_DATA"] = before


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


def _read(path: Path, columns: pd.DataFrame) -> TableAndFaults:
    """Return a table and its faults; of what was read before, without looking at each cell again."""
    key = _fingerprint(path, columns)
    kept = cache.kept_table(key) if key else None
    if kept is not None:
        return kept, no_faults()
    found, faults = _looked_at(path, columns)
    if not len(faults) and key == _fingerprint(path, columns):  # the file was not written to meanwhile
        cache.keep_table(key, found)
    return found, faults


def _fingerprint(path: Path, columns: pd.DataFrame) -> str:
    """Return what changes with a file's content or with what its columns are to hold; nothing if it is not there."""
    described = columns[["column", "type", "allowed"]].fillna("").to_numpy().tolist()
    try:
        return cache.fingerprint(path.read_bytes(), repr(described).encode())
    except OSError:
        return ""


def _looked_at(path: Path, columns: pd.DataFrame) -> TableAndFaults:
    from dti.store.schema import broken_rules

    text, faults = read_text(path, columns["column"].tolist())
    if len(faults):
        return typed(text, columns, path.name)[0], faults
    types = columns.set_index("column")["type"].to_dict()
    text = excel.plainly(text, types, excel.delimiter(path, columns["column"].tolist()))
    found, faults = typed(text, columns, path.name)
    return found, concat_faults([faults, broken_rules(found, columns, path.name, faults)])


def read_text(path: Path, columns: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a CSV file as text cells, blanks missing, and the faults that make it unreadable.

    Parameters
    ----------
    path : UTF-8, one line per row, cells parted by commas, or by semicolons or tabs as Excel does
    columns : the header expected, in order
    """
    wrong_rows: list[csv.InvalidRow] = []

    def note_row(row: csv.InvalidRow) -> str:
        wrong_rows.append(row)
        return "skip"

    empty = pd.DataFrame(columns=columns, dtype="str")
    sign = excel.delimiter(path, columns)
    try:
        parting = csv.ParseOptions(delimiter=sign, invalid_row_handler=lambda _: "skip")
        header = csv.open_csv(path, parse_options=parting).schema.names
        if header != columns:
            expected = "the columns " + ",".join(columns)
            return empty, fault(path.name, 1, "", ",".join(header), "wrong header", expected)
        table = csv.read_csv(
            path,
            read_options=csv.ReadOptions(use_threads=False),
            parse_options=csv.ParseOptions(delimiter=sign, invalid_row_handler=note_row),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(columns, arrow.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except FileNotFoundError:
        return empty, fault(path.name, None, "", "", "the file is missing", f"a file {path.name} in {path.parent}")
    except (UnicodeDecodeError, arrow.ArrowInvalid) as error:
        if not _is_utf8(path):
            wrong = "saved in an old encoding, in which Vietnamese letters are lost"
            return empty, fault(path.name, None, "", "", wrong, "in Excel: Save As → CSV UTF-8")
        return empty, fault(path.name, None, "", "", f"unreadable: {error}", "UTF-8 text, cells separated by commas")
    except OSError as error:
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


def _is_utf8(path: Path) -> bool:
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


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
