"""One notebook, every format: headings, sentences, table cells and figures are the same in HTML, Word and PDF.

What only print has is left out of the comparison: the official frame, page numbers, repeated table headers, and the
numbers in brackets that stand for links.
"""

import io
import re

import docx
import lxml.html
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from docx.oxml.ns import qn
from exported import everything, executed
from PIL import Image

from dti.export import blocks as tree
from dti.export.docx import WordExporter
from dti.export.html import HTMLExporter
from dti.export.pdf import PDFExporter
from dti.export.report import report
from dti.show import svg

HTML, WORD, PDF = HTMLExporter(), WordExporter(), PDFExporter()

REPORTS = {
    "everything": lambda: everything(),
    "everything, in English, of a stranger": lambda: everything("en", report=None),
    "plan": lambda: executed("01_plan_progress", year=2023, lang="vi"),
    "plan in English": lambda: executed("01_plan_progress", year=2023, lang="en"),
    "agency": lambda: executed("02_agency_report", agency="so-y-te", year=2023, lang="vi"),
    "agency in English": lambda: executed("02_agency_report", agency="thanh-pho-lai-chau", year=2023, lang="en"),
    "assessment": lambda: executed("05_annual_assessment", year=2023, lang="vi"),
}


@pytest.fixture(scope="module", params=REPORTS)
def notebook(request):
    return REPORTS[request.param]()


