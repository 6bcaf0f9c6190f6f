"""A decided review goes into the tables whole or not at all, and quotes are looked up again."""

import shutil

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from dti.check import check
from dti.cli import app
from dti.reader import review as reviewing
from dti.reader.take import take
from dti.reader.verify import STANDS, verify
from dti.reader.workbook import workbook
from dti.store.faults import DataError
from dti.store.tables import PROJECT, load

FOLDER = PROJECT / "examples" / "ke-hoach-2024-minh-hoa"
PLAN = FOLDER / "ke-hoach-2024-minh-hoa.docx"
PLAN_4900 = PROJECT / "tests" / "plans" / "ke-hoach-4900-2022.txt"


@pytest.fixture(scope="module")
def decided(tmp_path_factory):
    folder = tmp_path_factory.mktemp("review")
    shutil.copy(PLAN, folder)
    plan, tables, content = reviewing.read(PLAN, 2024)
    decisions = reviewing.read_decisions(FOLDER / "quyet-dinh-minh-hoa.csv")
    sheets = reviewing.with_decisions(reviewing.review_tables(plan, tables), decisions)
    (folder / "review.xlsx").write_bytes(workbook(sheets, plan, tables, PLAN.name, content, PLAN.name))
    return folder / "review.xlsx"


@pytest.fixture(scope="module")
def open_review(tmp_path_factory):
    folder = tmp_path_factory.mktemp("open")
    shutil.copy(PLAN, folder)
    plan, tables, content = reviewing.read(PLAN, 2024)
    (folder / "review.xlsx").write_bytes(
        workbook(reviewing.review_tables(plan, tables), plan, tables, PLAN.name, content, PLAN.name)
    )
    return folder / "review.xlsx"


@pytest.fixture
def data(tmp_path):
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture(scope="module")
def after(decided, tmp_path_factory):
    """The tables after the decided review was taken, and what was said of it."""
    folder = tmp_path_factory.mktemp("after") / "data"
    shutil.copytree(PROJECT / "data", folder)
    return folder, take(decided, data=folder)


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}


def test_a_decided_review_is_taken_into_all_tables(decided, after):
    before = contents(PROJECT / "data")
    data, taken = after
    assert len(check(data)) == 0
    assert taken.added["observations"] > 100
    for name, content in contents(data).items():
        assert content.startswith(before[name]), name  # what was there stays byte for byte
    observations = load("observations", data)
    mine = observations[observations["source_id"].eq(taken.source_id)]
    row = mine.query("indicator_id == 'ho-so-truc-tuyen' and kind == 'target' and year == 2024").iloc[0]
    assert (row["value"], row["value_high"], row["comparator"]) == (70.0, 75.0, "range")
    assert load("sources", data).query("source_id == @taken.source_id")["plan_year"].item() == 2024
    assert (data / "plans" / f"{taken.source_id}.docx").read_bytes() == PLAN.read_bytes()
    assert (data / "plans" / f"{taken.source_id}.review.xlsx").read_bytes() == decided.read_bytes()


def test_a_count_of_a_total_is_kept_as_the_share_with_both_numbers(after):
    data, _ = after
    row = load("observations", data).query(
        "source_id == 'kh-2024-minh-hoa' and indicator_id == 'hop-qua-he-thong-cap-xa' and kind == 'actual'"
    )
    assert row["value"].item() == 90.57
    part = load("fractions", data).query("indicator_id == 'hop-qua-he-thong-cap-xa'")
    assert part[["numerator", "denominator"]].to_numpy().tolist() == [[96.0, 106.0]]


def test_of_two_figures_that_disagree_the_other_stays_beside_with_its_reason(after):
    data, _ = after
    rows = (
        load("observations", data)
        .query("indicator_id == 'co-so-du-lieu' and year == 2023 and kind == 'actual'")
        .sort_values("value")
    )
    assert rows[["value", "in_use"]].to_numpy().tolist() == [[22.0, True], [24.0, False]]
    assert "khác số ở mục II.4.a" in rows["note"].iloc[1]


def test_the_duties_of_last_year_stay_as_they_were(after):
    data, _ = after
    before = load("responsibilities")
    now = load("responsibilities", data)
    pd.testing.assert_frame_equal(now[now["year"].eq(2023)].reset_index(drop=True), before)


