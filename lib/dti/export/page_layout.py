"""What the shipped fonts can show, and how wide it is: the layout that Word and PDF share."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import ceil
from pathlib import Path
from unicodedata import name as character_name

from fontTools.ttLib import TTFont

from dti.export import blocks
from dti.export.blocks import Block, Heading, Items, Picture, Table
from dti.show import svg

FONTS = Path(__file__).parent / "fonts"
FAMILY = "Liberation Serif"
_FILES = {False: "LiberationSerif-Regular.ttf", True: "LiberationSerif-Bold.ttf"}

#: A4 with the margins of Decree 30/2020/NĐ-CP, in millimetres.
PAGE, MARGINS = (210.0, 297.0), {"top": 20.0, "bottom": 20.0, "left": 30.0, "right": 15.0}
POINTS = 72 / 25.4

#: Sizes of type in tables, in points, the first that fits is taken; and whether the page is turned for it.
TABLE_SIZES = ((11.0, False), (10.0, False), (9.0, False), (10.0, True), (9.0, True), (8.0, True))
#: Upright in type of this size a table of so few rows may have cells of many lines, rather than a page for itself.
SMALLEST, SHORT = 9.0, 12
#: White space left and right of a cell's text, in points, and what rules and rounding take of a column.
PADDING, SLACK = 3.5, 1.2
#: In how many lines a long cell may stand before smaller type is tried.
LINES = 3.5
#: How much of a line stays empty where a word no longer fits, in parts of the column's longest word.
RAGGED = 0.6
#: In how many lines a column's heading may stand.
HEAD_LINES = 2.5
#: Text shorter than this, in ems, makes no line of its own where there is room.
SHORTEST_LINE = 3.0
#: A table of so few lines of text does not go over to another page.
WHOLE = 16
#: Where a line may break; a no-break space is none of these.
BLANKS = re.compile("[ \\t\\n]+")


@dataclass(frozen=True)
class Layout:
    """How a table is set: type size, column widths in points, page turned or not, all on one page or not."""

    size: float
    widths: list[float]
    landscape: bool
    whole: bool


@cache
def _font(bold: bool) -> tuple[dict[int, str], dict[str, tuple[int, int]], int]:
    font = TTFont(FONTS / _FILES[bold], lazy=True)
    return font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm


@lru_cache(maxsize=20_000)
def _word_width(word: str, bold: bool) -> float:
    letters, widths, em = _font(bold)
    return sum(widths[letters.get(ord(character), ".notdef")][0] for character in word) / em


@cache
def _characters() -> frozenset[str]:
    return frozenset(map(chr, _font(False)[0])) | {"\n"}


def text_width(text: str, *, bold: bool = False) -> float:
    """Return the width of a line of text in ems.

    Examples
    --------
    >>> text_width("00"), text_width("Đ") > text_width("i")
    (1.0, True)
    """
    words = text.split(" ")
    return sum(_word_width(word, bold) for word in words) + (len(words) - 1) * _word_width(" ", bold)


def text_area(*, landscape: bool = False) -> tuple[float, float]:
    """Return width and height of what lies between a page's margins, in points."""
    width = PAGE[0] - MARGINS["left"] - MARGINS["right"]
    height = PAGE[1] - MARGINS["top"] - MARGINS["bottom"]
    if landscape:
        width, height = PAGE[1] - MARGINS["top"] - MARGINS["bottom"], PAGE[0] - MARGINS["left"] - MARGINS["right"]
    return width * POINTS, height * POINTS


@lru_cache(maxsize=128)
def layout(table: Table) -> Layout:
    """Return how a table is set so that its columns are readable: in the largest type that allows it.

    Examples
    --------
    >>> from dti.export.blocks import TableCell, Row, TextRun
    >>> row = Row([TableCell([TextRun("Tỷ lệ hồ sơ xử lý trực tuyến")]), TableCell([TextRun("50,84%")], numeric=True)])
    >>> found = layout(Table([], [row], 2))
    >>> found.size, found.landscape, found.widths[0] > found.widths[1]
    (11.0, False, True)
    """
    words, cells = _column_widths(table)
    for size, landscape in TABLE_SIZES:
        room = (text_area(landscape=landscape)[0] - (2 * PADDING + SLACK) * table.width) / size
        wanted = words if size == SMALLEST and len(table.body) <= SHORT else _wanted(words, cells, LINES)
        if sum(wanted) <= room:
            break
    widths = [round(width * size + 2 * PADDING + SLACK, 1) for width in _shared(words, cells, room)]
    return Layout(size, widths, landscape, whole=_lines(table, size, widths) <= WHOLE)


def _lines(table: Table, size: float, widths: list[float]) -> int:
    """Return in about how many lines of text a table stands."""
    return sum(
        max(
            ceil(
                text_width(blocks.plain(cell.runs)) * size / (sum(widths[column : column + cell.colspan]) - 2 * PADDING)
            )
            for column, cell, _ in line
        )
        for line in blocks.grid(table.rows)
    )


def heads_of_turned(found: Sequence[Block]) -> dict[int, list[Heading]]:
    """Return the headings right above each turned table, by the table's ``id``: they stand on its page."""
    heads, above = {}, []
    for block in found:
        if isinstance(block, Table) and layout(block).landscape:
            heads[id(block)] = above
        above = [*above, block] if isinstance(block, Heading) else []
    return heads


