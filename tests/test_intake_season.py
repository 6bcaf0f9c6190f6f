"""What nobody should have to watch for: corrections, withdrawals, outputs, marked copies, who owes what, reminders."""

import io
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import docx
import openpyxl
import pytest
from openpyxl.comments import Comment

from dti.check import check
from dti.intake import records, status, status_page
from dti.intake.forms import file_name, form
from dti.intake.history import TABLES, kept_name
from dti.intake.marked_copy import marked_copy
from dti.intake.take_in import intake, reasons, summary, withdraw
from dti.plan.duties import province_from_agencies, reporting_agencies
from dti.store.faults import DataError
from dti.store.tables import load, load_all, table_names

LEAD = "so-thong-tin-va-truyen-thong"
SHARE = "ho-so-truc-tuyen"
HEALTH = "ho-so-suc-khoe-dien-tu"
HEADER = "agency_id;subject_id;year;period;indicator_id;unit;value;numerator;denominator;note;evidence"
NOW = datetime(2024, 1, 15, 8, 30, tzinfo=UTC)
FORM_TABLES = ["agencies", "indicators", "responsibilities", "observations", "sources"]


def row(
    value: str, indicator: str = SHARE, agency: str = LEAD, subject: str = "tinh", note: str = "", period: str = ""
):
    return f"{agency};{subject};2023;{period};{indicator};%;{value};;;{note};"


@pytest.fixture
def send(tmp_path, data_copy):
    sent = iter(range(100))

    def write(*rows: str, name: str | None = None, **options):
        path = tmp_path / (name or f"so-lieu-{next(sent)}.csv")
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
        return intake([path], data_copy, **options)

    return write


def codes(outcome) -> list[str]:
    return [finding.code for finding in outcome.findings]


def in_use(data: Path, indicator: str = SHARE, period: str = "year") -> list[float]:
    rows = load("observations", data).query("kind == 'actual' and year == 2023 and in_use and period == @period")
    return rows.loc[rows["indicator_id"] == indicator, "value"].tolist()


def filled(agency: str, data: Path, *, period: str = "year", keep: int | None = None) -> bytes:
    """Return an agency's form with every figure filled in, or only the first so many."""
    tables = load_all(FORM_TABLES, data)
    from dti.plan.duties import figures_due

    units = tables["indicators"].set_index("indicator_id")["unit"]
    due = list(figures_due(tables, agency, 2023).itertuples())[:keep]
    values = {"percent": "97%", "count": 1000, "ratio": "0,97", "mbps": 25}
    answers = {(one.indicator_id, one.subject_id): {"value": values[units[one.indicator_id]]} for one in due}
    return form(tables, agency, 2023, period=period, answers=answers)


# --- corrections ---------------------------------------------------------------------------------------------------


def test_a_figure_sent_again_unchanged_is_not_replaced_by_itself(send, data_copy):
    send(row("62%"), row("91%", "van-ban-ky-so"), accept="x")
    outcome = send(row("62%"), row("92%", "van-ban-ky-so"), accept="x")
    assert outcome.written and "1 số gửi lại không đổi" in "\n".join(summary(outcome))
    rows = load("observations", data_copy).query("kind == 'actual' and year == 2023")
    assert rows.groupby("indicator_id").size().to_dict() == {SHARE: 1, "van-ban-ky-so": 2}
    assert check(data_copy).empty


def test_a_correction_says_what_changed_and_a_slip_of_the_decimal_sign_needs_a_reason(send):
    send(row("71,5%"))
    assert "71,5% → 72%" in "\n".join(summary(send(row("72%"))))
    refused = send(row("7,2%"))
    assert refused.refused and "corrects" in codes(refused)


def test_an_older_version_does_not_undo_a_correction_in_silence(send, data_copy):
    send(row("62%"))
    send(row("63%"))
    assert codes(send(row("62%", note="gửi lại"))) == ["older"]
    again = send(row("62%"))
    assert not again.written and "đã được thay" in summary(again)[0] and in_use(data_copy) == [63]


def test_an_emptied_cell_is_told_and_a_figure_can_be_taken_back_from_the_form(send, data_copy):
    send(row("62%"))
    assert codes(send(row(""), row("91%", "van-ban-ky-so"), accept="")) == ["emptied"]
    outcome = send(row("Rút số liệu", note="nhầm kỳ"))
    assert outcome.written and "rút" in summary(outcome)[1] and in_use(data_copy) == []
    assert load("withdrawals", data_copy)["reason"].tolist() == ["nhầm kỳ"]
    assert check(data_copy).empty
    assert send(row("64%")).written and in_use(data_copy) == [64] and check(data_copy).empty


