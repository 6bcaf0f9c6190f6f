"""Strangers' Excel and CSV files: every cell as others read it, and what others hide."""

import io
import subprocess
import sys
import unicodedata
from datetime import datetime
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from dti.intake.cells import Unreadable, clean, reference
from dti.intake.read_csv import decode, old_font
from dti.intake.reading import FileReader, read_bytes, read_grids

TEXT = "Tỷ lệ hồ sơ, đúng hạn; “Ưu tiên” ở xã Nậm Nhùn"


def workbook(fill) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        fill(book, book.add_worksheet("Một"))
    return target.getvalue()


def saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


CELLS = st.one_of(
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 6)),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1, max_size=20),
)


@pytest.fixture(scope="module")
def reading():
    with FileReader() as one:
        yield one


@settings(deadline=None)
@given(st.dictionaries(st.tuples(st.integers(0, 30), st.integers(0, 12)), CELLS, min_size=1, max_size=20))
def test_cells_are_what_was_written(reading, cells):
    def fill(_, sheet):
        for (row, column), value in cells.items():
            sheet.write_string(row, column, value) if isinstance(value, str) else sheet.write_number(row, column, value)

    (grid,) = reading.grids(workbook(fill), ".xlsx")
    for (row, column), value in cells.items():
        cell = grid.cells.get((row + 1, column + 1))
        if isinstance(value, str):
            assert (cell.text if cell else "") == value.strip("\t\n\r\x0b\x0c \u00a0\ufeff")
        else:
            assert float(cell.number) == value


def test_per_cent_dates_errors_and_scaled_numbers_are_told_apart():
    def fill(book, sheet):
        formats = [
            "0.00%",
            "dd/mm/yyyy",
            "[$-42A]d mmmm yyyy",
            "#,##0,",
            '0" nghìn"',
            '0.0000"%"',
            "#,##0.0000",
            "General",
        ]
        for row, text in enumerate(formats):
            sheet.write_number(row, 0, 0.5084, book.add_format({"num_format": text}))
        sheet.write_boolean(8, 0, True)
        sheet.write_formula(9, 0, "=1+1", None, 2)
        sheet.write_formula(10, 0, "=1/0", None, "#DIV/0!")
        sheet.write_formula(11, 0, "=1+1", None, "")

    (grid,) = read_grids(workbook(fill), ".xlsx")
    kinds = [grid.cells[row, 1].kind for row in range(1, 13)]
    assert kinds == [
        *["percent", "date", "date", "scaled", "scaled", "number", "number", "number"],
        *["boolean", "number", "error", "formula"],
    ]
    assert grid.text(1, 1) == "50,84%"


def test_what_excel_computed_is_read_with_the_digits_excel_shows():
    (grid,) = read_grids(workbook(lambda _, sheet: sheet.write_number(0, 0, 0.1 + 0.2)), ".xlsx")
    assert grid.cells[1, 1].number == Decimal("0.3")


@pytest.mark.parametrize("first_day", ["1900", "1904"])
def test_a_date_in_a_note_reads_as_a_date(first_day):
    book = openpyxl.Workbook()
    if first_day == "1904":
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active["A1"] = datetime(2023, 12, 5)
    (grid,) = read_grids(saved(book), ".xlsx")
    assert grid.text(1, 1) == "05/12/2023"


def test_hidden_and_merged_places_are_kept():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["C5"] = 1, 2
    sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["C"].hidden = True
    sheet.merge_cells("A1:B2")
    book.create_sheet("khác").sheet_state = "veryHidden"
    first, second = read_grids(saved(book), ".xlsx")
    assert first.hidden_rows == {5} and any(3 in hidden for hidden in first.hidden_columns)
    assert first.merged == ["A1:B2"] and second.hidden


def test_rich_text_is_read_without_reading_aids_and_escapes_are_undone():
    def fill(book, sheet):
        bold = book.add_format({"bold": True})
        sheet.write_rich_string(0, 0, "Sở ", bold, "Y tế")
        sheet.write_string(1, 0, "dòng 1\x0bdòng 2")

    (grid,) = read_grids(workbook(fill), ".xlsx")
    assert grid.text(1, 1) == "Sở Y tế" and grid.text(2, 1) == "dòng 1 dòng 2"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_is_read_in_every_encoding_and_with_every_separator(encoding, separator):
    quoted = f'mã{separator}ghi chú\na{separator}"{TEXT}\nhai dòng"\n'
    (grid,) = read_grids(quoted.encode(encoding), ".csv")
    assert grid.text(2, 2) == f"{TEXT} hai dòng"


