"""An index that an analyst brings along: two sheets, values and structure, checked cell by cell.

The sheet of values has a row for each unit: ``unit``, ``name`` (may be left out), then a column for each indicator. The
sheet of structure has a row for each index: ``index_id``, ``name``, ``parent`` (blank for the whole), ``weight``, and
where wanted ``direction`` (1, or -1 where lower is better), ``lower``, ``upper``, ``target``, ``group``.
"""

import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from dti.composite.normalisation import Normalisation, normalise
from dti.composite.structure import tree
from dti.store.faults import DataError

SHEETS = {"values": ("values", "giá trị", "gia tri"), "structure": ("structure", "cấu trúc", "cau truc")}
#: Headers as people write them; names without accents too.
HEADERS = {
    "unit": ("unit", "đơn vị", "mã đơn vị", "tỉnh"),
    "name": ("name", "tên"),
    "index_id": ("index_id", "mã chỉ số", "chỉ số"),
    "parent": ("parent", "chỉ số cấp trên", "thuộc"),
    "weight": ("weight", "trọng số", "điểm tối đa"),
    "direction": ("direction", "chiều"),
    "lower": ("lower", "cận dưới"),
    "upper": ("upper", "cận trên"),
    "target": ("target", "mục tiêu"),
    "basis": ("basis", "loại số liệu"),
}
NUMBERS = ("weight", "direction", "lower", "upper", "target")


class OwnIndex(NamedTuple):
    """An index ready to be computed.

    Parameters
    ----------
    values : units × indicators, as they came; gaps are blank
    structure : index_id, name, parent, weight, direction, and the fixed ends given; parents first
    units : name of each unit
    basis : what the figures are, as the sheet of structure says; ``illustrative`` figures are marked
    """

    values: pd.DataFrame
    structure: pd.DataFrame
    units: pd.Series
    basis: str

    @property
    def names(self) -> pd.Series:
        """The name of each index."""
        return self.structure.set_index("index_id")["name"]

    @property
    def direction(self) -> pd.Series:
        """The direction of each index."""
        return self.structure.set_index("index_id")["direction"]

    @property
    def root(self) -> str:
        """The id of the whole."""
        return self.structure["index_id"].iloc[0]

    def known_unit(self, unit: str) -> str:
        """Return a unit, or raise a `DataError` that lists those there are."""
        if unit not in self.values.index:
            raise DataError(f"There is no unit '{unit}'. Known: {', '.join(map(str, self.values.index))}.")
        return unit

    def normalised(
        self,
        values: pd.DataFrame | None = None,
        method: Normalisation = "minmax",
        low: float = 0.0,
        high: float = 100.0,
    ) -> pd.DataFrame:
        """Return the values (or others in their place) on one scale, by the directions and ends of the structure."""
        fixed = self.structure.set_index("index_id").reindex(columns=["lower", "upper", "target"])
        return normalise(self.values if values is None else values, self.direction, method, low, high, ends=fixed)


def own_index(sheets: Mapping[str, pd.DataFrame]) -> OwnIndex:
    """Return the index that two sheets describe, once every cell is known to be usable.

    Parameters
    ----------
    sheets : as `dti.store.two_sheets.read_sheets` gives them; the index counts Excel's rows

    Raises
    ------
    DataError
        every fault found: a sheet or column that is not there, a unit or index twice, a cell that is no number, an
        indicator of one sheet that the other lacks, a structure that is no tree; each with sheet, row and column

    Examples
    --------
    >>> values = pd.DataFrame({"unit": ["a", "b"], "x": [1, 3], "y": [2, None]}, index=[2, 3])
    >>> structure = pd.DataFrame({"index_id": ["t", "x", "y"], "parent": [None, "t", "t"], "weight": [1, 1, 1]})
    >>> found = own_index({"values": values, "structure": structure})
    >>> found.root, found.values.loc["a"].to_dict()
    ('t', {'x': 1.0, 'y': 2.0})
    """
    structure = _structure(_sheet(sheets, "structure"))
    raw = _named(_sheet(sheets, "values"), ("unit", "name"))
    faults = _missing_columns("values", raw, ("unit",))
    own = tree(structure)
    leaves = set(own.leaf_ids)
    columns = [column for column in raw if column not in ("unit", "name")]
    faults += [
        f"sheet values, column {column}: not an indicator of the sheet structure; expected: an index_id without parts."
        for column in columns
        if column not in leaves
    ]
    faults += [
        f"sheet structure, {index_id}: the sheet values has no such column; expected: a column for every indicator."
        for index_id in own.leaf_ids
        if index_id not in columns
    ]
    _raise(faults)
    units = raw["unit"].map(_text)
    _raise(_twice("values", "unit", units))
    numbers = pd.DataFrame({column: _numbers("values", column, raw[column], faults) for column in own.leaf_ids})
    _raise(faults)
    names = raw["name"].map(_text) if "name" in raw else units
    basis = structure["basis"].dropna().iloc[0] if structure["basis"].notna().any() else ""
    ordered = structure.set_index("index_id").loc[list(own.ids)].reset_index()
    return OwnIndex(
        numbers.set_axis(units.tolist()), ordered, pd.Series(names.tolist(), index=units.tolist()), str(basis)
    )