def test_an_official_takes_a_figure_back_and_the_history_tells_all(send, data_copy):
    send(row("62%"), now=NOW)
    with pytest.raises(DataError, match="lý do"):
        withdraw(SHARE, LEAD, 2023, " ", data_copy, subject_id="tinh")
    assert withdraw(SHARE, LEAD, 2023, "Cơ quan báo nhầm", data_copy, subject_id="tinh", now=NOW).written
    assert codes(withdraw(SHARE, LEAD, 2023, "nữa", data_copy, subject_id="tinh")) == ["nothing-to-withdraw"]
    send(row("65%"))
    tables = load_all(table_names(data_copy), data_copy)
    rows = records.history(tables, SHARE, "tinh", 2023)
    assert rows["state"].tolist() == ["replaced", "withdrawn", "in_use"]
    assert rows["note"].tolist()[1] == "Cơ quan báo nhầm" and check(data_copy).empty
    lines = records.history_lines(rows, "percent")
    assert "năm 2023: 62%" in lines[0] and "đã rút" in lines[1] and "65%, đang dùng" in lines[2]


def test_check_finds_a_figure_put_back_in_use_after_it_was_taken_back(send, edit, data_copy):
    send(row("62%"))
    withdraw(SHARE, LEAD, 2023, "nhầm", data_copy, subject_id="tinh")
    edit("observations", "source_id.str.startswith('bc-')", "in_use", "true")
    assert "not the figure sent last" in check(data_copy)["wrong"].tolist()


# --- reasons and names ---------------------------------------------------------------------------------------------


def test_a_reason_is_noted_only_where_it_was_needed_and_on_whom_it_is_about(tmp_path, data_copy):
    for folder, line in (("a", row("49%")), ("b", row("98%", "may-tinh-cap-huyen", "huyen-sin-ho", "huyen-sin-ho"))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "form.csv").write_text(f"{HEADER}\n{line}\n", encoding="utf-8")
    outcome = intake([tmp_path / "a", tmp_path / "b"], data_copy)
    assert len({finding.file for finding in outcome.findings}) == 1 and outcome.refused
    outcome = intake([tmp_path / "a", tmp_path / "b"], data_copy, accept="Đổi cách tính")
    assert outcome.written
    accepted = load("submissions", data_copy).set_index("agency_id")["accepted"]
    assert accepted[LEAD] == "Đổi cách tính" and accepted.isna()["huyen-sin-ho"]
    notes = load("observations", data_copy).query("year == 2023 and kind == 'actual'").set_index("indicator_id")["note"]
    assert "Đổi cách tính" in notes[SHARE] and notes.isna()["may-tinh-cap-huyen"]


def test_a_reason_can_be_given_for_one_agency_alone(send):
    assert reasons([f"{LEAD}=Đổi cách tính"]) == {LEAD: "Đổi cách tính"}
    assert send(row("49%"), accept=["so-y-te=Đổi cách tính"]).refused
    assert send(row("49%"), accept=[f"{LEAD}=Đổi cách tính"]).written


def test_a_finding_names_indicator_agency_and_year_and_the_note_beside_it(send, data_copy):
    from dti.intake.findings import lines

    (line,) = lines(send(row("49%", note="Đổi cách tính")).findings)
    name = load("indicators", data_copy).set_index("indicator_id").at[SHARE, "name_vi"]
    assert f"({name}, Tỉnh Lai Châu, năm 2023)" in line and "người gửi ghi: “Đổi cách tính”" in line


def test_invisible_signs_before_an_accent_do_no_harm(send, data_copy):
    for place, sign in enumerate("\u200b\u00ad\ue000\u2060"):
        name = f"te\u0323p{sign}\u0302 {place}.csv"
        assert send(row(f"{60 + place}%", note=f"e{sign}\u0301"), name=name, sender=f"Ba\u0300{sign}\u0301").written
    assert check(data_copy).empty


# --- nothing is lost, nothing is overwritten -----------------------------------------------------------------------


def test_a_kept_file_that_was_lost_comes_back_when_it_is_sent_again(send, data_copy):
    send(row("62%"), name="a.csv")
    sent = load("submissions", data_copy).squeeze()
    kept = data_copy / kept_name(sent["sha256"], sent["suffix"])
    kept.unlink()
    assert "sha256" in check(data_copy)["column"].tolist()
    assert "đã lưu lại" in summary(send(row("62%"), name="a.csv"))[0]
    assert kept.is_file() and check(data_copy).empty


def test_an_output_replaces_no_input_no_table_and_no_device(dti, tmp_path, data_copy):
    path = tmp_path / "a.csv"
    path.write_text(f"{HEADER}\n{row('62%')}\n", encoding="utf-8")
    before = path.read_bytes(), (data_copy / "agencies.csv").read_bytes()
    for out in (path, data_copy / "agencies.csv", Path(os.devnull), tmp_path):
        code, _, told = dti("intake", path, "--findings", out, "--data", data_copy)
        assert code == 2 and told.strip() and "Traceback" not in told
        assert dti("progress", "--out", out, "--data", data_copy)[0] == 2 or out == path
    assert (data_copy / "agencies.csv").read_bytes() == before[1] and not load("submissions", data_copy).size


