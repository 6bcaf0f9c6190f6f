"""The Word document: styles, order of elements, lists, links, properties; and what LibreOffice makes of it."""

import io
import shutil
import subprocess
import zipfile

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn
from exported import NASTY, WIDE, code, everything, long_table, markdown, notebook

from dti.export.docx import WordExporter
from dti.show.outputs import text
from dti.store.faults import DataError
from dti.store.tables import PROJECT

EXPORTER = WordExporter()


def made(nb) -> bytes:
    return EXPORTER.from_notebook_node(nb)[0]


def opened(nb) -> docx.document.Document:
    return docx.Document(io.BytesIO(made(nb)))


@pytest.fixture(scope="module")
def document() -> docx.document.Document:
    return opened(everything())


def texts(document, style: str) -> list[str]:
    return [p.text for p in document.paragraphs if p.style.name == style]


def test_headings_are_headings(document):
    assert texts(document, "Heading 1") == ["Báo cáo của Sở <Y> & tế: mục tiêu"]
    assert texts(document, "Heading 2") == ["Còn cách bao xa?"]
    assert texts(document, "Heading 3") == ["Nguồn"]


def test_nasty_texts_are_texts(document):
    said = texts(document, "Body Text")
    for nasty in NASTY:
        assert nasty in said


def test_everything_is_in_times_new_roman(document):
    for style in document.styles:
        fonts = style.element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        if fonts is not None:
            assert {fonts.get(qn(f"w:{name}")) for name in ("ascii", "hAnsi", "cs")} == {"Times New Roman"}
            assert not [name for name in fonts.attrib if name.endswith("Theme")]
    assert not document.element.body.findall(f".//{qn('w:rFonts')}")


def test_tables_repeat_their_header_and_keep_their_rows_whole(document):
    long = document.tables[2]
    head = long.rows[0]._tr.trPr
    assert head.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in long.rows)
    assert len(long._tbl.tblGrid.findall(qn("w:gridCol"))) == 8
    widths = [int(column.get(qn("w:w"))) for column in long._tbl.tblGrid]
    assert widths[1] > widths[0] and [cell.width.twips for cell in long.rows[2].cells] == pytest.approx(widths, abs=1)
    assert [p.alignment for p in long.rows[2].cells[2].paragraphs] == [docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT]
    assert long._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")).startswith("Bảng 2.")


def test_captions_stay_with_their_table(document):
    captions = [p for p in document.paragraphs if p.style.name == "Caption"]
    assert [p.text[:7] for p in captions] == ["Bảng 1.", "Bảng 2.", "Bảng 3."]
    assert all(p._p.getnext().tag == qn("w:tbl") for p in captions)
    assert document.styles["Caption"].paragraph_format.keep_with_next


def test_images_have_alternative_text(document):
    described = [drawing.get("descr") for drawing in document.element.body.iter(qn("wp:docPr"))]
    assert described == [f"Nói bằng lời: {NASTY[3]}", "Hai"]


def test_figures_in_sentences_lead_to_their_row(document):
    starts = [mark.get(qn("w:name")) for mark in document.element.body.iter(qn("w:bookmarkStart"))]
    links = [link.get(qn("w:anchor")) for link in document.element.body.iter(qn("w:hyperlink"))]
    inner = [anchor for anchor in links if anchor]
    assert len(inner) == 7 and set(inner) <= set(starts)
    assert len(starts) == len(set(starts)) and all(len(name) <= 40 for name in starts)
    assert links.count(None) == 2


def test_print_shows_table_and_row_of_a_figure(document):
    sentence = next(p for p in document.paragraphs if p.text.startswith("Có 45"))
    raised = [run.text for run in sentence.runs if run.font.superscript]
    assert raised == ["[1]", "[2.4]"]
    assert "Số trong ngoặc vuông" in texts(document, "Note")[0]


def test_ordered_lists_begin_anew(document):
    numbers = [p._p.pPr.numPr.numId.val for p in document.paragraphs if p.style.name == "List Number"]
    assert len(numbers) == 6 and len(set(numbers[:4])) == 1 and numbers[4] != numbers[0]
    numbering = document.part.numbering_part.element
    start = next(n for n in numbering.findall(qn("w:num")) if n.get(qn("w:numId")) == str(numbers[4]))
    assert start.find(f"{qn('w:lvlOverride')}/{qn('w:startOverride')}").get(qn("w:val")) == "5"


#: The order of children that ECMA-376, Part 1 (wml.xsd) asks for, of those elements that allow no other.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens spacing ind contextualSpacing mirrorIndents jc textDirection outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike noProof vanish color spacing w kern position sz "
    "szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "tbl": "bookmarkStart bookmarkEnd tblPr tblGrid tr",
    "tr": "tblPrEx trPr tc",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked "
    "personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
    "lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr",
    "num": "abstractNumId lvlOverride",
    "numbering": "numPicBullet abstractNum num numIdMacAtCleanup",
}


@pytest.mark.parametrize("name", ORDER)
def test_elements_stand_in_the_order_of_the_schema(document, name):
    order = {qn(f"w:{child}"): place for place, child in enumerate(ORDER[name].split())}
    roots = [document.element, document.styles.element, document.part.numbering_part.element]
    roots += [part._element for section in document.sections for part in (section.header, section.first_page_header)]
    found = [element for root in roots for element in root.iter(qn(f"w:{name}"))]
    assert found
    for element in found:
        tags = [child.tag for child in element]
        assert set(tags) <= set(order), set(tags) - set(order)
        assert [order[tag] for tag in tags] == sorted(order[tag] for tag in tags), tags


