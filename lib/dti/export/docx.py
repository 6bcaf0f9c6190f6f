"""Executed notebook → Word: the office's template, filled in by docxtpl, with the report written into it.

The template ``office_template.docx`` lies beside ``office.yml``; officials correct it in Word. It needs the
variables and the styles that `dti.export.office_template` gave its first version.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from copy import deepcopy
from functools import cache, lru_cache
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import jinja2
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape
from nbformat import NotebookNode

from dti.export import blocks, page_layout
from dti.export.blocks import Block, Items, Paragraph, Picture, Row, Table, TableCell, TextRun
from dti.export.exporter import ReportExporter
from dti.export.frame import frame
from dti.export.page_layout import Layout
from dti.export.pixels import in_dots
from dti.export.report import ReportPage
from dti.store.faults import DataError
from dti.store.tables import data_dir

TEMPLATES = Path(__file__).parent / "templates"
OFFICE_TEMPLATE = "office_template.docx"
LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}
EMU = 12700  # English Metric Units to a point
STYLES_OF_ROLES = {
    "": "Body Text",
    "quote": "Quote",
    "code": "Preformatted",
    "note": "Note",
    "mark": "Illustrative",
}
SCRIPTS = {"sub": "subscript", "sup": "superscript"}
#: Stand for the report and its appendices until they are written; characters that no text has.
BODY, APPENDICES = "\ue000", "\ue001"
#: Every file in the package gets this date, the first a zip can hold: the same report, the same bytes.
NO_DATE = (1980, 1, 1, 0, 0, 0)


class WordExporter(ReportExporter):
    """Write the report into the office's Word template."""

    export_from_notebook = "DTI report (Word)"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    extension = ".docx"

    def write(self, notebook: NotebookNode, shown: ReportPage) -> bytes:
        """Return the report as a Word document."""
        return docx(shown, self.data)


def docx(shown: ReportPage, data: str = "") -> bytes:
    """Return a report as a Word document.

    Raises
    ------
    DataError
        Where the office's template cannot be used.
    """
    path = data_dir(data or None) / OFFICE_TEMPLATE
    framed = frame(shown, data or None)
    template = DocxTemplate(io.BytesIO(_template(path, path.stat().st_mtime_ns if path.is_file() else 0)))
    context = {"frame": framed, "title": shown.title, "mark": shown.mark, "body": BODY, "appendices": APPENDICES}
    try:
        template.render(context, _office_environment())
    except jinja2.TemplateError as error:
        raise DataError(f"{path}: what stands in braces cannot be filled in: {error}") from error
    document = template.docx
    _fill(document, shown, path, framed=framed is not None)
    _describe(document, shown, framed.body if framed else "")
    buffer = io.BytesIO()
    document.save(buffer)
    return _undated(buffer)


@lru_cache(maxsize=4)
def _template(path: Path, _: int) -> bytes:
    try:
        content = path.read_bytes()
        DocxTemplate(io.BytesIO(content)).init_docx()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}).") from error
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise DataError(f"{path}: not a Word document (.docx).") from error
    return content


@cache
def _office_environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(autoescape=True, undefined=jinja2.StrictUndefined)


@cache
def _body_template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.tests["is_in"] = lambda block, kept: id(block) in kept
    return environment.get_template("body.xml.j2")


def _fill(document: Document, shown: ReportPage, path: Path, *, framed: bool) -> None:
    """Write the report where the template says ``{{ body }}`` and ``{{ appendices }}``."""
    body, appendices = shown.body, shown.appendices
    word = Word(document, [*body, *appendices], path)
    if framed:  # a signature does not stand on a page of its own, an appendix begins one
        word.kept |= {id(block) for block in body[-1:] if isinstance(block, Paragraph)}
        word.on_new_page = {id(block) for block in appendices[:1]}
    for marker, name, found in ((BODY, "body", body), (APPENDICES, "appendices", appendices)):
        place = next((paragraph for paragraph in document.paragraphs if paragraph.text.strip() == marker), None)
        if place is None:
            raise DataError(f"{path}: no paragraph says just {{{{ {name} }}}}, the place of that part of the report.")
        for element in parse_xml(_body_template().render(found=found, word=word)):
            place._p.addprevious(element)
        if found:
            place._p.getparent().remove(place._p)
        else:
            place.clear()
    _end_sections(document, turned=word.turned)