def folded(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def page(notebook):
    return lxml.html.document_fromstring(HTML.from_notebook_node(notebook)[0])


@pytest.fixture(scope="module")
def document(notebook):
    return docx.Document(io.BytesIO(WORD.from_notebook_node(notebook)[0]))


@pytest.fixture(scope="module")
def pdf(notebook):
    return pypdfium2.PdfDocument(PDF.from_notebook_node(notebook)[0])


def word_text(paragraph) -> str:
    """The text of a Word paragraph without the references of print."""
    raised = f"{qn('w:rPr')}/{qn('w:vertAlign')}"
    runs = [run for run in paragraph.iter(qn("w:r")) if run.find(raised) is None]
    return folded("".join("\n" if part.tag == qn("w:br") else part.text or "" for run in runs for part in run))


def test_headings(page, document, pdf):
    headings = [(int(h.tag[1]), folded(h.text_content())) for h in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    styled = [(p.style.name, folded(p.text)) for p in document.paragraphs]
    in_word = [(int(style[-1]), text) for style, text in styled if style.startswith("Heading")]
    assert headings and in_word == headings
    assert [(item.level + 1, folded(item.get_title())) for item in pdf.get_toc()] == headings


def test_sentences(page, document):
    main = page.find(".//main")
    lines = [own_line(e) for e in main.iter("p", "li") if own_line(e)]
    styles = ("Body Text", "List Bullet", "List Number", "List Continue", "Quote", "Illustrative")
    assert (
        lines and [word_text(p._p) for p in document.paragraphs if p.style.name in styles and word_text(p._p)] == lines
    )


def own_line(element) -> str:
    """The text of a paragraph or a list item, without that of the lists in it."""
    parts = [element.text or ""]
    for child in element:
        if child.tag not in ("ul", "ol", "p"):
            parts.append(child.text_content())
        parts.append(child.tail or "")
    return folded("".join(parts))


def on_paper(table, rows):
    """The rows of a table as paper has them: a few cards that no sentence refers to stand side by side."""
    cards = table.get("class") == tree.KEY_FIGURES and len(rows) - 1 <= tree.SIDE_BY_SIDE
    cards = cards and not any(row.get("id") for row in table.iter("tr"))
    return [list(line) for line in zip(*rows[1:], strict=True)] if cards else rows


def test_table_cells_and_captions(page, document):
    tables = [
        on_paper(table, [[folded(cell.text_content()) for cell in row] for row in table.iter("tr")])
        for table in page.iter("table")
        if "instead" not in table.get("class", "")  # which narrow screens show for a chart
    ]
    style = document.styles["Table Grid"].style_id
    in_word = [
        [[word_text(cell) for cell in row.iter(qn("w:tc"))] for row in table.iter(qn("w:tr"))]
        for table in document.element.body.iter(qn("w:tbl"))
        if table.tblPr.find(qn("w:tblStyle")) is not None
        and table.tblPr.find(qn("w:tblStyle")).get(qn("w:val")) == style
    ]
    assert tables and in_word == tables
    captions = [folded(caption.text_content()) for caption in page.iter("caption")]
    assert [folded(p.text) for p in document.paragraphs if p.style.name == "Caption"] == captions


def test_figures(page, document, pdf):
    drawings = list(page.iter("svg"))
    in_word = [
        document.part.related_parts[blip.get(qn("r:embed"))].blob
        for blip in document.element.body.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip")
    ]
    for image, drawing in zip(in_word, drawings, strict=True):
        width, height = Image.open(io.BytesIO(image)).size
        assert abs(width / height - float(drawing.get("width")) / float(drawing.get("height"))) < 0.02
    alts = [drawing.get("aria-label") for drawing in drawings]
    assert [d.get("descr") for d in document.element.body.iter(qn("wp:docPr"))] == alts
    captions = [folded(caption.text_content()) for caption in page.iter("figcaption")]
    assert [folded(p.text) for p in document.paragraphs if p.style.name == "Figure Caption"] == captions
    dots = [item for sheet in pdf for item in sheet.get_objects() if item.type == pdfium.FPDF_PAGEOBJ_IMAGE]
    assert not dots, "charts are drawn in lines and text"


def test_the_text_of_the_pdf_is_the_text_meant(notebook, pdf):
    """Letter by letter and in order: between what is meant stands nothing but repeated headers and list markers."""
    pages = ["".join(sheet.get_textpage().get_text_bounded().split()) for sheet in pdf]
    said = pages[0] + "".join(page.removeprefix(str(number)) for number, page in enumerate(pages[1:], start=2))
    shown = report(notebook)
    headers = {
        "".join("".join(tree.plain(cell.runs) for row in block.head for cell in row.cells).split())
        for block in tree.walk(shown.blocks)
        if block.element == "table"
    }
    place, between = said.index("".join(shown.title.split())) + len("".join(shown.title.split())), []
    for meant in printed([*shown.body, *shown.appendices]):
        if not said.startswith(meant, place):  # the head of a table that goes on
            place += max((len(head) for head in headers if said.startswith(head, place)), default=0)
        found = said.find(meant, place)
        assert found >= 0, f"“{meant}” is not in the PDF after “…{said[max(0, place - 80) : place]}”"
        between.append(said[place:found])
        place = found + len(meant)
    markers = r"(\d+\.|–)"  # of list items
    charts = [block for block in tree.walk(shown.blocks) if block.element == "figure"]
    drawn = {"".join(sorted("".join("".join(svg.texts(chart.content.decode())).split()))) for chart in charts}
    strange = [
        extra
        for extra in filter(None, between[1:])
        if extra not in headers and "".join(sorted(extra)) not in drawn and not re.fullmatch(f"{markers}+", extra)
    ]
    assert len(strange) == bool(shown.appendices)  # the first piece and the signature are the frame's
    assert all(extra.startswith(("Nơinhận:", "Recipients:")) for extra in strange), strange


def printed(blocks) -> list[str]:
    """What print says of blocks, piece by piece, without white space."""
    pieces: list[str] = []
    for block in blocks:
        match block.element:
            case "items":
                for item in block.items:
                    pieces += printed(item)
            case "table":
                pieces.append(block.caption)
                pieces += [tree.plain(cell.runs) for row in block.rows for cell in row.cells]
            case "figure":
                pieces.append(block.caption)
            case _:
                pieces.append("".join(r.text + (f"[{r.reference}]" if r.reference else "") for r in block.runs))
    return [piece for piece in ("".join(text.split()) for text in pieces) if piece]
