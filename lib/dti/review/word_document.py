"""A Word document as the text that a reader is left with once all tracked changes are accepted.

Only what carries text is read: paragraphs of the body, cells of tables, and which row of a table a figure links to.
The frame (heading block, addressees, signature) is the office's own and stays out.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from docx.oxml.ns import qn
from lxml import etree

from dti.store.faults import DataError

#: A report is a few megabytes of XML; what unpacks to more is something else.
MAX_BYTES = 60_000_000
FRAME = "Frame"
_REFERENCE = re.compile(r"\[\d+(?:\.\d+)?\]")
_GONE = {qn("w:del"), qn("w:moveFrom"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_COME = {qn("w:ins"), qn("w:moveTo")}


@dataclass(frozen=True)
class Text:
    """A paragraph or the text of a cell.

    Parameters
    ----------
    links : where each link begins and ends in ``text``, and the bookmark it goes to
    tracked : some of it was changed with changes tracked
    """

    text: str
    links: tuple[tuple[int, int, str], ...] = ()
    tracked: bool = False


@dataclass(frozen=True)
class ParagraphAt:
    """A paragraph, its number in the document, and the heading it stands under."""

    number: int
    heading: str
    text: Text


@dataclass(frozen=True)
class RowAt:
    """A row of a table: its number (the head is 1) and cells; bookmarks that lie in it."""

    number: int
    cells: tuple[Text, ...]
    bookmarks: frozenset[str]

    @property
    def key(self) -> tuple[str, ...]:
        """The texts of the cells."""
        return tuple(cell.text for cell in self.cells)


@dataclass(frozen=True)
class TableAt:
    """A table: its caption or its number in the document, and its rows."""

    name: str
    rows: tuple[RowAt, ...]

    @property
    def head(self) -> tuple[str, ...]:
        """The texts of the first row."""
        return self.rows[0].key if self.rows else ()


@dataclass
class WordDocument:
    """What a document says: paragraphs and tables, each in order, and who says the document is."""

    paragraphs: list[ParagraphAt] = field(default_factory=list)
    tables: list[TableAt] = field(default_factory=list)
    about: str = ""


def read_document(path: Path) -> WordDocument:
    """Return what a Word document says.

    Raises
    ------
    DataError
        a file that cannot be read, or is no Word document
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}).") from None
    return document_of(content, str(path))


def document_of(content: bytes, name: str = "the document") -> WordDocument:
    """Return what the bytes of a Word document say."""
    parts = _parts(content, name)
    body = parts["word/document.xml"].find(qn("w:body"))
    if body is None:
        raise DataError(f"{name}: a Word document without a body. Expected: a report saved by Word as .docx.")
    found = WordDocument(about=_keywords(parts.get("docProps/core.xml")))
    styles = _style_names(parts.get("word/styles.xml"))
    heading, caption, carried = "", "", []
    for element in _blocks(body):
        if element.tag == qn("w:tbl"):
            table = _table(element, caption or str(len(found.tables) + 1), styles)
            if table.rows:
                found.tables.append(table)
            caption = ""
            continue
        style, text = _style(element, styles), _text([*carried, element])
        carried = [*carried, element] if _runs_on(element) else []
        if carried or style == FRAME or not text.text.strip():
            continue
        if style.startswith("heading"):
            heading = text.text
        caption = text.text if style in {"caption", "table caption"} else caption
        found.paragraphs.append(ParagraphAt(len(found.paragraphs) + 1, heading, text))
    return found


def _parts(content: bytes, name: str) -> dict[str, etree._Element]:
    wanted = ["word/document.xml", "word/styles.xml", "docProps/core.xml"]
    expected = "Expected: a report saved by Word as .docx."
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            sizes = {entry.filename: entry.file_size for entry in package.infolist()}
            if sum(sizes.get(part, 0) for part in wanted) > MAX_BYTES:
                raise DataError(f"{name}: more than {MAX_BYTES // 1_000_000} MB of text. {expected}")
            if wanted[0] not in sizes:
                raise DataError(f"{name}: not a Word document. {expected}")
            return {part: etree.fromstring(package.read(part), parser) for part in wanted if part in sizes}
    except (zipfile.BadZipFile, etree.XMLSyntaxError, RuntimeError, NotImplementedError) as error:
        raise DataError(f"{name}: not a Word document ({error}). {expected}") from None


def _keywords(core: etree._Element | None) -> str:
    found = None if core is None else core.find("{*}keywords")
    return "" if found is None else found.text or ""


def _style_names(styles: etree._Element | None) -> dict[str, str]:
    if styles is None:
        return {}
    return {
        style.get(qn("w:styleId"), ""): style.find(qn("w:name")).get(qn("w:val"), "")
        for style in styles.iter(qn("w:style"))
        if style.find(qn("w:name")) is not None
    }


def _blocks(parent: etree._Element) -> Iterator[etree._Element]:
    """Give paragraphs and tables in order, through what wraps them: content controls, tracked insertions."""
    for element in parent:
        if element.tag in {qn("w:p"), qn("w:tbl")}:
            yield element
        elif element.tag not in _GONE:
            yield from _blocks(element)


def _style(paragraph: etree._Element, names: dict[str, str]) -> str:
    found = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    name = "" if found is None else names.get(found.get(qn("w:val"), ""), found.get(qn("w:val"), ""))
    return name if name == FRAME else name.lower()


def _runs_on(paragraph: etree._Element) -> bool:
    """Return whether the paragraph's end was deleted with changes tracked, so that the next one joins it."""
    return paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}/{qn('w:del')}") is not None


def _text(paragraphs: list[etree._Element]) -> Text:
    text, links, tracked = "", [], False
    for paragraph in paragraphs:
        for run in paragraph.iter(qn("w:r")):
            around = [parent for parent in run.iterancestors() if parent is not paragraph]
            around = around[: next((i for i, parent in enumerate(around) if parent.tag == qn("w:p")), len(around))]
            tags = {parent.tag for parent in around}
            tracked |= bool(tags & (_GONE | _COME))
            piece = "" if tags & _GONE else _run(run)
            link = next((parent.get(qn("w:anchor")) for parent in around if parent.tag == qn("w:hyperlink")), None)
            if link and piece:
                links.append((len(text), len(text) + len(piece), link))
            text += piece
    return Text(text.replace("\N{NO-BREAK SPACE}", " "), tuple(links), tracked)


def _run(run: etree._Element) -> str:
    said = "".join(
        child.text or "" if child.tag == qn("w:t") else " " if child.tag in {qn("w:tab"), qn("w:br")} else ""
        for child in run
    )
    raised = run.find(f"{qn('w:rPr')}/{qn('w:vertAlign')}") is not None
    return "" if raised and _REFERENCE.fullmatch(said) else said


def _table(table: etree._Element, name: str, styles: dict[str, str]) -> TableAt:
    rows = []
    for number, row in enumerate(table.iterchildren(qn("w:tr")), start=1):
        if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None:
            continue
        inside = [(cell, [p for p in _blocks(cell) if p.tag == qn("w:p")]) for cell in row.iter(qn("w:tc"))]
        if any(_style(paragraph, styles) == FRAME for _, paragraphs in inside for paragraph in paragraphs):
            continue
        marks = frozenset(mark.get(qn("w:name"), "") for mark in row.iter(qn("w:bookmarkStart")))
        rows.append(RowAt(number, tuple(_text(paragraphs) for _, paragraphs in inside), marks))
    return TableAt(name, tuple(rows))
