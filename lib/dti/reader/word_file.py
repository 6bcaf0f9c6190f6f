"""The printed lines of a Word file: automatic numbers as Word prints them, tables, footnotes."""

import io
import re
from collections.abc import Iterator

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from dti.reader.lines import DITTO, LEFT, Line

_ROMAN = [(10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]
_LETTERS = "abcdđeghiklmnopqrstuvxy"  # as Decree 30/2020/NĐ-CP counts them


def word_lines(content: bytes) -> list[Line]:
    """Return the lines of a Word file in reading order, its footnotes at the end."""
    document = docx.Document(io.BytesIO(content))
    numbers = _Numbers(document)
    lines: list[Line] = []
    tables = 0
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            tables += 1
            lines += _table_lines(block, tables, numbers)
        else:
            printed = numbers.of(block)
            parts = _text(block).split("\n")
            lines += [Line(f"{printed} {part}" if printed and not place else part) for place, part in enumerate(parts)]
    return lines + _footnotes(document)


def _text(paragraph: Paragraph) -> str:
    """Return a paragraph's text with its footnote marks; what was struck out or deleted is not read."""
    parts: list[str] = []
    for element in paragraph._p.iter():
        if element.tag == qn("w:t") and not _struck(element):
            parts.append(element.text or "")
        elif element.tag in (qn("w:br"), qn("w:cr")):
            parts.append("\n")
        elif element.tag == qn("w:tab"):
            parts.append(" " if element.getparent().tag == qn("w:r") else "")
        elif element.tag == qn("w:noBreakHyphen"):
            parts.append("-")
        elif element.tag in (qn("w:footnoteReference"), qn("w:endnoteReference")):
            parts.append(f"[{element.get(qn('w:id'))}]")
    return "".join(parts)


def _struck(text_element: object) -> bool:
    run = text_element.getparent()
    properties = run.find(qn("w:rPr")) if run is not None else None
    strike = properties.find(qn("w:strike")) if properties is not None else None
    return strike is not None and strike.get(qn("w:val")) not in ("0", "false")


def _table_lines(table: Table, number: int, numbers: "_Numbers") -> Iterator[Line]:
    """Return the lines of a table; what is merged is read in its first cell, below stands `DITTO`, right of it `LEFT`."""
    above: set[object] = set()
    for row in table.rows:
        cells: list[str] = []
        here: set[object] = set()
        for cell in row.cells:
            if cell._tc in here:
                cells.append(LEFT)
                continue
            here.add(cell._tc)
            if cell._tc in above:
                cells.append(DITTO)
                continue
            printed = (f"{numbers.of(paragraph)} {_text(paragraph)}" for paragraph in cell.paragraphs)
            cells.append(" ".join(printed))
        above |= here
        if any(cell.strip(f" {DITTO}{LEFT}") for cell in cells):
            yield Line(" | ".join(cells), tuple(cells), number)


def _footnotes(document: WordDocument) -> list[Line]:
    lines = []
    for part in document.part.package.iter_parts():
        if re.search(r"/(?:foot|end)notes\.xml$", str(part.partname)):
            root = docx.oxml.parse_xml(part.blob)
            for note in root:
                number = note.get(qn("w:id"), "")
                if note.get(qn("w:type")) in (None, "normal"):
                    text = " ".join(_text(Paragraph(p, None)) for p in note.iter(qn("w:p")))
                    lines.append(Line(f"[{number}] {text}", note=number))
    return lines


class _Numbers:
    """What Word prints before paragraphs that it numbers by itself."""

    def __init__(self, document: WordDocument) -> None:
        self._styles = {style.style_id: style.element for style in document.styles}
        self._levels: dict[str, dict[int, object]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        try:
            root = document.part.numbering_part.element
        except (NotImplementedError, KeyError):
            return
        abstract = {item.get(qn("w:abstractNumId")): item for item in root.findall(qn("w:abstractNum"))}
        for item in root.findall(qn("w:num")):
            reference = item.find(qn("w:abstractNumId")).get(qn("w:val"))
            if reference in abstract:
                levels = {int(level.get(qn("w:ilvl"))): level for level in abstract[reference].findall(qn("w:lvl"))}
                self._levels[item.get(qn("w:numId"))] = levels

    def of(self, paragraph: Paragraph) -> str:
        """Return the number, letter or mark that Word prints before a paragraph; nothing if it prints none."""
        number, level = self._place(paragraph._p.pPr, paragraph)
        levels = self._levels.get(number or "")
        if not levels or level not in levels or _empty(paragraph):
            return ""
        if _value(levels[level], "w:numFmt") == "bullet":
            return "-" if level == 0 else "+"
        counts = self._counts.setdefault(number or "", {})
        counts[level] = counts.get(level, self._start(levels[level]) - 1) + 1
        for deeper in [deep for deep in counts if deep > level]:
            del counts[deeper]
        pattern = _value(levels[level], "w:lvlText") or ""
        return re.sub(
            r"%(\d)",
            lambda found: self._printed(levels, counts, int(found.group(1)) - 1),
            pattern,
        )

    def _printed(self, levels: dict[int, object], counts: dict[int, int], level: int) -> str:
        if level not in levels:
            return ""
        return _in_form(counts.get(level, self._start(levels[level])), _value(levels[level], "w:numFmt") or "decimal")

    @staticmethod
    def _start(level: object) -> int:
        return int(_value(level, "w:start") or 1)

    def _place(self, properties: object, paragraph: Paragraph) -> tuple[str | None, int]:
        """Return the list that a paragraph belongs to, by itself or by its style, and its depth there."""
        found = _numbering(properties)
        if found is not None:
            return found
        style = self._styles.get(paragraph.style.style_id) if paragraph.style is not None else None
        for _ in range(10):
            if style is None:
                break
            found = _numbering(style.find(qn("w:pPr")))
            if found is not None:
                return found
            base = _value(style, "w:basedOn")
            style = self._styles.get(base or "")
        return None, 0


def _empty(paragraph: Paragraph) -> bool:
    """Tell whether Word prints no number either: an empty paragraph of the text; in a cell the number stands alone."""
    return not paragraph.text.strip() and paragraph._p.getparent().tag != qn("w:tc")


def _numbering(properties: object) -> tuple[str | None, int] | None:
    place = properties.find(qn("w:numPr")) if properties is not None else None
    if place is None:
        return None
    number = _value(place, "w:numId")
    return (None if number == "0" else number), int(_value(place, "w:ilvl") or 0)


def _value(element: object, name: str) -> str | None:
    found = element.find(qn(name))
    return None if found is None else found.get(qn("w:val"))


def _in_form(number: int, form: str) -> str:
    """Return a count in one of Word's forms.

    Examples
    --------
    >>> _in_form(4, "upperRoman"), _in_form(5, "lowerLetter"), _in_form(3, "decimal")
    ('IV', 'đ', '3')
    """
    if form in ("upperRoman", "lowerRoman"):
        text, rest = "", number
        for value, sign in _ROMAN:
            while rest >= value:
                text, rest = text + sign, rest - value
        return text if form == "upperRoman" else text.lower()
    if form in ("lowerLetter", "upperLetter"):
        letter = _LETTERS[(number - 1) % len(_LETTERS)]
        return letter if form == "lowerLetter" else letter.upper()
    return str(number)
