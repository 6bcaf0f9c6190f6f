"""The tree of blocks that every format of a report is written from.

It knows headings, paragraphs, lists, tables and figures, and nothing else: what is not in it, such as a script, an
event handler or a style, cannot come out in any format, and what is in it comes out in all of them.
"""

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

SVG = "image/svg+xml"
#: The kind of table that is a row of cards, and how many stand in a row on paper.
KEY_FIGURES, CARDS, SIDE_BY_SIDE = "key-figures", "cards", 5
BLANKS = re.compile(r"[ \t\n\r\f]+")


@dataclass(frozen=True)
class TextRun:
    """A piece of text with one look.

    Parameters
    ----------
    link : ``#anchor`` of a block or a table row, or an address
    reference : what print shows after the text instead of a link: the number of a table, of a table's row
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    strike: bool = False
    script: Literal["", "sub", "sup"] = ""
    link: str = ""
    reference: str = ""

    @property
    def look(self) -> tuple[object, ...]:
        """All but the text."""
        return self.bold, self.italic, self.code, self.strike, self.script, self.link, self.reference


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 6."""

    element: ClassVar[str] = "heading"
    level: int
    runs: list[TextRun]
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``role`` is ``quote``, ``code`` (line ends kept), ``note`` or ``mark`` where it is no common one."""

    element: ClassVar[str] = "paragraph"
    runs: list[TextRun]
    role: Literal["", "quote", "code", "note", "mark"] = ""


@dataclass(frozen=True)
class Items:
    """A list; each item is a list of blocks. ``start`` is the first number of an ordered one, else 0."""

    element: ClassVar[str] = "items"
    items: "list[list[Block]]"
    start: int = 0


@dataclass(frozen=True)
class TableCell:
    """A table cell; ``scope`` is that of a header cell, blank in a data cell."""

    runs: list[TextRun]
    scope: Literal["", "col", "row", "colgroup"] = ""
    numeric: bool = False
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True)
class Row:
    """A table row; ``group`` says that it is a heading over the rows that follow, ``own`` that it stands out."""

    cells: list[TableCell]
    anchor: str = ""
    group: bool = False
    own: bool = False


@dataclass(frozen=True, eq=False)
class Table:
    """A table of ``width`` columns; ``number`` is 0 where it has no caption to number."""

    element: ClassVar[str] = "table"
    head: list[Row]
    body: list[Row]
    width: int
    caption: str = ""
    kind: str = ""
    number: int = 0

    @property
    def rows(self) -> list[Row]:
        """All rows, those of the head first."""
        return [*self.head, *self.body]


@dataclass(frozen=True, eq=False)
class Picture:
    """An image, ``width`` pixels of 1/96 inch wide; ``instead`` is what a narrow screen shows for it."""

    element: ClassVar[str] = "figure"
    content: bytes = field(repr=False)
    mime: str
    alt: str
    width: float
    height: float
    caption: str = ""
    number: int = 0
    instead: "Table | None" = None

    @property
    def is_vector(self) -> bool:
        """Whether it is drawn in lines and text, not in dots."""
        return self.mime == SVG

    @property
    def source(self) -> str:
        """The image as a data URI."""
        return f"data:{self.mime};base64,{base64.b64encode(self.content).decode()}"


Block = Heading | Paragraph | Items | Table | Picture


def plain(runs: Sequence[TextRun]) -> str:
    """Return the text of runs without its looks.

    Examples
    --------
    >>> plain([TextRun("50,84%", bold=True), TextRun(" đạt")])
    '50,84% đạt'
    """
    return "".join(run.text for run in runs)


def tidy(runs: Sequence[TextRun] | Iterator[TextRun]) -> list[TextRun]:
    r"""Return runs with blanks folded, none at either end, and neighbours of one look joined.

    Examples
    --------
    >>> tidy([TextRun(" a\n"), TextRun(" b"), TextRun("c ", bold=True)])
    ... # doctest: +NORMALIZE_WHITESPACE
    [TextRun(text='a b', bold=False, ...), TextRun(text='c', bold=True, ...)]
    """
    joined: list[TextRun] = []
    blank = True  # a blank just before, so that another one adds nothing
    for run in runs:
        if not run.text:
            continue
        text = run.text if run.text == "\n" else BLANKS.sub(" ", run.text)
        if blank:
            text = text.lstrip(" ")
        if not text:
            continue
        if text == "\n" and joined:
            joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip(" "))
        blank = text[-1] in " \n"
        if joined and joined[-1].look == run.look:
            joined[-1] = replace(joined[-1], text=joined[-1].text + text)
        else:
            joined.append(run if text == run.text else replace(run, text=text))
    return list(_stripped(joined))


def _stripped(runs: list[TextRun]) -> Iterator[TextRun]:
    while runs and not runs[-1].text.rstrip(" \n"):
        runs.pop()
    for index, run in enumerate(runs):
        text = run.text.lstrip("\n") if index == 0 else run.text
        text = text.rstrip(" \n") if index == len(runs) - 1 else text
        if text:
            yield run if text == run.text else replace(run, text=text)


def grid(rows: Sequence[Row]) -> list[list[tuple[int, TableCell, bool]]]:
    """Return for each row its cells from left to right: column, cell, and whether the cell began in a row above.

    Examples
    --------
    >>> a, b, c = (TableCell([TextRun(name)]) for name in "abc")
    >>> tall = TableCell([TextRun("t")], rowspan=2)
    >>> lines = grid([Row([tall, a]), Row([b])])
    >>> [[(column, cell.runs[0].text, above) for column, cell, above in line] for line in lines]
    [[(0, 't', False), (1, 'a', False)], [(0, 't', True), (1, 'b', False)]]
    """
    result, hanging = [], {}
    for row in rows:
        line = [(column, cell, True) for column, (cell, _) in hanging.items()]
        taken = {column + step for column, (cell, _) in hanging.items() for step in range(cell.colspan)}
        left = {column: (cell, rows_left - 1) for column, (cell, rows_left) in hanging.items() if rows_left > 1}
        column = 0
        for cell in row.cells:
            while any(column + step in taken for step in range(cell.colspan)):
                column += 1
            line.append((column, cell, False))
            if cell.rowspan > 1:
                left[column] = (cell, cell.rowspan - 1)
            column += cell.colspan
        hanging = left
        result.append(sorted(line, key=lambda place: place[0]))
    return result


def walk(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield blocks and all that stand in them, in reading order."""
    for block in blocks:
        yield block
        if isinstance(block, Items):
            for item in block.items:
                yield from walk(item)


