"""Write the first version of ``data/office_template.docx``, the Word template of reports.

Run once (``python tools/write_office_template.py FILE``); from then on officials correct the file in Word: fonts,
margins, styles, wording. What stands in double braces is filled in from ``office.yml`` and from the notebook.

References
----------
Decree 30/2020/NĐ-CP of 5 March 2020 on clerical work, Appendix I.
"""

import sys
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from dti.export.page_layout import MARGINS, PAGE, text_width

FONT = "Times New Roman"
RED = RGBColor(0x8A, 0x1C, 0x1C)
THEME = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")
LEFT, RIGHT = 69.0, 96.0  # columns of the frame, millimetres

#: Paragraph styles: name, based on, size, bold, italic, alignment, points before and after, first line (mm), keep.
STYLES = (
    ("Normal", None, 13, False, False, ALIGN.JUSTIFY, 0, 6, 0, False),
    ("Body Text", "Normal", 13, False, False, ALIGN.JUSTIFY, 0, 6, 12.7, False),
    ("Heading 1", "Normal", 14, True, False, ALIGN.CENTER, 0, 6, 0, True),
    ("Heading 2", "Normal", 14, True, False, ALIGN.LEFT, 14, 6, 0, True),
    ("Heading 3", "Normal", 13, True, False, ALIGN.LEFT, 10, 6, 0, True),
    ("Heading 4", "Normal", 13, True, True, ALIGN.LEFT, 8, 6, 0, True),
    ("Heading 5", "Normal", 13, False, True, ALIGN.LEFT, 8, 6, 0, True),
    ("Heading 6", "Normal", 13, False, True, ALIGN.LEFT, 8, 6, 0, True),
    ("Caption", "Normal", 12, True, False, ALIGN.LEFT, 8, 4, 0, True),
    ("Figure", "Normal", 13, False, False, ALIGN.CENTER, 8, 4, 0, True),
    ("Figure Caption", "Caption", 12, True, False, ALIGN.LEFT, 0, 10, 0, False),
    ("Table Text", "Normal", 11, False, False, ALIGN.LEFT, 2, 2, 0, False),
    ("List Bullet", "Normal", 13, False, False, ALIGN.JUSTIFY, 0, 6, 0, False),
    ("List Number", "Normal", 13, False, False, ALIGN.JUSTIFY, 0, 6, 0, False),
    ("List Continue", "Normal", 13, False, False, ALIGN.JUSTIFY, 0, 6, 0, False),
    ("Quote", "Normal", 13, False, True, ALIGN.JUSTIFY, 0, 6, 0, False),
    ("Preformatted", "Normal", 11, False, False, ALIGN.LEFT, 6, 6, 0, False),
    ("Note", "Normal", 11, False, True, ALIGN.JUSTIFY, 10, 6, 0, False),
    ("Illustrative", "Normal", 13, True, False, ALIGN.LEFT, 6, 6, 0, False),
    ("Frame", "Normal", 13, False, False, ALIGN.CENTER, 0, 0, 0, False),
    ("Header", "Normal", 13, False, False, ALIGN.CENTER, 0, 0, 0, False),
)

#: List styles: what counts their items, level by level.
LISTS = {
    "List Bullet": [("bullet", "–")] * 3,
    "List Number": [("decimal", "%1."), ("lowerLetter", "%2)"), ("bullet", "–")],
}
#: What the schema wants before numbering in a paragraph's properties.
BEFORE_NUMBERS = ("w:pStyle", "w:keepNext", "w:keepLines", "w:pageBreakBefore", "w:framePr", "w:widowControl")
PAGE_NUMBER = (
    '<w:fldChar w:fldCharType="begin"/>',
    '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
    '<w:fldChar w:fldCharType="separate"/>',
    "<w:t>2</w:t>",
    '<w:fldChar w:fldCharType="end"/>',
)


def template() -> WordDocument:
    """Return the template: page, styles, lists, frame, and a place for the report."""
    document = Document()
    _page(document)
    _styles(document)
    _lists(document)
    _headers(document)
    body = document.element.body
    for child in list(body)[:-1]:
        body.remove(child)
    _head(document)
    document.add_paragraph("{{ body }}", style="Normal")
    _signature(document)
    document.add_paragraph("{{ appendices }}", style="Normal")
    return document


