"""What agencies send: taken in whole or refused whole, explained, and provable afterwards."""

import csv
import io
import resource
import threading
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from dti import cli
from dti.check import check
from dti.intake import findings
from dti.intake.findings import Finding
from dti.intake.forms import form
from dti.intake.history import TABLES, kept_name
from dti.intake.take_in import intake, summary
from dti.store.all_or_none import locked
from dti.store.faults import DataError
from dti.store.tables import PROJECT, load, load_all

LEAD = "so-thong-tin-va-truyen-thong"
HEADER = "agency_id,subject_id,year,indicator_id,unit,value,numerator,denominator,note,evidence"
SHARE = "ho-so-truc-tuyen"
NOW = datetime(2024, 1, 15, 8, 30, tzinfo=UTC)


@pytest.fixture
def send(tmp_path, data_copy):
    """Write rows as a plain table and take it in."""
    sent = iter(range(100))

    def write(*rows: str, name: str | None = None, **options):
        path = tmp_path / (name or f"so-lieu-{next(sent)}.csv")
        path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
        return intake([path], data_copy, **options)

    return write


def province(value: str, rest: str = ",,,", year: int = 2023, indicator: str = SHARE) -> str:
    return f'{LEAD},tinh,{year},{indicator},%,"{value}",{rest}'


def figures(data: Path, **where: object) -> pd.DataFrame:
    rows = load("observations", data).query("kind == 'actual'")
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return rows


def tables_of(data: Path) -> dict[str, bytes]:
    return {name: (data / f"{name}.csv").read_bytes() for name in TABLES}


def codes(outcome) -> list[str]:
    return [finding.code for finding in outcome.findings]


def test_a_figure_arrives_with_its_source_its_place_and_what_was_typed(send, data_copy):
    outcome = send(province("62,5%", "1250,2000,Tính cả cấp xã,BC 12/BC-STTTT"), name="quy-4.csv", now=NOW)
    assert outcome.written and outcome.figures == 1
    row = figures(data_copy, indicator_id=SHARE, year=2023).squeeze()
    assert (row["value"], row["in_use"], row["comparator"], row["clause"]) == (62.5, True, "=", "Dòng 2")
    assert row["evidence"] == "62,5% (tử số 1250, mẫu số 2000)"
    assert row["note"] == "Tính cả cấp xã; Minh chứng: BC 12/BC-STTTT"
    source = load("sources", data_copy).set_index("source_id").loc[row["source_id"]]
    assert (source["basis"], source["publisher"]) == ("official", "Sở Thông tin và Truyền thông")
    sent = load("submissions", data_copy).squeeze()
    assert (sent["file"], sent["received"], sent["figures"]) == ("quy-4.csv", "2024-01-15T08:30:00+00:00", 1)
    parts = load("fractions", data_copy).squeeze()
    assert (parts["numerator"], parts["denominator"]) == (1250, 2000)


def test_rows_that_are_not_concerned_keep_their_bytes(send, data_copy):
    before = (data_copy / "observations.csv").read_bytes()
    send(province("62,5%"))
    assert (data_copy / "observations.csv").read_bytes().startswith(before)


def test_a_form_filled_in_excel_is_taken_in(tmp_path, data_copy):
    tables = load_all(["agencies", "indicators", "responsibilities", "observations", "sources"], data_copy)
    book = openpyxl.load_workbook(io.BytesIO(form(tables, "so-y-te", 2023)))
    sheet = book["Số liệu"]
    rows = {"|".join(str(sheet.cell(row, 1).value).split("|")[:2]): row for row in range(1, sheet.max_row + 1)}
    for key, value, number_format in [
        ("ho-so-suc-khoe-dien-tu|tinh", 0.7108, "0.00%"),
        ("he-thong-tram-y-te|tinh", "chưa có số liệu", "General"),
        ("may-tinh-cap-tinh|so-y-te", 100, "General"),
        ("co-so-du-lieu|so-y-te", "0", "General"),
    ]:
        sheet.cell(rows[key], 10).value, sheet.cell(rows[key], 10).number_format = value, number_format
    sheet.cell(rows["may-tinh-cap-tinh|so-y-te"], 14).value = datetime(2023, 12, 5)
    path = tmp_path / "so-y-te.xlsx"
    book.save(path)
    outcome = intake([path], data_copy)
    assert not outcome.findings
    taken = figures(data_copy, year=2023).set_index("indicator_id")
    assert taken["value"].to_dict() == {"ho-so-suc-khoe-dien-tu": 71.08, "may-tinh-cap-tinh": 100, "co-so-du-lieu": 0}
    assert taken.at["ho-so-suc-khoe-dien-tu", "evidence"] == "71,08%"
    assert taken.at["may-tinh-cap-tinh", "note"] == "Minh chứng: 05/12/2023"
    assert "3 số liệu, 18 chỉ tiêu chưa có số" in summary(outcome)[0]
    assert check(data_copy).empty