def on_paper(block: Block) -> Block:
    """Return a block as print shows it: a few key figures, cards on a screen, stand side by side.

    More than five of them, or those that a sentence refers to by their row, remain a table of rows.

    Examples
    --------
    >>> row = Row([TableCell([TextRun("tasks")], "row"), TableCell([TextRun("9")], numeric=True)])
    >>> shown = on_paper(Table([], [row, row], 2, kind="key-figures"))
    >>> shown.width, [plain(cell.runs) for cell in shown.body[0].cells]
    (2, ['9', '9'])
    """
    if not isinstance(block, Table) or block.kind != KEY_FIGURES:
        return block
    if len(block.body) > SIDE_BY_SIDE or any(row.anchor or len(row.cells) != 2 for row in block.body):
        return block
    heads = [replace(row.cells[0], scope="col") for row in block.body]
    values = [row.cells[1] for row in block.body]
    return replace(block, head=[Row(heads)], body=[Row(values, own=True)], width=len(heads), kind=CARDS)


def with_runs(blocks: Sequence[Block], change: Callable[[list[TextRun]], list[TextRun]]) -> list[Block]:
    """Return blocks whose lines of text, code apart, have gone through a function."""
    changed: list[Block] = []
    for block in blocks:
        match block:
            case Paragraph(role="code") | Picture():
                changed.append(block)
            case Heading() | Paragraph():
                changed.append(replace(block, runs=change(block.runs)))
            case Items():
                changed.append(replace(block, items=[with_runs(item, change) for item in block.items]))
            case Table():
                head, body = ([_row_with_runs(row, change) for row in rows] for rows in (block.head, block.body))
                changed.append(replace(block, head=head, body=body))
    return changed


def _row_with_runs(row: Row, change: Callable[[list[TextRun]], list[TextRun]]) -> Row:
    changed = [change(cell.runs) for cell in row.cells]
    if all(runs is cell.runs for runs, cell in zip(changed, row.cells, strict=True)):
        return row
    cells = [replace(cell, runs=runs) for runs, cell in zip(changed, row.cells, strict=True)]
    return replace(row, cells=cells)
