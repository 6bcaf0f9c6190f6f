"""What an analyst adds to a notebook with pandas and seaborn goes into every format, numbered, captioned, described."""

import base64
import csv
import io
import re

import docx
import lxml.html
import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import openpyxl
import pandas as pd
import papermill
import pypdfium2
import pytest
import seaborn as sns
from docx.oxml.ns import qn
from matplotlib.figure import Figure
from nbformat import v4

from dti import show
from dti.export.docx import WordExporter
from dti.export.html import HTMLExporter
from dti.export.pdf import PDFExporter
from dti.export.spreadsheets import CSVExporter, ExcelExporter
from dti.show import fonts, look, svg

LONG = "Tỷ lệ hồ sơ xử lý trực tuyến của cấp xã, vùng khó khăn nhất"
CELLS = [
    'lang, year = "vi", 2023',
    "import pandas as pd\nimport seaborn as sns\nfrom dti import show\nfrom dti.show import look\nshow.set_theme(lang)",
    f'rows = pd.DataFrame({{"name": ["Tỷ lệ <A> & B", "{LONG}"], "gap": [9.16, 24.5]}})',
    'rows.style.pipe(show.styled, caption="Khoảng cách lớn nhất", names={"gap": "Còn thiếu"})',
    "rows",
    'ax = sns.barplot(rows, x="gap", y="name", color=look.BLUE)\n'
    'show.chart(ax, "Hai tỷ lệ còn thiếu", "Tỷ lệ A thiếu 9,16; cấp xã thiếu 24,5.", subtitle="điểm phần trăm, 2023")',
    'sns.stripplot(rows, x="gap", y="name").set_title("Một hình để mở")',
]


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The cells, run by a real kernel as an analyst runs them."""
    folder = tmp_path_factory.mktemp("bench")
    cells = [v4.new_code_cell(source) for source in CELLS]
    cells[0].metadata["tags"] = ["parameters"]
    made = v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    nbformat.write(made, folder / "sua.ipynb")
    return papermill.execute_notebook(folder / "sua.ipynb", folder / "chay.ipynb", progress_bar=False)


def test_the_page_has_tables_and_charts_with_number_caption_and_words(executed):
    page = lxml.html.document_fromstring(HTMLExporter().from_notebook_node(executed)[0])
    assert [caption.text_content() for caption in page.iter("figcaption")] == [
        "Hình 1. Hai tỷ lệ còn thiếu",
        "Hình 2. Một hình để mở",
    ]
    assert [caption.text_content() for caption in page.iter("caption")] == ["Bảng 1. Khoảng cách lớn nhất"]
    first, second = page.iter("svg")
    assert first.get("aria-label") == "Tỷ lệ A thiếu 9,16; cấp xã thiếu 24,5."
    assert second.get("aria-label") == "Một hình để mở"
    assert "Tỷ lệ <A> & B" in [text.text for text in first.iter("text")], "text stays text, and can be selected"
    assert "9,16" in page.find(".//table").text_content() and "Còn thiếu" in page.find(".//table").text_content()
    assert not list(page.iter("img"))


def test_word_has_pictures_with_alternative_text(executed):
    document = docx.Document(io.BytesIO(WordExporter().from_notebook_node(executed)[0]))
    described = [drawing.get("descr") for drawing in document.element.body.iter(qn("wp:docPr"))]
    assert described == ["Tỷ lệ A thiếu 9,16; cấp xã thiếu 24,5.", "Một hình để mở"]
    captions = [p.text for p in document.paragraphs if p.style.name in ("Caption", "Figure Caption")]
    assert captions == ["Bảng 1. Khoảng cách lớn nhất", "Hình 1. Hai tỷ lệ còn thiếu", "Hình 2. Một hình để mở"]


def test_the_pdf_says_the_same(executed):
    pages = pypdfium2.PdfDocument(PDFExporter().from_notebook_node(executed)[0])
    text = " ".join("".join(page.get_textpage().get_text_bounded() for page in pages).split())
    for said in (
        "Hình 1. Hai tỷ lệ còn thiếu",
        "điểm phần trăm, 2023",
        "Bảng 1. Khoảng cách lớn nhất",
        "Tỷ lệ <A> & B",
    ):
        assert said in text


def test_excel_and_csv_hold_the_raw_figures(executed):
    book = openpyxl.load_workbook(io.BytesIO(ExcelExporter().from_notebook_node(executed)[0]))
    assert len(book["Biểu đồ"]._images) == 2
    tables = [sheet for sheet in book.worksheets[1:] if sheet.title != "Biểu đồ"]
    assert [sheet["A1"].value or "" for sheet in tables] == ["Khoảng cách lớn nhất", ""]
    for sheet in tables:
        assert [[cell.value for cell in row][-2:] for row in sheet.iter_rows(min_row=4)] == [
            ["Tỷ lệ <A> & B", 9.16],
            [LONG, 24.5],
        ]
    content = CSVExporter().from_notebook_node(executed)[0].decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content), delimiter=";"))[1][-2:] == ["Tỷ lệ <A> & B", "9,16"]


def test_a_chart_shows_once_and_takes_what_seaborn_gives():
    rows = pd.DataFrame({"a": [1, 2, 3, 4], "b": [2.0, 1.0, 4.0, 3.0], "c": list("xyxy")})
    for drawn in (sns.scatterplot(rows, x="a", y="b"), sns.relplot(rows, x="a", y="b", col="c"), Figure()):
        assert "data:image/svg+xml;base64," in show.chart(drawn, "c", "a").bundle["text/html"]
    assert not plt.get_fignums()
    with pytest.raises(TypeError, match="not str"):
        show.chart("hình", "c", "a")


def drawn_texts(figure, **options):
    return list(re.finditer(r"<text ([^>]*)>([^<]*)</text>", _markup(show.chart(figure, "c", "a", **options))))


def _markup(shown):
    return base64.b64decode(re.search(r'base64,([^"]+)"', shown.bundle["text/html"])[1]).decode()


def test_type_is_never_below_nine_points_and_labels_stay_in_the_picture():
    names = [f"Tỷ lệ cán bộ, công chức, viên chức cấp xã được tập huấn an toàn thông tin lần {n}" for n in range(8)]
    with look.look():
        figure, axes = look.new_figure(1.0)
        axes.barh(names, range(8))
        axes.annotate("một con số rất dài viết bên cạnh", (7, 7), (5, 0), textcoords="offset points", fontsize=5)
    found = drawn_texts(figure, subtitle="điểm phần trăm " * 30)
    sizes = [float(re.search(r'font-size="([\d.]+)', text[1])[1]) for text in found]
    assert found and min(sizes) >= 9
    for (attributes, words), size in zip((text.groups() for text in found), sizes, strict=True):
        x, anchor = (
            float(re.search(r'(?:x="|translate\()(-?[\d.]+)', attributes)[1]),
            re.search(r'anchor="(\w+)', attributes),
        )
        width = fonts.text_width(words) * size
        start = x - {"end": width, "middle": width / 2}.get(anchor[1] if anchor else "start", 0)
        assert start > -1 and start + width < 469, words


def test_ticks_are_written_as_the_language_writes_numbers():
    for lang, sign in (("vi", "0,5"), ("en", "0.5")):
        figure = Figure()
        figure.subplots().plot([0, 1], [0, 1])
        figure.axes[0].set_xticks([0, 0.5, 1])
        assert sign in [text[2] for text in drawn_texts(figure, lang=lang)]


HOSTILE = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10"
onload="x()">
<script>alert(1)</script><foreignObject><body/></foreignObject><a href="javascript:x"><text>chữ</text></a>
<image href="https://example.invalid/a.png"/><use xlink:href="https://example.invalid/#a"/>
<style>*{fill:url(//x)}</style><rect fill="url(https://example.invalid/#b)" style="stroke: red; background: url(x)"
onclick="y()" width="3" height="3"/></svg>"""