def test_a_form_saved_as_csv_is_still_a_form(tmp_path, data_copy):
    tables = load_all(["agencies", "indicators", "responsibilities", "observations", "sources"], data_copy)
    filled = form(tables, "so-y-te", 2023, answers={("ho-so-suc-khoe-dien-tu", "tinh"): {"value": "71,5%"}})
    sheet = openpyxl.load_workbook(io.BytesIO(filled))["Số liệu"]
    path = tmp_path / "so-y-te.csv"
    with path.open("w", encoding="utf-16", newline="") as file:
        csv.writer(file, delimiter="\t").writerows(sheet.iter_rows(values_only=True))
    assert not intake([path], data_copy).refused
    assert figures(data_copy, year=2023)["value"].tolist() == [71.5]


def test_columns_may_be_reordered_and_named_in_vietnamese(tmp_path, data_copy):
    path = tmp_path / "a.csv"
    path.write_text("Kết quả;Đơn vị tính;Năm;MÃ CHỈ TIÊU;Mã cơ quan\n98%;%;2023;may-tinh-cap-huyen;huyen-sin-ho\n")
    assert not intake([path], data_copy).refused
    assert figures(data_copy, year=2023)["agency_id"].tolist() == ["huyen-sin-ho"]


def test_all_files_of_a_call_go_in_or_none(tmp_path, data_copy):
    before = tables_of(data_copy)
    folder = tmp_path / "nhan"
    (folder / "sau").mkdir(parents=True)
    good = "\n".join([HEADER, province("62%")])
    (folder / "a.csv").write_text(good)
    (folder / "sau" / "b.csv").write_text("\n".join([HEADER, province("120%", indicator="van-ban-dien-tu")]))
    (folder / "c.doc").write_bytes(b"x")
    (folder / "~$a.xlsx").write_bytes(b"lock of Excel")
    outcome = intake([folder], data_copy)
    assert sorted((finding.file, finding.code) for finding in outcome.findings) == [
        ("b.csv", "over-100"),
        ("c.doc", "word-document"),
    ]
    assert tables_of(data_copy) == before and not (data_copy / "submissions").exists()


def test_a_correction_supersedes_and_erases_nothing(send, data_copy):
    send(province("62%"), now=NOW)
    outcome = send(province("63%"), now=NOW)
    assert outcome.written and not outcome.findings
    first, second = figures(data_copy, indicator_id=SHARE, year=2023).itertuples()
    assert (first.value, first.in_use) == (62, False) and (second.value, second.in_use) == (63, True)
    assert second.source_id in first.note and "15/01/2024" in first.note and "Superseded" in first.note_en
    assert check(data_copy).empty


def test_the_same_file_again_changes_nothing_even_after_its_correction(send, data_copy):
    send(province("62%"))
    send(province("63%"))
    before = tables_of(data_copy)
    outcome = send(province("62%"), name="ten-khac.csv")
    assert not outcome.written and not outcome.refused and tables_of(data_copy) == before
    assert summary(outcome, "en") == [
        "ten-khac.csv: taken in before; its figures were replaced or withdrawn since and are not put back.",
        "Nothing new: no figure was taken in.",
    ]