@given(st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặềểễếệờởỡớợựứừửữ ", min_size=1))
def test_windows_1258_text_comes_back_composed(text):
    parts = "".join(
        letter if letter in "âêô" else split
        for letter in text
        for split in [_marks_apart(unicodedata.normalize("NFD", letter))]
    )
    content = b"x" + parts.encode("cp1258")
    if not _is_utf8(content):
        assert decode(content) == "x" + text


def _marks_apart(letters: str) -> str:
    """Return base letter with its shape joined and its tone apart, as Windows-1258 writes them."""
    shape, tone = "", ""
    for sign in letters:
        if sign in "\u0300\u0309\u0303\u0301\u0323":
            tone += sign
        else:
            shape += sign
    return unicodedata.normalize("NFC", shape) + tone


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_decomposed_accents_are_composed():
    (grid,) = read_grids("mã;tên\na;Ti\u0309nh\n".encode(), ".csv")
    assert grid.text(2, 2) == "Tỉnh"


def test_text_of_old_fonts_is_recognised_and_vietnamese_is_not_mistaken_for_it():
    assert old_font("§¹i héi c¸n bé c«ng chøc") == "tcvn3"
    assert old_font("Ñaïi hoäi caùn boä coâng chöùc") == "vni"
    for text in (TEXT, "Tuần, xuân, toán, huyện; © 2023 «VNPT» 20 µm", "Zürich, España; phần mềm Misa®", "", "50%"):
        assert old_font(text) == ""


def test_row_numbers_are_those_of_the_file_with_blank_lines_and_an_excel_separator_line():
    (grid,) = read_grids(b"sep=;\r\nname;value\r\n\r\na;1\r\n", ".csv")
    assert grid.rows() == [2, 4]


def test_control_and_direction_signs_are_taken_out_of_text():
    assert clean("a\u202eb\x1b[31m\u200b\ud800") == "ab[31m"


def test_places_are_named_as_excel_names_them():
    assert [reference(1, column) for column in (1, 26, 27, 702, 703)] == ["A1", "Z1", "AA1", "ZZ1", "AAA1"]


def test_a_folder_or_a_missing_file_is_told(tmp_path):
    (tmp_path / "thu-muc.csv").mkdir()
    for path in (tmp_path / "thu-muc.csv", tmp_path / "khong-co.xlsx", tmp_path / "a\0b.csv"):
        with pytest.raises(Unreadable) as caught:
            read_bytes(path)
        assert caught.value.code in ("no-access", "not-a-file")


def test_a_serial_number_beyond_the_calendar_is_no_crash():
    def fill(book, sheet):
        sheet.write_number(0, 0, 1e14, book.add_format({"num_format": "dd/mm/yyyy"}))

    (grid,) = read_grids(workbook(fill), ".xlsx")
    assert grid.cells[1, 1].kind == "error" and grid.text(1, 1)


@pytest.mark.parametrize(
    ("number_format", "value"),
    [
        (r"0\0\0", 5), ("[h]", 2), (";;;", 50), ("0,%", 0.5), ("-0", 5), ("0;0", -5), ('"9"0', 5), ("0", 71.5),
        ("0%", 0.7108), ("#,##0,", 12000), ("0.0E+00", 1234), ("# ?/?", 0.5), ('0" nghìn"', 12), ("[>1]0;1", 5),
    ],
)  # fmt: skip
def test_a_format_that_shows_another_number_is_told(reading, number_format, value):
    def fill(book, sheet):
        sheet.write_number(0, 0, value, book.add_format({"num_format": number_format}))

    (grid,) = reading.grids(workbook(fill), ".xlsx")
    assert grid.cells[1, 1].kind in ("scaled", "date")


@pytest.mark.parametrize("number_format", ["General", "0", "0.00", "#,##0", "#,##0.00_);(#,##0.00)", "[Red]0", "@"])
def test_a_format_that_shows_the_number_is_none_of_a_readers_business(reading, number_format):
    def fill(book, sheet):
        sheet.write_number(0, 0, 1234, book.add_format({"num_format": number_format}))

    (grid,) = reading.grids(workbook(fill), ".xlsx")
    assert (grid.cells[1, 1].kind, grid.cells[1, 1].number) == ("number", 1234)


def test_runs_and_cells_that_are_struck_out_or_raised_are_told(reading):
    def fill(book, sheet):
        struck, raised = book.add_format({"font_strikeout": True}), book.add_format({"font_script": 1})
        sheet.write_rich_string(0, 0, struck, "50", "60")
        sheet.write_rich_string(1, 0, "71", raised, "2")
        sheet.write_string(2, 0, "50", struck)
        sheet.write_number(3, 0, 50, struck)
        sheet.write_number(4, 0, 50, raised)
        sheet.write_rich_string(5, 0, "50", book.add_format({"bold": True}), "60")

    (grid,) = reading.grids(workbook(fill), ".xlsx")
    assert [grid.cells[row, 1].marked for row in range(1, 7)] == ["struck", "raised", "struck", "struck", "raised", ""]


def test_what_a_file_does_to_its_reader_stays_there(reading, monkeypatch):
    monkeypatch.setattr("dti.intake.reading.SECONDS", 0)
    with pytest.raises(Unreadable) as caught:
        reading.grids(workbook(lambda _, sheet: sheet.write_number(0, 0, 1)), ".xlsx")
    assert caught.value.code == "too-heavy"
    monkeypatch.undo()
    assert reading.grids(workbook(lambda _, sheet: sheet.write_number(0, 0, 1)), ".xlsx")[0].text(1, 1) == "1"


def test_memory_is_bounded():
    done = subprocess.run(
        [sys.executable, "-c", "from dti.intake.reading import _bound_memory; _bound_memory(); bytearray(10**9)"],
        capture_output=True,
        text=True,
    )
    assert "MemoryError" in done.stderr