def image_size(image: Picture) -> tuple[float, float]:
    """Return width and height of an image in points, as large as it is or as the page allows.

    Examples
    --------
    >>> image_size(Picture(b"", "image/png", "", 96.0, 48.0))
    (72.0, 36.0)
    """
    width, height = text_area()
    scale = min(0.75, width / image.width, 0.85 * height / image.height)
    return round(image.width * scale, 1), round(image.height * scale, 1)


def _column_widths(table: Table) -> tuple[list[float], list[float]]:
    """Return for each column, in ems, its longest word (or what its heading needs) and its long cells.

    Of the cells this is the fourth-power mean, in which long ones weigh more.
    """
    words, powers, counts = [1.0] * table.width, [0.0] * table.width, [0] * table.width
    for rows, bold in ((table.head, True), (table.body, False)):
        for line in blocks.grid(rows):
            for column, cell, above in line:
                if above or cell.colspan > 1:
                    continue
                text = blocks.plain(cell.runs)
                words[column] = max([words[column], *(text_width(word, bold=bold) for word in BLANKS.split(text))])
                if bold:
                    words[column] = max(words[column], text_width(text, bold=True) / HEAD_LINES)
                else:
                    powers[column] += sum(text_width(part) for part in text.split("\n")) ** 4
                    counts[column] += 1
    cells = [(total / max(count, 1)) ** 0.25 for total, count in zip(powers, counts, strict=True)]
    return words, [max(pair) for pair in zip(words, cells, strict=True)]


def _wanted(words: list[float], cells: list[float], lines: float, shortest: float = 0.0) -> list[float]:
    """Return the widths in which long cells take so many lines, none below its column's longest word.

    Parameters
    ----------
    shortest : a cell takes fewer lines where they would be shorter than this, in ems
    """
    return [max(word, _in_lines(word, cell, lines, shortest)) for word, cell in zip(words, cells, strict=True)]


def _in_lines(word: float, cell: float, lines: float, shortest: float) -> float:
    lines = min(lines, max(1.0, cell / shortest)) if shortest else lines
    return cell if lines <= 1 else cell / lines + RAGGED * word


def _shared(words: list[float], cells: list[float], room: float) -> list[float]:
    """Return widths that fill the room so that the long cells of all columns take equally many lines.

    Examples
    --------
    >>> _shared([2.0, 2.0], [9.0, 3.0], 16.0), [round(width, 1) for width in _shared([2.0, 3.0], [9.0, 3.0], 7.2)]
    ([12.0, 4.0], [4.2, 3.0])
    """
    fewest, most = 1.0, 1000.0
    shortest = SHORTEST_LINE if sum(_wanted(words, cells, LINES, SHORTEST_LINE)) <= room else 0.0
    if sum(_wanted(words, cells, fewest, shortest)) > room:
        for _ in range(40):
            middle = (fewest + most) / 2
            too_wide = sum(_wanted(words, cells, middle, shortest)) > room
            fewest, most = (middle, most) if too_wide else (fewest, middle)
    widths = _wanted(words, cells, most if fewest > 1.0 else 1.0, shortest)
    return [width * room / sum(widths) for width in widths]


class LostCharacter(UserWarning):
    """A character that the shipped fonts lack, shown by its number instead."""


def lost_characters(texts: Iterator[tuple[str, str]] | Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the characters that the shipped fonts lack, each with a sentence that names it and its first place.

    Parameters
    ----------
    texts : pairs of a text and where it stands

    Examples
    --------
    >>> lost_characters([("Số liệu ≥ 50%", "Bảng 1")])
    {}
    >>> lost_characters([("Tốt 😀", "Bảng 1")])["😀"]
    'Bảng 1: “Tốt 😀” has the character U+1F600 (GRINNING FACE), which the font lacks; [U+1F600] stands for it.'
    """
    known = _characters()
    lost: dict[str, str] = {}
    for text, place in texts:
        for character in sorted(set(text) - known - lost.keys()):
            shown = text if len(text) < 60 else text[:60] + "…"
            lost[character] = (
                f"{place}: “{shown}” has the character U+{ord(character):04X} ({character_name(character, 'unnamed')}),"
                f" which the font lacks; {stand_in(character)} stands for it."
            )
    return lost


def stand_in(character: str) -> str:
    """Return what a reader sees instead of a character that the font lacks.

    Examples
    --------
    >>> stand_in("✓")
    '[U+2713]'
    """
    return f"[U+{ord(character):04X}]"


def without(content: object, lost: Collection[str]) -> object:
    """Return what is to be printed with a stand-in for every lost character.

    Examples
    --------
    >>> without({"runs": ["Đạt ✓"]}, {"✓"})
    {'runs': ['Đạt [U+2713]']}
    """
    if isinstance(content, dict):
        return {name: without(part, lost) for name, part in content.items()}
    if isinstance(content, list):
        return [without(part, lost) for part in content]
    if isinstance(content, str):
        return "".join(stand_in(sign) if sign in lost else sign for sign in content)
    return content


def texts(found: Sequence[Block], place: str = "") -> Iterator[tuple[str, str]]:
    """Yield all that blocks say, with the heading or the caption under which it stands."""
    for block in found:
        match block:
            case Items():
                for item in block.items:
                    yield from texts(item, place)
            case Table():
                yield block.caption, block.caption
                for row in block.rows:
                    for cell in row.cells:
                        yield blocks.plain(cell.runs), block.caption or place
            case Picture():
                yield block.caption, block.caption
                yield block.alt, block.caption or place
                if block.is_vector:
                    yield from ((text, block.caption or place) for text in svg.texts(block.content.decode()))
            case _:
                text = blocks.plain(block.runs)
                place = text if block.element == "heading" else place
                yield text, place
