"""What a file that was sent in holds, cell by cell, and what keeps one from being read."""

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

MAX_CELLS = 50_000
MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_TEXT = 2_000

Kind = Literal["text", "number", "percent", "scaled", "date", "boolean", "error", "formula"]

_ENDS = "\t\n\r\x0b\x0c \u00a0\ufeff"
#: Classes of signs that nobody sees: control, format, surrogate, unassigned, private use.
_UNSEEN = ("Cc", "Cf", "Cs", "Cn", "Co")


class Unreadable(Exception):
    """A file that cannot be read; ``code`` names the finding, ``facts`` its particulars."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(code)


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: text, or a number and how it is shown.

    ``percent`` numbers are as stored (0.5084 for 50,84 %); of ``scaled`` ones the sheet shows another number than it
    holds, namely ``shown``; a ``formula`` was never calculated. ``marked`` says that digits or words are struck out
    (``struck``), or stand above or below the line (``raised``).
    """

    kind: Kind
    text: str = ""
    number: Decimal | None = None
    shown: str = ""
    marked: Literal["", "struck", "raised"] = ""


@dataclass
class Grid:
    """One sheet: the cells that hold something, by (row, column) from 1, what is hidden or merged, what is beside.

    Beside the cells are comments, by cell, and what lies on the sheet (text boxes, pictures), as pairs of the code of
    a finding and a text.
    """

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[range] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    loose: list[tuple[str, str]] = field(default_factory=list)
    separator: str = ""

    def text(self, row: int, column: int) -> str:
        """Return what stands in a cell as clean text, a date as day/month/year, nothing as an empty text."""
        cell = self.cells.get((row, column))
        return "" if cell is None else clean(cell.text)

    def rows(self) -> list[int]:
        """Return the numbers of the rows that hold something."""
        return sorted({row for row, _ in self.cells})


def clean(text: str) -> str:
    r"""Return text fit for a table: composed (NFC), single blanks, no control, direction or invisible characters.

    Invisible signs go first: between a letter and its accent they would keep the two from being composed.

    Examples
    --------
    >>> clean("  Số\n liệu\u202e "), clean("e\u200b\u0301")
    ('Số liệu', 'é')
    """
    seen = "".join(
        sign for sign in re.sub(r"\s+", " ", text) if sign == " " or unicodedata.category(sign) not in _UNSEEN
    )
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", seen)).strip()


def text_cell(text: str) -> Cell | None:
    """Return a text cell as it was typed, its ends trimmed; ``clean`` is for what is kept."""
    stripped = text.strip(_ENDS)[: MAX_TEXT + 1]
    return Cell("text", stripped) if stripped else None


def reference(row: int, column: int) -> str:
    """Return a cell's name in a sheet.

    Examples
    --------
    >>> reference(12, 10), reference(1, 28)
    ('J12', 'AB1')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def place(written: str) -> tuple[int, int]:
    """Return row and column of a cell's name.

    Raises
    ------
    ValueError
        no cell has this name

    Examples
    --------
    >>> place("AB1")
    (1, 28)
    """
    match = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", written)
    if match is None:
        raise ValueError(f"cell name {written[:20]}")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    row = int(match[2])
    if not (1 <= row <= MAX_ROWS and 1 <= column <= MAX_COLUMNS):
        raise ValueError(f"cell name {written[:20]}")
    return row, column


def area(merged: str) -> tuple[range, range]:
    """Return rows and columns of a merged area such as ``B3:D4``.

    Examples
    --------
    >>> area("B3:D4")
    (range(3, 5), range(2, 5))
    """
    first, _, last = merged.partition(":")
    top, left = place(first)
    bottom, right = place(last or first)
    return range(top, bottom + 1), range(left, right + 1)