def test_last_years_duty_is_this_years_only_where_the_plan_says_so_or_the_office_decides(decided, after):
    data, taken = after
    new = load("responsibilities", data).query("year == 2024")
    assert new.query("indicator_id == 'may-tinh-cap-xa' and role == 'lead'")["duty_basis"].eq("class").all()
    offered = pd.read_excel(decided, sheet_name=reviewing.OLD_DUTIES)
    assert len(offered) > 300
    decided_to_keep = offered[offered["decision"].eq("nhận")]
    assert decided_to_keep["role"].eq("lead").all()
    kept = new[new["duty_basis"].eq("carried")]
    assert sorted(zip(kept["agency_id"], kept["indicator_id"], strict=True)) == sorted(
        zip(decided_to_keep["agency_id"], decided_to_keep["indicator_id"], strict=True)
    )
    assert kept["clause"].str.startswith("Kế hoạch năm 2023: ").all()
    assert taken.carried == len(decided_to_keep) > 20
    assert not new["duty_basis"].eq("reading").any()


def test_an_open_review_is_refused_cell_by_cell_and_nothing_is_written(open_review, data):
    before = contents(data)
    with pytest.raises(DataError) as refused:
        take(open_review, data=data)
    faults = refused.value.faults
    assert {"decision", "new_name_en", "text_en"} <= set(faults["column"])
    assert faults["row"].str.fullmatch(r"[A-Z]+\d+").all()
    assert contents(data) == before
    assert not (data / "plans").exists()


def test_a_wrong_cell_is_named_with_what_is_expected(decided, data, tmp_path):
    book = openpyxl.load_workbook(decided)
    sheet = book["Số liệu"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    row = next(r for r in range(2, sheet.max_row) if sheet.cell(r, heads["indicator_id"]).value == "bao-cao-dinh-ky")
    sheet.cell(row, heads["value"]).value = "chín mươi"
    book.save(tmp_path / "review.xlsx")
    with pytest.raises(DataError, match=f"row {openpyxl.utils.get_column_letter(heads['value'])}{row}.*no number"):
        take(tmp_path / "review.xlsx", PLAN, data)


def test_another_document_is_not_taken_for_the_one_that_was_read(decided, data):
    with pytest.raises(DataError, match="not the file"):
        take(decided, PLAN.with_suffix(".txt"), data)


def test_a_plan_is_taken_once(decided, after):
    data, _ = after
    with pytest.raises(DataError, match="was taken"):
        take(decided, data=data)


def test_made_up_figures_stay_out_of_the_projects_own_data(decided):
    with pytest.raises(DataError, match="illustrative"):
        take(decided)


def test_every_quote_of_the_first_plan_stands_in_it():
    rows = verify(PLAN_4900)
    assert len(rows) > 900
    assert rows["verdict"].eq(STANDS).all(), rows[rows["verdict"].ne(STANDS)]


def test_a_quote_that_was_changed_is_found_out(data):
    table = data / "observations.csv"
    table.write_text(
        table.read_text(encoding="utf-8").replace("62 băng zôn, khẩu hiệu", "62 băng rôn, khẩu hiệu"), encoding="utf-8"
    )
    ran = CliRunner().invoke(app, ["plan", "verify", str(PLAN_4900), "--data", str(data)])
    assert ran.exit_code == 1
    assert "bang-ron-khau-hieu" in ran.output


def test_the_command_reads_and_says_what_is_open(tmp_path):
    out = tmp_path / "review.xlsx"
    ran = CliRunner().invoke(
        app, ["plan", "read", str(PLAN), "--year", "2024", "--out", str(out), "--csv", str(tmp_path / "csv")]
    )
    assert ran.exit_code == 0, ran.output
    assert "Còn để ngỏ" in ran.output
    rows = pd.read_excel(out, sheet_name="Số liệu")
    assert {"clause", "evidence", "year", "kind", "level", "comparator", "value", "value_high", "unit", "indicator_text", "indicator_id", "decision", "reason"} <= set(rows)  # fmt: skip
    assert len(pd.read_csv(tmp_path / "csv" / "so_lieu.csv")) == len(rows)