def test_properties_are_ours_and_the_bytes_are_the_same_every_time(document):
    properties = document.core_properties
    assert (properties.title, properties.author) == ("Báo cáo của Sở <Y> & tế: mục tiêu", "SỞ KHOA HỌC VÀ CÔNG NGHỆ")
    assert properties.language == "vi-VN" and opened(everything("en")).core_properties.language == "en-GB"
    assert properties.created is None
    assert {lang.get(qn("w:val")) for lang in document.styles.element.iter(qn("w:lang"))} == {"vi-VN"}
    assert made(everything()) == made(everything())


def test_the_frame_is_there_for_ours_and_not_for_strangers(document):
    frame = " ".join(cell.text for row in document.tables[0].rows for cell in row.cells)
    for part in (
        "UBND TỈNH LAI CHÂU",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "/BC-SKHCN",
    ):
        assert part in frame
    assert "Nơi nhận:" in document.tables[-1].cell(0, 0).text and "GIÁM ĐỐC" in document.tables[-1].cell(0, 1).text
    strange = opened(everything(report=None))
    assert len(strange.tables) == len(document.tables) - 2


def test_pages_are_a4_with_the_decrees_margins(document):
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    top, left, right = (round(size.mm, 1) for size in (section.top_margin, section.left_margin, section.right_margin))
    assert 20 <= top <= 25 and 30 <= left <= 35 and 15 <= right <= 20
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header._element.xml and "PAGE" not in section.first_page_header._element.xml


def test_every_header_bears_the_mark_of_illustrative_figures():
    for section in opened(everything(illustrative=True)).sections:
        for header in (section.header, section.first_page_header):
            assert "SỐ LIỆU MINH HỌA" in "".join(p.text for p in header.paragraphs)
    assert "MINH HỌA" not in opened(everything()).sections[0].first_page_header._element.xml


def test_a_template_spoilt_by_hand_is_named(tmp_path):
    for name in ("office.yml", "office_template.docx"):
        shutil.copy(PROJECT / "data" / name, tmp_path)
    spoilt = docx.Document(tmp_path / "office_template.docx")
    spoilt.tables[0].cell(0, 1).paragraphs[0].add_run("{{ ten_la }}")
    spoilt.save(tmp_path / "office_template.docx")
    with pytest.raises(DataError, match=r"office_template.docx.*ten_la"):
        WordExporter(data=str(tmp_path)).from_notebook_node(everything())
    (tmp_path / "office_template.docx").write_bytes(b"khong phai Word")
    with pytest.raises(DataError, match="not a Word document"):
        WordExporter(data=str(tmp_path)).from_notebook_node(everything())


def test_a_correction_in_word_reaches_every_report(tmp_path):
    for name in ("office.yml", "office_template.docx"):
        shutil.copy(PROJECT / "data" / name, tmp_path)
    corrected = docx.Document(tmp_path / "office_template.docx")
    corrected.tables[0].cell(0, 1).paragraphs[0].insert_paragraph_before("MẬT")
    corrected.save(tmp_path / "office_template.docx")
    made_, _ = WordExporter(data=str(tmp_path)).from_notebook_node(everything())
    assert "MẬT" in docx.Document(io.BytesIO(made_)).tables[0].cell(0, 1).text


def test_a_wide_table_gets_a_section_of_its_own_turned():
    document = opened(notebook(markdown(f"# A\n\nB\n\n{WIDE}\n\nC")))
    assert [s.page_width > s.page_height for s in document.sections] == [False, True, False]
    assert [s.different_first_page_header_footer for s in document.sections] == [True, False, False]


def test_a_heading_goes_with_the_turned_table_below_it():
    elements = list(opened(notebook(markdown(f"# A\n\nB\n\n## C\n\n### D\n\n{WIDE}\n\nE"))).element.body)
    turn = next(place for place, element in enumerate(elements) if element.find(f".//{qn('w:sectPr')}") is not None)
    said = ["".join(piece.text or "" for piece in element.iter(qn("w:t"))) for element in elements]
    assert "B" in said[:turn] and said[turn + 1 : turn + 3] == ["C", "D"]


def test_appendices_follow_the_signature_on_a_new_page():
    found = opened(notebook(code(text("# A\n\nB")), markdown("## Phụ lục 1. Bảng", "vi"), code(long_table(2))))
    elements = list(found.element.body)
    appendix = next(p._p for p in found.paragraphs if p.text.startswith("Phụ lục"))
    signature = next(t._tbl for t in found.tables if "Nơi nhận" in t.cell(0, 0).text)
    assert elements.index(signature) < elements.index(appendix)
    assert appendix.pPr.find(qn("w:pageBreakBefore")) is not None


def test_a_document_that_ends_in_a_turned_table_has_no_empty_last_page():
    found = opened(notebook(markdown(f"# A\n\nB\n\n## Phụ lục\n\n{WIDE}")))
    assert [s.page_width > s.page_height for s in found.sections] == [False, True]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_libreoffice_lays_it_out_as_meant(tmp_path):
    (tmp_path / "a.docx").write_bytes(made(everything(illustrative=True)))
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "a.docx"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(tmp_path / "a.pdf")]
    assert all("SỐ LIỆU MINH HỌA" in page for page in pages)
    rows = [page for page in pages if "hồ sơ thứ" in page]
    assert len(rows) >= 3 and all("Trạng" in page for page in rows)
    said = "".join("".join(pages).split())
    assert all("".join(nasty.split()) in said for nasty in NASTY)


def test_a_package_holds_no_dates_and_no_strangers():
    with zipfile.ZipFile(io.BytesIO(made(notebook(code(text("# A")), code(long_table(2)))))) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in package.namelist() if "media" in name]
