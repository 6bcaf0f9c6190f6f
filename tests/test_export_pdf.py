"""The PDF: its text letter by letter, tags, bookmarks, fonts, links, properties."""

import ctypes
import re

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from exported import NASTY, WIDE, code, everything, markdown, notebook

from dti.export import page_layout
from dti.export.page_layout import LostCharacter
from dti.export.pdf import PDFExporter
from dti.show.outputs import text

EXPORTER = PDFExporter()


def made(nb) -> bytes:
    return EXPORTER.from_notebook_node(nb)[0]


def opened(nb) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(made(nb))


def page_texts(document: pypdfium2.PdfDocument) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in document]


def squeezed(value: str) -> str:
    return "".join(value.split())


def tags(page: pypdfium2.PdfPage) -> list[tuple[str, str]]:
    """Type and alternative text of every element of a page's structure."""
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    found: list[tuple[str, str]] = []

    def read(function, element) -> str:
        buffer = (ctypes.c_ushort * 4096)()
        length = function(element, buffer, ctypes.sizeof(buffer))
        return bytes(buffer)[: max(0, length - 2)].decode("utf-16-le")

    def walk(element) -> None:
        found.append(
            (read(pdfium.FPDF_StructElement_GetType, element), read(pdfium.FPDF_StructElement_GetAltText, element))
        )
        for index in range(pdfium.FPDF_StructElement_CountChildren(element)):
            if child := pdfium.FPDF_StructElement_GetChildAtIndex(element, index):
                walk(child)

    for index in range(pdfium.FPDF_StructTree_CountChildren(tree)):
        walk(pdfium.FPDF_StructTree_GetChildAtIndex(tree, index))
    pdfium.FPDF_StructTree_Close(tree)
    return found


@pytest.fixture(scope="module")
def document() -> pypdfium2.PdfDocument:
    return opened(everything())


def test_nasty_texts_come_out_letter_by_letter(document):
    said = squeezed("".join(page_texts(document)))
    for nasty in NASTY:
        assert said.count(squeezed(nasty)) >= 4  # a paragraph, a list or a caption, cells


def test_it_is_tagged_for_readers_of_the_screen(document):
    found = [tag for page in document for tag in tags(page)]
    kinds = {kind for kind, _ in found}
    assert {"H1", "H2", "H3", "P", "L", "LI", "Table", "THead", "TBody", "TR", "TH", "TD", "Caption", "Link"} <= kinds
    assert [alt for kind, alt in found if kind == "Figure"] == [f"Nói bằng lời: {NASTY[3]}", "Hai"]


def test_it_declares_pdf_ua_and_its_language():
    content = made(everything("en"))
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    assert re.search(rb"/Lang\s*\(en-GB\)", content)


def test_headings_are_bookmarks(document):
    assert [(item.level, item.get_title()) for item in document.get_toc()] == [
        (0, "Báo cáo của Sở <Y> & tế: mục tiêu"),
        (1, "Còn cách bao xa?"),
        (2, "Nguồn"),
    ]


def test_properties_are_ours_and_undated(document):
    properties = document.get_metadata_dict()
    assert properties["Title"] == "Báo cáo của Sở <Y> & tế: mục tiêu"
    assert properties["Author"] == "SỞ KHOA HỌC VÀ CÔNG NGHỆ"
    assert "1970" in properties["CreationDate"]
    assert made(everything()) == made(everything())


def test_every_font_is_ours_and_embedded():
    content = made(everything())
    names = set(re.findall(rb"/FontName\s*/([A-Za-z0-9+-]+)", content))
    assert names and all(
        re.fullmatch(rb"[A-Z]{6}\+Liberation(Sans|Serif)(-Bold|-Italic|-BoldItalic)?", name) for name in names
    )
    assert content.count(b"/FontFile") == len(names)


def test_figures_in_sentences_lead_to_their_row(document):
    page = document[0]
    links, start, link = [], ctypes.c_int(0), pdfium.FPDF_LINK()
    while pdfium.FPDFLink_Enumerate(page, start, link):
        target = pdfium.FPDFLink_GetDest(document, link)
        links.append(pdfium.FPDFDest_GetDestPageIndex(document, target) if target else None)
    pages = page_texts(document)
    assert len(links) == 7 and None not in links
    assert all("hồ sơ thứ 3" in squeezed_row(pages[index]) for index in links[2:])


def squeezed_row(value: str) -> str:
    return " ".join(value.split())


def test_headers_of_tables_repeat_and_pages_are_numbered_from_the_second(document):
    pages = [" ".join(page.split()) for page in page_texts(document)]
    with_rows = [page for page in pages if "Tỷ lệ hồ sơ thứ" in page]
    assert len(with_rows) >= 3
    assert all("Chỉ tiêu" in page and "Trạng thái" in page for page in with_rows)
    assert [page.startswith(str(number)) for number, page in enumerate(pages, start=1)] == [False] + [True] * (
        len(pages) - 1
    )


def test_the_frame_is_the_decrees(document):
    first = " ".join(page_texts(document)[0].split())
    for part in (
        "UBND TỈNH LAI CHÂU", "SỞ KHOA HỌC VÀ CÔNG NGHỆ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc", "/BC-SKHCN", "Lai Châu, ngày", "BÁO CÁO",
    ):  # fmt: skip
        assert part in first
    last = " ".join(page_texts(document)[-1].split())
    assert "Nơi nhận:" in last and "- Lưu: VT." in last and "GIÁM ĐỐC" in last
    assert document[0].get_size() == pytest.approx((595.28, 841.89), abs=0.1)


def test_a_strangers_notebook_has_no_frame():
    said = " ".join(page_texts(opened(everything("en", report=None))))
    assert "REPORT" not in said and "Recipients" not in said


def test_every_page_bears_the_mark_of_illustrative_figures():
    pages = page_texts(opened(everything(illustrative=True)))
    assert len(pages) > 3 and all("SỐ LIỆU MINH HỌA" in " ".join(page.split()) for page in pages)


def test_a_character_that_no_font_has_is_shown_by_its_number_and_told():
    lost = notebook(code(text("# Tên")), markdown("## Kết quả\n\nTốt 😀"))
    with pytest.warns(LostCharacter, match=r"(?s)Kết quả: “Tốt 😀” .*U\+1F600 \(GRINNING FACE\)"):
        pages = page_texts(opened(lost))
    assert "Tốt [U+1F600]" in " ".join(" ".join(pages).split())


def test_a_wide_table_gets_a_page_of_its_own_turned():
    pages = list(opened(notebook(markdown(f"# A\n\nB\n\n## Bảng rộng\n\n{WIDE}\n\nC"))))
    assert [width > height for width, height in (page.get_size() for page in pages)] == [False, True, False]
    with_heading = ["Bảng rộng" in page.get_textpage().get_text_bounded() for page in pages]
    assert with_heading == [False, True, False], "a heading goes with the table below it"


def test_the_fonts_have_every_vietnamese_letter():
    letters = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
    marked = "àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
    assert not page_layout.lost_characters([(letters + marked + (letters + marked).upper(), "bảng chữ cái")])


def test_charts_are_lines_and_text_that_can_be_selected(document):
    assert not [item for page in document for item in page.get_objects() if item.type == pdfium.FPDF_PAGEOBJ_IMAGE]
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert "0,0" in text and "2,0" in text, "the ticks of the chart's axis"
