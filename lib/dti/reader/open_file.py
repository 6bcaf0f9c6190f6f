"""Open a plan's file within bounds, whatever kind it is; what cannot be read is told in a sentence."""

import io
import re
import zipfile
from pathlib import Path

import lxml.etree
import lxml.html
import pypdfium2
from docx.opc.exceptions import PackageNotFoundError

from dti.reader.lines import DITTO, LEFT, Line, Lines, printed_lines
from dti.reader.pdf_file import page_lines
from dti.reader.word_file import word_lines

SUFFIXES = (".docx", ".pdf", ".txt", ".html", ".htm")
MAX_BYTES = 20_000_000
MAX_UNPACKED = 80_000_000
MAX_PAGES = 200
MAX_LETTERS = 1_500_000
_BLOCKS = {"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "br", "tr", "section", "article", "blockquote"}


class UnreadablePlan(Exception):
    """A file that cannot be read as a plan; the text says what is wrong and what is expected."""


def read_lines(path: Path) -> Lines:
    """Return the printed lines of a plan.

    Raises
    ------
    UnreadablePlan
        no such file, too large, of another kind, empty, scanned, locked or broken
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        wanted = ", ".join(SUFFIXES)
        hint = " Save it as .docx in Word first." if suffix in (".doc", ".rtf", ".odt") else ""
        raise UnreadablePlan(f"{path.name}: a file of kind '{suffix}' is not read. Expected: {wanted}.{hint}")
    lines = printed_lines(_READERS[suffix](path.name, _content(path)))
    if sum(len(line.text) for line in lines.kept) > MAX_LETTERS:
        raise UnreadablePlan(f"{path.name}: more than {MAX_LETTERS:,} letters. Expected: one plan, not a collection.")
    if not any(re.search(r"\w{2}", line.text) for line in lines.kept):
        raise UnreadablePlan(f"{path.name}: no text in it. Expected: a document with text, not an empty file.")
    return lines


def _content(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise UnreadablePlan(f"{path}: no such file. Expected: the plan as .docx, .pdf, .html or .txt.")
        if path.stat().st_size > MAX_BYTES:
            raise UnreadablePlan(f"{path.name}: larger than {MAX_BYTES // 1_000_000} MB. Expected: the plan alone.")
        return path.read_bytes()
    except OSError as error:
        raise UnreadablePlan(f"{path}: cannot be opened ({error.strerror}). Expected: a file you may read.") from None


def _word(name: str, content: bytes) -> list[Line]:
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise UnreadablePlan(
            f"{name}: protected by a password, or an old .doc. Expected: a .docx that opens without a password."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except zipfile.BadZipFile:
        raise UnreadablePlan(f"{name}: not a Word file, or broken. Expected: a .docx saved by Word.") from None
    if unpacked > MAX_UNPACKED:
        raise UnreadablePlan(
            f"{name}: unpacks to {unpacked // 1_000_000} MB, more than {MAX_UNPACKED // 1_000_000}. "
            "Expected: the plan without large pictures."
        )
    try:
        return word_lines(content)
    except (PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile, lxml.etree.XMLSyntaxError) as error:
        raise UnreadablePlan(f"{name}: a broken Word file ({error}). Expected: a .docx saved by Word.") from None


def _pdf(name: str, content: bytes) -> list[Line]:
    try:
        pdf = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        wrong = "protected by a password" if locked else "not a PDF, or broken"
        raise UnreadablePlan(f"{name}: {wrong}. Expected: a PDF that opens without a password.") from None
    try:
        if len(pdf) > MAX_PAGES:
            raise UnreadablePlan(f"{name}: {len(pdf)} pages. Expected: one plan, at most {MAX_PAGES} pages.")
        lines: list[Line] = []
        for page in pdf:
            lines += page_lines(page, max((line.table for line in lines), default=0))
        pages = len(pdf)
    finally:
        pdf.close()
    if sum(len(line.text) for line in lines) < 20 * pages:
        raise UnreadablePlan(
            f"{name}: pages without text, so a scan. Expected: the Word file, or a PDF made from it, not a photograph."
        )
    return lines


def _decoded(content: bytes) -> str:
    marks = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
    encoding = next((name for mark, name in marks.items() if content.startswith(mark)), "utf-8")
    return content.decode(encoding)


def _text(name: str, content: bytes) -> list[Line]:
    try:
        text = _decoded(content)
    except UnicodeDecodeError as error:
        raise UnreadablePlan(
            f"{name}: byte {error.start + 1} is not UTF-8. Expected: text saved as UTF-8 (Unicode)."
        ) from None
    lines: list[Line] = []
    table = 0
    for row in text.replace("\r\n", "\n").replace("\f", "\n").split("\n"):
        cells = tuple(cell.strip() for cell in row.strip().strip("|").split("|"))
        if row.strip().startswith("|") and len(cells) > 1:
            if set(row.strip()) <= set("|-: "):
                continue
            table += not (lines and lines[-1].cells)
            lines.append(Line(row.strip().strip("|").strip(), cells, table))
        else:
            note = re.match(r"\s*\[(\d{1,3})\]\s", row)
            lines.append(Line(row.strip().strip("|"), note=note.group(1) if note else ""))
    return lines


def _page(name: str, content: bytes) -> list[Line]:
    try:
        root = lxml.html.document_fromstring(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        root = lxml.html.document_fromstring(content)
    except (lxml.etree.ParserError, ValueError):
        raise UnreadablePlan(f"{name}: an empty page. Expected: the page with the plan's text.") from None
    for dead in root.xpath("//script|//style|//noscript|//head|//comment()"):
        dead.drop_tree()
    rows: list[tuple[str, tuple[str, ...], int]] = []
    tables = {table: place for place, table in enumerate(root.iter("table"), 1)}
    _walk(root, rows, tables)
    lines = []
    for text, cells, table in rows:
        note = re.match(r"\s*\[(\d{1,3})\]\s", text)
        lines.append(Line(text, cells, table, note.group(1) if note and not cells else ""))
    return lines


def _walk(element: object, rows: list, tables: dict) -> None:
    """Add the lines below an element: text runs on until a block begins or ends; a table line is one line."""
    stack: list[str] = []
    spans: dict[int, dict[int, int]] = {}

    def close() -> None:
        text = " ".join("".join(stack).split())
        if text:
            rows.append((text, (), 0))
        stack.clear()

    def enter(node: object) -> None:
        if node.tag == "tr":
            close()
            owner = next(node.iterancestors("table"), None)
            table = tables.get(owner, 0)
            cells = _cells(node, spans.setdefault(table, {}))
            lone = len([cell for cell in cells if cell]) < 2
            rows.extend([(cells_text, (), 0) for cells_text in cells if cells_text] if lone else [])
            if not lone:
                rows.append((" | ".join(cells), cells, table))
            return
        block = node.tag in _BLOCKS
        if block:
            close()
        stack.append(node.text or "")
        for child in node:
            if isinstance(child.tag, str):
                enter(child)
            stack.append(child.tail or "")
        if block:
            close()

    enter(element)
    close()


def _cells(row: object, below: dict[int, int]) -> tuple[str, ...]:
    """Return the texts of a table line; ``below`` keeps, by column, how many lines a merged cell still covers."""
    texts: list[str] = []

    def covered() -> None:
        while below.get(len(texts), 0) > 0:
            below[len(texts)] -= 1
            texts.append(DITTO)

    for cell in row:
        if cell.tag in ("td", "th"):
            covered()
            wide, high = (
                min(int(cell.get(name) or 1), 100) if (cell.get(name) or "1").isdigit() else 1
                for name in ("colspan", "rowspan")
            )
            for place in range(max(wide, 1)):
                below[len(texts)] = high - 1
                texts.append(" ".join(cell.text_content().split()) if place == 0 else LEFT)
    covered()
    return tuple(texts)


_READERS = {".docx": _word, ".pdf": _pdf, ".txt": _text, ".html": _page, ".htm": _page}