def test_odd_moves_need_a_reason_and_keep_it(send, data_copy):
    refused = send(province("49%"))
    assert refused.refused and codes(refused) == ["fall"]
    outcome = send(province("49%"), accept="Đổi cách tính theo Thông tư mới")
    assert outcome.written
    row = figures(data_copy, indicator_id=SHARE, year=2023).squeeze()
    assert "xấu đi so với năm trước (50,84%)" in row["note"] and "Đổi cách tính" in row["note"]
    assert "worse than the year before (50.84%)" in row["note_en"]
    assert load("submissions", data_copy)["accepted"].item() == "Đổi cách tính theo Thông tư mới"
    assert check(data_copy).empty


def test_a_reason_never_lets_an_error_through(send):
    assert send(province("120%"), accept="đúng mà").refused


def test_a_fall_is_good_news_where_lower_is_better(send):
    row = f"{LEAD},tinh,2023,nhom-dich-vu-ngsp-chua-thuc-hien,count,{{}},,,,"
    assert not send(row.format(9), dry_run=True).findings
    assert codes(send(row.format(12))) == ["fall"]


def test_a_figure_of_the_plan_is_not_replaced_without_a_reason(send, data_copy):
    assert codes(send(province("52%", year=2022))) == ["replaces-other"]
    assert send(province("52%", year=2022), accept="Đính chính của Sở").written
    rows = figures(data_copy, indicator_id=SHARE, year=2022)
    assert rows["value"].tolist() == [50.84, 52] and rows["in_use"].tolist() == [False, True]
    assert check(data_copy).empty


def test_saying_that_there_is_no_figure_does_not_withdraw_one_unnoticed(send, data_copy):
    send(province("62%"))
    assert codes(send(province("chưa có số liệu"))) == ["stays"]
    assert send(province("chưa có số liệu"), accept="chờ số chính thức").written
    assert figures(data_copy, indicator_id=SHARE, year=2023)["in_use"].tolist() == [True]


def test_a_blank_is_no_zero(send, data_copy):
    outcome = send(province(""), province("0%", indicator="van-ban-ky-so"), accept="số không thật")
    assert outcome.written and len(outcome.taken[0].blanks) == 1
    assert figures(data_copy, year=2023)[["indicator_id", "value"]].to_numpy().tolist() == [["van-ban-ky-so", 0.0]]


def test_whom_a_figure_is_about_must_be_said_where_two_are_possible(tmp_path, send):
    assert codes(send(f"{LEAD},,2023,{SHARE},%,62%,,,,")) == ["wrong-subject"]
    assert not send(f"{LEAD},{LEAD},2023,{SHARE},%,62%,,,,").refused


def test_dry_run_writes_nothing(send, data_copy):
    before = tables_of(data_copy)
    outcome = send(province("62%"), dry_run=True)
    assert not outcome.refused and not outcome.written and tables_of(data_copy) == before
    assert summary(outcome, "en")[-1] == "Checked, not written: 1 figure from 1 file."


def test_illustrative_figures_stay_out_of_the_projects_own_data(tmp_path, data_copy):
    tables = load_all(["agencies", "indicators", "responsibilities", "observations", "sources"])
    answers = {("ho-so-suc-khoe-dien-tu", "tinh"): {"value": "71,5%"}}
    path = tmp_path / "minh-hoa.xlsx"
    path.write_bytes(form(tables, "so-y-te", 2023, answers=answers, illustrative=True))
    assert codes(intake([path], PROJECT / "data", dry_run=True)) == ["illustrative-here"]
    assert intake([path], data_copy).written
    source = load("sources", data_copy).query("basis == 'illustrative'").squeeze()
    assert "minh họa" in source["title_vi"] and check(data_copy).empty


