"""A table goes to Excel and comes back: unchanged it stays byte for byte, wrong it changes nothing."""

import openpyxl
import pytest

from dti.store import edit
from dti.store.faults import DataError
from dti.store.tables import load


def changed(path, row, column, value):
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    sheet.cell(row, heads.index(column) + 1).value = value
    book.save(path)


@pytest.mark.parametrize("table", ["observations", "agencies", "responsibilities", "sources", "provinces"])
def test_what_is_not_edited_stays_byte_for_byte(data_copy, tmp_path, table):
    (tmp_path / "a.xlsx").write_bytes(edit.workbook(table, data_copy))
    before = (data_copy / f"{table}.csv").read_bytes()
    assert edit.take(tmp_path / "a.xlsx", data_copy)["added"] == 0
    assert (data_copy / f"{table}.csv").read_bytes() == before


def test_a_column_of_few_values_has_a_list_to_choose_from(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(edit.workbook("responsibilities"))
    rules = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0].data_validations.dataValidation
    assert {rule.type for rule in rules} == {"list"} and len(rules) >= 3


def test_an_edited_figure_is_taken_and_a_wrong_one_changes_nothing(dti, data_copy, tmp_path):
    path = tmp_path / "obs.xlsx"
    assert dti("edit", "--table", "observations", "--out", path, "--data", data_copy)[0] == 0
    frame = load("observations", data_copy)
    row = int(frame.index[frame["in_use"] & (frame["kind"] == "target")][0]) + 2
    changed(path, row, "note", "Số do chuyên viên sửa")
    code, out, _ = dti("edit", path, "--data", data_copy)
    assert code == 0 and out.startswith("1 rows added, 1 rows removed")
    assert load("observations", data_copy)["note"].iloc[row - 2] == "Số do chuyên viên sửa"
    before = (data_copy / "observations.csv").read_bytes()
    changed(path, row, "agency_id", "so-khong-co")
    code, _, err = dti("edit", path, "--data", data_copy)
    assert code == 2 and "so-khong-co" in err and "obs.xlsx" in err
    assert (data_copy / "observations.csv").read_bytes() == before


def test_what_is_no_such_workbook_is_told(tmp_path, dti):
    (tmp_path / "a.xlsx").write_text("x")
    with pytest.raises(DataError, match="no workbook"):
        edit.take(tmp_path / "a.xlsx")
    assert dti("edit")[0] == 2 and dti("edit", "--table", "khong-co")[0] == 2