def test_linked_and_unreadable_folders_are_told(tmp_path, data_copy):
    folder = tmp_path / "nhan"
    (folder / "that").mkdir(parents=True)
    (folder / "that" / "a.csv").write_text(f"{HEADER}\n{row('62%')}\n", encoding="utf-8")
    (folder / "lien-ket").symlink_to(folder / "that")
    assert codes(intake([folder], data_copy)) == ["linked-folder"]


@pytest.mark.parametrize("rubbish", ["file", "list", "link"])
def test_rubbish_where_files_are_put_aside_is_told_or_cleared(send, data_copy, rubbish):
    aside = data_copy / ".incoming"
    if rubbish == "file":
        aside.write_text("x")
    elif rubbish == "link":
        aside.symlink_to(data_copy.parent)
    else:
        aside.mkdir()
        (aside / "commit.json").write_text('["../agencies.csv"]')
    if rubbish == "list":
        with pytest.raises(DataError, match=r"\.incoming"):
            send(row("62%"))
    else:
        assert send(row("62%")).written and check(data_copy).empty


def test_a_file_where_sent_files_are_kept_is_told_and_nothing_changes(send, data_copy):
    (data_copy / "submissions").write_text("x")
    before = {name: (data_copy / f"{name}.csv").read_bytes() for name in TABLES}
    with pytest.raises(DataError, match="submissions"):
        send(row("62%"))
    assert {name: (data_copy / f"{name}.csv").read_bytes() for name in TABLES} == before
    assert not (data_copy / ".incoming").exists()


@pytest.mark.parametrize("spoil", ["semicolons", "empty", "missing", "BOM"])
def test_a_table_that_excel_saved_or_somebody_lost_is_told(send, data_copy, spoil):
    path = data_copy / "observations.csv"
    text = path.read_text(encoding="utf-8")
    {
        "semicolons": lambda: path.write_text(text.replace(",", ";"), encoding="utf-8"),
        "empty": lambda: path.write_text(""),
        "missing": path.unlink,
        "BOM": lambda: path.write_text(text, encoding="utf-8-sig"),
    }[spoil]()
    if spoil == "BOM":
        assert send(row("62%")).written and check(data_copy).empty
    else:
        with pytest.raises(DataError, match=r"observations\.csv"):
            send(row("62%"))


@pytest.mark.parametrize("encoding", ["cp1258", "ascii"])
def test_a_terminal_without_vietnamese_letters_is_no_obstacle(tmp_path, data_copy, encoding):
    path = tmp_path / "a.csv"
    path.write_text(f"{HEADER}\n{row('62%')}\n", encoding="utf-8")
    done = run_dti("intake", path, "--data", data_copy, env={"PYTHONIOENCODING": encoding})
    assert done.returncode == 0 and b"Traceback" not in done.stderr and b"1 s" in done.stdout


def test_a_full_or_closed_screen_does_not_deny_what_was_taken_in(tmp_path, data_copy):
    path = tmp_path / "a.csv"
    path.write_text(f"{HEADER}\n{row('62%')}\n", encoding="utf-8")
    with Path("/dev/full").open("w") as full:
        done = run_dti("intake", path, "--data", data_copy, stdout=full)
    assert done.returncode == 0 and b"Traceback" not in done.stderr and "Đã ghi".encode() in done.stderr
    assert len(load("submissions", data_copy)) == 1


def run_dti(*arguments, env=None, stdout=subprocess.PIPE):
    command = [sys.executable, "-m", "dti", *map(str, arguments)]
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, env=os.environ | (env or {}), timeout=120)


# --- marked copies -------------------------------------------------------------------------------------------------


def test_findings_go_back_in_the_senders_own_workbook_which_may_be_sent_again(tmp_path, data_copy):
    tables = load_all(FORM_TABLES, data_copy)
    content = form(tables, "so-y-te", 2023, answers={("ho-so-suc-khoe-dien-tu", "tinh"): {"value": "71,5 phần trăm"}})
    path = tmp_path / "so-y-te.xlsx"
    path.write_bytes(content)
    outcome = intake([path], data_copy)
    assert codes(outcome) == ["no-number"]
    book = openpyxl.load_workbook(io.BytesIO(marked_copy(content, outcome.findings)))
    cell = book["Số liệu"][outcome.findings[0].cell]
    assert "để trống ô" in cell.comment.text and cell.fill.fgColor.rgb.endswith("FFC7CE")
    cell.value = "71,5%"
    book.save(path)
    assert intake([path], data_copy, dry_run=True).findings == []
    cell.comment = Comment(cell.comment.text + "\nKhông, rút số này", "Sở Y tế")
    book.save(path)
    assert codes(intake([path], data_copy, dry_run=True)) == ["comment"]


