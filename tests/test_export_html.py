"""The HTML page: what is on it, what is not, and that nothing in it can run or call out."""

import re
import subprocess
import sys

import lxml.html
import nbformat
import pandas as pd
import pytest
from exported import NASTY, code, everything, executed, figure, long_table, markdown, notebook
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.exporters import get_exporter
from nbformat import v4
from traitlets.config import Config

from dti.export import blocks, from_html
from dti.export.blocks import Table
from dti.export.html import HTMLExporter
from dti.export.report import report
from dti.show import outputs
from dti.show.outputs import Column, text
from dti.store.faults import DataError
from dti.words.markdown import escape, linked
from dti.words.vietnamese import nfc

EXPORTER = HTMLExporter()
FORMATS = ["dti_html", "dti_docx", "dti_pdf", "dti_csv", "dti_xlsx"]


def page(nb) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(EXPORTER.from_notebook_node(nb)[0])


def words(element) -> str:
    return " ".join(element.text_content().split())


@pytest.fixture(scope="module")
def shown() -> lxml.html.HtmlElement:
    return page(everything())


@pytest.mark.parametrize("name", FORMATS)
def test_jupyter_offers_every_format(name):
    exporter = get_exporter(name)()
    assert exporter.export_from_notebook.startswith("DTI report")
    assert exporter.file_extension == f".{name.removeprefix('dti_')}"
    assert exporter.output_mimetype


def test_the_page_is_in_the_language_of_the_notebook_and_drops_the_other():
    vietnamese, english = page(everything("vi")), page(everything("en"))
    assert (vietnamese.get("lang"), english.get("lang")) == ("vi", "en")
    assert [words(h) for h in vietnamese.iter("h2")] == ["Còn cách bao xa?"]
    assert [words(h) for h in english.iter("h2")] == ["How far is it?"]


def test_a_text_cell_with_both_languages_shows_one_of_them_and_other_quotes_stay():
    both = markdown("## Còn bao xa?\n> How far is it?\n\n- một\n- hai\n\n> - one\n> - two", "vi", "en")
    quote = markdown("Một câu.\n\n> Trích nguyên văn.")
    for lang, heading, items in (("vi", "Còn bao xa?", ["một", "hai"]), ("en", "How far is it?", ["one", "two"])):
        made = page(notebook(both, quote, lang=lang))
        assert [words(h) for h in made.iter("h2")] == [heading]
        assert [words(item) for item in made.find(".//main").iter("li")] == items
        assert [words(one) for one in made.iter("blockquote")] == ["Trích nguyên văn."]


def test_the_title_is_the_first_heading(shown):
    title = "Báo cáo của Sở <Y> & tế: mục tiêu"
    assert shown.findtext(".//title") == title
    assert [words(h) for h in shown.iter("h1")] == [title]


def test_a_notebook_without_a_heading_is_called_as_its_file():
    made, _ = EXPORTER.from_notebook_node(notebook(code(text("Một câu."))), {"metadata": {"name": "thu_nghiem"}})
    assert "<title>thu_nghiem</title>" in made


@pytest.mark.parametrize("absent", ["Ghi chú của người", "in ra màn hình", "Traceback", "lỗi nội bộ", "year = 2023"])
def test_notes_code_streams_and_errors_stay_behind(absent):
    assert absent not in EXPORTER.from_notebook_node(everything())[0]


def test_nothing_can_run_or_call_out(shown):
    policy = shown.find(".//meta[@http-equiv]").get("content")
    assert policy.startswith("default-src 'none'; img-src data:; font-src data:; style-src 'sha256-")
    assert "unsafe" not in policy
    for element in shown.iter(lxml.html.etree.Element):
        assert element.tag not in {"script", "link", "iframe", "object", "embed", "base", "form", "foreignobject"}
        assert not [name for name in element.attrib if name.startswith("on") or name in ("style", "srcset", "action")]
        assert element.get("src", "data:").startswith("data:")
        assert re.match(r"#|https://|mailto:", element.get("href", "#"))


def test_data_is_shown_letter_by_letter(shown):
    text_ = words(shown.find(".//main"))
    for nasty in NASTY:
        assert " ".join(nasty.split()) in text_


def test_tables_say_what_they_are(shown):
    tables = list(shown.iter("table"))
    assert [words(table.find("caption"))[:7] for table in tables] == ["Bảng 1.", "Bảng 2.", "Bảng 3."]
    for table in tables:
        assert {cell.get("scope") for cell in table.iterfind("thead//th")} == {"col"}
        for row in table.iterfind("tbody/tr"):
            assert row.find("th").get("scope") in ("row", "colgroup")
    long = tables[1]
    assert len(long.findall("tbody/tr[@class='group']")) == 3
    assert {cell.getparent().index(cell) for cell in long.iterfind("tbody//*[@class='n']")} == {0, 2, 3}
    region = long.getparent()
    assert (region.get("role"), region.get("tabindex")) == ("region", "0") and region.get("aria-label")