def test_a_figure_beside_a_mark_keeps_all_its_decimals():
    figure, axes = plt.subplots()
    axes.scatter([0.123456], [0.5])
    axes.annotate("0.5659", (0.123456, 0.5))
    shown = show.chart(figure, "", "", lang="en").bundle["text/html"]
    markup = base64.b64decode(re.search('base64,([^"]+)', shown)[1]).decode()
    assert "0.5659" in svg.texts(markup)
    assert not any(re.search(r"\d\.\d{3}", tag) for tag in re.findall("<[^>]+>", markup))


def test_a_drawing_brings_nothing_that_runs_or_calls_out():
    made = svg.clean(HOSTILE)
    for word in (
        "script",
        "foreignObject",
        "onload",
        "onclick",
        "example.invalid",
        "style",
        "javascript",
        "background",
    ):
        assert word not in made
    assert '<rect width="3" height="3" stroke="red"/>' in made
    for broken in ("<svg", "<html/>", '<svg xmlns="http://www.w3.org/2000/svg"/>', '<svg viewBox="a b c d"/>'):
        with pytest.raises(svg.NotSVG):
            svg.clean(broken)


def test_the_same_figure_gives_the_same_text():
    def drawn():
        figure = Figure()
        figure.subplots().plot(range(3))
        return _markup(show.chart(figure, "c", "a"))

    assert drawn() == drawn() and svg.clean(drawn()) == drawn()


def test_points_that_seaborn_spreads_at_random_fall_the_same_way_in_every_run():
    drawn = []
    for _ in range(2):
        with mpl.rc_context():
            show.set_theme("vi")
            axes = sns.stripplot(x=[0.0] * 9, y=["một"] * 9)
        drawn.append(show.chart(axes, "Hình", "Chín điểm").bundle["text/html"])
    assert drawn[0] == drawn[1]
