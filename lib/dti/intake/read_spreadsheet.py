"""Read an Excel or CSV file that a stranger sent into plain cells, in bounded time and memory.

What a value reader hides is kept, because figures hang on it: whether a cell is shown as per cent, holds a date, an
error or a formula that was never calculated, lies in a hidden row, column or sheet, or is merged. Nothing is
calculated, followed or executed.
"""

import codecs
import csv
import io
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Literal
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

MAX_BYTES = 10_000_000
MAX_UNPACKED = 32_000_000
MAX_PARTS = 1_000
MAX_ELEMENTS = 200_000
MAX_CELLS = 50_000
MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_TEXT = 2_000
MAX_FORMAT = 255

SUFFIXES = (".xlsx", ".csv")

Kind = Literal["text", "number", "percent", "scaled", "date", "boolean", "error", "formula"]


class Unreadable(Exception):
    """A file that cannot be read; ``code`` names the finding, ``facts`` its particulars."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(code)


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: text, or a number and how it is shown.

    ``percent`` numbers are as stored (0.5084 for 50,84 %); ``scaled`` ones are shown in thousands or with a word of
    the number format, so that the reader of the sheet sees another figure; a ``formula`` was never calculated.
    """

    kind: Kind
    text: str = ""
    number: Decimal | None = None


@dataclass
class Grid:
    """One sheet: the cells that hold something, by (row, column) from 1, and what is hidden or merged."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[range] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    day_zero: date = date(1899, 12, 30)

    def text(self, row: int, column: int) -> str:
        """Return what stands in a cell as clean text, a date as day/month/year, nothing as an empty text."""
        cell = self.cells.get((row, column))
        if cell is None:
            return ""
        if cell.kind == "date" and cell.number is not None and 0 <= cell.number < 2_900_000:
            return f"{self.day_zero + timedelta(days=int(cell.number)):%d/%m/%Y}"
        return clean(cell.text)

    def rows(self) -> list[int]:
        """Return the numbers of the rows that hold something."""
        return sorted({row for row, _ in self.cells})


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


def clean(text: str) -> str:
    r"""Return text fit for a table: composed (NFC), single blanks, no control or direction characters.

    Examples
    --------
    >>> clean("  Số\n liệu\u202e ")
    'Số liệu'
    """
    composed = unicodedata.normalize("NFC", re.sub(r"\s+", " ", text))
    kept = "".join(sign for sign in composed if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Cn", "Co"))
    return re.sub(r"\s+", " ", kept).strip()


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes.

    Raises
    ------
    Unreadable
        not a plain file of a kind that is read, or too large
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise Unreadable("old-excel" if suffix in (".xls", ".xlsm", ".xlsb", ".ods", ".et") else "other-kind")
    try:
        # Without O_NONBLOCK a pipe named like a sheet would be waited for until somebody writes to it.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise Unreadable("not-a-file")
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise Unreadable("no-access", reason=getattr(error, "strerror", None) or str(error)) from None
    if len(content) > MAX_BYTES:
        raise Unreadable("too-big", most=MAX_BYTES // 1_000_000)
    if not content:
        raise Unreadable("empty")
    return content


def read_grids(content: bytes, suffix: str) -> list[Grid]:
    r"""Return the sheets of a file, in its order; a CSV file is one sheet without a name.

    Parameters
    ----------
    content : the file's bytes
    suffix : ``.xlsx`` or ``.csv``

    Raises
    ------
    Unreadable
        anything that keeps the file from being read whole

    Examples
    --------
    >>> read_grids("mã;số\na;50,84%\n".encode(), ".csv")[0].text(2, 2)
    '50,84%'
    """
    if suffix.lower() == ".csv":
        return [_csv_grid(content)]
    try:
        return _workbook(content)
    except (DefusedXmlException, zipfile.BadZipFile, zlib.error, struct.error) as error:
        raise Unreadable("dangerous-xml" if isinstance(error, DefusedXmlException) else "not-excel") from None
    except (ParseError, ValueError, LookupError, ArithmeticError, EOFError, OSError, NotImplementedError) as error:
        raise Unreadable("damaged", reason=clean(str(error)[:80])) from None
    except RuntimeError:  # what zipfile raises for an encrypted part
        raise Unreadable("password") from None


# --- Excel ---------------------------------------------------------------------------------------------------------

_ENDS = "\t\n\r\x0b\x0c \u00a0\ufeff"
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_PERCENTS = {9, 10}


def _workbook(content: bytes) -> list[Grid]:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("password")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise Unreadable("bomb")
        if len(names) < len(parts):
            raise Unreadable("damaged", reason="the same part twice")
        if "xl/workbook.xml" not in names:
            raise Unreadable("not-excel")
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise Unreadable("macros")
        budget = _Budget()
        shown = _formats(archive, budget) if "xl/styles.xml" in names else []
        strings = _strings(archive, budget) if "xl/sharedStrings.xml" in names else []
        parts_of_sheets, day_zero = _sheets(archive, budget)
        return [
            _sheet(archive, part, Grid(name, hidden=state != "visible", day_zero=day_zero), shown, strings, budget)
            for name, state, part in parts_of_sheets
        ]


@dataclass
class _Budget:
    """What one file may cost, all its sheets together: a book can name the same sheet a thousand times."""

    cells: int = MAX_CELLS
    elements: int = MAX_ELEMENTS

    def spend(self, cells: int = 0, elements: int = 0) -> None:
        self.cells -= cells
        self.elements -= elements
        if self.cells < 0 or self.elements < 0:
            raise Unreadable("too-many-cells", most=MAX_CELLS)


class _Gulps:
    """A file read in large pieces: the parser looks through an unfinished tag anew with every piece it is given."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, _: int) -> bytes:
        return self._file.read(1_000_000)


