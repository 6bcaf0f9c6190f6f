"""A plan read: its figures with what they are and whose, in the order of the document."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from dti.reader.agencies import Register
from dti.reader.levels import LEVELS
from dti.reader.lines import folded
from dti.reader.matching import Indicators, Match
from dti.reader.meaning import Reader
from dti.reader.open_file import read_lines
from dti.reader.outline import Outline, outline
from dti.reader.reading import Reading
from dti.reader.table_rows import row_readings


@dataclass(frozen=True)
class FoundFigure:
    """A number of the plan, what it means, and the indicator it is of."""

    reading: Reading
    match: Match


@dataclass(frozen=True)
class Plan:
    """A plan as read: its outline, and every number of it."""

    year: int
    outline: Outline
    found: tuple[FoundFigure, ...]


def read_plan(path: str | os.PathLike, year: int, tables: dict[str, pd.DataFrame]) -> Plan:
    """Return a plan's numbers with what they mean.

    Parameters
    ----------
    path : .docx, .pdf, .html or .txt
    year : year that the plan sets targets for
    tables : agencies, indicators
    """
    tree = outline(read_lines(Path(path)))
    register, indicators = Register(tables["agencies"]), Indicators(tables["indicators"])
    reader = Reader(year, register)
    found: list[FoundFigure] = []
    printed: set[tuple] = set()
    for block in tree.blocks:
        readings = row_readings(block, year, register) if block.kind == "row" else reader.readings(block)
        if block.kind in ("bullet", "paragraph") and (block.titles, folded(block.text)) in printed:
            readings = [replace(reading, kind="none", reason="printed-twice") for reading in readings]
        printed.add((block.titles, folded(block.text)))
        found += _matched(readings, indicators)
    return Plan(year, tree, tuple(_with_parts(found, indicators)))


def _with_parts(found: list[FoundFigure], indicators: Indicators) -> list[FoundFigure]:
    """Return the figures with the targets that a target of 100 % of the whole implies for each level.

    Only for levels that have an indicator of their own (``x-cap-xa`` beside ``x``) and no target of their own.
    """
    stated = {(one.match.indicator_id, one.reading.year) for one in found if one.reading.kind == "target"}
    result: list[FoundFigure] = []
    for one in found:
        result.append(one)
        reading, whole = one.reading, one.match.indicator_id
        if not (
            whole and reading.kind == "target" and reading.quantity.unit == "percent" and reading.quantity.value == 100
        ):
            continue
        for key in [f"{whole}-{level}" for level in LEVELS]:
            if key in indicators.name and (key, reading.year) not in stated:
                implied = replace(reading, level=indicators.level[key], implied=True)
                result.append(FoundFigure(implied, replace(one.match, indicator_id=key)))
    return result


def _matched(readings: list[Reading], indicators: Indicators) -> list[FoundFigure]:
    """Return the figures of one paragraph with their indicators; a part is not given the indicator of its whole."""
    found: list[FoundFigure] = []
    whole = ""
    for reading in readings:
        if reading.kind == "none":
            found.append(FoundFigure(reading, Match()))
            continue
        other_unit = reading.quantity.total is not None and found and found[-1].reading.quantity.unit == "percent"
        apart = whole if reading.component else found[-1].match.indicator_id if other_unit else ""
        flattened = reading.quantity.form == "percent-cell"  # the words beside it are of other cells
        match = Match(remark="flattened") if flattened else indicators.match(reading, apart)
        level = reading.level or match.level or "toan-tinh"
        found.append(FoundFigure(replace(reading, level=level), match))
        found += [
            FoundFigure(replace(reading, level=indicators.level[key]), replace(match, indicator_id=key, also=()))
            for key in match.also
        ]
        if not reading.component and match.indicator_id:
            whole = match.indicator_id
    return found