def _page(document: WordDocument) -> None:
    # Tables begin at the margin, as in today's Word, not a cell's padding to the left of it.
    compatibility = parse_xml(
        f'<w:compat {nsdecls("w")}><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    )
    settings = document.settings.element
    for old in settings.findall(qn("w:compat")):
        settings.replace(old, compatibility)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAGE[0]), Mm(PAGE[1])
    section.top_margin, section.bottom_margin = Mm(MARGINS["top"]), Mm(MARGINS["bottom"])
    section.left_margin, section.right_margin = Mm(MARGINS["left"]), Mm(MARGINS["right"])
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True


def _styles(document: WordDocument) -> None:
    names = {name.lower() for name, *_ in STYLES} | {"normal table", "table grid", "default paragraph font", "no list"}
    for style in document.styles.element.findall(qn("w:style")):
        if style.find(qn("w:name")).get(qn("w:val")).lower() not in names:
            document.styles.element.remove(style)
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    _times(defaults.find(qn("w:rFonts")))
    for name, base, size, bold, italic, alignment, before, after, indent, keep in STYLES:
        known = name in [style.name for style in document.styles]
        style = document.styles[name] if known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        for child in [c for c in style.element if c.tag in (qn("w:pPr"), qn("w:rPr"), qn("w:link"))]:
            style.element.remove(child)
        style.base_style = document.styles[base] if base else None
        style.quick_style = True
        _font(style, size, bold=bold, italic=italic)
        form = style.paragraph_format
        form.alignment, form.keep_with_next, form.widow_control = alignment, keep, True
        form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), 1.1
        form.first_line_indent = Mm(indent)
        if name.startswith("Heading"):
            level = parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{int(name[-1]) - 1}"/>')
            style.element.get_or_add_pPr().append(level)
    for name in ("Table Text", "Frame", "Header"):
        document.styles[name].paragraph_format.line_spacing = 1.0
    document.styles["Illustrative"].font.color.rgb = RED
    document.styles["Quote"].paragraph_format.left_indent = Mm(10)
    document.styles["List Continue"].paragraph_format.left_indent = Mm(12.7)


def _font(style: ParagraphStyle, size: float, *, bold: bool, italic: bool) -> None:
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, italic
    style.font.color.rgb = RGBColor(0, 0, 0)
    style.font.name = FONT
    _times(style.element.rPr.rFonts)


def _times(fonts: object) -> None:
    for name in THEME:
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), FONT)


def _lists(document: WordDocument) -> None:
    """Give the list styles their numbers: dashes, and 1. a) - as official documents count."""
    numbering = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    for number, (style, forms) in enumerate(LISTS.items(), 1):
        levels = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
            + (f'<w:pStyle w:val="{document.styles[style].style_id}"/>' if level == 0 else "")
            + f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{720 + 360 * level}" w:hanging="360"/></w:pPr></w:lvl>'
            for level, (form, text) in enumerate(forms)
        )
        numbering.append(
            parse_xml(
                f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>'
                f"{levels}</w:abstractNum>"
            )
        )
    for number, style in enumerate(LISTS, 1):
        numbering.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>')
        )
        properties = document.styles[style].element.get_or_add_pPr()
        properties.insert(
            0, parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>')
        )
        _move_after(properties, "w:numPr", BEFORE_NUMBERS)


def _move_after(parent: object, tag: str, before: tuple[str, ...]) -> None:
    element = parent.find(qn(tag))
    parent.remove(element)
    place = max((i for i, child in enumerate(parent) if child.tag in [qn(name) for name in before]), default=-1)
    parent.insert(place + 1, element)


def _headers(document: WordDocument) -> None:
    """Number the pages from the second on, in the middle above; mark illustrative figures on every page."""
    section = document.sections[0]
    number = section.header.paragraphs[0]
    number.style = document.styles["Header"]
    for part in PAGE_NUMBER:
        number._p.append(parse_xml(f"<w:r {nsdecls('w')}>{part}</w:r>"))
    _marked(section.header.add_paragraph(style="Header"))
    first = section.first_page_header.paragraphs[0]
    first.style = document.styles["Header"]
    _marked(first)


def _marked(paragraph: Paragraph) -> None:
    run = paragraph.add_run("{{ mark }}")
    run.bold = True
    run.font.size = Pt(11)
    run.font.color.rgb = RED


