"""The form as its reader gets it: right rows, only the right cells open, text that stays text."""

import csv
import io
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from dti.intake.form_layout import FIGURES_SHEET, GUIDE_SHEET, MARK_ILLUSTRATIVE, identity_of
from dti.intake.forms import form
from dti.intake.take_in import intake
from dti.store.faults import DataError
from dti.store.tables import load_all

NASTY = ["=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-1", "<script>alert(1)</script>", "http://example.org", "0123"]


@pytest.fixture(scope="module")
def tables():
    return load_all(["agencies", "indicators", "responsibilities", "observations", "sources"])


@pytest.fixture(scope="module")
def book(tables):
    return openpyxl.load_workbook(io.BytesIO(form(tables, "huyen-sin-ho", 2023)))


def rows_of(sheet) -> dict[str, list]:
    rows = (list(row) for row in sheet.iter_rows() if str(row[0].value).count("|") == 3)
    return {row[0].value.rpartition("|")[0]: row for row in rows}


def test_every_figure_due_has_a_row_with_last_result_and_target(book, tables):
    rows = rows_of(book[FIGURES_SHEET])
    texts = [cell.value for cell in rows["pho-cap-ky-nang-so|huyen-sin-ho|count"]]
    assert texts[4:10] == ["UBND huyện Sìn Hồ", "Số lượng", "Toàn tỉnh", "–", "≥\N{NO-BREAK SPACE}100.000", None]
    texts = [cell.value for cell in rows["ho-so-cong-viec-cap-huyen|huyen-sin-ho|percent"]]
    assert texts[4:10] == ["UBND huyện Sìn Hồ", "%", "Cấp huyện", "40%\n(toàn tỉnh)", "50%", None]
    assert len(rows) == len(tables["responsibilities"].query("agency_id == 'huyen-sin-ho'"))


def test_only_the_cells_to_fill_are_open(book):
    sheet = book[FIGURES_SHEET]
    assert sheet.protection.sheet and book[GUIDE_SHEET].protection.sheet
    for id_, cells in rows_of(sheet).items():
        open_columns = {cell.column_letter for cell in cells if not cell.protection.locked}
        parts = {"K", "L"} if id_.endswith(("percent", "ratio")) else set()
        assert open_columns == {"J", "M", "N"} | parts
    assert sheet.column_dimensions["A"].hidden


def test_excel_checks_results_by_unit(book):
    sheet = book[FIGURES_SHEET]
    checks = {str(check.sqref): check.formula1 for check in sheet.data_validations.dataValidation}
    rows = rows_of(sheet)
    percent = rows["ho-so-cong-viec-cap-huyen|huyen-sin-ho|percent"][9].coordinate
    count = rows["pho-cap-ky-nang-so|huyen-sin-ho|count"][9].coordinate
    assert "<=100" in checks[percent] and "INT(" not in checks[percent]
    assert f"INT({count})={count}" in checks[count]


def test_it_prints_on_a4_across_with_the_header_on_every_page(book):
    sheet = book[FIGURES_SHEET]
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.print_title_rows == "$9:$9"
    assert sheet.freeze_panes == "D10"


def test_the_leading_agency_is_asked_for_the_province(tables):
    sheet = openpyxl.load_workbook(io.BytesIO(form(tables, "so-y-te", 2023)))[FIGURES_SHEET]
    assert rows_of(sheet)["ho-so-suc-khoe-dien-tu|tinh|percent"][4].value == "Tỉnh Lai Châu"


def test_the_same_form_has_the_same_bytes(tables):
    assert form(tables, "so-y-te", 2023) == form(tables, "so-y-te", 2023)


def test_an_illustrative_form_says_so_on_every_sheet(tables):
    book = openpyxl.load_workbook(io.BytesIO(form(tables, "so-y-te", 2023, illustrative=True)))
    for sheet in book:
        assert MARK_ILLUSTRATIVE in {cell.value for row in sheet.iter_rows() for cell in row}
    assert identity_of(book[FIGURES_SHEET]["A1"].value).illustrative


@pytest.mark.parametrize("agency", ["so-khong-co", "tinh", "../x", "ban-chi-dao-chuyen-doi-so-tinh"])
def test_an_agency_without_a_form_is_told(tables, agency):
    with pytest.raises(DataError, match=agency.replace(".", r"\.")):
        form(tables, agency, 2023)


def converted(path: Path, kind: str, tmp_path: Path) -> Path:
    """Open a file in LibreOffice and save it as another kind."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("there is no LibreOffice on this machine")
    out = tmp_path / "libreoffice"
    command = [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", kind]
    subprocess.run([*command, "--outdir", str(out), str(path)], check=True, capture_output=True, timeout=120)
    return out / f"{path.stem}.{kind.partition(':')[0]}"


def test_names_and_notes_that_look_like_formulas_come_out_as_text_in_libreoffice(tables, tmp_path):
    indicators = tables["indicators"].copy()
    due = rows_of(openpyxl.load_workbook(io.BytesIO(form(tables, "so-y-te", 2023)))[FIGURES_SHEET])
    ids = [key.split("|")[0] for key in due][: len(NASTY)]
    for indicator, text in zip(ids, NASTY, strict=True):
        indicators.loc[indicators["indicator_id"] == indicator, ["name_vi", "note"]] = text
    answers = {tuple(key.split("|")[:2]): {"note": text} for key, text in zip(due, NASTY, strict=False)}
    path = tmp_path / "form.xlsx"
    path.write_bytes(form({**tables, "indicators": indicators}, "so-y-te", 2023, answers=answers))
    lines = list(
        csv.reader(converted(path, "csv:Text - txt - csv (StarCalc):44,34,76", tmp_path).open(encoding="utf-8"))
    )
    shown = [line for line in lines if line[0].count("|") == 3][: len(NASTY)]
    assert [[line[2], line[3], line[12]] for line in shown] == [[text] * 3 for text in NASTY]


def test_a_form_saved_by_libreoffice_is_taken_in_as_it_was_filled(tables, tmp_path, data_copy):
    answers = {
        ("ho-so-suc-khoe-dien-tu", "tinh"): {"value": "71,5%", "evidence": "Báo cáo số 12/BC-SYT"},
        ("may-tinh-cap-tinh", "so-y-te"): {"value": 99.5, "numerator": 398, "denominator": 400},
        ("co-so-du-lieu", "so-y-te"): {"value": 3, "note": "=1+1"},
    }
    path = tmp_path / "form.xlsx"
    path.write_bytes(form(tables, "so-y-te", 2023, answers=answers, sender="Lò Thị Đào"))
    outcome = intake([converted(path, "xlsx", tmp_path)], data_copy, accept="số của riêng Sở")
    assert not outcome.refused, outcome.findings
    rows = load_all(["observations"], data_copy)["observations"].query("source_id.str.startswith('bc-')")
    assert dict(zip(rows["indicator_id"], rows["value"], strict=True)) == {
        "ho-so-suc-khoe-dien-tu": 71.5,
        "may-tinh-cap-tinh": 99.5,
        "co-so-du-lieu": 3,
    }
    assert load_all(["submissions"], data_copy)["submissions"]["sender"].item() == "Lò Thị Đào"