def _elements(archive: zipfile.ZipFile, part: str, budget: _Budget) -> Iterator[tuple[str, Element]]:
    """Yield the events and elements of a part; every finished element is emptied by its user."""
    with archive.open(part) as file:
        for event, element in iterparse(_Gulps(file), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                budget.spend(elements=1)
            yield event, element


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _sheets(archive: zipfile.ZipFile, budget: _Budget) -> tuple[list[tuple[str, str, str]], date]:
    """Return name, state and part of each sheet, and the day that the book counts its dates from."""
    targets = {
        element.attrib["Id"]: element.attrib["Target"]
        for event, element in _elements(archive, "xl/_rels/workbook.xml.rels", budget)
        if event == "end" and _name(element) == "Relationship"
    }
    found, day_zero = [], date(1899, 12, 30)
    for event, element in _elements(archive, "xl/workbook.xml", budget):
        if _name(element) == "workbookPr" and _flag(element, "date1904"):
            day_zero = date(1904, 1, 1)
        if event == "end" and _name(element) == "sheet":
            relation = next(value for key, value in element.attrib.items() if key.endswith("}id"))
            target = targets[relation]
            part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            found.append((clean(element.attrib["name"][:MAX_TEXT]), element.attrib.get("state", "visible"), part))
    if not found:
        raise Unreadable("damaged", reason="no sheet")
    return found, day_zero


def _formats(archive: zipfile.ZipFile, budget: _Budget) -> list[Kind]:
    """Return how the numbers of each cell style are shown."""
    codes: dict[int, str] = {}
    styles: list[int] = []
    inside = False
    for event, element in _elements(archive, "xl/styles.xml", budget):
        name = _name(element)
        if name == "cellXfs":
            inside = event == "start"
        elif event == "end" and name == "numFmt":
            codes[int(element.attrib["numFmtId"])] = element.attrib["formatCode"]
        elif event == "end" and name == "xf" and inside:
            styles.append(int(element.attrib.get("numFmtId", "0")))
    return [_shown(style, codes.get(style)) for style in styles]


def _shown(number: int, code: str | None) -> Kind:
    if code is None:
        return "date" if number in _DATES else "percent" if number in _PERCENTS else "number"
    if len(code) > MAX_FORMAT:
        return "scaled"
    words = re.search(r'"[^"]*[0-9\w][^"]*"', code.replace('"%"', "")) is not None
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]', "", code)
    if re.search(r"[dmyhs]", re.sub(r"general|e[+-]", "", bare, flags=re.IGNORECASE), re.IGNORECASE):
        return "date"
    if "%" in bare:
        return "percent" if "%%" not in bare else "scaled"
    return "scaled" if words or re.search(r"[0#?],+(?![0#?,])", bare) else "number"


def _strings(archive: zipfile.ZipFile, budget: _Budget) -> list[str]:
    found = []
    for event, element in _elements(archive, "xl/sharedStrings.xml", budget):
        if event == "end" and _name(element) == "si":
            found.append(_rich_text(element))
            element.clear()
    return found


def _rich_text(element: Element) -> str:
    """Return the text of a string, its runs joined, without the reading aids (phonetic runs)."""
    texts = []
    for child in element:
        if _name(child) == "t":
            texts.append(child.text or "")
        elif _name(child) == "r":
            texts += [part.text or "" for part in child if _name(part) == "t"]
    text = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), "".join(texts))
    return text.strip(_ENDS)[: MAX_TEXT + 1]