def test_the_name_of_an_indicator_heads_its_row_not_its_number(shown):
    row = shown.findall(".//tr[@id]")[2]
    assert [cell.tag for cell in row][:2] == ["td", "th"]


def test_charts_have_alternative_text_and_a_caption(shown):
    for number, chart in enumerate(shown.iter("figure"), start=1):
        assert chart.find(".//svg").get("aria-label") in (f"Nói bằng lời: {NASTY[3]}", "Hai")
        assert words(chart.find("figcaption")).startswith(f"Hình {number}.")


def test_figures_link_to_the_row_that_shows_them(shown):
    links = [link for link in shown.find(".//main").iter("a") if "source" in link.get("class", "")]
    assert len(links) == 7  # the link that leads nowhere is text
    for link in links:
        row = shown.get_element_by_id(link.get("href")[1:])
        assert link.text_content() in [words(cell) for cell in row] + ["6%"]


def test_the_page_says_who_issues_it_only_for_reports_of_ours():
    assert "SỞ KHOA HỌC VÀ CÔNG NGHỆ" in words(page(everything()).find(".//header"))
    assert "SỞ KHOA HỌC" not in words(page(everything(report=None)))


def test_illustrative_figures_are_marked_on_screen_and_on_paper():
    marked, plain = page(everything(illustrative=True)), page(everything())
    assert words(marked.find(".//aside")) == "SỐ LIỆU MINH HỌA"
    assert '@top-right { content: "SỐ LIỆU MINH HỌA"; }' in marked.findtext(".//style")
    assert plain.find(".//aside") is None and "MINH HỌA" not in plain.text_content()
    english = words(page(everything("en", illustrative=True)).find(".//aside"))
    assert "ILLUSTRATIVE" in english and "SỐ LIỆU MINH HỌA" in english


def test_the_same_notebook_gives_the_same_page():
    assert EXPORTER.from_notebook_node(everything())[0] == EXPORTER.from_notebook_node(everything())[0]