def _head(document: WordDocument) -> None:
    document.add_paragraph("{%p if frame %}", style="Frame")
    left, right, below_left, below_right = _columns(document, 2, (LEFT, RIGHT))
    _said(left, "{%p if frame.parent %}")
    _said(left, "{{ frame.parent }}", 12)
    _said(left, "{%p endif %}")
    _said(left, "{{ frame.body }}", 12, bold=True)
    _rule(left, 28, LEFT)
    _said(right, "{{ frame.country }}", 12, bold=True)
    _said(right, "{{ frame.motto }}", 13, bold=True)
    _rule(right, text_width("Độc lập - Tự do - Hạnh phúc", bold=True) * 13 * 25.4 / 72, RIGHT)
    _said(below_left, "{{ frame.number }}", 13)
    _said(below_right, "{{ frame.place_and_date }}", 13, italic=True)
    kind = document.add_paragraph(style="Frame")
    kind.paragraph_format.space_before, kind.paragraph_format.keep_with_next = Pt(16), True
    _run(kind, "{{ frame.type }}", 14, bold=True)
    document.add_paragraph("{%p endif %}", style="Frame")
    document.add_paragraph("{{ title }}", style="Heading 1")
    document.add_paragraph("{%p if frame %}", style="Frame")
    _rule(document, 30, PAGE[0] - MARGINS["left"] - MARGINS["right"])
    document.add_paragraph("{%p for addressee in frame.addressees %}", style="Frame")
    dear = document.add_paragraph(style="Frame")
    dear.paragraph_format.space_before = Pt(6)
    _run(dear, "{{ frame.dear if loop.first else '' }} {{ addressee }}", 14)
    document.add_paragraph("{%p endfor %}", style="Frame")
    document.add_paragraph("{%p endif %}", style="Frame")
    document.add_paragraph(style="Frame")


def _signature(document: WordDocument) -> None:
    document.add_paragraph("{%p if frame %}", style="Frame")
    left, right = _columns(document, 1, (LEFT + 12, RIGHT - 12))
    title = _said(left, "{{ frame.recipients_title }}", 12, bold=True, italic=True)
    _said(left, "{%p for recipient in frame.recipients %}")
    line = _said(left, "- {{ recipient }}", 11)
    _said(left, "{%p endfor %}")
    for paragraph in (title, line):
        paragraph.alignment = ALIGN.LEFT
    _said(right, "{%p if frame.authority %}")
    _said(right, "{{ frame.authority }}", 13, bold=True)
    _said(right, "{%p endif %}")
    _said(right, "{{ frame.post }}", 13, bold=True)
    name = _said(right, "{{ frame.name }}", 13, bold=True)
    name.paragraph_format.space_before = Mm(25)
    document.add_paragraph("{%p endif %}", style="Frame")


def _columns(document: WordDocument, rows: int, widths: tuple[float, float]) -> list[_Cell]:
    """Add a table without rules and return its cells, empty of paragraphs but for the first, row by row."""
    table = document.add_table(rows, 2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    return [cell for row in table.rows for cell in row.cells]


def _said(cell: _Cell, text: str, size: float = 13, *, bold: bool = False, italic: bool = False) -> Paragraph:
    first = cell.paragraphs[0]
    paragraph = first if not first.text and len(cell.paragraphs) == 1 else cell.add_paragraph()
    paragraph.style = "Frame"
    _run(paragraph, text, size, bold=bold, italic=italic)
    return paragraph


def _run(paragraph: Paragraph, text: str, size: float, *, bold: bool = False, italic: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic


def _rule(place: WordDocument | _Cell, width: float, room: float) -> None:
    """Add a rule so many millimetres long in the middle of a column."""
    paragraph = place.add_paragraph(style="Frame")
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm((room - width) / 2 - (1.9 if isinstance(place, _Cell) else 0))
    form.space_after, form.line_spacing = Pt(6), Pt(3)
    properties = paragraph._p.get_or_add_pPr()
    border = parse_xml(f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>')
    properties.insert(0, border)
    _move_after(properties, "w:pBdr", (*BEFORE_NUMBERS, "w:numPr"))


def main(path: str) -> None:
    """Write the template to a file that is not there yet."""
    target = Path(path)
    if target.exists():
        raise SystemExit(f"{target} is there already, perhaps corrected by hand: it stays as it is.")
    template().save(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