def _sheet(
    archive: zipfile.ZipFile,
    part: str,
    grid: Grid,
    shown: list[Kind],
    strings: list[str],
    budget: _Budget,
) -> Grid:
    row = column = 0
    for event, element in _elements(archive, part, budget):
        tag = _name(element)
        if event == "start" and tag == "row":
            row = _index(element.attrib.get("r", str(row + 1)))
            column = 0
            _within(row, MAX_ROWS)
            if _flag(element, "hidden") or float(element.attrib.get("ht", "15")) < 1:
                grid.hidden_rows.add(row)
        elif event == "end" and tag == "c":
            at_row, column = _place(element.attrib.get("r"), row, column + 1)
            if at_row != row:
                raise ValueError(f"cell {element.attrib['r']} in row {row}")
            cell = _cell(element, shown, strings)
            if cell is not None:
                budget.spend(cells=1)
                if (row, column) in grid.cells:
                    raise ValueError(f"cell {reference(row, column)} twice")
                grid.cells[row, column] = cell
        elif event == "end" and tag == "row":
            element.clear()
        elif event == "end" and tag == "col":
            if _flag(element, "hidden") or float(element.attrib.get("width", "9")) < 0.1:
                first, last = _index(element.attrib["min"]), _index(element.attrib["max"])
                grid.hidden_columns.append(range(_within(first, MAX_COLUMNS), _within(last, MAX_COLUMNS) + 1))
        elif event == "end" and tag == "mergeCell":
            budget.spend(cells=1)
            area(element.attrib["ref"])
            grid.merged.append(element.attrib["ref"])
    return grid


def _flag(element: Element, name: str) -> bool:
    return element.attrib.get(name) in ("1", "true")


def _index(text: str) -> int:
    """Return a place in a list; `int` alone would take -1 and 1_0 too."""
    if re.fullmatch(r"[0-9]{1,9}", text) is None:
        raise ValueError(f"no place: {text[:20]}")
    return int(text)


def _within(number: int, most: int) -> int:
    if not 1 <= number <= most:
        raise ValueError(f"row or column {number}")
    return number


def _place(written: str | None, row: int, column: int) -> tuple[int, int]:
    """Return row and column of a cell's name; the running place where a writer leaves names out."""
    if written is None:
        return row, _within(column, MAX_COLUMNS)
    match = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", written)
    if match is None:
        raise ValueError(f"cell name {written[:20]}")
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - 64
    return _within(int(match[2]), MAX_ROWS), _within(number, MAX_COLUMNS)


def area(merged: str) -> tuple[range, range]:
    """Return rows and columns of a merged area such as ``B3:D4``.

    Examples
    --------
    >>> area("B3:D4")
    (range(3, 5), range(2, 5))
    """
    first, _, last = merged.partition(":")
    top, left = _place(first, 0, 0)
    bottom, right = _place(last or first, 0, 0)
    return range(top, bottom + 1), range(left, right + 1)


def _cell(element: Element, shown: list[Kind], strings: list[str]) -> Cell | None:
    kind = element.attrib.get("t", "n")
    found = {_name(child): child for child in element}
    value = found["v"].text if "v" in found else None
    if kind == "inlineStr":
        return _text(_rich_text(found["is"])) if "is" in found else None
    if not value:
        return Cell("formula") if "f" in found else None
    if kind == "s":
        return _text(strings[_index(value)])
    if kind == "str":
        return _text(value)
    if kind == "b":
        return Cell("boolean", "TRUE" if value == "1" else "FALSE")
    if kind == "e":
        return Cell("error", clean(value[:MAX_TEXT]))
    if kind == "d":
        return Cell("date", clean(value[:MAX_TEXT]))
    style = _index(element.attrib.get("s", "0"))
    return _number(value, shown[style] if shown else "number")


def _text(text: str) -> Cell | None:
    """Return a text cell as it was typed, its ends trimmed; ``clean`` is for what is kept."""
    stripped = text.strip(_ENDS)[: MAX_TEXT + 1]
    return Cell("text", stripped) if stripped else None


def _number(written: str, kind: Kind) -> Cell:
    """Return a number cell with the 15 digits that Excel itself shows, so that 0.1 + 0.2 is 0.3."""
    if re.fullmatch(r"[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]{1,3})?", written) is None or abs(float(written)) >= 1e15:
        return Cell("error", clean(written[:20]))
    number = Decimal(f"{float(written):.15g}")
    return Cell(kind, _written(number, kind), number)


