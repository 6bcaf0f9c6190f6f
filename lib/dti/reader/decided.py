"""A review workbook read back: its rows as text, and every decision that cannot be carried out as it stands."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from dti.intake.cells import Unreadable, reference
from dti.intake.reading import read_bytes, read_grids
from dti.reader.figures import CHANGE, DECISIONS, LEAVE, NEW, TAKE
from dti.reader.grammar import number_of
from dti.reader.levels import LEVELS, ONE_AGENCY
from dti.reader.review import (
    DUTIES,
    DUTY_COLUMNS,
    FIGURE_COLUMNS,
    FIGURES,
    NEW_AGENCIES,
    OLD_DUTIES,
    OLD_DUTY_COLUMNS,
    SOURCE,
)
from dti.store.faults import DataError, concat_faults, fault

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_COMPARATORS = ("=", ">=", "<=", ">", "<", "~", "range")
KEPT = (TAKE, CHANGE, NEW)


@dataclass
class Review:
    """A review workbook: its sheets as tables of text, where each cell stands, and what is wrong."""

    path: Path
    content: bytes
    figures: pd.DataFrame
    duties: pd.DataFrame
    agencies: pd.DataFrame
    old_duties: pd.DataFrame
    source: dict[str, str]
    places: dict[tuple[str, str], int]
    faults: list[pd.DataFrame] = field(default_factory=list)

    def wrong(self, sheet: str, row: int, column: str, value: object, wrong: str, expected: str) -> None:
        """Note a fault at a cell; ``row`` is the row's number in the sheet."""
        where = reference(row, self.places.get((sheet, column), 1))
        self.faults.append(fault(f"{self.path.name}, {sheet}", where, column, value, wrong, expected))


def read_review(path: Path) -> Review:
    """Return a review workbook as it was decided.

    Raises
    ------
    DataError
        not an Excel file, or not one that `dti plan read` made
    """
    try:
        content = read_bytes(path)
        grids = {grid.name: grid for grid in read_grids(content, path.suffix.lower())}
    except Unreadable as error:
        raise DataError(
            f"{path}: cannot be read ({error.code}). Expected: the workbook that `dti plan read` wrote."
        ) from None
    places: dict[tuple[str, str], int] = {}
    sheets = {}
    for name, columns in [
        (FIGURES, [name for name, _, _ in FIGURE_COLUMNS]),
        (DUTIES, [name for name, _, _ in DUTY_COLUMNS]),
        (NEW_AGENCIES, ["agency_id", "name_vi", "name_en", "kind", "decision"]),
        (OLD_DUTIES, [name for name, _, _ in OLD_DUTY_COLUMNS]),
        (SOURCE, ["name", "value"]),
    ]:
        if name not in grids:
            raise DataError(f"{path.name}: no sheet '{name}'. Expected: the workbook that `dti plan read` wrote.")
        sheets[name] = _table(grids[name], columns, places, path)
    source = dict(zip(sheets[SOURCE]["name"], sheets[SOURCE]["value"], strict=True))
    return Review(
        path, content, sheets[FIGURES], sheets[DUTIES], sheets[NEW_AGENCIES], sheets[OLD_DUTIES], source, places
    )


def _table(grid: object, wanted: list[str], places: dict[tuple[str, str], int], path: Path) -> pd.DataFrame:
    heads = {grid.text(1, column): column for _, column in grid.cells if grid.text(1, column)}
    missing = [name for name in wanted if name not in heads]
    if missing:
        raise DataError(
            f"{path.name}, {grid.name}: no column {', '.join(missing)}. Expected: the heads as `dti plan read` wrote them."
        )
    places |= {(grid.name, name): column for name, column in heads.items()}
    rows = [row for row in grid.rows() if row > 1]
    table = {name: [_cell(grid, row, heads[name], name in NUMBERS) for row in rows] for name in wanted}
    return pd.DataFrame(table | {"row": rows}, dtype=object)


NUMBERS = ("value", "value_high", "total", "share")


def _cell(grid: object, row: int, column: int, is_number: bool) -> str:
    """Return a cell as text, a number with a decimal point however it was typed."""
    cell = grid.cells.get((row, column))
    if cell is not None and cell.number is not None and cell.kind == "number":
        return format(cell.number.normalize(), "f")
    text = grid.text(row, column)
    if is_number and re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?", text):  # typed as text, as here
        return format(number_of(text).normalize(), "f")
    return text