def _end_sections(document: Document, *, turned: bool) -> None:
    """Give the last section its own page: turned if a turned table ends the document, and without a first page."""
    body = document.element.body
    if turned:
        body.sectPr.remove(body.sectPr.find(qn("w:titlePg")))
    last = body[-2].find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
    if last is not None:
        body.replace(body.sectPr, last)


class Word:
    """What the template of the body asks of the document it is written into."""

    padding = round(page_layout.PADDING * 20)
    styles_of_roles = STYLES_OF_ROLES

    def __init__(self, document: Document, found: Sequence[Block], path: Path) -> None:
        self._document = document
        self._path = path
        self._styles = {style.name.lower(): style.style_id for style in document.styles}
        self._anchors = {anchor: number for number, anchor in enumerate(_anchors(found), start=1)}
        self._numbers = count(1)
        self.kept = _kept(found)
        self.turning = _turning(found)
        self.on_new_page: set[int] = set()
        self.turned = False
        self._lists = _lists(document)

    def style(self, name: str) -> str:
        """Return the id of a style the template must have."""
        if name.lower() not in self._styles:
            raise DataError(f"{self._path}: the style “{name}” is missing.")
        return self._styles[name.lower()]

    def line(self, runs: list[TextRun], bold: bool = False, size: int = 0) -> Markup:
        """Return the runs of a paragraph; ``size`` is in half points, 0 for that of the style."""
        return Markup("".join(self._run(run, bold, size) for run in runs))

    def _run(self, run: TextRun, bold: bool, size: int) -> str:
        outward = run.link and not run.link.startswith("#")
        look = (
            ("<w:b/><w:bCs/>" if bold or run.bold else "")
            + ("<w:i/><w:iCs/>" if run.italic else "")
            + ("<w:strike/>" if run.strike else "")
            + (f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' if size else "")
            + ('<w:u w:val="single"/>' if outward else "")
            + (f'<w:vertAlign w:val="{SCRIPTS[run.script]}"/>' if run.script else "")
        )
        text = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in run.text.split("\n"))
        piece = f"<w:r><w:rPr>{look}</w:rPr>{text}</w:r>" if look else f"<w:r>{text}</w:r>"
        if outward:
            piece = f'<w:hyperlink r:id="{self.address(run.link)}" w:history="1">{piece}</w:hyperlink>'
        elif run.link and (name := self.bookmark(run.link[1:])):
            piece = f'<w:hyperlink w:anchor="{name}" w:history="1">{piece}</w:hyperlink>'
        if run.reference:
            script = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
            piece += f"<w:r>{script}<w:t>[{escape(run.reference)}]</w:t></w:r>"
        return piece

    def number(self, anchor: str) -> int:
        """Return the number of an anchor."""
        return self._anchors[anchor]

    def bookmark(self, anchor: str) -> str:
        """Return the bookmark of an anchor; Word allows 40 letters and no dashes, anchors have more of both."""
        return f"_dti{self._anchors[anchor]}" if anchor in self._anchors else ""

    def address(self, link: str) -> str:
        """Return the relationship of a link that leads out of the document."""
        return self._document.part.relate_to(link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)

    def image(self, figure: Picture) -> str:
        """Return the relationship of an image, which this puts into the package."""
        return self._document.part.get_or_add_image(io.BytesIO(in_dots(figure)))[0]

    def size(self, figure: Picture) -> tuple[int, int]:
        """Return width and height of an image in English Metric Units."""
        width, height = page_layout.image_size(figure)
        return round(width * EMU), round(height * EMU)

    def counter(self) -> int:
        """Return the next number of a drawing."""
        return next(self._numbers)

    def layout(self, table: Table) -> Layout:
        """Return how a table is set."""
        return page_layout.layout(table)

    def grid(self, rows: list[Row]) -> Iterator[tuple[Row, list[tuple[int, TableCell, bool]]]]:
        """Yield rows with the columns of their cells."""
        return zip(rows, blocks.grid(rows), strict=True)

    def plain_run(self, text: str) -> list[TextRun]:
        """Return text as a line."""
        return [TextRun(text)]

    def list(self, start: int) -> int:
        """Return the number of a new list: an ordered one counts from ``start``, any other has no numbers."""
        return self._lists(start)

    def section(self, landscape: bool) -> Markup:
        """Return the end of a section whose pages stand upright or are turned."""
        properties = deepcopy(self._document.element.body.sectPr)
        if self.turned:
            properties.remove(properties.find(qn("w:titlePg")))
        self.turned = True
        if landscape:
            size = properties.find(qn("w:pgSz"))
            width, height = size.get(qn("w:w")), size.get(qn("w:h"))
            for name, value in (("w", height), ("h", width), ("orient", "landscape")):
                size.set(qn(f"w:{name}"), value)
        return Markup(etree.tostring(properties, encoding="unicode"))


