"""The printed lines of a PDF page: its ruled tables as cells, what stands between them as text."""

from dataclasses import dataclass, field
from itertools import islice, pairwise

import pypdfium2
from pypdfium2.raw import FPDF_PAGEOBJ_PATH

from dti.reader.lines import DITTO, LEFT, Line

#: Points (1/72 inch): a drawn shape thinner than this is a line, ends closer than this meet.
THIN, NEAR = 2.5, 3.0
#: A page with more drawn shapes than this is a drawing or a map, and is read as text.
MAX_SHAPES = 4_000


@dataclass
class _Rules:
    """Ruled lines that touch each other: ``across`` (y, left, right), ``down`` (x, bottom, top)."""

    across: list[tuple[float, float, float]] = field(default_factory=list)
    down: list[tuple[float, float, float]] = field(default_factory=list)

    @property
    def top(self) -> float:
        return max(y for y, _, _ in self.across)

    @property
    def bottom(self) -> float:
        return min(y for y, _, _ in self.across)


def page_lines(page: pypdfium2.PdfPage, tables_before: int) -> list[Line]:
    """Return the lines of a page in reading order.

    Parameters
    ----------
    tables_before : how many tables the pages before have; tables are counted from 1 through a document
    """
    text = page.get_textpage()
    left, bottom, right, top = page.get_bbox()
    lines: list[Line] = []
    tables = sorted(_tables(page), key=lambda rules: -rules.top)
    for number, rules in enumerate(tables, start=tables_before + 1):
        lines += _plain(text.get_text_bounded(left, rules.top, right, top))
        lines += [Line(" | ".join(cells), cells, number) for cells in _cells(rules, text)]
        top = rules.bottom
    return lines + _plain(text.get_text_bounded(left, bottom, right, top) if tables else text.get_text_range())


def _plain(text: str) -> list[Line]:
    return [Line(line) for line in _dashed(text).replace("\r\n", "\n").split("\n")]


def _dashed(text: str) -> str:
    r"""Return text with the dash that PDFium marks at the end of a line: "CAT\x02QLHC"."""
    return text.replace("\x02", "-")


def _tables(page: pypdfium2.PdfPage) -> list[_Rules]:
    """Return the groups of touching ruled lines that make a grid: two columns and two lines at least."""
    groups: list[tuple[list[float], _Rules]] = []
    shapes = list(islice(page.get_objects(filter=[FPDF_PAGEOBJ_PATH]), MAX_SHAPES + 1))
    for item in shapes if len(shapes) <= MAX_SHAPES else []:
        left, bottom, right, top = item.get_bounds()
        thin_down, thin_across = right - left < THIN, top - bottom < THIN
        if thin_down == thin_across:  # a filled area, or a dot
            continue
        near = [one for one in groups if _touch(one[0], (left, bottom, right, top))]
        box, rules = [left, bottom, right, top], _Rules()
        for other, others in near:
            box = [min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3])]
            rules.across += others.across
            rules.down += others.down
        groups = [one for one in groups if one not in near]
        if thin_across:
            rules.across.append(((bottom + top) / 2, left, right))
        else:
            rules.down.append(((left + right) / 2, bottom, top))
        groups.append((box, rules))
    return [
        rules
        for _, rules in groups
        if len(_clustered([x for x, _, _ in rules.down])) > 2 and len(_clustered([y for y, _, _ in rules.across])) > 2
    ]


def _touch(one: list[float], other: tuple[float, ...]) -> bool:
    return (
        one[0] - NEAR <= other[2]
        and other[0] - NEAR <= one[2]
        and one[1] - NEAR <= other[3]
        and other[1] - NEAR <= one[3]
    )


def _clustered(values: list[float]) -> list[float]:
    """Return values from small to large, those that nearly meet as one.

    Examples
    --------
    >>> _clustered([10.0, 50.2, 10.5, 50.0])
    [10.0, 50.0]
    """
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > NEAR:
            kept.append(value)
    return kept


def _cells(rules: _Rules, text: pypdfium2.PdfTextPage) -> list[tuple[str, ...]]:
    """Return the cells of a table line by line; a cell merged with the one above or left of it carries its mark."""
    columns = list(pairwise(_clustered([x for x, _, _ in rules.down])))
    rows = list(pairwise(_clustered([y for y, _, _ in rules.across])[::-1]))
    return [
        tuple(_cell(rules, text, columns, rows, down, across) for across in range(len(columns)))
        for down in range(len(rows))
    ]


def _cell(rules: _Rules, text: pypdfium2.PdfTextPage, columns: list, rows: list, down: int, across: int) -> str:
    if across and not _divided(rules.down, columns[across][0], rows[down]):
        return LEFT
    if down and not _divided(rules.across, rows[down][0], columns[across]):
        return DITTO
    right = next(
        (place for place in range(across + 1, len(columns)) if _divided(rules.down, columns[place][0], rows[down])),
        len(columns),
    )
    under = next(
        (place for place in range(down + 1, len(rows)) if _divided(rules.across, rows[place][0], columns[across])),
        len(rows),
    )
    inside = (columns[across][0], rows[under - 1][1], columns[right - 1][1], rows[down][0])
    return " ".join(_dashed(text.get_text_bounded(*inside)).split())


def _divided(lines: list[tuple[float, float, float]], place: float, between: tuple[float, float]) -> bool:
    """Tell whether a ruled line runs at a place through the middle of a stretch."""
    middle = sum(between) / 2
    return any(abs(at - place) <= NEAR and start - 1 <= middle <= end + 1 for at, start, end in lines)