# --- who has sent what ---------------------------------------------------------------------------------------------


@pytest.fixture
def received(tmp_path, data_copy):
    """Every agency's form but five, three of them with their first two figures only."""
    agencies = reporting_agencies(load_all(FORM_TABLES, data_copy), 2023)
    withheld, partly = agencies[3:8], agencies[10:13]
    folder = tmp_path / "nhan"
    folder.mkdir()
    for agency in agencies:
        if agency not in withheld:
            content = filled(agency, data_copy, keep=2 if agency in partly else None)
            (folder / file_name(agency, 2023)).write_bytes(content)
    outcome = intake([folder], data_copy, accept="thử")
    assert outcome.written, outcome.findings[:3]
    return agencies, withheld, partly


def test_exactly_the_agencies_and_figures_that_are_missing_are_listed(received, data_copy, dti, tmp_path):
    agencies, withheld, partly = received
    tables = load_all(table_names(data_copy), data_copy)
    rows = status.figures_asked(tables, 2023)
    found = status.agencies_asked(tables, 2023).set_index("agency_id")
    assert found.query("state == 'none'").index.tolist() == withheld
    assert found.query("state == 'partial'").index.tolist() == partly
    assert found["state"].eq("complete").sum() == len(agencies) - 8
    owed = rows[~rows["received"]]
    assert set(owed["agency_id"]) == {*withheld, *partly}
    assert owed.groupby("agency_id").size().to_dict() == found["missing"][found["missing"] > 0].to_dict()
    late = status.agencies_asked(tables, 2023, due=date(2023, 12, 1), today=date(2023, 12, 2), waiting=partly[:1])
    assert late.groupby("state").size().to_dict() == {"complete": len(agencies) - 8, "overdue": 7, "waiting": 1}
    code, printed, _ = dti("status", "--data", data_copy, "--out", tmp_path / "st", "--letters", tmp_path / "thu")
    assert code == 0 and f"{len(agencies) - 8}/{len(agencies)} cơ quan đã gửi đủ" in printed
    assert {path.name for path in (tmp_path / "thu").iterdir()} == {
        f"nhac-2023-year-{agency}.docx" for agency in (*withheld, *partly)
    }
    letter = docx.Document(str(tmp_path / "thu" / f"nhac-2023-year-{partly[0]}.docx"))
    cells = {cell.text for table in letter.tables for line in table.rows for cell in line.cells}
    names = tables["indicators"].set_index("indicator_id")["name_vi"]
    mine = owed[owed["agency_id"] == partly[0]]
    assert {names[indicator] for indicator in mine["indicator_id"]} <= cells
    assert not {names[indicator] for indicator in rows["indicator_id"]} - set(names[mine["indicator_id"]]) & cells
    assert (tmp_path / "st" / "status.html").read_text(encoding="utf-8").count("<script") == 0


# --- parts of a year -----------------------------------------------------------------------------------------------


def test_interim_figures_stay_apart_from_the_years(tmp_path, data_copy):
    path = tmp_path / "quy-3.xlsx"
    path.write_bytes(filled("huyen-sin-ho", data_copy, period="q3"))
    outcome = intake([path], data_copy, accept="thử")
    assert outcome.written
    rows = load("observations", data_copy).query("kind == 'actual' and year == 2023")
    assert set(rows["period"]) == {"q3"} and check(data_copy).empty
    tables = load_all(table_names(data_copy), data_copy)
    assert province_from_agencies(tables, 2023).empty
    assert status.agencies_asked(tables, 2023).set_index("agency_id").at["huyen-sin-ho", "figures"] == 0
    assert status.agencies_asked(tables, 2023, "q3").set_index("agency_id").at["huyen-sin-ho", "state"] == "complete"
    page = status_page.status_page(
        tables, status.agencies_asked(tables, 2023, "q3"), status.figures_asked(tables, 2023, "q3"), 2023, "q3", "vi"
    )
    assert "quý III năm 2023" in page.cells[1].outputs[0]["data"]["text/markdown"]


def test_whose_form_went_back_is_waited_for_until_it_comes(tmp_path, data_copy, dti):
    tables = load_all(FORM_TABLES, data_copy)
    path = tmp_path / "so-y-te.xlsx"
    path.write_bytes(form(tables, "so-y-te", 2023, answers={(HEALTH, "tinh"): {"value": "71,5 phần trăm"}}))
    assert dti("intake", path, "--marked", tmp_path / "tra", "--data", data_copy)[0] == 2
    code, told, _ = dti("status", "--waiting", tmp_path / "tra", "--data", data_copy)
    assert code == 0 and "Sở Y tế (so-y-te): đang chờ cơ quan sửa" in told and told.count("đang chờ") == 1
