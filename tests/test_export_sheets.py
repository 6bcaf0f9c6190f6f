"""CSV and Excel of a report's tables: numbers are numbers, text never becomes a formula."""

import csv
import io
import shutil
import subprocess

import openpyxl
import pandas as pd
import pytest
from exported import NASTY, code, everything, executed, key_figures, long_table, notebook
from nbformat import v4

from dti.export.spreadsheets import CSVExporter, ExcelExporter
from dti.show import outputs
from dti.show.outputs import Column, text
from dti.store.faults import DataError

CSV, EXCEL = CSVExporter(), ExcelExporter()


def lines(nb) -> list[list[str]]:
    content = CSV.from_notebook_node(nb)[0]
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def workbook(nb, **options) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(EXCEL.from_notebook_node(nb)[0]), **options)


def figures_table() -> outputs.Shown:
    frame = pd.DataFrame(
        {
            "name": [*NASTY, "số âm", "không biết"],
            "value": [50.84, 1e-7, 8200.0, 0.1 + 0.2, *[1.0] * (len(NASTY) - 4), -9.16, None],
        }
    )
    columns = [Column("name", "=Tên"), Column("value", "Giá trị", numeric=True)]
    return outputs.table(frame, columns, "=Bảng [1]: a/b*c?", kind="indicators")


def test_csv_has_semicolons_and_a_decimal_comma():
    found = lines(notebook(code(figures_table())))
    assert found[0] == ["'=Tên", "Giá trị"]
    assert [row[1] for row in found[1:5]] == ["50,84", "0,0000001", "8200", "0,3"]
    assert [row[1] for row in found[-2:]] == ["-9,16", ""]


def test_csv_in_english_has_a_decimal_point():
    assert lines(notebook(code(figures_table()), lang="en"))[1][1] == "50.84"


def test_text_in_csv_is_no_formula():
    found = [row[0] for row in lines(notebook(code(figures_table())))[1:]]
    assert [value for value in found if value.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert [value.removeprefix("'") for value in found[: len(NASTY)]] == NASTY


def test_csv_holds_the_table_of_indicators_its_parts_together():
    parts = notebook(code(key_figures()), code(long_table(3)), code(long_table(4)), code(long_table(9, kind="sources")))
    assert len(lines(parts)) == 1 + 3 + 4


def test_a_notebook_without_tables_has_no_sheet():
    for exporter in (CSV, EXCEL):
        with pytest.raises(DataError, match="no table"):
            exporter.from_notebook_node(notebook(code(text("Chỉ có chữ."))))


def test_excel_has_a_sheet_per_table_and_a_list_of_them():
    found = workbook(everything())
    assert (found.sheetnames[0], found.sheetnames[-1]) == ("Mục lục", "Biểu đồ") and len(found.sheetnames) == 5
    assert len(found["Biểu đồ"]._images) == 2
    assert all(len(name) <= 31 for name in found.sheetnames)
    contents = found["Mục lục"]
    assert contents["A1"].value == "Báo cáo của Sở <Y> & tế: mục tiêu"
    assert contents["A4"].hyperlink.location == f"'{found.sheetnames[1]}'!A1"
    table = found[found.sheetnames[2]]
    assert table.freeze_panes == "A4" and table.max_row == 3 + 45
    assert table.column_dimensions["B"].width > table.column_dimensions["A"].width


def test_numbers_in_excel_are_numbers_and_text_is_text():
    table = workbook(notebook(code(figures_table()))).worksheets[1]
    cells = list(table.iter_rows(min_row=4))
    assert [row[0].value for row in cells[: len(NASTY)]] == NASTY
    assert {row[0].data_type for row in cells} == {"s"} and not any(row[0].hyperlink for row in cells)
    assert [row[1].value for row in cells[:3]] == [50.84, 1e-07, 8200] and cells[-1][1].value is None
    assert {row[1].data_type for row in cells} == {"n"}
    assert table["A3"].data_type == "s" and table["A3"].value == "=Tên"


def test_illustrative_figures_are_marked():
    marked = everything(illustrative=True)
    assert lines(marked)[0] == ["SỐ LIỆU MINH HỌA"]
    assert all("SỐ LIỆU MINH HỌA" in f"{sheet['A1'].value}{sheet['A2'].value}" for sheet in workbook(marked).worksheets)
    assert "MINH HỌA" not in str(lines(everything()))


def test_the_same_notebook_gives_the_same_bytes():
    for exporter in (CSV, EXCEL):
        assert exporter.from_notebook_node(everything())[0] == exporter.from_notebook_node(everything())[0]


def test_a_real_report_gives_its_indicators_with_their_figures():
    found = lines(executed("02_agency_report", agency="so-y-te", year=2023, lang="vi"))
    online = next(row for row in found if "hồ sơ thủ tục hành chính xử lý trực tuyến" in " ".join(row))
    assert "50,84" in online and "60" in online


def test_tables_of_a_stranger_without_kinds_give_the_largest():
    small, large = (v4.new_output("display_data", figures_table().bundle) for _ in range(2))
    large["data"] = long_table(30).bundle
    assert len(lines(notebook(code(small), code(large), report=None))) == 31


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_libreoffice_runs_no_formula(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(EXCEL.from_notebook_node(notebook(code(figures_table())))[0])
    (tmp_path / "b.csv").write_bytes(CSV.from_notebook_node(notebook(code(figures_table())))[0])
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--infilter=CSV:59,34,76,1", "--convert-to", "fods", "--outdir", tmp_path]
    subprocess.run([*command, tmp_path / "a.xlsx", tmp_path / "b.csv"], check=True, capture_output=True, timeout=120)
    for name in ("a", "b"):
        opened = (tmp_path / f"{name}.fods").read_text(encoding="utf-8")
        assert "cmd|" in opened and "table:formula" not in opened
    assert 'office:value="50.84"' in (tmp_path / "a.fods").read_text(encoding="utf-8")
