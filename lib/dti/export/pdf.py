"""Executed notebook → PDF/UA by typst: tagged, with bookmarks, in the shipped fonts, without a network."""

import json
import tempfile
import warnings
from collections.abc import Collection, Sequence
from dataclasses import asdict
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import typst
from nbformat import NotebookNode

from dti.export import blocks, page_layout
from dti.export.blocks import Block, Heading, Items, Paragraph, Picture, Row, Table, TableCell, TextRun
from dti.export.exporter import ReportExporter
from dti.export.frame import frame
from dti.export.report import ReportPage
from dti.show import fonts as chart_fonts

TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
REGIONS = {"vi": "VN", "en": "GB"}
#: A row of more letters than this may be cut by a page's end: it might not fit on one.
TALL = 1500


class PDFExporter(ReportExporter):
    """Write the report with typst."""

    export_from_notebook = "DTI report (PDF)"
    output_mimetype = "application/pdf"
    extension = ".pdf"

    def write(self, notebook: NotebookNode, shown: ReportPage) -> bytes:
        """Return the report as PDF."""
        return pdf(shown, self.data)


def pdf(shown: ReportPage, data: str = "") -> bytes:
    """Return a report as PDF; a character that is in none of the fonts is shown by its number, and warned of."""
    framed = frame(shown, data or None)
    said = [(value, "office.yml") for value in _strings(framed.model_dump() if framed else {})]
    said += [(shown.title, shown.title), *page_layout.texts(shown.blocks, shown.title)]
    lost = page_layout.lost_characters(said)
    for words in lost.values():
        warnings.warn(words, page_layout.LostCharacter, stacklevel=2)
    images: list[Picture] = []
    body, appendices = _blocks(shown.body, images), _blocks(shown.appendices, images)
    if framed and body and body[-1]["element"] == "paragraph":
        body[-1]["sticky"] = True  # a signature does not stand on a page of its own
    with tempfile.TemporaryDirectory(prefix="dti-pdf-") as folder:
        content = {
            "title": shown.title,
            "lang": shown.lang,
            "region": REGIONS[shown.lang],
            "family": page_layout.FAMILY,
            "margins": page_layout.MARGINS,
            "mark": shown.mark,
            "frame": framed.model_dump() if framed else None,
            "heading": _block(shown.heading or Heading(1, [TextRun(shown.title)]), images),
            "body": body,
            "appendices": appendices,
        }
        for number, image in enumerate(images):
            Path(folder, _file(number, image)).write_bytes(_drawn(image, lost))
        made, told = _compiler().compile_with_warnings(
            input=TEMPLATE.read_bytes(),
            root=folder,
            format="pdf",
            sys_inputs={"report": json.dumps(page_layout.without(content, lost), ensure_ascii=False)},
            pdf_standards=["ua-1"],
            timestamp=0,
        )
    if told:
        raise RuntimeError("typst: " + "; ".join(warning.message for warning in told))
    return made


def _drawn(image: Picture, lost: Collection[str]) -> bytes:
    """Return a picture's file; the words of a drawing too are without lost characters."""
    return str(page_layout.without(image.content.decode(), lost)).encode() if image.is_vector else image.content


@cache
def _compiler() -> typst.Compiler:
    folders = [str(page_layout.FONTS), str(chart_fonts.FOLDER)]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    return typst.Compiler(font_paths=fonts)


def _strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _strings(part)]
    if isinstance(value, list):
        return [text for part in value for text in _strings(part)]
    return [value] if isinstance(value, str) else []


def _file(number: int, image: Picture) -> str:
    return f"{number}.{image.mime.removeprefix('image/').removesuffix('+xml')}"


def _blocks(found: Sequence[Block], images: list[Picture]) -> list[dict[str, Any]]:
    """Return blocks as the template reads them.

    A paragraph that ends in a colon stays with what follows, headings above a turned table go with it.
    """
    heads = page_layout.heads_of_turned(found)
    moved = {id(heading) for headings in heads.values() for heading in headings}
    found = [block for block in found if id(block) not in moved]
    written = [_block(block, images) for block in found]
    for block, one in zip(found, written, strict=True):
        if isinstance(block, Table):
            one["above"] = [_block(heading, images) for heading in heads.get(id(block), [])]
    for (block, one), (following, _) in pairwise(zip(found, written, strict=True)):
        if isinstance(block, Paragraph) and isinstance(following, Items | Table | Picture):
            one["sticky"] = blocks.plain(block.runs).endswith(":")
    return written


def _block(block: Block, images: list[Picture]) -> dict[str, Any]:
    match block:
        case Heading():
            written = {"level": block.level, "runs": _runs(block.runs), "anchor": block.anchor}
        case Paragraph():
            written = {"runs": _runs(block.runs), "role": block.role, "sticky": False}
        case Items():
            items = [_blocks(item, images) for item in block.items]
            for part in (part for item in items for part in item if part["element"] == "table"):
                part["landscape"] = False  # a page cannot be turned inside a list
            written = {"items": items, "start": block.start}
        case Table():
            written = asdict(page_layout.layout(block)) | {
                "caption": block.caption,
                "padding": page_layout.PADDING,
                "head": [_row(row, head=True) for row in block.head],
                "body": [_row(row, centred=block.kind == blocks.CARDS) for row in block.body],
            }
        case Picture():
            width, _ = page_layout.image_size(block)
            written = {"file": _file(len(images), block), "alt": block.alt, "caption": block.caption, "width": width}
            images.append(block)
    return {"element": block.element} | written


def _row(row: Row, *, head: bool = False, centred: bool = False) -> dict[str, Any]:
    tall = sum(len(blocks.plain(cell.runs)) for cell in row.cells) > TALL
    cells = [_cell(cell, row.group, head or row.own, tall) for cell in row.cells]
    for cell in cells:
        cell["centred"] = centred or (head and not (cell["numeric"] or row.group))
    if cells:
        cells[0]["anchor"] = row.anchor
    return {"cells": cells, "group": row.group}


def _cell(cell: TableCell, group: bool, bold: bool, tall: bool) -> dict[str, Any]:
    return {
        "runs": _runs(cell.runs),
        "anchor": "",
        "head": bold or group,
        "group": group,
        "numeric": cell.numeric,
        "colspan": cell.colspan,
        "rowspan": cell.rowspan,
        "tall": tall,
    }


def _runs(runs: list[TextRun]) -> list[dict[str, Any]]:
    return [vars(run) for run in runs]