def check_review(review: Review, tables: dict[str, pd.DataFrame]) -> None:
    """Note every decision that cannot be carried out: the cell, what is wrong, what is expected."""
    known = set(tables["indicators"]["indicator_id"])
    agencies = set(tables["agencies"]["agency_id"]) | _check_agencies(review, set(tables["agencies"]["agency_id"]))
    new = _check_new_indicators(review, known, set(tables["pillars"]["pillar"]))
    for row in review.figures.itertuples():
        _check_figure(review, row, known | set(new), agencies, tables["indicators"], new)
    for row in review.duties.itertuples():
        _check_duty(review, row, agencies, known | set(new))
    for row in review.old_duties.itertuples():
        _check_old_duty(review, row)
    _check_one_in_use(review)
    if not _ID.fullmatch(review.source.get("source_id", "")):
        review.wrong(
            SOURCE,
            5,
            "value",
            review.source.get("source_id", ""),
            "no id of the source",
            "unaccented letters, digits, '-'",
        )


def _check_agencies(review: Review, known: set[str]) -> set[str]:
    named: set[str] = set()
    for row in review.agencies.itertuples():
        if row.decision == LEAVE or not row.decision:
            if not row.decision:
                review.wrong(NEW_AGENCIES, row.row, "decision", "", "not decided", f"{TAKE} or {LEAVE}")
            continue
        if not _ID.fullmatch(row.agency_id):
            review.wrong(
                NEW_AGENCIES,
                row.row,
                "agency_id",
                row.agency_id,
                "no id",
                "unaccented letters, digits, '-': cong-an-tinh",
            )
        if not row.name_en:
            review.wrong(NEW_AGENCIES, row.row, "name_en", "", "blank", "the name in English")
        named.add(row.agency_id)
    return named


def _check_new_indicators(review: Review, known: set[str], pillars: set[str]) -> dict[str, object]:
    """Return the first row of each new indicator, having noted what it lacks."""
    first: dict[str, object] = {}
    for row in review.figures[review.figures["decision"].eq(NEW)].itertuples():
        key = row.indicator_id or row.new_id
        if key in first or (row.indicator_id and row.indicator_id in known):
            continue
        first[key] = row
        for column, right, expected in [
            ("new_id", bool(_ID.fullmatch(key)), "an id: unaccented letters, digits, '-'"),
            ("new_name", bool(row.new_name), "the indicator's name"),
            ("new_name_en", bool(row.new_name_en), "the indicator's name in English"),
            ("pillar", row.pillar in pillars, f"one of {', '.join(sorted(pillars))}"),
            ("direction", row.direction in ("1", "-1"), "1 or -1"),
        ]:
            if not right:
                review.wrong(FIGURES, row.row, column, getattr(row, column), "not right for a new indicator", expected)
        if key in known:
            review.wrong(
                FIGURES, row.row, "new_id", key, "an indicator with this id exists", f"another id, or decision {TAKE}"
            )
    return first


def indicator_of(row: object) -> str:
    """Return the indicator that a decided row is of."""
    return (row.indicator_id or row.new_id) if row.decision == NEW else row.indicator_id


def _check_figure(
    review: Review, row: object, known: set[str], agencies: set[str], indicators: pd.DataFrame, new: dict[str, object]
) -> None:
    def wrong(column: str, what: str, expected: str) -> None:
        review.wrong(FIGURES, row.row, column, getattr(row, column), what, expected)

    if row.decision not in DECISIONS:
        wrong("decision", "not decided" if not row.decision else "no decision", ", ".join(DECISIONS))
        return
    if row.decision == LEAVE:
        if row.kind != "none" and not row.reason:
            wrong("reason", "blank although the figure is left aside", "the reason")
        return
    if row.kind not in ("actual", "target", "norm"):
        wrong("kind", "no kind of a figure that is taken", "actual, target or norm")
    if not re.fullmatch(r"20\d\d", row.year):
        wrong("year", "no year", "four digits")
    if row.comparator not in _COMPARATORS:
        wrong("comparator", "no comparator", ", ".join(_COMPARATORS))
    if _number(row.value) is None:
        wrong("value", "no number", "a number")
    if (row.comparator == "range") != (_number(row.value_high) is not None):
        wrong("value_high", "not the upper end of a range", "a number where comparator is range, else nothing")
    if row.level not in (*LEVELS, ONE_AGENCY):
        wrong("level", "no level", ", ".join((*LEVELS, ONE_AGENCY)))
    if row.agency_id not in agencies:
        wrong("agency_id", "not in agencies.csv", "an agency_id")
    key = indicator_of(row)
    if key not in known:
        wrong("indicator_id", "no such indicator", f"an indicator of the list, or decision {NEW}")
        return
    _check_unit(review, row, key, indicators, new)


