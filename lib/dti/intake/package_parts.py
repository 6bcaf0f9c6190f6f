"""The parts of an Excel file, looked through before a library opens it: what is unsafe, too much, or contradictory.

Also what a library for cells leaves out: text boxes, pictures and embedded documents.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import IO, NamedTuple
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse

from dti.intake.cells import MAX_CELLS, Unreadable, area, clean, place

MAX_UNPACKED = 32_000_000
MAX_PARTS = 1_000
MAX_ELEMENTS = 200_000
MAX_SHEETS = 100
MAX_WORDS = 300
_STORED_OR_DEFLATED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

#: The dialect that Excel writes as "Strict Open XML Spreadsheet"; libraries find no sheet in it.
_STRICT = "purl.oclc.org/ooxml"


class Looked(NamedTuple):
    """What a look at the parts found: whether a formula has no value, and what lies on the sheets."""

    uncalculated: bool
    loose: list[tuple[str, str]]


def look_through(content: bytes) -> Looked:
    """Refuse what must not be opened; return what the cells do not say.

    Raises
    ------
    Unreadable
        a password, a bomb, macros, unsafe XML, too many cells
    ValueError
        parts that contradict themselves: a cell twice, two values in one, a cell in another's row
    """
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("password")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = _checked_names(archive)
        looked = _Look()
        for name in sorted(names):
            if name.lower().endswith((".xml", ".rels", ".vml")):
                looked.at(archive, name)
            elif name.startswith(("xl/media/", "xl/embeddings/")):
                looked.loose.append(("picture", clean(name.rpartition("/")[2])))
        return Looked(looked.uncalculated, looked.loose)


def _checked_names(archive: zipfile.ZipFile) -> set[str]:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Unreadable("bomb")
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("password")
    if any(part.compress_type not in _STORED_OR_DEFLATED for part in parts):
        raise Unreadable("bomb")  # Excel writes no other, and their sizes are not to be believed
    if len(names) < len(parts):
        raise ValueError("the same part twice")
    if "xl/workbook.xml" not in names:
        raise Unreadable("not-excel")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Unreadable("macros")
    return names


class _Gulps:
    """A file read in large pieces, and no further than it may unpack to.

    The parser looks through an unfinished tag anew with every piece it is given.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._left = MAX_UNPACKED

    def read(self, _: int) -> bytes:
        piece = self._file.read(1_000_000)
        self._left -= len(piece)
        if self._left < 0:
            raise Unreadable("bomb")
        return piece


class _Look:
    """What has been seen so far; what one file may cost, all its parts together."""

    def __init__(self) -> None:
        self.uncalculated = False
        self.loose: list[tuple[str, str]] = []
        self._elements = MAX_ELEMENTS
        self._cells = MAX_CELLS
        self._sheets = MAX_SHEETS

    def at(self, archive: zipfile.ZipFile, name: str) -> None:
        with archive.open(name) as file:
            events = iterparse(_Gulps(file), events=("start", "end"), forbid_dtd=True)
            _, root = next(events)
            kind = _tag(root)
            if name == "xl/workbook.xml" and _STRICT in root.tag:
                raise Unreadable("strict")
            if kind == "worksheet":
                self._worksheet(events)
            elif kind in ("wsDr", "xml"):
                self._drawing(events)
            elif kind == "ThreadedComments":
                self._threads(events)
            else:
                for event, element in events:
                    self._spend(event, element)

    def _spend(self, event: str, element: Element) -> None:
        if event == "start":
            self._elements -= 1
            self._sheets -= _tag(element) == "sheet"
        if self._elements < 0 or self._cells < 0 or self._sheets < 0:
            raise Unreadable("too-many-cells", most=MAX_CELLS)

    def _worksheet(self, events: Iterator[tuple[str, Element]]) -> None:
        seen: set[str] = set()
        row = ""
        for event, element in events:
            self._spend(event, element)
            tag = _tag(element)
            if event == "start" and tag == "row":
                row = element.attrib.get("r", "")
            elif event == "end" and tag == "c":
                self._cell(element, row, seen)
            elif (event == "end" and tag == "mergeCell") or (event == "end" and tag == "hyperlink"):
                rows, columns = area(element.attrib["ref"])
                self._cells -= len(rows) * len(columns)
            elif event == "end" and tag == "row":
                element.clear()

    def _cell(self, element: Element, row: str, seen: set[str]) -> None:
        children = [_tag(child) for child in element]
        name = element.attrib.get("r", "")
        if name:
            if row and place(name)[0] != int(row):
                raise ValueError(f"cell {name[:20]} in row {row[:20]}")
            if name in seen:
                raise ValueError(f"cell {name} twice")
            seen.add(name)
        if children.count("v") > 1 or children.count("is") > 1 or {"v", "is"} <= set(children):
            raise ValueError(f"two values in cell {name}")
        values = {_tag(child): child for child in element}
        if element.attrib.get("t") == "s" and not (values["v"].text or "").isdecimal():
            raise ValueError(f"no text for cell {name}")
        filled = "is" in values or bool("v" in values and values["v"].text)
        self._cells -= filled
        self.uncalculated |= "f" in values and not filled

    def _drawing(self, events: Iterator[tuple[str, Element]]) -> None:
        """Note the words of each text box; its paragraphs stand in elements of their own."""
        words: list[str] = []
        for event, element in events:
            self._spend(event, element)
            tag = _tag(element)
            if event == "start" and tag in ("sp", "textbox", "cxnSp"):
                words = []
            elif event == "end" and tag in ("t", "div", "font", "span"):
                words.append(f"{element.text or ''}{element.tail or ''}")
            elif event == "end" and tag in ("sp", "textbox"):
                text = clean(" ".join(words))
                if text:
                    self.loose.append(("text-box", text[:MAX_WORDS]))

    def _threads(self, events: Iterator[tuple[str, Element]]) -> None:
        for event, element in events:
            self._spend(event, element)
            if event == "end" and _tag(element) == "threadedComment":
                text = next((child.text for child in element if _tag(child) == "text"), "") or ""
                where = element.attrib.get("ref", "")
                found = re.sub(r"\s+", " ", clean(text))
                self.loose.append(("comment", f"{clean(where)}: {found}"[:MAX_WORDS]))


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]