def _anchors(found: Sequence[Block]) -> Iterator[str]:
    for block in blocks.walk(found):
        rows = block.body if isinstance(block, Table) else []
        yield from (item.anchor for item in [block, *rows] if getattr(item, "anchor", ""))


def _kept(found: Sequence[Block]) -> set[int]:
    """Return which paragraphs stay with what follows: those that announce it."""
    return {
        id(block)
        for block, following in pairwise(found)
        if isinstance(following, Items | Table | Picture) and blocks.plain(getattr(block, "runs", [])).endswith(":")
    }


def _turning(found: Sequence[Block]) -> set[int]:
    """Return the blocks before which the page is turned: a wide table, or the first of the headings right above it."""
    heads = page_layout.heads_of_turned(found)
    tables = [block for block in blocks.walk(found) if isinstance(block, Table) and page_layout.layout(block).landscape]
    return {id(heads[id(table)][0]) if heads.get(id(table)) else id(table) for table in tables}


def _lists(document: Document) -> Any:
    """Return a function that begins a list in the numbering of the template's list styles."""
    numbering = document.part.numbering_part.element
    used = [int(number.get(qn("w:numId"))) for number in numbering.findall(qn("w:num"))]
    numbers = count(max(used, default=0) + 1)

    def begin(start: int) -> int:
        name = "List Number" if start else "List Bullet"
        own = document.styles[name].element.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}").get(qn("w:val"))
        if not start:
            return int(own)
        abstract = next(
            number.find(qn("w:abstractNumId")).get(qn("w:val"))
            for number in numbering.findall(qn("w:num"))
            if number.get(qn("w:numId")) == own
        )
        number = next(numbers)
        overrides = "".join(
            f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{start}"/></w:lvlOverride>' for level in range(3)
        )
        numbering.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{overrides}</w:num>'
            )
        )
        return number

    return begin


def _describe(document: Document, shown: ReportPage, author: str) -> None:
    """Set language and properties; no dates, since nobody has signed yet and none would be true."""
    language = LANGUAGES[shown.lang]
    for found in document.styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), language)
    properties = document.core_properties
    for element in list(properties._element):
        properties._element.remove(element)
    properties.title, properties.author, properties.language = shown.title, author, language
    properties.last_modified_by = author
    properties.keywords = shown.made_from


def _undated(buffer: io.BytesIO) -> bytes:
    """Return a package with its files in one order and without dates."""
    result = io.BytesIO()
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(result, "w") as target:
        for info in source.infolist():
            stored = zipfile.ZIP_STORED if info.filename.endswith((".png", ".jpeg", ".jpg")) else zipfile.ZIP_DEFLATED
            entry = zipfile.ZipInfo(info.filename, NO_DATE)
            entry.external_attr = 0o600 << 16
            target.writestr(entry, source.read(info), stored)
    return result.getvalue()