def _sheet(sheets: Mapping[str, pd.DataFrame], name: str) -> pd.DataFrame:
    wanted = {_folded(known) for known in SHEETS[name]}
    found = [sheet for title, sheet in sheets.items() if _folded(title) in wanted]
    if not found:
        raise DataError(
            f"The workbook has no sheet '{name}' (or '{SHEETS[name][1]}'). It has: {', '.join(sheets) or 'none'}."
        )
    return found[0]


def _folded(text: str) -> str:
    """Return a header without accents, case and outer space, as people write it."""
    flat = unicodedata.normalize("NFD", text.strip().lower().replace("đ", "d"))
    return " ".join("".join(letter for letter in flat if not unicodedata.combining(letter)).split())


def _named(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return a sheet with the columns it shares with all others under their own names."""
    known = {_folded(word): column for column in columns for word in HEADERS[column]}
    named = frame.rename(columns={header: known.get(_folded(header), header) for header in frame})
    twice = named.columns[named.columns.duplicated()]
    if len(twice):
        raise DataError(f"The column {', '.join(twice)} stands twice; expected: each column once.")
    return named


def _structure(sheet: pd.DataFrame) -> pd.DataFrame:
    frame = _named(sheet, tuple(column for column in HEADERS if column != "unit"))
    faults = _missing_columns("structure", frame, ("index_id", "parent", "weight"))
    _raise(faults)
    ids = frame["index_id"].map(_text)
    faults += _twice("structure", "index_id", ids)
    numbers = {column: _numbers("structure", column, frame[column], faults) for column in NUMBERS if column in frame}
    _raise(faults)
    parent = frame["parent"].map(lambda cell: None if _blank(cell) else _text(cell))
    made = pd.DataFrame({"index_id": ids, "parent": parent, **numbers}).astype({"parent": object})
    made["name"] = [own if _blank(cell) else _text(cell) for own, cell in zip(ids, frame.get("name", ids), strict=True)]
    made["basis"] = frame.get("basis")
    made["direction"] = made["direction"].fillna(1.0) if "direction" in made else 1.0
    return made.reset_index(drop=True)


def _missing_columns(sheet: str, frame: pd.DataFrame, columns: tuple[str, ...]) -> list[str]:
    return [
        f"sheet {sheet}: no column {column}; expected: {column} (or {HEADERS[column][1]}) in the first row."
        for column in columns
        if column not in frame
    ]


def _numbers(sheet: str, column: str, cells: pd.Series, faults: list[str]) -> pd.Series:
    """Return cells as numbers, blanks as blanks; what is neither goes to the faults, with its row."""
    found = {}
    for row, cell in cells.items():
        if _blank(cell):
            found[row] = np.nan
        elif isinstance(cell, bool) or not isinstance(cell, int | float | np.number) or not np.isfinite(cell):
            faults.append(
                f"sheet {sheet}, row {row}, column {column}: '{cell}' is no number; expected: a number typed as one "
                "(not as text), or a blank where it is not known."
            )
        else:
            found[row] = float(cell)
    return pd.Series(found, index=cells.index, dtype=float)


def _blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, float) and np.isnan(cell)) or (isinstance(cell, str) and not cell.strip())


def _text(cell: object) -> str:
    return "" if _blank(cell) else unicodedata.normalize("NFC", str(cell).strip())


def _twice(sheet: str, column: str, ids: pd.Series) -> list[str]:
    blank = [f"sheet {sheet}, row {row}, column {column}: blank; expected: an id." for row in ids.index[ids == ""]]
    again = ids[ids.duplicated() & (ids != "")]
    return blank + [
        f"sheet {sheet}, row {row}, column {column}: '{own}' stands there twice; expected: each once."
        for row, own in again.items()
    ]


def _raise(faults: list[str]) -> None:
    if faults:
        more = f"\n… and {len(faults) - 20} more" if len(faults) > 20 else ""
        raise DataError("\n".join(faults[:20]) + more)