@pytest.mark.parametrize(
    ("table", "column", "value", "place"),
    [
        ("observations", "value", "99", ("observations.csv", "value")),
        ("observations", "evidence", "99%", ("observations.csv", "evidence")),
        ("observations", "clause", "Dòng 9", ("observations.csv", "clause")),
        ("fractions", "denominator", "1999", ("observations.csv", "evidence")),
        ("submissions", "sha256", "0" * 64, ("submissions.csv", "sha256")),
        ("submissions", "sha256", "..", ("submissions.csv", "sha256")),
    ],
)
def test_check_finds_figures_that_are_not_what_was_sent(send, edit, data_copy, table, column, value, place):
    send(province("62,5%", "1250,2000,,"))
    edit(table, "source_id.str.startswith('bc-')", column, value)
    assert place in set(zip(*(check(data_copy)[name] for name in ("file", "column")), strict=True))


def test_check_finds_a_kept_file_that_was_changed_and_a_figure_that_is_missing(send, data_copy):
    send(province("62%"), province("61%", indicator="van-ban-ky-so"), accept="x")
    rows = (data_copy / "observations.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (data_copy / "observations.csv").write_text("".join(rows[:-1]), encoding="utf-8")
    assert check(data_copy)["column"].tolist() == ["figures"]
    (data_copy / "observations.csv").write_text("".join(rows), encoding="utf-8")
    sent = load("submissions", data_copy).squeeze()
    kept = data_copy / kept_name(sent["sha256"], sent["suffix"])
    kept.write_bytes(kept.read_bytes().replace(b"62%", b"64%"))
    assert check(data_copy)["column"].tolist() == ["sha256"]


def test_check_finds_an_old_figure_put_back_in_use(send, data_copy):
    send(province("62%"))
    send(province("63%"))
    path = data_copy / "observations.csv"
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    for row in rows[-2:]:
        row["in_use"], row["note"] = {"true": "false", "false": "true"}[row["in_use"]], "sửa tay"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    assert check(data_copy)["wrong"].tolist() == ["not the figure sent last"]


def test_a_second_intake_waits_and_is_told_in_the_end(send, data_copy):
    with locked(data_copy), pytest.raises(DataError, match="Another intake"):
        send(province("62%"), wait=0)
    release = threading.Event()

    def hold() -> None:
        with locked(data_copy):
            holding.set()
            release.wait(10)

    holding = threading.Event()
    holder = threading.Thread(target=hold)
    holder.start()
    holding.wait(10)
    threading.Timer(0.3, release.set).start()
    assert send(province("62%"), wait=30).written
    holder.join()


def test_a_full_disk_leaves_the_old_data(send, data_copy):
    before = tables_of(data_copy)
    size = (data_copy / "observations.csv").stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        with pytest.raises(DataError, match="nothing was changed"):
            send(province("62%"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert tables_of(data_copy) == before
    assert not (data_copy / ".incoming").exists() and not (data_copy / "submissions").exists()
    assert send(province("62%")).written


def test_faulty_data_is_not_added_to(send, edit, data_copy):
    edit("observations", "year == '2022'", "value", "năm mươi")
    with pytest.raises(DataError, match=r"observations\.csv"):
        send(province("62%"))


def test_words_that_look_like_formulas_or_markup_are_kept_as_words(send, data_copy, tmp_path):
    nasty = '=HYPERLINK(""http://x"") <script>alert(1)</script> \\input{x} #import ""x"" \u202e đảo'
    outcome = send(province("62%", f',,"{nasty}",'))
    note = figures(data_copy, indicator_id=SHARE, year=2023)["note"].item()
    assert note == '=HYPERLINK("http://x") <script>alert(1)</script> \\input{x} #import "x" đảo'
    listed = findings.csv_bytes([Finding("negative", "=a.csv", value="-1"), Finding("negative", "@b.csv", value="+1")])
    rows = list(csv.reader(io.StringIO(listed.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["'=a.csv", "'@b.csv"] and rows[1][4] == "'-1"
    assert outcome.written


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_any_words_in_a_note_survive_the_way_into_the_tables(tmp_path, data_copy, suffix):
    notes = [
        'a "b" c',
        '"',
        "a,b;c\td",
        "NA",
        "null",
        "\\N",
        "#",
        "'",
        "hai\ndòng",
        " \u00a0x\u2028y ",
        "🙂 \x85 ok",
        "a\\",
    ]
    ids = [SHARE, "van-ban-ky-so", "van-ban-dien-tu", "mang-lan-ket-noi-wan", "tap-huan-cntt-chuyen-trach"]
    ids += ["phu-song-di-dong-xa"]
    ids += [
        "boi-duong-ky-nang-cntt",
        "hop-truc-tuyen-lien-thong-3-cap",
        "co-quan-co-mang-lan",
        "van-ban-lien-thong-cac-cap",
    ]
    ids += ["hop-truc-tuyen-lien-thong-2-cap", "ho-so-cong-viec-cap-xa"]
    rows = [HEADER.split(",")]
    rows += [[LEAD, "tinh", "2023", name, "%", "99%", "", "", note, ""] for name, note in zip(ids, notes, strict=True)]
    path = tmp_path / f"a.{suffix}"
    if suffix == "csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append([cell.replace("\x85", "") for cell in row])
        book.save(path)
    assert intake([path], data_copy, accept="thử").written
    kept = figures(data_copy, year=2023).set_index("indicator_id")["note"].str.partition("; Đã chấp nhận")[0]
    assert kept.reindex(ids).tolist() == [
        *['a "b" c', '"', "a,b;c d", "NA", "null", "\\N", "#", "'", "hai dòng", "x y", "🙂 ok", "a\\"]
    ]
    assert check(data_copy).empty


def test_a_terminal_shows_a_strangers_words_without_obeying_them():
    line = findings.lines([Finding("no-number", "a\x1b]0;x\x07\n.csv", cell="B2", value="\x1b[2J" + "y" * 200)], "en")[
        0
    ]
    assert "\x1b" not in line and "\n" not in line and len(line) < 300


# --- the command ---------------------------------------------------------------------------------------------------


@pytest.fixture
def dti(monkeypatch, capsys, data_copy):
    def run(*arguments: str):
        monkeypatch.setattr("sys.argv", ["dti", *arguments, "--data", str(data_copy)])
        try:
            cli.main()
        except SystemExit as end:
            code = end.code or 0
        return code, *capsys.readouterr()

    return run


def test_from_form_to_figure_on_the_command_line(dti, tmp_path, data_copy):
    out = tmp_path / "forms"
    code, printed, _ = dti("form", "--agency", "so-y-te", "--year", "2023", "--out", str(out))
    assert code == 0 and "1 form(s)" in printed
    path = out / "so-lieu-2023-so-y-te.xlsx"
    code, _, told = dti("intake", str(path), "--findings", str(tmp_path / "f.csv"))
    assert code == 2 and "không có kết quả nào được điền" in told
    assert (
        (tmp_path / "f.csv")
        .read_bytes()
        .startswith(b"\xef\xbb\xbffile;sheet;cell;figure;value;wrong;expected;severity\r\n")
    )
    book = openpyxl.load_workbook(path)
    book["Số liệu"]["J11"] = "71,5%"
    book.save(path)
    code, printed, _ = dti("intake", str(path), "--lang", "en")
    assert code == 0 and "Taken in: 1 figure from 1 file." in printed
    code, _, told = dti("form", "--agency", "so-y-te", "--out", str(out))
    assert code == 2 and "so-lieu-2023-so-y-te.xlsx" in told and "--force" in told
    assert dti("form", "--agency", "so-y-te", "--out", str(out), "--force")[0] == 0


def test_every_reporting_agency_gets_a_form(dti, tmp_path):
    code, _, _ = dti("form", "--all", "--out", str(tmp_path / "forms"))
    names = {path.name for path in (tmp_path / "forms").iterdir()}
    assert code == 0 and len(names) >= 28 and "so-lieu-2023-huyen-sin-ho.xlsx" in names


@pytest.mark.parametrize(
    "arguments",
    [["form"], ["form", "--all", "--agency", "so-y-te"], ["form", "--agency", "../x"], ["intake", "khong-co.xlsx"]],
)
def test_what_cannot_be_done_ends_with_2(dti, arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, told = dti(*arguments)
    assert code == 2 and told.strip() and "Traceback" not in told
    assert not list(tmp_path.glob("*.xlsx"))