def _check_unit(review: Review, row: object, key: str, indicators: pd.DataFrame, new: dict[str, object]) -> None:
    at = indicators.set_index("indicator_id")
    unit, level = (
        (at.at[key, "unit"], at.at[key, "level"])
        if key in at.index
        else (unit_of_new(new[key]), level_of_new(new[key]))
    )
    share_taken = unit == "percent" and row.unit == "count" and bool(row.share)
    ratio = unit == "ratio" and row.unit in ("count", "ratio")
    if row.unit != unit and not share_taken and not ratio:
        review.wrong(FIGURES, row.row, "unit", row.unit, f"not the unit of {key}", unit)
    if row.level != level and row.level != ONE_AGENCY:
        review.wrong(FIGURES, row.row, "level", row.level, f"not the level of {key}", level)
    value = _number(row.value)
    if unit == "percent" and row.unit == "percent" and value is not None and not 0 <= value <= 100:
        review.wrong(FIGURES, row.row, "value", row.value, "a share above 100 %, or below 0", "0 to 100")


def unit_of_new(row: object) -> str:
    """Return the unit of a new indicator by its first figure: a count of a total is kept as its share."""
    return "percent" if row.share else row.unit


def level_of_new(row: object) -> str:
    """Return the level of a new indicator by its first figure."""
    return "toan-tinh" if row.level == ONE_AGENCY else row.level


def _check_duty(review: Review, row: object, agencies: set[str], indicators: set[str]) -> None:
    if row.decision not in (TAKE, LEAVE):
        review.wrong(
            DUTIES,
            row.row,
            "decision",
            row.decision,
            "not decided" if not row.decision else "no decision",
            f"{TAKE} or {LEAVE}",
        )
        return
    if row.decision == LEAVE:
        return
    if row.agency_id not in agencies:
        review.wrong(
            DUTIES,
            row.row,
            "agency_id",
            row.agency_id,
            "not in agencies.csv",
            f"an agency_id; new ones on the sheet {NEW_AGENCIES}",
        )
    if row.role not in ("direct", "lead", "support", "implement"):
        review.wrong(DUTIES, row.row, "role", row.role, "no role", "direct, lead, support or implement")
    if row.kind == "indicator" and row.indicator_id not in indicators:
        review.wrong(
            DUTIES,
            row.row,
            "indicator_id",
            row.indicator_id,
            "no such indicator",
            "the indicator that the agency follows",
        )
    if row.kind != "indicator" and not (row.text_vi and row.text_en):
        column = "text_en" if row.text_vi else "text_vi"
        review.wrong(DUTIES, row.row, column, "", "blank", "the task in our own words, in both languages")


def _check_old_duty(review: Review, row: object) -> None:
    if row.decision not in (TAKE, LEAVE):
        what = "not decided" if not row.decision else "no decision"
        review.wrong(OLD_DUTIES, row.row, "decision", row.decision, what, f"{TAKE} or {LEAVE}")


def _check_one_in_use(review: Review) -> None:
    """Note two figures that are both taken for one cell of the tables, with different values."""
    taken: dict[tuple, object] = {}
    for row in review.figures[review.figures["decision"].isin(KEPT)].itertuples():
        key = (indicator_of(row), row.agency_id, row.year, row.kind)
        other = taken.setdefault(key, row)
        if (other.value, other.comparator) != (row.value, row.comparator):
            review.wrong(
                FIGURES, row.row, "decision", row.decision, f"row {other.row} takes another value for the same cell",
                f"{LEAVE}, with the reason, for one of the two",
            )  # fmt: skip


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def require_right(review: Review) -> None:
    """Raise one `DataError` with everything that is wrong, if anything is."""
    faults = concat_faults(review.faults)
    if len(faults):
        raise DataError(f"{review.path.name}: {len(faults)} cell(s) to correct, nothing was written:", faults)