def _written(number: Decimal, kind: Kind) -> str:
    """Return a number as a Vietnamese reader sees it in the sheet."""
    value = number * 100 if kind == "percent" else number
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",") + ("%" if kind == "percent" else "")


# --- CSV -----------------------------------------------------------------------------------------------------------

_SEPARATORS = ",;\t"


def _csv_grid(content: bytes) -> Grid:
    text = decode(content)
    if "\0" in text:
        raise Unreadable("encoding")
    first, _, rest = text.partition("\n")
    announced = re.fullmatch(r"(?i)sep=([,;\t])\r?", first)
    skipped = 1 if announced else 0
    body = rest if announced else text
    separator = announced[1] if announced else _separator(body)
    grid = Grid("")
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)
    budget, width = _Budget(), None
    line = reader.line_num
    try:
        for values in reader:
            row, line = line + 1 + skipped, reader.line_num
            if not any(value.strip() for value in values):
                continue
            width = width or len(values)
            if len(values) != width:
                raise Unreadable("row-width", row=row, found=len(values), wanted=width)
            if len(values) > MAX_COLUMNS:
                raise Unreadable("too-many-cells", most=MAX_CELLS)
            for column, value in enumerate(values, start=1):
                cell = _text(value)
                if cell is not None:
                    budget.spend(cells=1)
                    grid.cells[row, column] = cell
    except csv.Error as error:
        raise Unreadable("damaged", reason=clean(str(error))) from None
    if not grid.cells:
        raise Unreadable("empty")
    return grid


def _separator(text: str) -> str:
    """Return the separator of the header; the layout's column names hold none of them."""
    header = text.lstrip().partition("\n")[0]
    counts = {separator: header.count(separator) for separator in _SEPARATORS if separator in header}
    if len(counts) != 1:
        raise Unreadable("separator")
    return next(iter(counts))


def decode(content: bytes) -> str:
    r"""Return the text of a CSV file: UTF-8, UTF-16 or Windows-1258, accents composed.

    Raises
    ------
    Unreadable
        text in one of the fonts' encodings of before Unicode (TCVN3, VNI), or in none that is known

    Examples
    --------
    >>> decode("Tỉnh".encode("utf-16")), decode(b"Ti\xd2nh")
    ('Tỉnh', 'Tỉnh')
    """
    try:
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16")
        if b"\0" in content[:200]:
            order = "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
            return content.decode(order)
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    old = old_font(content.decode("latin-1"))
    with_marks = content.decode("cp1258", errors="replace")
    if re.search("[\u0300\u0301\u0303\u0309\u0323]{2}", with_marks):  # also keeps composing from taking for ever
        raise Unreadable(old or "encoding")
    composed = unicodedata.normalize("NFC", with_marks)
    if all(sign in _VIETNAMESE for sign in composed if sign > "\x7f"):
        return composed
    raise Unreadable(old or "encoding")


def _vietnamese_signs() -> frozenset[str]:
    """Return the letters with every accent that Vietnamese writes, and the signs that its texts hold."""
    tones = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
    vowels = [unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in tones]
    return frozenset("".join(vowels) + "".join(vowels).upper() + "đĐ" + "\u00a0–—‘’“”…•°±×€₫")


_VIETNAMESE = _vietnamese_signs()
_TCVN3 = re.compile("[§®](?=[a-zA-Z])|[a-zA-Z][¨©ª«¬\u00ad®µ¶·¸¹]|[a-z][Æ-Þ]")
_VNI = re.compile("[aeouAEOU][ùøûõïëåäúü]|[aeAE][âáàãéèêÂÁÀÃÉÈÊ]|o[âÂäåïûøù]|[öÖ][ùøûõï]|ñ[aeouöô]|[bchklmnrtvx]æ")


def old_font(text: str) -> str:
    """Return ``tcvn3`` or ``vni`` if the text was typed in a font of before Unicode, else an empty text.

    Examples
    --------
    >>> old_font("TØnh Lai Ch©u, chuyÓn ®æi sè"), old_font("chuyeån ñoåi soá"), old_font("chuyển đổi số")
    ('tcvn3', 'vni', '')
    """
    letters = {sign for sign in unicodedata.normalize("NFC", text) if sign > "\x7f"}
    if letters <= _VIETNAMESE or any("\u1ea0" <= sign <= "\u1ef9" or sign in "ăđơư" for sign in letters):
        return ""
    tcvn3, vni = len(_TCVN3.findall(text)), len(_VNI.findall(text))
    if max(tcvn3, vni) < 2:  # a single one may be a trade mark or a foreign name
        return ""
    return "tcvn3" if tcvn3 >= vni else "vni"