def test_an_output_that_stands_twice_keeps_one_anchor():
    shown = page(notebook(code(text("# A")), code(long_table(2)), code(long_table(2))))
    ids = [element.get("id") for element in shown.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


FOREIGN = """
<style>td {color: red}</style><script>alert(1)</script><iframe src="https://example.invalid"></iframe>
<div onclick="alert(2)"><table border="1" class="dataframe"><thead>
<tr style="text-align: right;"><th></th><th colspan="2" halign="left">a</th></tr><tr><th></th><th>x</th><th>y</th></tr>
</thead><tbody><tr><th rowspan="2" valign="top">r</th><td>1.5</td><td>một</td></tr><tr><td>NaN</td><td>hai</td></tr>
</tbody></table></div><p>sau <a href="javascript:alert(3)">liên kết</a><svg onload="alert(4)"></svg>
<img src="https://example.invalid/x.png" alt="ảnh ngoài"></p>
"""


def test_any_notebook_can_be_exported():
    foreign = notebook(
        markdown("# Của người khác\n\n| a | b |\n|---|--:|\n| x | 1 |\n\n```\nmã  hai\n```\n\n#### Sâu"),
        code(v4.new_output("execute_result", {"text/html": FOREIGN, "text/plain": "x"})),
        code(v4.new_output("execute_result", {"text/plain": "array([1,\n       <2>])"})),
        code(output_without_metadata()),
        report=None,
    )
    shown = page(foreign)
    assert not list(shown.iter("script")) and "alert" not in EXPORTER.from_notebook_node(foreign)[0]
    assert "example.invalid" not in EXPORTER.from_notebook_node(foreign)[0]
    assert "sau liên kết" in words(shown) and "ảnh ngoài" in words(shown)
    table = shown.findall(".//table")[1]
    assert [cell.get("colspan") for cell in table.findall("thead/tr[1]/*")] == [None, "2"]
    assert [cell.get("class") for cell in table.findall("tbody/tr[1]/td")] == ["n", None]
    assert [pre.text for pre in shown.iter("pre")] == ["mã  hai", "array([1,\n       <2>])"]
    assert shown.find(".//figure//svg").get("aria-label") == "a"
    assert [h.tag for h in shown.iter("h1", "h2", "h3", "h4")] == ["h1", "h2"]  # no level is skipped


def output_without_metadata():
    output = outputs.chart(figure(), "c", "a")
    output.metadata.clear()
    return output


def test_an_image_that_is_none_is_an_error_not_a_gap():
    broken = v4.new_output("display_data", {"image/png": "AAAA"}, metadata={"image/png": {"caption": "Biểu đồ"}})
    with pytest.raises(DataError, match="Biểu đồ"):
        EXPORTER.from_notebook_node(notebook(code(broken)))


TAGS = [
    "p",
    "div",
    "table",
    "thead",
    "tbody",
    "tr",
    "td",
    "th",
    "ul",
    "li",
    "b",
    "a",
    "br",
    "h1",
    "script",
    "pre",
    "svg",
]
PIECES = st.one_of(
    st.sampled_from(TAGS).map(lambda tag: f"<{tag}>"),
    st.sampled_from(TAGS).map(lambda tag: f"</{tag}>"),
    st.sampled_from(
        ['<td rowspan="3" colspan=2>', '<a href="javascript:x">', '<img src="data:image/png;base64', "<!--"]
    ),
    st.text(max_size=8),
)


@given(st.lists(PIECES, max_size=25).map("".join))
def test_whatever_the_markup_the_tree_is_sound(markup):
    for block in blocks.walk(from_html.parse(markup)):
        if isinstance(block, Table):
            for rows in (block.head, block.body):
                for line in blocks.grid(rows):
                    taken = [column + step for column, cell, _ in line for step in range(cell.colspan)]
                    assert sorted(taken) == list(range(block.width))


@given(st.text(max_size=60))
def test_escaped_text_comes_out_letter_by_letter(value):
    value = " ".join(from_html.CONTROL.sub("", value).split())
    shown = report(notebook(code(text(f"x {escape(value)} x"))))
    assert blocks.plain(shown.blocks[0].runs) == nfc(f"x {value} x".replace("x  x", "x x"))


def test_print_refers_to_the_row_by_number_once_for_neighbours():
    anchor = "i-chi-tieu-co-ten-rat-dai-de-vuot-qua-gioi-han"
    figures = linked("0%", f"{anchor}-1"), linked("1%", f"{anchor}-1"), linked("2%", f"{anchor}-2")
    shown = report(notebook(code(text(", ".join(figures))), code(long_table(5))))
    assert [run.reference for run in shown.blocks[0].runs if run.link] == ["", "1.2", "1.3"]


def test_columns_without_numbers_still_have_a_row_header():
    shown = outputs.table(pd.DataFrame({"a": [1]}), [Column("a", "A", numeric=True)], "B")
    assert '<th scope="row" class="n">1</th>' in shown.bundle["text/html"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_figure_of_a_real_report_can_be_followed(lang):
    shown = page(executed("02_agency_report", agency="so-y-te", year=2023, lang=lang))
    links = shown.find(".//main").find_class("source")
    assert links
    assert all(shown.get_element_by_id(link.get("href")[1:], None) is not None for link in links)


def test_a_notebook_that_was_not_run_is_refused_in_its_own_language():
    blank = notebook(code(source="1 + 1"), lang="en")
    with pytest.raises(DataError, match=r"The notebook trial has no results to export\. Run all its cells"):
        EXPORTER.from_notebook_node(blank, {"metadata": {"name": "trial"}})


@pytest.fixture
def not_run(tmp_path):
    """A notebook of one table, as it is committed: without outputs."""
    cell = v4.new_code_cell('import pandas as pd\npd.DataFrame({"Chỉ tiêu": ["Một"], "Kết quả": [12.5]})')
    blank = notebook(v4.new_markdown_cell("# Thử xuất"), cell, report=None)
    path = tmp_path / "thu.ipynb"
    path.write_text(nbformat.writes(blank), encoding="utf-8")
    return path


def nbconvert(*arguments) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", "nbconvert", *arguments], capture_output=True, text=True, timeout=120)


def test_nbconvert_says_in_one_sentence_why_a_notebook_cannot_be_exported(not_run):
    ended = nbconvert("--to", "dti_html", not_run)
    assert ended.returncode == 1
    assert "Sổ tay thu chưa có kết quả để xuất" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not not_run.with_suffix(".html").exists()


def test_nbconvert_runs_the_notebook_first_where_it_is_told_to(not_run):
    ended = nbconvert("--execute", "--to", "dti_html", not_run)
    assert ended.returncode == 0, ended.stderr
    made = lxml.html.document_fromstring(not_run.with_suffix(".html").read_text(encoding="utf-8"))
    assert [words(cell) for cell in made.iter("td", "th")][-1] == "12.5"


@pytest.mark.parametrize("name", FORMATS)
def test_every_exporter_runs_the_notebook_where_it_is_told_to_and_else_loses_no_time(name):
    switched_on = Config({"ExecutePreprocessor": {"enabled": True}})
    execute = ["nbconvert.preprocessors.ExecutePreprocessor"]
    assert get_exporter(name)(config=switched_on).default_preprocessors == execute
    assert get_exporter(name)().default_preprocessors == []
